# ruff: noqa: E501  # the lines are documents
"""What other programs write: converters, exports of web sites, old and foreign word processors, damaged downloads."""

from __future__ import annotations

from email.message import EmailMessage
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings

from assistants_server.files.text import extraction
from assistants_server.files.text.document import UnreadableDocumentError
from tests.assistants_server.documents import SHOWN, a_pdf, docx, par, read, rels, run, words, zipped

CASES = Path(settings.BASE_DIR).parent / "shared" / "cases"
PAGE = "<html><body><h1>Returns</h1><p>Parcels come back within five days.</body></html>"
GERMAN, RUSSIAN = "Rückgabe für fünf €", "Возврат посылок возможен"
MHT = f"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=b\n\n--b\nContent-Type: text/html; charset=utf-8\n\n{PAGE}\n--b--\n"


def with_chunk(name: str, text: str) -> bytes:
    related = {"word/_rels/document.xml.rels": rels(c=f"aFChunk:{name}"), f"word/{name}": text}
    return docx(par(run("Before")) + '<w:altChunk r:id="c"/>', parts=related)


@pytest.mark.parametrize(
    ("name", "text"), [("a.html", PAGE), ("a.mht", MHT), ("a.rtf", r"{\rtf1 Parcels come back within five days.}")]
)
def test_a_word_document_made_by_a_converter_holds_a_page(name: str, text: str) -> None:
    assert "Parcels come back within five days." in words(with_chunk(name, text), "a.docx")


def test_a_document_inside_that_cannot_be_read_is_told() -> None:
    found = read(with_chunk("a.bin", "GIF89a"), "a.docx")
    assert (found.text.split(), found.left_out_phrases()) == (["Before"], ["1 embedded document"])


def test_a_word_across_the_page_is_read() -> None:
    mark = '<w:r><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:textpath string="DRAFT ONLY"/></v:shape></w:pict></w:r>'
    assert words(docx(par(mark, run("Text"))), "a.docx") == "DRAFT ONLY Text"


def test_parts_named_as_windows_names_files() -> None:
    data = docx(par(run("Parcels")))
    assert words(data.replace(b"word/document.xml", b"word\\document.xml"), "a.docx") == "Parcels"


WORD_PROCESSORS = {
    "smart tags": (par("<w:smartTag><w:smartTag>" + run("Rome") + "</w:smartTag></w:smartTag>"), "Rome"),
    "custom markup": ("<w:customXml>" + par(run("Rome")) + "</w:customXml>", "Rome"),
    "text from right to left": (par("<w:bdo w:val='rtl'>" + run("Rome") + "</w:bdo>"), "Rome"),
    "a ruby": (par("<w:r><w:ruby><w:rt>" + run("とうきょう") + "</w:rt><w:rubyBase>" + run("東京") + "</w:rubyBase></w:ruby></w:r>"), "東京(とうきょう)"),
    "a soft hyphen": (par("<w:r><w:t>Rück</w:t><w:softHyphen/><w:t>gabe</w:t></w:r>"), "Rückgabe"),
    "a field in a field": (par("<w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText>IF </w:instrText></w:r><w:r><w:fldChar w:fldCharType='separate'/></w:r>" + run("five") + "<w:r><w:fldChar w:fldCharType='end'/></w:r>"), "five"),
    "a tick box": (par("<w:sdt><w:sdtPr/><w:sdtContent>" + run("☒") + "</w:sdtContent></w:sdt>", run(" Yes")), "☒ Yes"),
    "a repeated section": ("<w:sdt><w:sdtContent><w:sdt><w:sdtContent>" + par(run("a")) + "</w:sdtContent></w:sdt><w:sdt><w:sdtContent>" + par(run("b")) + "</w:sdtContent></w:sdt></w:sdtContent></w:sdt>", "a b"),
    "an insertion in a deletion": (par("<w:ins><w:del><w:r><w:delText>x</w:delText></w:r></w:del>" + run("y") + "</w:ins>"), "y"),
    "a table in a control": ("<w:sdt><w:sdtContent><w:tbl><w:tr><w:tc>" + par(run("Fee")) + "</w:tc><w:tc>" + par(run("20")) + "</w:tc></w:tr></w:tbl></w:sdtContent></w:sdt>", "Fee 20"),
}  # fmt: skip


@pytest.mark.parametrize("case", WORD_PROCESSORS)
def test_what_word_processors_write(case: str) -> None:
    body, expected = WORD_PROCESSORS[case]
    assert words(docx(body), "a.docx") == expected


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("report.doc", PAGE.encode(), "Returns Parcels come back within five days."),
        ("report.xls", b"<table><tr><td>Fee<td>20</table>", "Fee 20"),
        ("report.xls", b"Fee\t20\r\nTax\t4\r\n", "Fee 20 Tax 4"),
        ("letter.doc", rb"{\rtf1\ansi Parcels}", "Parcels"),
        ("page.doc", MHT.encode(), "Returns Parcels come back within five days."),
        ("a.svg", b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'><text>Loading dock</text></svg>", "Loading dock"),
        ("a.rtf", rb"{\rtf1\mac R\'9fckgabe}", "Rückgabe"),
        ("a.rtf", rb"{\rtf1\pc R\'81ckgabe}", "Rückgabe"),
        ("a.rtf", rb"{\rtf1\ansi\deff0{\fonttbl{\f0\fcharset204 Arial;}}\'c2\'ee\'e7\'e2\'f0\'e0\'f2}", "Возврат"),
        ("a.rtf", rb"{\rtf1\ansi\uc1 caf\u233?\u-10179?\u-8704?}", "café😀"),
        ("a.rtf", rb"{\rtf1 {\field{\*\fldinst HYPERLINK x}{\fldrslt our site}}{\v hidden}}", "our site"),
    ],
)  # fmt: skip
def test_files_are_what_their_bytes_are(name: str, data: bytes, expected: str) -> None:
    assert words(data, name) == expected


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.xml", b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>', "In Excel, save it as .xlsx"),
        ("a.doc", b'<?xml version="1.0"?><?mso-application progid="Word.Document"?><w:wordDocument/>', "In Word, save it as .docx"),
        ("a.gdoc", b'{"doc_id": "x", "email": "ann@example.com"}', "only a link to a Google document"),
        ("a.webarchive", b"bplist00\xd1", "Safari web archive"),
        ("a.vsdx", zipped({"[Content_Types].xml": "<Types/>", "_rels/.rels": rels(r="document:visio/document.xml"), "visio/document.xml": "<x/>"}), "not supported"),
        ("a.docx", b"<html><body>Sign in</body></html>", "could not be read as a Word document"),
        ("a.docx", b"%PDF-1.4 broken", "could not be read as PDF"),
        ("a.epub", zipped({"mimetype": "application/epub+zip", "META-INF/encryption.xml": "<e><EncryptionMethod Algorithm='http://www.w3.org/2001/04/xmlenc#aes128-cbc'/></e>"}), "locked"),
        ("a.odt", zipped({"mimetype": "application/vnd.oasis.opendocument.text", "META-INF/manifest.xml": "<m><encryption-data/></m>", "content.xml": "x"}), "locked with a password"),
        ("a.txt", b"", "no text"),
        ("a.docx", b"", "could not be read"),
        ("a.html", b"<html><script>x()</script></html>", "no text"),
    ],
)  # fmt: skip
def test_what_is_not_read_says_the_next_step(name: str, data: bytes, message: str) -> None:
    with pytest.raises(UnreadableDocumentError, match=message):
        read(data, name)


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("a.txt", f"{RUSSIAN}\r\n".encode("utf-16-le"), RUSSIAN),
        ("a.txt", f"{RUSSIAN}\n".encode("utf-16-be"), RUSSIAN),
        ("a.txt", "包裹可在五个工作日内退回\r\n请联系柜台\r\n".encode("utf-16-le"), "包裹可在五个工作日内退回 请联系柜台"),
        ("a.txt", "返品は五日以内に\n受付で".encode("utf-16-be"), "返品は五日以内に 受付で"),
        ("a.csv", "Müsli;3,20\r\n".encode("utf-16"), "Müsli;3,20"),
        ("a.txt", "返品は五日以内に受付で".encode("iso2022_jp"), "返品は五日以内に受付で"),
        ("a.txt", RUSSIAN.encode("koi8-r"), RUSSIAN),
        ("a.txt", "Zwróć paczkę w ciągu pięciu dni, źle".encode("iso-8859-2"), "Zwróć paczkę w ciągu pięciu dni, źle"),
        ("a.txt", "소포는 오일 안에 반송됩니다".encode("cp949"), "소포는 오일 안에 반송됩니다"),
        ("a.txt", "包裹可以在五個工作日內退回".encode("big5"), "包裹可以在五個工作日內退回"),
        ("a.html", f"<meta charset=utf-7><p>{GERMAN}".encode(), GERMAN),
        ("a.html", f"<META HTTP-EQUIV='content-type' CONTENT='text/html;charset=iso-8859-15'><p>{GERMAN}".encode("iso-8859-15"), GERMAN),
        ("a.html", b"<!doctype html><title>t</title><p>Desk<noscript>switch on</noscript><template>x</template><p>Parcels<p>days", "Desk Parcels days"),
        ("a.txt", b"five\x00 days and\x1a", "five days and"),
    ],
)  # fmt: skip
def test_texts_of_many_systems(name: str, data: bytes, expected: str) -> None:
    assert words(data, name) == expected


def test_a_text_that_was_cut_in_a_letter_is_read_and_tells_it() -> None:
    found = read(f"{RUSSIAN} {RUSSIAN}".encode()[:-1], "a.txt")
    assert found.text.startswith(RUSSIAN)
    assert found.left_out_phrases() == ["1 character that could not be read"]
    # It is so too on the shorter way that plain texts take.
    file = BytesIO(found.text.encode())
    assert extraction._plain(file, ".txt") is not None


def a_mail(**headers: str) -> EmailMessage:
    mail = EmailMessage()
    for name, value in headers.items():
        mail[name] = value
    return mail


def test_a_forwarded_mail_is_read_with_the_one_in_it() -> None:
    inner, outer = a_mail(Subject="Rückgabe", From="ann@example.com"), a_mail(Subject="Fwd", To="bob@example.com")
    inner.set_content("Fünf Tage", cte="quoted-printable", charset="iso-8859-1")
    outer.set_content("See below", cte="base64")
    outer.add_attachment(inner)
    assert words(outer.as_bytes(), "a.eml").split() == (
        [
            "Subject:",
            "Fwd",
            "To:",
            "bob@example.com",
            "See",
            "below",
            "Subject:",
            "Rückgabe",
            "From:",
            "ann@example.com",
            "Fünf",
            "Tage",
        ]
    )


def test_a_mail_whose_plain_text_only_points_to_the_page_is_read_as_the_page() -> None:
    mail = a_mail(Subject="News")
    mail.set_content("View this mail in a browser.")
    mail.add_alternative(
        "<p>Parcels come back within five days, says the desk; bring the slip and the box.", subtype="html"
    )
    assert "bring the slip" in words(mail.as_bytes(), "a.eml")


@pytest.mark.parametrize("sender", ["<", "a@b, <c", "=?utf-8?q?J=C3=B6rg?= <j@x.de>", "undisclosed-recipients:;"])
def test_a_mail_with_odd_addresses_is_read(sender: str) -> None:
    data = f"From: {sender}\nTo: x\nSubject: Desk\nDate: never\n\nFive days"
    assert "Five days" in words(data.encode(), "a.eml")


def test_a_pdf_that_does_not_say_its_letters_is_refused_with_what_to_do() -> None:
    cmap = "/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <00> <ff> endcodespacerange 1 beginbfrange <00> <ff> <e000> endbfrange endcmap end"
    data = a_pdf(SHOWN, objects=f"6 0 obj<</Length {len(cmap)}>>stream\n{cmap}\nendstream endobj", page=">>")
    data = data.replace(b"/BaseFont/Helvetica", b"/BaseFont/Helvetica/ToUnicode 6 0 R", 1)
    with pytest.raises(UnreadableDocumentError, match="which letters its shapes are"):
        read(data, "a.pdf")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("01-text-left-out-silently/google-table.docx", "Shipping rates Country Rate Norway Ninety Iceland Hundred Rates hold until June."),
        ("01-text-left-out-silently/nested-table.docx", "Outer Innermost Seventeen"),
        ("01-text-left-out-silently/text-box.docx", "Opening page. Emergency line: extension fortyseven. Closing page."),
        ("01-text-left-out-silently/tracked.docx", "Notice period: twentyfour months. Arbitration takes place in Vienna. End of terms."),
        ("03-html-head-left-open/page.html", "Returns desk Parcels come back within five days."),
        ("04-html-declared-charset/cp1252.html", "Rückgabe innerhalb fünf Tagen, 20 € Gebühr"),
        ("10-text-not-utf8/dos-end-mark.txt", "RETURNS POLICY five days"),
        ("10-text-not-utf8/excel.csv", "Artikel;Preis Müsli – groß;3,20 €"),
        ("14-office-files/slides.pptx", "Returns Within five days"),
    ],
)  # fmt: skip
def test_reported_files(name: str, expected: str) -> None:
    path = CASES / name
    if not path.exists():
        pytest.skip("the reported files are not beside this clone")
    assert words(path.read_bytes(), path.name) == expected
