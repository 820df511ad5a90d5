# ruff: noqa: E501  # the lines are documents
"""What other programs write: converters, exports of web sites, old and foreign word processors, damaged downloads."""

from __future__ import annotations

from email.message import EmailMessage
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfWriter

from assistants_server.files.text import extraction
from assistants_server.files.text.document import UnreadableDocumentError
from tests.assistants_server.documents import SHOWN, W, a_pdf, docx, par, read, rels, run, words, zipped

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
    "a button": (par("<w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText> MACROBUTTON x Click</w:instrText></w:r><w:r><w:fldChar w:fldCharType='end'/></w:r>", run(" it")), "Click it"),
    "a button with a result": (par("<w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText> MACROBUTTON x Click</w:instrText></w:r><w:r><w:fldChar w:fldCharType='separate'/></w:r>" + run("Click") + "<w:r><w:fldChar w:fldCharType='end'/></w:r>", run(" it")), "Click it"),
    "a field in a field": (par("<w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText>IF </w:instrText></w:r><w:r><w:fldChar w:fldCharType='separate'/></w:r>" + run("five") + "<w:r><w:fldChar w:fldCharType='end'/></w:r>"), "five"),
    "a tick box": (par("<w:sdt><w:sdtPr/><w:sdtContent>" + run("☒") + "</w:sdtContent></w:sdt>", run(" Yes")), "☒ Yes"),
    "a repeated section": ("<w:sdt><w:sdtContent><w:sdt><w:sdtContent>" + par(run("a")) + "</w:sdtContent></w:sdt><w:sdt><w:sdtContent>" + par(run("b")) + "</w:sdtContent></w:sdt></w:sdtContent></w:sdt>", "a b"),
    "an insertion in a deletion": (par("<w:ins><w:del><w:r><w:delText>x</w:delText></w:r></w:del>" + run("y") + "</w:ins>"), "y"),
    "a deleted cell": ("<w:tbl><w:tr><w:tc><w:tcPr><w:cellDel/></w:tcPr>" + par(run("gone")) + "</w:tc><w:tc>" + par(run("kept")) + "</w:tc></w:tr></w:tbl>", "kept"),
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
        ("a.html", b"<html><div id=root></div><script>x()</script></html>", "The page holds no text; .* print it to PDF"),
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
        ("a.txt", "Rückgabe für größere Pakete, Müsli".encode("mac-roman"), "Rückgabe für größere Pakete, Müsli"),
        ("a.csv", "Müller;Straße\r".encode("mac-roman"), "Müller;Straße"),
        ("a.txt", "El niño comió piñas; ¿cuánto costará?".encode("mac-roman"), "El niño comió piñas; ¿cuánto costará?"),
        ("a.txt", "L'été, où ça coûte; élève".encode("mac-roman"), "L'été, où ça coûte; élève"),
        ("a.txt", "Rückgabe für größere Pakete".encode("cp850"), "Rückgabe für größere Pakete"),
        ("a.txt", "El niño comió piñas".encode("cp437"), "El niño comió piñas"),
        ("a.txt", "Zwróć paczkę w ciągu pięciu dni".encode("cp852"), "Zwróć paczkę w ciągu pięciu dni"),
        ("a.txt", "20 € Gebühr für Rückgabe".encode("iso-8859-15"), "20 € Gebühr für Rückgabe"),
        ("a.csv", b"Item,Price\nTea,\xa33\n", "Item,Price Tea,£3"),
        ("a.txt", "It’s “quoted” — a naïve café… résumé, 3 £".encode("cp1252"), "It’s “quoted” — a naïve café… résumé, 3 £"),
        ("a.txt", GERMAN.encode("utf-16") + b"\n", GERMAN),
        ("a.html", "<meta charset=x-mac-roman><p>für".encode("mac-roman"), "für"),
        ("a.html", f"<meta charset=x-cp1251><p>{RUSSIAN}".encode("cp1251"), RUSSIAN),
        ("a.html", "<meta charset=iso88599><p>İade ğ".encode("cp1254"), "İade ğ"),
        ("a.html", "<meta charset=l1><p>20 €".encode("cp1252"), "20 €"),
        ("a.html", "<meta charset=chinese><p>退回㐀".encode("gb18030"), "退回㐀"),
        ("a.xhtml", b"<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'><body><p>if <![CDATA[a < b]]></p></body></html>", "if a < b"),
        ("a.eml", "From: a@b\nSubject: Rückgabe\nContent-Type: text/plain; charset=iso-8859-1\n\nFünf".encode("latin-1"), "Subject: Rückgabe From: a@b Fünf"),
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


HALF = "<m:f><m:num><m:r><m:t>1</m:t></m:r></m:num><m:den><m:r><m:t>2</m:t></m:r></m:den></m:f>"
POWER = "<m:sSup><m:e><m:r><m:t>y</m:t></m:r></m:e><m:sup><m:r><m:t>n+1</m:t></m:r></m:sup></m:sSup>"
SUM = '<m:nary><m:naryPr><m:chr m:val="∑"/></m:naryPr><m:sub><m:r><m:t>i</m:t></m:r></m:sub><m:sup><m:r><m:t>n</m:t></m:r></m:sup><m:e><m:r><m:t>x</m:t></m:r></m:e></m:nary>'
ROOT = "<m:rad><m:deg/><m:e><m:d><m:e><m:r><m:t>z</m:t></m:r></m:e></m:d></m:e></m:rad>"
GONE = "<w:del><m:r><m:t>old</m:t></m:r></w:del>"


def formula(inner: str) -> str:
    return par(run("3"), f"<m:oMath xmlns:m='m'>{inner}</m:oMath>")


@pytest.mark.parametrize(
    ("inner", "expected"),
    [(HALF, "3 1/2"), (f"<m:r><m:t>3</m:t></m:r>{HALF}<m:r><m:t>x</m:t></m:r>", "3 3 1/2 x"), (POWER, "3 y^(n+1)"), (SUM, "3∑_i^n x"), (ROOT, "3√((z))"), (GONE + HALF, "3 1/2")],
)  # fmt: skip
def test_a_formula_of_word_is_read_on_one_line(inner: str, expected: str) -> None:
    assert words(docx(formula(inner)), "a.docx") == expected


MATHML = "<mrow><mi>x</mi><mo>=</mo><mfrac><mn>1</mn><mrow><mn>2</mn><mi>a</mi></mrow></mfrac><msqrt><mi>b</mi></msqrt><msub><mi>c</mi><mn>0</mn></msub></mrow>"


def test_a_formula_of_a_page_and_of_opendocument_is_read_on_one_line() -> None:
    page = f"<p>So <math><semantics>{MATHML}<annotation>none</annotation></semantics></math> holds"
    assert words(page.encode(), "a.html") == "So x=1/2a√(b)c_0 holds"
    space = (
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="t" xmlns:draw="d" xmlns:xlink="x"'
    )
    body = '<text:p>So<draw:frame><draw:object xlink:href="./Object 1"/></draw:frame></text:p>'
    content = f"<office:document-content {space}><office:body><office:text>{body}</office:text></office:body></office:document-content>"
    parts = {"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": content, "Object 1/content.xml": f'<math xmlns="m">{MATHML}</math>'}  # fmt: skip
    assert words(zipped(parts), "a.odt") == "So x=1/2a√(b)c_0"


def test_a_formula_that_is_nested_without_end_is_read() -> None:
    page = "<math>" + "<mrow>" * 5_000 + "x"
    assert words(f"a {page}".encode(), "a.html").startswith("a")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (rb"{\rtf1 x={\mmath{\*\moMath{\mf{\mfPr{\mctrlPr\f34}}{\mnum{\mr 1}}{\mden{\mr\mscr0 {\f34 2}}}}{\mr \u945 ?+y}}}{\mmathPict{\pict 00}} end}", "x=1/2 α+y end"),
        (rb"{\rtf1 {\field{\*\fldinst FORMDROPDOWN {\*\formfield{\fftype2\ffres1{\*\ffl Red}{\*\ffl Blue}}}}{\fldrslt }} car}", "Blue car"),
        (rb"{\rtf1 {\field{\*\fldinst FORMDROPDOWN {\*\formfield{\fftype2\ffres1{\*\ffl Red}{\*\ffl Blue}}}}{\fldrslt Blue}} car}", "Blue car"),
        (rb"{\rtf1 {\field{\*\fldinst FORMCHECKBOX {\*\formfield{\fftype1\ffres25\ffdefres1}}}{\fldrslt }} Yes}", "☒ Yes"),
        (rb"{\rtf1 {\field{\*\fldinst FORMCHECKBOX {\*\formfield{\fftype1\ffres0}}}{\fldrslt }} Yes}", "☐ Yes"),
        (b"{\\rtf1 a {\\*\\moMath" + b"{\\me" * 5_000, "a"),
    ],
)  # fmt: skip
def test_formulas_and_forms_of_rich_text(text: bytes, expected: str) -> None:
    assert words(text, "a.rtf") == expected


def test_a_word_that_a_line_of_a_pdf_tore_apart_is_whole_and_remarks_are_told() -> None:
    marks = "5 0 obj<</Subtype/Highlight/Rect[0 0 9 9]/Contents(why?)>>endobj 6 0 obj<</Subtype/Highlight/Rect[0 0 9 9]>>endobj"
    found = read(a_pdf("BT /F 12 Tf 50 700 Td (Rueck-) Tj 0 -14 Td (gabe now) Tj ET", page=">>/Annots[5 0 R 6 0 R]>>", objects=marks), "a.pdf")  # fmt: skip
    assert (found.text.split(), found.left_out_phrases()) == (["Rueckgabe", "now"], ["1 comment"])


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


def cell(text: str) -> str:
    return f"<w:tc>{par(run(text))}</w:tc>"


def table_row(*texts: str) -> str:
    return f"<w:tr>{''.join(map(cell, texts))}</w:tr>"


def control(content: str) -> str:
    return f"<w:sdt><w:sdtPr/><w:sdtContent>{content}</w:sdtContent></w:sdt>"


BOX = f'<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><w:txbxContent>{par(run("Call 47."))}</w:txbxContent></w:drawing></mc:Choice></mc:AlternateContent></w:r>'
FORM = '<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:textInput/></w:ffData></w:fldChar></w:r><w:r><w:instrText> FORMTEXT </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>'
NOTED = {
    "word/_rels/document.xml.rels": rels(n="footnotes:footnotes.xml"),
    "word/footnotes.xml": f'<w:footnotes xmlns:w="{W}"><w:footnote w:id="2">{par(run("Or six."))}</w:footnote></w:footnotes>',
}
# What people reported, each made anew in the shape that it had.
REPORTED: dict[str, tuple[str, bytes, str]] = {
    "tracked changes": ("a.docx", docx(par(run("Notice: "), "<w:del><w:r><w:delText>three</w:delText></w:r></w:del>", f"<w:ins>{run('nine')}</w:ins>", run(" months."))), "Notice: nine months."),
    "a table of Google Docs": ("a.docx", docx(par(run("Rates")) + control(f"<w:tbl>{table_row('Country', 'Rate')}{control(table_row('Norway', '90'))}</w:tbl>")), "Rates Country Rate Norway 90"),
    "a row of Google Docs": ("a.docx", docx(f"<w:tbl>{table_row('Country', 'Rate')}{control(table_row('Norway', '90'))}</w:tbl>"), "Country Rate Norway 90"),
    "a form field and a control": ("a.docx", docx(par(run("Contact: "), FORM, run("Ann"), '<w:r><w:fldChar w:fldCharType="end"/></w:r>') + control(par(run("Floor 3")))), "Contact: Ann Floor 3"),
    "a text box": ("a.docx", docx(par(run("Opening.")) + par(BOX) + par(run("Closing."))), "Opening. Call 47. Closing."),
    "nothing but a text box": ("a.docx", docx(par(BOX)), "Call 47."),
    "a table in a table": ("a.docx", docx(f"<w:tbl><w:tr><w:tc>{par(run('Outer'))}<w:tbl>{table_row('Inner', '17')}</w:tbl>{par()}</w:tc></w:tr></w:tbl>"), "Outer Inner 17"),
    "a footnote": ("a.docx", docx(par(run("Five days."), '<w:r><w:footnoteReference w:id="2"/></w:r>'), parts=NOTED), "Five days. Or six."),
    "a filled form": ("a.pdf", a_pdf(SHOWN, more="/AcroForm<</Fields[5 0 R]>>", page=">>/Annots[5 0 R]>>", objects="5 0 obj<</T(a)/Rect[100 690 200 710]/Subtype/Widget/FT/Tx/V(Ann)>>endobj"), "Applicant: Ann"),
    "a head left open": ("a.html", b"<!doctype html><html><head><meta charset=utf-8><title>t</title><h1>Desk</h1><p>Five days.", "Desk Five days."),
    "a page in the encoding of Windows": ("a.html", f"<html><head><meta http-equiv=Content-Type content='text/html; charset=windows-1252'></head><p>{GERMAN}".encode("cp1252"), GERMAN),
    "a page in Cyrillic": ("a.html", f"<meta charset=windows-1251><p>{RUSSIAN}".encode("cp1251"), RUSSIAN),
    "a page in UTF-16": ("a.html", f"<p>{GERMAN}".encode("utf-16"), GERMAN),
    "a table of Excel": ("a.csv", f"Artikel;{GERMAN}".encode("cp1252"), f"Artikel;{GERMAN}"),
    "a table of Excel in Unicode without a mark": ("a.csv", "Größe\t3\r\n".encode("utf-16-le"), "Größe 3"),
    "XML that declares its encoding": ("a.xml", "<?xml version='1.0' encoding='iso-8859-1'?><a>Größe</a>".encode("latin-1"), "<?xml version='1.0' encoding='iso-8859-1'?><a>Größe</a>"),
    "the end mark of DOS": ("a.txt", b"RETURNS\r\nfive days\x1a", "RETURNS five days"),
    "Word's hard hyphen": ("a.txt", b"E\x1email", "E-mail"),
}  # fmt: skip


@pytest.mark.parametrize("case", REPORTED)
def test_reported_files(case: str) -> None:
    name, data, expected = REPORTED[case]
    found = read(data, name)
    assert (" ".join(found.text.split()), found.left_out_phrases()) == (expected, [])


@pytest.mark.parametrize(("password", "is_read"), [("secret", False), ("", True)])
def test_a_locked_pdf_is_called_locked_and_one_that_only_forbids_printing_is_read(password: str, is_read: bool) -> None:
    writer = PdfWriter(clone_from=Path(__file__).parent / "corpus" / "text-plain.pdf")
    writer.encrypt(user_password=password, owner_password="owner", algorithm="RC4-128")
    stored = BytesIO()
    writer.write(stored)
    if is_read:
        assert "plainword17" in words(stored.getvalue(), "a.pdf")
        return
    with pytest.raises(UnreadableDocumentError, match=r"locked with a password\. Save it without the password"):
        read(stored.getvalue(), "a.pdf")
