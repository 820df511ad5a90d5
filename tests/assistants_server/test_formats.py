# ruff: noqa: E501  # the lines are documents
"""What is read out of files that LibreOffice does not make: by part of Word, PDF, web pages, texts and mails."""

from __future__ import annotations

import io
import zipfile

import pytest

from assistants_server.files.text import formats
from assistants_server.files.text.document import Document, TooMuchError, UnreadableDocumentError
from assistants_server.files.text.formats.number_formats import shown

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"
PRESENTATION = "http://schemas.openxmlformats.org/presentationml/2006/main"
SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def zipped(parts: dict[str, str]) -> bytes:
    stored = io.BytesIO()
    with zipfile.ZipFile(stored, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return stored.getvalue()


def rels(**kinds: str) -> str:
    """Relations by id, each as ``kind:target``."""
    items = "".join(
        f'<Relationship Id="{key}" Type="{OFFICE}/{value.partition(":")[0]}" Target="{value.partition(":")[2]}"/>'
        for key, value in kinds.items()
    )
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'<Relationships xmlns="{space}">{items}</Relationships>'


def office(main: str, text: str, parts: dict[str, str] | None = None) -> bytes:
    types = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
    return zipped(
        {"[Content_Types].xml": types, "_rels/.rels": rels(r1=f"officeDocument:{main}"), main: text, **(parts or {})}
    )


def docx(body: str, *, space: str = W, parts: dict[str, str] | None = None) -> bytes:
    text = f'<w:document xmlns:w="{space}" xmlns:r="{OFFICE}" xmlns:mc="{MC}" xmlns:a="{DRAWING}"><w:body>{body}</w:body></w:document>'
    return office("word/document.xml", text, parts)


def run(text: str, properties: str = "") -> str:
    return f'<w:r>{properties}<w:t xml:space="preserve">{text}</w:t></w:r>'


def par(*runs: str) -> str:
    return f"<w:p>{''.join(runs)}</w:p>"


def read(data: bytes, name: str) -> Document:
    return formats.read(data, filename=name)


def words(data: bytes, name: str) -> str:
    return " ".join(read(data, name).text.split())


BOX = f"<w:txbxContent>{par(run('Boxed'))}</w:txbxContent>"
CELL = f"<w:tc>{par(run('Cell'))}</w:tc>"
LIST = '<w:ffData><w:ddList><w:result w:val="1"/><w:listEntry w:val="Red"/><w:listEntry w:val="Blue"/></w:ddList></w:ffData>'
WORD = {
    "an insertion": (par(run("A "), f"<w:ins>{run('new')}</w:ins>"), "A new"),
    "a deletion": (par(run("A "), "<w:del><w:r><w:delText>old</w:delText></w:r></w:del>", run("end")), "A end"),
    "text moved": (par(f"<w:moveFrom>{run('from')}</w:moveFrom><w:moveTo>{run('to')}</w:moveTo>"), "to"),
    "a deleted row": (f"<w:tbl><w:tr><w:trPr><w:del/></w:trPr>{CELL}</w:tr></w:tbl>{par(run('x'))}", "x"),
    "paragraphs joined": ("<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr>" + run("one") + "</w:p>" + par(run("two")), "onetwo"),
    "a control of a row": (f"<w:tbl><w:sdt><w:sdtContent><w:tr>{CELL}</w:tr></w:sdtContent></w:sdt></w:tbl>", "Cell"),
    "a control of a cell": (f"<w:tbl><w:tr><w:sdt><w:sdtContent>{CELL}</w:sdtContent></w:sdt></w:tr></w:tbl>", "Cell"),
    "a control in a line": (par(run("By "), f"<w:sdt><w:sdtContent>{run('Ann')}</w:sdtContent></w:sdt>"), "By Ann"),
    "a box, once": (
        par(f"<w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing>{BOX}</w:drawing></mc:Choice>"
            f"<mc:Fallback><w:pict>{BOX}</w:pict></mc:Fallback></mc:AlternateContent></w:r>"), "Boxed"),
    "a box for old programs only": (
        par(f"<w:r><mc:AlternateContent><mc:Choice Requires='x'/><mc:Fallback><w:pict>{BOX}</w:pict></mc:Fallback>"
            "</mc:AlternateContent></w:r>"), "Boxed"),
    "a table in a table": (f"<w:tbl><w:tr><w:tc><w:tbl><w:tr>{CELL}</w:tr></w:tbl>{par()}</w:tc></w:tr></w:tbl>", "Cell"),
    "a list of an old form": (par(f"<w:r><w:fldChar>{LIST}</w:fldChar></w:r>"), "Blue"),
    "a code of a field": (par("<w:r><w:instrText>PAGE</w:instrText></w:r>", run("7")), "7"),
    "a simple field": (par(f"<w:fldSimple>{run('12 May')}</w:fldSimple>"), "12 May"),
    "a link": (par(f"<w:hyperlink>{run('our site')}</w:hyperlink>"), "our site"),
    "a formula": (par(run("x"), "<m:oMath xmlns:m='http://m'><m:r><m:t>=y</m:t></m:r></m:oMath>"), "x=y"),
    "breaks and signs": (par("<w:r><w:t>a</w:t><w:br/><w:t>b</w:t><w:noBreakHyphen/><w:t>c</w:t><w:tab/><w:t>d</w:t></w:r>"), "a b-c d"),
    "stops of tabs": (par("<w:pPr><w:tabs><w:tab w:val='left'/></w:tabs></w:pPr>", run("x")), "x"),
}  # fmt: skip


@pytest.mark.parametrize("case", WORD)
@pytest.mark.parametrize("space", [W, STRICT], ids=["transitional", "strict"])
def test_word(case: str, space: str) -> None:
    body, expected = WORD[case]
    assert words(docx(body, space=space), "a.docx") == expected


def test_word_reads_notes_headers_and_footers_where_they_are_shown() -> None:
    def part(name: str, text: str) -> str:
        return f'<w:{name} xmlns:w="{W}">{text}</w:{name}>'

    note = f'<w:footnote w:id="-1" w:type="separator">{par(run("no"))}</w:footnote><w:footnote w:id="2">{par(run("noted"))}</w:footnote>'
    section = (
        '<w:sectPr><w:headerReference w:type="default" r:id="h"/><w:headerReference w:type="first" r:id="f"/>'
        '<w:footerReference w:type="default" r:id="b"/></w:sectPr>'
    )
    data = docx(
        par(run("Text"), '<w:r><w:footnoteReference w:id="2"/></w:r>', run(" on"), '<w:r><w:commentReference w:id="1"/></w:r>') + par(run("next")) + section,
        parts={
            "word/_rels/document.xml.rels": rels(h="header:header1.xml", f="header:header2.xml", b="footer:footer1.xml", n="footnotes:footnotes.xml"),
            "word/header1.xml": part("hdr", par(run("Top"))), "word/header2.xml": part("hdr", par(run("unused"))),
            "word/footer1.xml": part("ftr", par(run("Bottom"))), "word/footnotes.xml": part("footnotes", note),
        },
    )  # fmt: skip
    found = read(data, "a.docx")
    assert found.text.split() == ["Top", "Text", "on", "noted", "next", "Bottom"]
    assert found.left_out_phrases() == ["1 comment"]


def test_word_tells_hidden_text_and_pictures() -> None:
    hidden = run("secret", "<w:rPr><w:vanish/></w:rPr>") + run("shown", '<w:rPr><w:vanish w:val="0"/></w:rPr>')
    found = read(docx(par(hidden, "<w:r><w:drawing><a:pic/><a:pic/></w:drawing></w:r>")), "a.docx")
    assert found.text.strip() == "shown"
    assert found.left_out_phrases() == ["1 hidden passage", "2 pictures"]


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


def a_pdf(content: str, *, more: str = "", page: str = "", objects: str = "") -> bytes:
    stream = content.encode("latin-1")
    text = (
        f"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R{more}>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R"
        f"/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>{page}\n"
        f"endobj\n4 0 obj<</Length {len(stream)}>>stream\n"
    ).encode() + stream + f"\nendstream endobj\n{objects}\n".encode()  # fmt: skip
    return text + b"trailer<</Root 1 0 R>>\nstartxref\n0\n%%EOF"


SHOWN = "BT /F 12 Tf 50 700 Td (Applicant:) Tj ET"
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


def a_workbook(rows: str, *, styles: str = "", more: str = "") -> bytes:
    book = f'<workbook xmlns="{SHEET}" xmlns:r="{OFFICE}"><sheets><sheet name="Prices" r:id="s"/><sheet name="No" state="hidden" r:id="t"/></sheets></workbook>'
    strings = f'<sst xmlns="{SHEET}"><si><t>Müsli</t></si><si><r><t>two </t></r><r><t>runs</t></r><rPh><t>no</t></rPh></si></sst>'
    return office("xl/workbook.xml", book, {
        "xl/_rels/workbook.xml.rels": rels(s="worksheet:worksheets/sheet1.xml", t="worksheet:worksheets/sheet2.xml", u="sharedStrings:sharedStrings.xml", v="styles:styles.xml"),
        "xl/sharedStrings.xml": strings, "xl/styles.xml": f'<styleSheet xmlns="{SHEET}">{styles}</styleSheet>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{SHEET}">{more}<sheetData>{rows}</sheetData></worksheet>',
        "xl/worksheets/sheet2.xml": f'<worksheet xmlns="{SHEET}"><sheetData/></worksheet>',
    })  # fmt: skip


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ('<c t="s"><v>0</v></c>', "Müsli"), ('<c t="s"><v>1</v></c>', "two runs"),
        ('<c t="inlineStr"><is><t>in line</t></is></c>', "in line"), ('<c t="str"><f>A1</f><v>computed</v></c>', "computed"),
        ('<c t="b"><v>1</v></c>', "TRUE"), ('<c t="e"><v>#N/A</v></c>', "#N/A"), ("<c><v>3.2000000000000002</v></c>", "3.2"),
        ('<c s="1"><v>46082</v></c>', "2026-03-01"), ('<c s="2"><v>1234.5</v></c>', "1,234.50"), ('<c s="3"><v>0.125</v></c>', "12.50%"),
        ('<c s="4"><v>7</v></c>', "7 pcs"), ('<c t="d"><v>2026-03-01</v></c>', "2026-03-01"),
    ],
)  # fmt: skip
def test_workbooks_are_read_as_they_are_shown(cell: str, expected: str) -> None:
    formats_used = "".join(f'<xf numFmtId="{number}"/>' for number in (0, 14, 4, 10, 170))
    styles = (
        f'<numFmts><numFmt numFmtId="170" formatCode="0&quot; pcs&quot;"/></numFmts><cellXfs>{formats_used}</cellXfs>'
    )
    found = read(a_workbook(f"<row>{cell}</row>", styles=styles), "a.xlsx")
    assert found.text.strip().split("\n") == ["Prices", expected]
    assert found.left_out_phrases() == ["1 hidden sheet"]


def test_workbooks_tell_hidden_rows_and_columns_and_formulas_without_results() -> None:
    rows = (
        '<row hidden="1"><c><v>1</v></c></row><row><c r="A1"><v>2</v></c><c r="B1"><v>3</v></c></row>'
        '<row><c r="A2"><f>B1*2</f></c></row>'
    )
    found = read(a_workbook(rows, more='<cols><col min="2" max="2" hidden="1"/></cols>'), "a.xlsx")
    assert found.text.split() == ["Prices", "2"]
    expected = ["1 formula without a stored result", "1 hidden column", "1 hidden row", "1 hidden sheet"]
    assert found.left_out_phrases() == expected


@pytest.mark.parametrize(
    ("value", "code", "expected"),
    [
        ("1234567.891", "#,##0.0", "1,234,567.9"), ("-5", "0.00;(0.00)", "(5.00)"), ("0.5", "0%", "50%"), ("45000", "dd.mm.yyyy", "15.03.2023"),
        ("0.75", "h:mm AM/PM", "6:00 PM"), ("1.5", "[h]:mm", "36:00"), ("3", '"No. "000', "No. 003"), ("19.9", '[$€-407] #,##0.00', "€ 19.90"),
        ("2.50", "0.##", "2.5"), ("44000", "mmmm yyyy", "June 2020"), ("1E-7", "General", "0.0000001"), ("abc", "0", "abc"),
    ],
)  # fmt: skip
def test_numbers_are_shown_by_their_format(value: str, code: str, expected: str) -> None:
    assert shown(value, code) == expected


def test_presentations_are_read_in_the_order_of_the_slides() -> None:
    def slide(text: str, extra: str = "") -> str:
        return f'<p:sld xmlns:p="{PRESENTATION}" xmlns:a="{DRAWING}"{extra}><p:sp><p:txBody><a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:txBody></p:sp></p:sld>'

    order = "".join(f'<p:sldId id="{number}" r:id="{key}"/>' for number, key in ((256, "b"), (257, "a"), (258, "c")))
    book = (
        f'<p:presentation xmlns:p="{PRESENTATION}" xmlns:r="{OFFICE}"><p:sldIdLst>{order}</p:sldIdLst></p:presentation>'
    )
    notes = f'<p:notes xmlns:p="{PRESENTATION}" xmlns:a="{DRAWING}"><p:sp><p:nvPr><p:ph type="sldNum"/></p:nvPr><a:p><a:t>9</a:t></a:p></p:sp><p:sp><p:nvPr><p:ph type="body"/></p:nvPr><a:p><a:t>said</a:t></a:p></p:sp></p:notes>'
    data = office("ppt/presentation.xml", book, {
        "ppt/_rels/presentation.xml.rels": rels(a="slide:slides/s1.xml", b="slide:slides/s2.xml", c="slide:slides/s3.xml"),
        "ppt/slides/s1.xml": slide("second"), "ppt/slides/s2.xml": slide("first"), "ppt/slides/s3.xml": slide("no", ' show="0"'),
        "ppt/slides/_rels/s2.xml.rels": rels(n="notesSlide:../notesSlides/n1.xml"), "ppt/notesSlides/n1.xml": notes,
    })  # fmt: skip
    found = read(data, "a.pptx")
    assert (found.text.split(), found.left_out_phrases()) == (["first", "said", "second"], ["1 hidden slide"])


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
