# ruff: noqa: E501  # the lines are documents
"""What is read out of files that LibreOffice does not make: by part of Word, PDF, web pages, texts and mails."""

from __future__ import annotations

import pytest

from assistants_server.files.text.document import TooMuchError, UnreadableDocumentError
from tests.assistants_server.documents import SHOWN, W, a_pdf, docx, office, read, words, zipped

WEB = {
    "head left open": (b"<!doctype html><html><head><title>t</title><body><p>Hello", "Hello"),
    "no head and no body": (b"<title>t</title><h1>Hello", "Hello"),
    "body left out": (b"<html><head><meta charset=utf-8></head><p>Hello</html>", "Hello"),
    "paragraphs, items and cells left open": (b"<p>a<p>b<ul><li>c<li>d</ul><table><tr><td>e<td>f", "a b c d e f"),
    "a word in parts": (b"<p>Hel<b>l</b>o <i>you</i>", "Hello you"),
    "scripts, styles and templates": (b"<p>a<script>x</script><style>y</style><template><p>z</template>b", "ab"),
    "hidden": (b"<p>a<p hidden>b<p style='display: none'>c", "a"),
    "values of fields": (
        b"<label>Name</label><input value=Ann><input type=hidden value=x><textarea>T</textarea>",
        "Name Ann T",
    ),
    "entities": (b"<p>caf&eacute; &amp; &#x20ac;", "café & €"),
    "comments": (b"<!-- <html> --><html><p>a<!-- b -->c", "ac"),
    "preformatted": (b"<pre>a\n b</pre>", "a b"),
    "a note's mark": (b"<p>word<sup><a href='#1'>1</a></sup> x<sup>2</sup>", "word 1 x2"),
}


@pytest.mark.parametrize("case", WEB)
def test_web_pages(case: str) -> None:
    data, expected = WEB[case]
    assert words(data, "a.html") == expected


GERMAN, RUSSIAN = "Rückgabe für fünf €", "Возврат посылок возможен"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (f"<meta charset=windows-1252><p>{GERMAN}".encode("cp1252"), GERMAN),
        (f"<meta charset='iso-8859-1'><p>{GERMAN}".encode("cp1252"), GERMAN),
        (f"<meta http-equiv=Content-Type content='text/html; charset=windows-1251'><p>{RUSSIAN}".encode("cp1251"), RUSSIAN),
        (f"<!-- <meta charset=utf-8> --><meta charset=koi8-r><p>{RUSSIAN}".encode("koi8-r"), RUSSIAN),
        (f"<p>{GERMAN}".encode("utf-16"), GERMAN),
        (f"<html><p>{GERMAN}".encode("utf-16-le"), GERMAN),
        (b"\xfe\xff" + f"<p>{GERMAN}".encode("utf-16-be"), GERMAN),
        (b"\xef\xbb\xbf" + f"<meta charset=windows-1252><p>{GERMAN}".encode(), GERMAN),
        (f"<p>{GERMAN}".encode(), GERMAN),
        (f"<p>{GERMAN}".encode("cp1252"), GERMAN),
        (f"<meta charset=utf-16><p>{GERMAN}".encode(), GERMAN),
        (f"<meta charset=nonsense><p>{GERMAN}".encode(), GERMAN),
        (f"<?xml version='1.0' encoding='windows-1251'?><html><p>{RUSSIAN}</p></html>".encode("cp1251"), RUSSIAN),
        ("<meta charset=shift_jis><p>返品は東京①".encode("cp932"), "返品は東京①"),
    ],
)  # fmt: skip
def test_web_pages_are_decoded_by_mark_then_declaration_then_utf_8(data: bytes, expected: str) -> None:
    assert words(data, "a.html") == expected


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("excel.csv", "Müsli – groß;3,20 €".encode("cp1252"), "Müsli – groß;3,20 €"),
        ("excel.txt", "Größe\tPreis".encode("utf-16-le"), "Größe Preis"),
        ("excel.txt", "Größe\tPreis".encode("utf-16-be"), "Größe Preis"),
        ("a.txt", "Größe".encode("utf-32"), "Größe"),
        ("a.txt", RUSSIAN.encode("cp1251"), RUSSIAN),
        ("a.txt", "返品は五日以内に受付で行ってください。".encode("shift_jis"), "返品は五日以内に受付で行ってください。"),
        ("a.txt", "返品は五日以内に受付で行ってください。".encode("euc_jp"), "返品は五日以内に受付で行ってください。"),
        ("a.txt", "包裹可在五个工作日内退回".encode("gb18030"), "包裹可在五个工作日内退回"),
        ("a.txt", "Zażółć gęślą jaźń w ciągu pięciu dni".encode("cp1250"), "Zażółć gęślą jaźń w ciągu pięciu dni"),
        ("a.txt", "Επιστροφή δεμάτων εντός πέντε".encode("cp1253"), "Επιστροφή δεμάτων εντός πέντε"),
        ("a.xml", '<?xml version="1.0" encoding="ISO-8859-1"?><a>Größe</a>'.encode("latin-1"), '<?xml version="1.0" encoding="ISO-8859-1"?><a>Größe</a>'),
        ("dos.txt", b"RETURNS\r\nfive days\r\n\x1a", "RETURNS five days"),
        ("word.txt", b"E\x1email in five\x1f days", "E-mail in five days"),
        ("a.py", b"<html># not a page", "<html># not a page"),
        ("LICENSE", "© Müller".encode(), "© Müller"),
    ],
)  # fmt: skip
def test_texts_in_the_encodings_of_the_world(name: str, data: bytes, expected: str) -> None:
    assert words(data, name) == expected


FIELD = "/T(a)/Rect[100 690 200 710]/Subtype/Widget"


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("/FT/Tx/V(Ann Smith)", "Applicant: Ann Smith"),
        ("/FT/Ch/V(b)/Opt[[(a)(Red)][(b)(Blue)]]", "Applicant: Blue"),
        ("/FT/Ch/V[(x)(y)]", "Applicant: x y"),
        ("/FT/Tx/V<FEFF0041006E006E>", "Applicant: Ann"),
        ("/FT/Tx/V(secret)/Ff 8192", "Applicant:"),
        ("/FT/Tx/V(hidden)/F 2", "Applicant:"),
        ("/FT/Btn/V/Yes", "Applicant:"),
        ("/FT/Tx", "Applicant:"),
    ],
)
def test_pdf_forms_are_read_with_what_was_filled_in(field: str, expected: str) -> None:
    data = a_pdf(
        SHOWN, more="/AcroForm<</Fields[5 0 R]>>", page=">>/Annots[5 0 R]>>", objects=f"5 0 obj<<{FIELD}{field}>>endobj"
    )
    assert words(data, "a.pdf") == expected


def test_pdf_tells_remarks_and_reads_what_was_typed_onto_the_page() -> None:
    notes = "[<</Subtype/FreeText/Contents(Typed)>><</Subtype/Text/Contents(Remark)>>]"
    found = read(a_pdf(SHOWN, page=f">>/Annots{notes}>>"), "a.pdf")
    assert (found.text.split(), found.left_out_phrases()) == (["Applicant:", "Typed"], ["1 comment"])


def test_a_scan_is_refused_with_what_to_do() -> None:
    image = "5 0 obj<</Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8/Length 1>>stream\nx\nendstream endobj"
    with pytest.raises(UnreadableDocumentError, match=r"only pictures.*OCR.*1 page without text"):
        read(a_pdf("/I Do", page="/XObject<</I 5 0 R>>>>>>", objects=image), "a.pdf")


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.pdf", b"not a pdf", "could not be read as PDF"),
        ("a.docx", b"PK\x03\x04broken", "damaged"),
        ("a.zip", zipped({"a.txt": "x"}), "Unpack it"),
        ("a.docx", docx("<w:p>")[:-40], "damaged"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"), "save it as .docx"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le"), "save it as .xlsx"),
        ("a.ppt", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "PowerPoint Document".encode("utf-16-le"), "save it as .pptx"),
        ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "locked with a password"),
        ("a.txt", b"\x89PNG\r\n\x1a\n", "picture"),
        ("a.pages", zipped({"Index/Document.iwa": "x"}), "Export it to Word"),
        ("a.mp3", b"ID3\x04", "transcript"),
        ("a.csv", bytes(range(1, 32)) * 40, "CSV UTF-8"),
        ("a.html", b"\xff\xfe<\x00p", "encoding that it declares"),
        ("a", b"\x00\x01\x02\x03" * 100, "not supported for retrieval"),
    ],
)  # fmt: skip
def test_what_is_refused_says_what_to_do(name: str, data: bytes, message: str) -> None:
    with pytest.raises(UnreadableDocumentError, match=message):
        read(data, name)


def test_bombs_are_given_up() -> None:
    lol = '<!DOCTYPE w:document [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    with pytest.raises(UnreadableDocumentError):
        read(
            office(
                "word/document.xml", f'{lol}<w:document xmlns:w="{W}"><w:p><w:r><w:t>&b;</w:t></w:r></w:p></w:document>'
            ),
            "a.docx",
        )
    with pytest.raises(UnreadableDocumentError):
        read(docx("<w:sdt>" * 5_000 + "</w:sdt>" * 5_000), "a.docx")
    with pytest.raises(TooMuchError):
        read(zipped({"word/document.xml": " " * 201_000_000}), "a.docx")


MAIL = "From: Ann <ann@example.com>\nTo: Bob\nSubject: =?utf-8?q?R=C3=BCckgabe?=\nMIME-Version: 1.0\n"


@pytest.mark.parametrize(
    ("body", "expected", "left_out"),
    [
        ("Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n\nf=FCnf", "fünf", []),
        ("Content-Type: text/html\n\n<p>Hello <b>you</b><script>x</script>", "Hello you", []),
        ("Content-Transfer-Encoding: base64\n\nSGVsbG8=", "Hello", []),
        ('Content-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain\n\nplain\n--b\nContent-Type: text/html\n\n<p>rich\n--b--', "plain", []),
        ('Content-Type: multipart/mixed; boundary=b\n\n--b\n\ntext\n--b\nContent-Type: application/pdf\nContent-Disposition: attachment; filename="p.pdf"\n\nx\n--b--',
         "text", ["1 attachment (p.pdf)"]),
        ("\nno type", "no type", []),
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["a.eml", "a.txt"])
def test_mails(name: str, body: str, expected: str, left_out: list[str]) -> None:
    found = read((MAIL + body).encode(), name)
    assert found.text.split("\n\n", 1)[0] == "Subject: Rückgabe\nFrom: Ann <ann@example.com>\nTo: Bob"
    assert (found.text.split("\n\n", 1)[1].strip(), found.left_out_phrases()) == (expected, left_out)


def test_books_are_read_in_the_order_of_their_spine() -> None:
    book = '<package><manifest><item id="a" href="one%20a.xhtml"/><item id="b" href="two.xhtml"/></manifest><spine><itemref idref="b"/><itemref idref="a"/></spine></package>'
    data = zipped({
        "mimetype": "application/epub+zip", "META-INF/container.xml": '<container><rootfiles><rootfile full-path="O/b.opf"/></rootfiles></container>',
        "O/b.opf": book, "O/one a.xhtml": "<html><head><title>t</title></head><body>last</body></html>", "O/two.xhtml": "<html><body>first<img/></body></html>",
    })  # fmt: skip
    found = read(data, "a.epub")
    assert (found.text.split(), found.left_out_phrases()) == (["first", "last"], ["1 picture"])


@pytest.mark.parametrize(
    ("rtf", "expected"),
    [
        (r"{\rtf1\ansi Hello\par you}", "Hello you"),
        (r"{\rtf1\ansicpg1252 R\'fcckgabe}", "Rückgabe"),
        (r"{\rtf1\ansicpg1251 \'c2\'ee}", "Во"),
        (r"{\rtf1\uc1 f\u252?nf \u8364\'80}", "fünf €"),
        (r"{\rtf1 {\fonttbl{\f0 Arial;}}{\*\generator X;}{\info{\title no}}text}", "text"),
        (r"{\rtf1 a{\deleted b}{\v c}d}", "ad"),
        (r"{\rtf1 \trowd one\cell two\cell\row three}", "one two three"),
        (r"{\rtf1 {\field{\*\fldinst HYPERLINK x}{\fldrslt link}} end}", "link end"),
        (r"{\rtf1 word{\footnote noted} on}", "word noted on"),
        (r"{\rtf1 {\pict\bin3 {{{} x}", "x"),
        (r"{\rtf1 {\fonttbl{\f1\fcharset204 X;}}\f1 \'c2\'ee}", "Во"),
    ],
)
def test_rich_text(rtf: str, expected: str) -> None:
    assert words(rtf.encode("latin-1"), "a.rtf") == expected
