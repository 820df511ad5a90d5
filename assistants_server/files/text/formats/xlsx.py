"""Workbooks: each sheet under its name, its cells as they are shown."""

from __future__ import annotations

import re
from typing import Any

from assistants_server.files.text.document import Document
from assistants_server.files.text.formats import drawings
from assistants_server.files.text.formats.number_formats import BUILT_IN, shown
from assistants_server.files.text.formats.packages import ZipPackage, elements, every, first, local, parse, relations

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
# The places, fonts, sizes, colours and fields of a header; "&&" is a sign of its own.
_HEADER_PLACE = re.compile("&[LCR]")
_HEADER_CODE = re.compile(r'&(?:"[^"]*"|\d+|K[0-9A-Fa-f]{6}|[A-Z])')
_PAGE_NUMBER = re.compile("&[PN]")


def read(package: ZipPackage, main: str, document: Document) -> None:
    """The sheets that are not hidden, in the order of their tabs."""
    Workbook(package, main, document).read()


class Workbook:
    """What the sheets of a workbook share: its strings and its formats."""

    def __init__(self, package: ZipPackage, main: str, document: Document) -> None:
        self.package = package
        self.document = document
        self.related = relations(package, main)
        self.root = package.xml(main)
        by_kind = {item.kind: item.target for item in self.related.values()}
        self.strings = self._strings(by_kind.get("sharedStrings", ""))
        self.formats = self._formats(by_kind.get("styles", ""))
        settings = first(self.root, "workbookPr")
        self.from_1904 = settings is not None and settings.get("date1904") in ("1", "true")

    def _strings(self, part: str) -> list[str]:
        if part not in self.package:
            return []
        return [rich_text(item) for item in elements(self.package.read(part), ends={"si"})]

    def _formats(self, part: str) -> list[str]:
        """The format code of each style of cells, by its number."""
        if part not in self.package:
            return []
        root = self.package.xml(part)
        own = {item.get("numFmtId"): item.get("formatCode", "") for item in every(root, "numFmt")}
        cells = first(root, "cellXfs")
        numbers = [item.get("numFmtId", "0") for item in cells] if cells is not None else []
        return [own.get(number) or BUILT_IN.get(int(number), "General") for number in numbers]

    def read(self) -> None:
        for sheet in every(self.root, "sheet"):
            key = next((key for key in sheet.attrib if key.endswith("}id")), "")
            relation = self.related.get(sheet.get(key, ""))
            if sheet.get("state", "visible") != "visible":
                self.document.leave_out("hidden sheet")
            elif relation is not None and relation.target in self.package:
                self.document.write(f"{sheet.get('name', '')}\n")
                if relation.kind == "worksheet":
                    self._cells(relation.target)
                self._beside(relation.target)
                self.document.write("\n")

    def _cells(self, part: str) -> None:
        hidden: set[str] = set()
        passed_over: set[str] = set()
        for element in elements(self.package.read(part), ends={"col", "row", "headerFooter"}):
            is_hidden = element.get("hidden") in ("1", "true")
            if local(element) == "headerFooter":
                self._header(element)
            elif local(element) == "col":
                if is_hidden:
                    hidden |= {
                        column_name(n) for n in range(int(element.get("min")), min(int(element.get("max")), 1024) + 1)
                    }
            elif is_hidden:
                self.document.leave_out("hidden row", int(any(local(item) in ("v", "t") for item in element.iter())))
            else:
                self._row(element, hidden, passed_over)
        self.document.leave_out("hidden column", len(passed_over))

    def _row(self, row: Any, hidden: set[str], passed_over: set[str]) -> None:
        texts = []
        for cell in row:
            column = cell.get("r", "").rstrip("0123456789")
            if column and column in hidden:
                passed_over.add(column)
            elif text := self._value(cell):
                texts.append(text)
        if texts:
            self.document.write("\t".join(texts) + "\n")

    def _value(self, cell: Any) -> str:
        kind = cell.get("t", "n")
        if kind == "inlineStr":
            return rich_text(first(cell, "is"))
        stored = first(cell, "v")
        value = "" if stored is None else stored.text or ""
        if not value and first(cell, "f") is not None:
            self.document.leave_out("formula without a stored result", int(kind != "str"))
        if kind == "s":
            return self.strings[int(value)] if value.isdecimal() and int(value) < len(self.strings) else ""
        if kind == "b":
            return {"1": "TRUE", "0": "FALSE"}.get(value, value)
        if kind in ("str", "e"):
            return _unescaped(value)
        if kind == "d":
            return value.removesuffix("T00:00:00")
        style = int(cell.get("s", "0"))
        code = self.formats[style] if style < len(self.formats) else "General"
        return shown(value, code, from_1904=self.from_1904) if value else ""

    def _header(self, element: Any) -> None:
        """What somebody wrote above or below the printed pages; a place with the number of the page is not read."""
        for part in element:
            for place in _HEADER_PLACE.split((part.text or "").replace("&&", "\0")):
                text = " ".join(_HEADER_CODE.sub(" ", place).replace("\0", "&").split())
                if text and not _PAGE_NUMBER.search(place):
                    self.document.write(f"{text}\n")

    def _beside(self, part: str) -> None:
        """Boxes, charts and pictures over the cells; remarks on them are only counted."""
        for relation in relations(self.package, part).values():
            if relation.target not in self.package or relation.is_outside:
                continue
            if relation.kind == "comments":
                found = sum(1 for _ in every(self.package.xml(relation.target), "comment"))
                self.document.leave_out("comment", found)
            elif relation.kind == "drawing":
                root = parse(self.package.read(relation.target))
                drawings.paragraphs(root, self.document)
                self.document.leave_out("picture", sum(1 for _ in every(root, "pic")))
                for found_relation in relations(self.package, relation.target).values():
                    drawings.related(self.package, found_relation, self.document)


def rich_text(element: Any | None) -> str:
    """The runs of a string, without how its characters are to be pronounced."""
    if element is None:
        return ""
    texts = []
    for child in element:
        if local(child) == "t":
            texts.append(child.text or "")
        elif local(child) == "r":
            texts += [item.text or "" for item in child if local(item) == "t"]
    return _unescaped("".join(texts))


def _unescaped(text: str) -> str:
    """The text with the signs that XML does not take, which Excel writes as ``_x000D_``."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def column_name(number: int) -> str:
    """The name of a column: 1 is A, 27 is AA."""
    name = ""
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(65 + rest) + name
    return name
