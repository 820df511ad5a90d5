"""Text in the drawings of Office files: shapes, charts and diagrams."""

from __future__ import annotations

from typing import Any

from assistants_server.files.text.document import Document
from assistants_server.files.text.formats.packages import Relation, ZipPackage, every, first, local


def paragraphs(element: Any, document: Document) -> None:
    """The paragraphs of DrawingML under an element, each on a line."""
    for item in every(element, "p"):
        paragraph(item, document)


def paragraph(element: Any, document: Document) -> None:
    """One paragraph of DrawingML on a line."""
    for item in every(element, "t", "br"):
        document.write("\n" if local(item) == "br" else item.text or "")
    document.write("\n")


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
