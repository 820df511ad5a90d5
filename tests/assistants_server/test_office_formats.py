# ruff: noqa: E501  # the lines are documents
"""Word, Excel and PowerPoint: what is read of each part, and what is told of the rest."""

from __future__ import annotations

import pytest

from assistants_server.files.text.formats.number_formats import shown
from tests.assistants_server.documents import DRAWING, OFFICE, W, docx, office, par, read, rels, run, words, zipped

STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
PRESENTATION = "http://schemas.openxmlformats.org/presentationml/2006/main"
SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


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


def a_workbook(rows: str, *, styles: str = "", more: str = "", after: str = "") -> bytes:
    book = f'<workbook xmlns="{SHEET}" xmlns:r="{OFFICE}"><sheets><sheet name="Prices" r:id="s"/><sheet name="No" state="hidden" r:id="t"/></sheets></workbook>'
    strings = f'<sst xmlns="{SHEET}"><si><t>Müsli</t></si><si><r><t>two </t></r><r><t>runs</t></r><rPh><t>no</t></rPh></si></sst>'
    return office("xl/workbook.xml", book, {
        "xl/_rels/workbook.xml.rels": rels(s="worksheet:worksheets/sheet1.xml", t="worksheet:worksheets/sheet2.xml", u="sharedStrings:sharedStrings.xml", v="styles:styles.xml"),
        "xl/sharedStrings.xml": strings, "xl/styles.xml": f'<styleSheet xmlns="{SHEET}">{styles}</styleSheet>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{SHEET}">{more}<sheetData>{rows}</sheetData>{after}</worksheet>',
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


@pytest.mark.parametrize(
    ("header", "expected"),
    [("&amp;C&amp;&quot;Arial,Bold&quot;&amp;14Valid until May", "Valid until May"), ("&amp;LTerms &amp;&amp; fees&amp;RPage &amp;P of &amp;N", "Terms & fees"), ("&amp;C&amp;P", ""), ("&amp;A", "")],
)  # fmt: skip
def test_what_is_printed_above_a_sheet_is_read_without_its_fields(header: str, expected: str) -> None:
    data = a_workbook(
        "<row><c><v>1</v></c></row>", after=f"<headerFooter><oddHeader>{header}</oddHeader></headerFooter>"
    )
    assert words(data, "a.xlsx") == f"Prices 1 {expected}".strip()


def test_signs_that_excel_writes_by_their_number_are_read() -> None:
    data = a_workbook(
        '<row><c t="inlineStr"><is><t>fee_x000D_\n_x005F_x0041_</t></is></c><c t="str"><v>a_x0009_b</v></c></row>'
    )
    assert words(data, "a.xlsx") == "Prices fee _x0041_ a b"


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


def test_a_presentation_tells_what_is_hidden_and_reads_its_formulas() -> None:
    half = '<m:oMath xmlns:m="m"><m:f><m:num><m:r><m:t>1</m:t></m:r></m:num><m:den><m:r><m:t>2</m:t></m:r></m:den></m:f></m:oMath>'
    hidden = '<p:sp><p:nvSpPr><p:cNvPr hidden="1"/></p:nvSpPr><p:txBody><a:p><a:r><a:t>secret</a:t></a:r></a:p></p:txBody></p:sp>'
    shown_shape = f"<p:sp><p:txBody><a:p><a:r><a:t>half is </a:t></a:r><m>{half}</m></a:p></p:txBody></p:sp>"
    slide = f'<p:sld xmlns:p="{PRESENTATION}" xmlns:a="{DRAWING}">{hidden}{shown_shape}</p:sld>'
    book = f'<p:presentation xmlns:p="{PRESENTATION}" xmlns:r="{OFFICE}"><p:sldIdLst><p:sldId id="256" r:id="a"/></p:sldIdLst></p:presentation>'
    parts = {"ppt/_rels/presentation.xml.rels": rels(a="slide:slides/s1.xml"), "ppt/slides/s1.xml": slide}
    found = read(office("ppt/presentation.xml", book, parts), "a.pptx")
    assert (" ".join(found.text.split()), found.left_out_phrases()) == ("half is 1/2", ["1 hidden passage"])


def test_cells_of_opendocument_without_a_text_show_their_value() -> None:
    space = 'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="t" xmlns:text="x"'
    cells = '<table:table-cell office:value-type="float" office:value="17"/><table:table-cell office:value-type="date" office:date-value="2026-03-01"/><table:table-cell office:value-type="float" office:value="5"><text:p>five</text:p></table:table-cell>'
    content = f'<office:document-content {space}><office:body><office:spreadsheet><table:table table:name="S"><table:table-row>{cells}</table:table-row></table:table></office:spreadsheet></office:body></office:document-content>'
    data = zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": content})
    assert words(data, "a.ods") == "S 17 2026-03-01 five"
