"""OpenDocument texts, sheets and presentations, zipped or flat."""

from __future__ import annotations

import posixpath
from typing import Any

from assistants_server.files.text.document import Document, LockedError
from assistants_server.files.text.formats import formulas
from assistants_server.files.text.formats.opendocument_styles import ListNumbers, hidden_texts
from assistants_server.files.text.formats.packages import ZipPackage, attribute, every, first, local
from dashboard.bounds import REPEATED_CELLS

# What describes the text without being it; tracked-changes holds what was deleted.
SKIPPED = frozenset(
    "tracked-changes note-citation desc scripts event-listeners sequence-decls variable-decls user-field-decls "
    "dde-connection-decls forms calculation-settings content-validations database-ranges named-expressions "
    "data-pilot-tables label-ranges consolidation settings page-thumbnail automatic-styles font-face-decls".split()
)
ENDS_LINE = frozenset({"p", "h"})
SHAPES = frozenset({"custom-shape", "rect", "ellipse", "circle", "polygon", "path", "caption", "line", "connector"})
HIDEABLE = frozenset({"p", "h", "span"})


def read(package: ZipPackage, document: Document) -> None:
    """A zipped document."""
    if "META-INF/manifest.xml" in package:
        manifest = package.xml("META-INF/manifest.xml")
        if any(True for _ in every(manifest, "encryption-data")):
            raise LockedError
    content = package.xml("content.xml")
    styles = package.xml("styles.xml") if "styles.xml" in package else None
    OpenDocumentReader(document, content, styles, package).read()


def read_flat(root: Any, document: Document) -> None:
    """A document that is one XML file."""
    OpenDocumentReader(document, root, root, None).read()


class OpenDocumentReader:
    """Walks one document; ``folder`` is where the parts of an embedded one are."""

    def __init__(
        self, document: Document, content: Any, styles: Any | None, package: ZipPackage | None, folder: str = ""
    ) -> None:
        self.document = document
        self.content = content
        self.styles = styles
        self.package = package
        self.folder = folder
        self.notes: list[Any] = []
        self.hidden = self._hidden_styles()
        self.hidden_texts = hidden_texts(content, styles)
        self.numbers = ListNumbers.of(styles, content)
        self.number = ""

    def _hidden_styles(self) -> set[str]:
        """Names of the styles that hide a sheet or a slide."""
        found = set()
        for style in every(self.content, "style"):
            for properties in style:
                is_sheet = local(properties) == "table-properties" and attribute(properties, "display") == "false"
                if is_sheet or attribute(properties, "visibility") == "hidden":
                    found.add(attribute(style, "name"))
        return found

    def read(self) -> None:
        self._around("header")
        body = first(self.content, "body")
        for kind in body if body is not None else []:
            self.walk(kind)
            self._forms(kind)
        self._write_notes()
        self._around("footer")

    def _around(self, kind: str) -> None:
        """Headers or footers, and before them what stands on every slide."""
        masters = None if self.styles is None else first(self.styles, "master-styles")
        # The header of a sheet is for paper, and says "Page 1" unless somebody wrote something.
        if masters is None or first(self.content, "body", "spreadsheet") is not None:
            return
        used = {attribute(page, "master-page-name") for page in every(self.content, "page")}
        for master in masters:
            if used and kind == "header" and attribute(master, "name") in used:
                for shape in master:
                    if not attribute(shape, "class") and local(shape) not in ("forms", "notes"):
                        self._walk_one(shape)
            for part in master:
                if local(part) in (kind, f"{kind}-left", f"{kind}-first") and attribute(part, "display") != "false":
                    self.walk(part)
                    self.document.line()

    def walk(self, element: Any) -> None:
        """Write an element's text and children in reading order."""
        if element.text and local(element) not in STRUCTURE:
            self.document.write(_folded(element.text))
        for child in element:
            self._walk_one(child)
            if child.tail and local(element) not in STRUCTURE:
                self.document.write(_folded(child.tail))

    def _walk_one(self, child: Any) -> None:
        name = local(child)
        if name in SKIPPED or not name:
            return
        if name in HIDEABLE and attribute(child, "style-name") in self.hidden_texts:
            self.document.leave_out("hidden passage", int(bool("".join(child.itertext()).strip())))
            return
        if name in ENDS_LINE:
            self._write_number(child)
        elif name in SHAPES:
            # A shape floats: its text comes between the words beside its anchor.
            self.document.line()
        special = getattr(self, "_" + name.replace("-", "_"), None)
        if special is not None:
            special(child)
            return
        self.walk(child)
        if name in ENDS_LINE:
            self.document.write("\n")
            self._write_notes()

    def _write_number(self, paragraph: Any) -> None:
        """The number of a heading, or of a list before its item's first paragraph."""
        number, self.number = self.number, ""
        if local(paragraph) == "h" and not self.numbers.level:
            number = self.numbers.heading(paragraph)
        if number:
            self.document.write(f"{number} ")

    def _list(self, element: Any) -> None:
        outer = self.numbers.style, self.numbers.level
        self.numbers.begin(element)
        self.walk(element)
        self.numbers.style, self.numbers.level = outer

    def _list_item(self, item: Any) -> None:
        self.number = self.numbers.item(item)
        self.walk(item)
        self.number = ""

    def _s(self, element: Any) -> None:
        count = attribute(element, "c", "1")
        self.document.write(" " * min(int(count) if count.isdecimal() else 1, 200))

    def _tab(self, _element: Any) -> None:
        self.document.write("\t")

    def _line_break(self, _element: Any) -> None:
        self.document.write("\n")

    def _ruby_text(self, element: Any) -> None:
        self.document.write(f"({''.join(element.itertext())})")

    def _note(self, note: Any) -> None:
        self.notes.append(first(note, "note-body"))

    def _write_notes(self) -> None:
        notes, self.notes = self.notes, []
        for note in notes:
            if note is not None:
                self.walk(note)

    def _annotation(self, _element: Any) -> None:
        self.document.leave_out("comment")

    def _hidden_text(self, element: Any) -> None:
        self.document.leave_out("hidden passage")

    def _hidden_paragraph(self, element: Any) -> None:
        if attribute(element, "is-hidden") == "true":
            self.document.leave_out("hidden passage")

    def _section(self, section: Any) -> None:
        if attribute(section, "display") == "none" or attribute(section, "is-hidden") == "true":
            self.document.leave_out("hidden passage")
        else:
            self.walk(section)

    def _frame(self, frame: Any) -> None:
        """A frame holds one thing in several renderings, such as a chart and its picture."""
        self.document.line()
        kinds = {local(child): child for child in reversed(frame)}
        for kind in ("text-box", "table", "object", "object-ole", "plugin", "image"):
            if kind in kinds:
                if kind == "object":
                    self._embedded(kinds[kind])
                elif kind in LEFT_OUT:
                    self.document.leave_out(LEFT_OUT[kind])
                else:
                    self._walk_one(kinds[kind])
                return
        self.walk(frame)

    def _embedded(self, element: Any) -> None:
        """A chart, a formula or another document within this one."""
        target = posixpath.normpath(posixpath.join(self.folder, attribute(element, "href")))
        part = posixpath.join(target, "content.xml")
        if len(element):
            self.walk(element)
        elif self.package is not None and part in self.package and target.count("/") < 3:
            root = self.package.xml(part)
            if local(root) == "math":
                self._math(root)
            else:
                OpenDocumentReader(self.document, root, None, self.package, target).read()
        else:
            self.document.leave_out("embedded document")
        self.document.line()

    def _math(self, formula: Any) -> None:
        self.document.write(formulas.linear(formulas.from_xml(formula), self.document.end))

    def _title(self, title: Any) -> None:
        # The title of a chart is shown, that of a shape is for those who cannot see the shape.
        if "svg" not in title.tag:
            self.walk(title)

    def _image(self, _image: Any) -> None:
        self.document.leave_out("picture")

    def _page(self, page: Any) -> None:
        if attribute(page, "style-name") in self.hidden:
            self.document.leave_out("hidden slide")
            return
        self.walk(page)
        self.document.write("\n")

    def _table(self, table: Any) -> None:
        name = attribute(table, "name")
        is_sheet = local(table.getparent()) == "spreadsheet"
        if is_sheet and attribute(table, "style-name") in self.hidden:
            self.document.leave_out("hidden sheet")
            return
        self.document.line()
        if is_sheet and name:
            self.document.write(f"{name}\n")
        self.walk(table)
        self.document.write("\n")

    def _table_row(self, row: Any) -> None:
        has_text = any(local(item) == "p" or _value(item) for item in row.iter())
        if attribute(row, "visibility") in ("collapse", "filter"):
            self.document.leave_out("hidden row", int(has_text))
            return
        if not has_text and not any(True for _ in every(row, "frame", "custom-shape")):
            return
        for _ in range(_repeated(row, "number-rows-repeated")):
            self.walk(row)
            self.document.line()

    def _table_cell(self, cell: Any) -> None:
        for _ in range(_repeated(cell, "number-columns-repeated") if len(cell) or _value(cell) else 1):
            self.walk(cell)
            if first(cell, "p") is None and (value := _value(cell)):
                self.document.write(f"{value}\n")
            if self.document.parts and self.document.parts[-1] == "\n":
                self.document.parts[-1] = "\t"

    def _forms(self, kind: Any) -> None:
        """What is filled in in forms, which is kept apart from the text."""
        for forms in every(kind, "forms"):
            for control in forms.iter():
                if local(control) in VALUES:
                    texts = [
                        attribute(control, "label"),
                        attribute(control, "current-value") or attribute(control, "value"),
                    ]
                    if any(texts):
                        self.document.write(" ".join(filter(None, texts)) + "\n")


LEFT_OUT = {"object-ole": "embedded document", "plugin": "sound or video"}
VALUES = frozenset(
    "text textarea formatted-text number date time combobox checkbox radio button fixed-text listbox".split()
)
# Between the children of these is only the layout of the XML.
STRUCTURE = frozenset(
    "body text spreadsheet presentation drawing table table-row table-cell covered-table-cell table-header-rows "
    "table-rows table-columns list list-item list-header section page frame text-box note note-body g notes "
    "index-body index-title document document-content chart plot-area series header footer".split()
)


def _value(cell: Any) -> str:
    """What a cell holds that some programs write without the text that is shown of it."""
    if local(cell) != "table-cell" or not attribute(cell, "value-type"):
        return ""
    names = ("string-value", "date-value", "time-value", "boolean-value", "value")
    return next((value for name in names if (value := attribute(cell, name))), "")


def _repeated(element: Any, name: str) -> int:
    count = attribute(element, name, "1")
    return min(int(count), REPEATED_CELLS) if count.isdecimal() else 1


def _folded(text: str) -> str:
    """White space in OpenDocument counts as one space."""
    if text.isspace():
        return " "
    words = " ".join(text.split())
    return (" " if text[0].isspace() else "") + words + (" " if text[-1].isspace() else "")
