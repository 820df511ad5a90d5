# ruff: noqa: E501  # the lines are documents
"""What documents show because of styles: numbers of lists and headings, signs of symbol fonts; and what styles hide."""

from __future__ import annotations

import pytest

from assistants_server.files.text.formats import numbers
from tests.assistants_server.documents import DRAWING, OFFICE, W, docx, office, par, read, rels, run, words, zipped

LEVELS = (
    '<w:abstractNum w:abstractNumId="7"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:pStyle w:val="Clause"/><w:lvlText w:val="%1."/></w:lvl>'
    '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1.%2"/></w:lvl>'
    '<w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="(%3)"/></w:lvl></w:abstractNum>'
    '<w:abstractNum w:abstractNumId="8"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/><w:lvlText w:val="\uf0b7"/></w:lvl></w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="8"/></w:num>'
    '<w:num w:numId="3"><w:abstractNumId w:val="7"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride></w:num>'
)
STYLES = (
    '<w:style w:styleId="Clause"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    '<w:style w:styleId="Own"><w:basedOn w:val="Clause"/></w:style>'
    '<w:style w:styleId="Secret"><w:rPr><w:vanish/></w:rPr></w:style><w:style w:styleId="Circle"><w:basedOn w:val="Circle"/></w:style>'
    '<w:style w:styleId="Inner"><w:basedOn w:val="Secret"/></w:style>'
    '<w:style w:styleId="Open"><w:basedOn w:val="Secret"/><w:rPr><w:vanish w:val="0"/></w:rPr></w:style>'
)


def styled(body: str) -> bytes:
    parts = {
        "word/_rels/document.xml.rels": rels(s="styles:styles.xml", n="numbering:numbering.xml"),
        "word/styles.xml": f'<w:styles xmlns:w="{W}">{STYLES}</w:styles>',
        "word/numbering.xml": f'<w:numbering xmlns:w="{W}">{LEVELS}</w:numbering>',
    }
    return docx(body, parts=parts)


def item(text: str, number: int = 1, level: int = 0) -> str:
    return par(f'<w:pPr><w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr></w:pPr>', run(text))


def of_style(style: str, text: str) -> str:
    return par(f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>', run(text))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (item("a") + item("b"), "1. a 2. b"),
        (item("a") + item("b", level=1) + item("c", level=1) + item("d") + item("e", level=1), "1. a 1.1 b 1.2 c 2. d 2.1 e"),
        (item("a") + item("b", level=1) + item("c", level=2) + item("d", level=2), "1. a 1.1 b (a) c (b) d"),
        (item("a") + item("b", number=3) + item("c", number=3), "1. a 5. b 6. c"),
        (item("a", number=2) + item("b", number=9) + item("c", level=8), "a b c"),
        (of_style("Clause", "a") + of_style("Own", "b") + of_style("Circle", "c"), "1. a 2. b c"),
        (of_style("Clause", "a") + par('<w:pPr><w:pStyle w:val="Clause"/><w:numPr><w:numId w:val="0"/></w:numPr></w:pPr>', run("b")), "1. a b"),
        (item("a") + of_style("Secret", "x") + of_style("Inner", "y") + of_style("Open", "z") + item("b"), "1. a z 2. b"),
        (par(run("x", '<w:rPr><w:rStyle w:val="Secret"/></w:rPr>'), run("y", '<w:rPr><w:rStyle w:val="Secret"/><w:vanish w:val="0"/></w:rPr>')), "y"),
        (par('<w:r><w:sym w:font="Symbol" w:char="F061"/><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>'), "α☑"),
        (par(run("\uf062", '<w:rPr><w:rFonts w:ascii="Symbol" w:hAnsi="Symbol"/></w:rPr>'), run(" b")), "β b"),
        (par(run("5 ", ""), '<w:r><w:sym w:font="Arial" w:char="20AC"/></w:r>'), "5 €"),
    ],
)  # fmt: skip
def test_word(body: str, expected: str) -> None:
    assert words(styled(body), "a.docx") == expected


def test_what_a_style_hides_and_signs_that_nobody_knows_are_told() -> None:
    sign = par(run("a"), '<w:r><w:sym w:font="Webdings" w:char="F0FF"/></w:r>')
    assert read(styled(sign + of_style("Secret", "x")), "a.docx").left_out_phrases() == ["1 hidden passage", "1 symbol"]


ODF = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "style", "text")
)
ODF_STYLES = (
    '<text:outline-style><text:outline-level-style text:level="1" style:num-format="1" style:num-suffix="."/><text:outline-level-style text:level="2" style:num-format=""/></text:outline-style>'
    '<text:list-style style:name="L"><text:list-level-style-number text:level="1" style:num-format="A" style:num-prefix="(" style:num-suffix=")" text:start-value="3"/>'
    '<text:list-level-style-bullet text:level="2"/></text:list-style><style:style style:name="H"><style:text-properties text:display="none"/></style:style>'
    '<style:style style:name="P" style:parent-style-name="H"/><style:style style:name="Q" style:parent-style-name="H"><style:text-properties text:display="true"/></style:style>'
)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('<text:list text:style-name="L"><text:list-item><text:p>a</text:p><text:p>more</text:p></text:list-item><text:list-item><text:p>b</text:p></text:list-item></text:list>', "(C) a more (D) b"),
        ('<text:list text:style-name="L"><text:list-item><text:p>a</text:p><text:list><text:list-item><text:p>b</text:p></text:list-item></text:list></text:list-item></text:list>', "(C) a b"),
        ('<text:list text:style-name="L"><text:list-header><text:p>a</text:p></text:list-header><text:list-item text:start-value="9"><text:p>b</text:p></text:list-item></text:list>', "a (I) b"),
        ('<text:list text:style-name="L"><text:list-item><text:p>a</text:p></text:list-item></text:list><text:list text:style-name="L" text:continue-numbering="true"><text:list-item><text:p>b</text:p></text:list-item></text:list>', "(C) a (D) b"),
        ('<text:h text:outline-level="1">a</text:h><text:h text:outline-level="2">b</text:h><text:h text:outline-level="1" text:is-list-header="true">c</text:h><text:h text:outline-level="1">d</text:h>', "1. a b c 2. d"),
        ('<text:p>word<draw:custom-shape xmlns:draw="d"><text:p>boxed</text:p></draw:custom-shape>beside</text:p>', "word boxed beside"),
        ('<text:p text:style-name="P">x</text:p><text:p>a <text:span text:style-name="H">y</text:span>b</text:p><text:p text:style-name="Q">c</text:p>', "a b c"),
    ],
)  # fmt: skip
def test_opendocument(body: str, expected: str) -> None:
    content = f"<office:document-content {ODF}><office:body><office:text>{body}</office:text></office:body></office:document-content>"
    styles = f"<office:document-styles {ODF}><office:styles>{ODF_STYLES}</office:styles></office:document-styles>"
    data = zipped({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": content, "styles.xml": styles})
    assert words(data, "a.odt") == expected


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("<ol><li>a<li>b</ol>", "1. a 2. b"),
        ("<ol start=4 type=a><li>a<li value=9>b<li>c</ol>", "d. a i. b j. c"),
        ("<ol><li>a<ul><li>b</ul><li>c</ol>", "1. a b 2. c"),
        ("<ol type=I><li>a<ol><li>b</ol><li>c</ol>", "I. a 1. b II. c"),
        ("<ol style='list-style: none'><li>a</ol><ol reversed><li>b</ol><li>c", "a b c"),
    ],
)
def test_web_pages(page: str, expected: str) -> None:
    assert words(page.encode(), "a.html") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (rb"{\rtf1 {\listtext\pard\plain 1.\tab}a\par {\listtext 1.1\tab}b}", "1. a 1.1 b"),
        (rb"{\rtf1 {\listtext\pard\plain\f3 \'B7\tab}a\par {\pntext\f1\'B7\tab}b}", "a b"),
        (rb"{\rtf1 {\*\pn\pnlvlbody{\pntxta .}}{\pntext 2.\tab}a}", "2. a"),
    ],
)
def test_rich_text(text: bytes, expected: str) -> None:
    assert words(text, "a.rtf") == expected


def test_presentations() -> None:
    def paragraph(text: str, level: int = 0, kind: str = "arabicPeriod", start: str = "") -> str:
        number = f'<a:buAutoNum type="{kind}"{start}/>' if kind else ""
        return f'<a:p><a:pPr lvl="{level}">{number}</a:pPr><a:r><a:t>{text}</a:t></a:r></a:p>'

    body = (
        paragraph("a") + paragraph("b", 1, "alphaLcParenBoth") + paragraph("c", 1, "alphaLcParenBoth") + paragraph("d")
    )
    body += paragraph("e", kind="") + paragraph("f", kind="romanUcParenR", start=' startAt="4"')
    space = "http://schemas.openxmlformats.org/presentationml/2006/main"
    slide = f'<p:sld xmlns:p="{space}" xmlns:a="{DRAWING}"><p:sp><p:txBody>{body}</p:txBody></p:sp></p:sld>'
    book = f'<p:presentation xmlns:p="{space}" xmlns:r="{OFFICE}"><p:sldIdLst><p:sldId id="256" r:id="a"/></p:sldIdLst></p:presentation>'
    parts = {"ppt/_rels/presentation.xml.rels": rels(a="slide:slides/s1.xml"), "ppt/slides/s1.xml": slide}
    assert words(office("ppt/presentation.xml", book, parts), "a.pptx") == "1. a (a) b (b) c 2. d e IV) f"


@pytest.mark.parametrize(
    ("number", "kind", "shown"),
    [(28, "a", "bb"), (4, "I", "IV"), (1999, "lowerRoman", "mcmxcix"), (3, "decimalZero", "03"), (1, "bullet", ""), (10**9, "I", "")],
)  # fmt: skip
def test_numbers_are_shown_by_their_kind(number: int, kind: str, shown: str) -> None:
    assert numbers.shown(number, kind) == shown
