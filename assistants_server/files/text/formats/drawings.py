"""Text in the drawings of Office files: shapes, charts and diagrams."""

from __future__ import annotations

import re
from typing import Any

from assistants_server.files.text.document import Document
from assistants_server.files.text.formats import formulas, numbers
from assistants_server.files.text.formats.packages import Relation, ZipPackage, every, first, local

_NUMBERING = re.compile("(alphaLc|alphaUc|arabic|romanLc|romanUc)(ParenBoth|ParenR|Period|Plain)")
KINDS = {"alphaLc": "a", "alphaUc": "A", "arabic": "1", "romanLc": "i", "romanUc": "I"}
MOST_ITEMS = 1_000


def paragraphs(element: Any, document: Document) -> None:
    """The paragraphs of DrawingML under an element, each on a line."""
    for item in every(element, "p"):
        paragraph(item, document)


def paragraph(element: Any, document: Document) -> None:
    """One paragraph of DrawingML on a line, after its number."""
    if number := _number(element):
        document.write(f"{number} ")
    _runs(element, document)
    document.write("\n")


def _runs(element: Any, document: Document) -> None:
    for item in element:
        name = local(item)
        if name == "oMath":
            document.write(formulas.linear(formulas.from_xml(item), document.end))
        elif name in ("t", "br"):
            document.write("\n" if name == "br" else item.text or "")
        elif name == "AlternateContent":
            # A formula, and its picture for older programs.
            _runs(next((child for child in item if local(child) == "Choice"), ()), document)
        else:
            _runs(item, document)


def _number(element: Any) -> str:
    """The number of a paragraph in a list that is numbered by itself."""
    kind, level, start = _numbering(element)
    found = _NUMBERING.fullmatch(kind)
    if found is None:
        return ""
    place = start
    for steps, before in enumerate(element.itersiblings(preceding=True)):
        kind_before, level_before, _ = _numbering(before)
        if level_before < level or (level_before == level and kind_before != kind) or steps > MOST_ITEMS:
            break
        place += level_before == level
    shown = numbers.shown(place, KINDS[found[1]])
    return {"ParenBoth": "({})", "ParenR": "{})", "Period": "{}.", "Plain": "{}"}[found[2]].format(shown)


def _numbering(element: Any) -> tuple[str, int, int]:
    """How a paragraph is numbered, its level, and where its list starts."""
    properties = first(element, "pPr")
    level = "0" if properties is None else properties.get("lvl", "0")
    automatic = first(element, "pPr", "buAutoNum")
    start = "1" if automatic is None else automatic.get("startAt", "1")
    kind = "" if automatic is None else automatic.get("type", "")
    return kind, int(level) if level.isdecimal() else 0, int(start) if start.isdecimal() else 1


def chart(element: Any, document: Document) -> None:
    """Titles, and each series as its name, categories and values as they were last computed."""
    for title in every(element, "title"):
        paragraphs(title, document)
    for series in every(element, "ser"):
        for name in ("tx", "cat", "val", "xVal", "yVal"):
            if (found := first(series, name)) is not None:
                document.write("\t".join(item.text or "" for item in every(found, "v")) + "\n")


def related(package: ZipPackage, relation: Relation | None, document: Document) -> None:
    """A chart or diagram that a drawing points to."""
    if relation is None or relation.target not in package:
        return
    root = package.xml(relation.target)
    if relation.kind in ("chart", "chartEx"):
        chart(root, document)
    elif relation.kind == "diagramData":
        paragraphs(root, document)
