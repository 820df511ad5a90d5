"""Word documents: what a reader of the finished document sees."""

from __future__ import annotations

from typing import Any

from assistants_server.files.text.document import Document
from assistants_server.files.text.formats import drawings, formulas, symbols
from assistants_server.files.text.formats.docx_styles import Numbering, Styles, is_on, value_of
from assistants_server.files.text.formats.packages import (
    Relation,
    ZipPackage,
    attribute,
    every,
    first,
    local,
    relations,
)

# What was deleted or moved away, what describes the text without being it, and codes of fields.
SKIPPED = frozenset(
    "del moveFrom delText delInstrText fldData rPr pPr tblPr tblGrid tcPr sectPr sdtPr sdtEndPr txbxPr "
    "footnoteRef endnoteRef annotationRef docPr cNvPr cNvGraphicFramePr wrapPolygon proofErr".split()
)
BREAKS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}


def read(package: ZipPackage, main: str, document: Document) -> None:
    """Headers, the text with its notes, and footers."""
    DocxReader(package, main, document).read()


class DocxReader:
    """Walks the parts of one Word document."""

    def __init__(self, package: ZipPackage, main: str, document: Document) -> None:
        self.package = package
        self.document = document
        self.main = main
        self.related = relations(package, main)
        self.notes: list[Any] = []
        self.styles = Styles(self._root_of("styles"))
        self.numbering = Numbering(self._root_of("numbering"), self.styles)
        self.is_hidden = False
        self.font = ""
        # The button of each field that is open, and how much text stood before it.
        self.fields: list[tuple[str, int]] = []
        self.known_notes = {kind: self._notes_of(kind) for kind in ("footnotes", "endnotes")}

    def read(self) -> None:
        root = self.package.xml(self.main)
        seen = self._headers_seen(root)
        self._parts(seen, "header")
        body = first(root, "body")
        self.walk(root if body is None else body)
        self._write_notes()
        self._parts(seen, "footer")

    def _part_of(self, kind: str) -> str | None:
        return next((item.target for item in self.related.values() if item.kind == kind), None)

    def _root_of(self, kind: str) -> Any | None:
        part = self._part_of(kind)
        return self.package.xml(part) if part is not None and part in self.package else None

    def _notes_of(self, kind: str) -> dict[str, Any]:
        root = self._root_of(kind)
        return {attribute(note, "id"): note for note in ([] if root is None else root) if not attribute(note, "type")}

    def _headers_seen(self, root: Any) -> list[Relation]:
        """Each header and footer that is shown on some page; Word keeps others for when they are wanted."""
        settings = self._root_of("settings")
        has_even = settings is not None and is_on(first(settings, "evenAndOddHeaders"))
        found: dict[str, Relation] = {}
        for section in every(root, "sectPr"):
            has_first = is_on(first(section, "titlePg"))
            for item in section:
                if local(item) in ("headerReference", "footerReference"):
                    kind = attribute(item, "type", "default")
                    relation = self.related.get(attribute(item, "id"))
                    if relation and (
                        kind == "default" or (kind == "first" and has_first) or (kind == "even" and has_even)
                    ):
                        found[relation.target] = relation
        return list(found.values())

    def _parts(self, seen: list[Relation], kind: str) -> None:
        for relation in seen:
            if relation.kind == kind and relation.target in self.package:
                outer, self.related = self.related, relations(self.package, relation.target)
                self.walk(self.package.xml(relation.target))
                self.document.line()
                self.related = outer

    def walk(self, element: Any) -> None:
        """Write an element's children in reading order."""
        for child in element:
            name = local(child)
            if name in SKIPPED or not name:
                continue
            if name == "t":
                self.document.write(symbols.replaced(child.text or "", self.font))
            elif name in BREAKS:
                self.document.write(BREAKS[name])
            elif (special := getattr(self, f"_{name.lower()}", None)) is not None:
                special(child)
            else:
                self.walk(child)

    def _p(self, paragraph: Any) -> None:
        properties = first(paragraph, "pPr")
        outer, self.is_hidden = self.is_hidden, self.styles.hides(value_of(properties, "pStyle"))
        number = "" if self.is_hidden else self.numbering.next(properties)
        if number:
            self.document.write(f"{number} ")
        self.walk(paragraph)
        self.is_hidden = outer
        # The end of a paragraph may be deleted too; then it goes on with the next.
        if first(paragraph, "pPr", "rPr", "del") is None:
            self.document.write("\n")
            self._write_notes()

    def _r(self, run: Any) -> None:
        direct = first(run, "rPr", "vanish")
        style = value_of(run, "rPr", "rStyle")
        is_hidden = is_on(direct) if direct is not None else self.is_hidden or self.styles.hides(style)
        if is_hidden and first(run, "t") is not None:
            self.document.leave_out("hidden passage")
            return
        fonts = first(run, "rPr", "rFonts")
        outer, self.font = self.font, "" if fonts is None else attribute(fonts, "ascii")
        self.walk(run)
        self.font = outer

    def _sym(self, symbol: Any) -> None:
        """A sign of a font that has signs in the place of letters."""
        sign = symbols.shown(int(attribute(symbol, "char", "0"), 16), attribute(symbol, "font"))
        self.document.write(sign)
        self.document.leave_out("symbol", int(not sign))

    def _tr(self, row: Any) -> None:
        if first(row, "trPr", "del") is None:
            self.walk(row)
            self.document.line()

    def _tc(self, cell: Any) -> None:
        if first(cell, "tcPr", "cellDel") is not None:
            return
        self.walk(cell)
        # A cell ends with a paragraph, whose end would tear the row into lines.
        if self.document.parts and self.document.parts[-1] == "\n":
            self.document.parts[-1] = "\t"

    def _alternatecontent(self, element: Any) -> None:
        """The same thing for newer and for older programs: the first that has text, so that it is read once."""
        options = [item for item in element if local(item) in ("Choice", "Fallback")]
        with_text = (item for item in options if any(True for _ in every(item, "t", "chart", "relIds", "textpath")))
        chosen = next(with_text, options[0] if options else None)
        if chosen is not None:
            self.walk(chosen)

    def _txbxcontent(self, box: Any) -> None:
        # A box floats: its text comes before the rest of the paragraph that holds its anchor.
        self.document.line()
        self.walk(box)

    def _footnotereference(self, reference: Any) -> None:
        self.notes.append(self.known_notes["footnotes"].get(attribute(reference, "id")))

    def _endnotereference(self, reference: Any) -> None:
        self.notes.append(self.known_notes["endnotes"].get(attribute(reference, "id")))

    def _write_notes(self) -> None:
        notes, self.notes = self.notes, []
        for note in notes:
            if note is not None:
                self.walk(note)

    def _commentreference(self, _reference: Any) -> None:
        self.document.leave_out("comment")

    def _pic(self, picture: Any) -> None:
        self.document.leave_out("picture")

    def _imagedata(self, picture: Any) -> None:
        self.document.leave_out("picture")

    def _chart(self, chart: Any) -> None:
        drawings.related(self.package, self.related.get(attribute(chart, "id")), self.document)

    def _relids(self, diagram: Any) -> None:
        drawings.related(self.package, self.related.get(attribute(diagram, "dm")), self.document)

    def _oleobject(self, _object: Any) -> None:
        self.document.leave_out("embedded document")

    def _altchunk(self, chunk: Any) -> None:
        """A page or another document that Word takes in when it opens this one; converters write nothing else."""
        relation = self.related.get(attribute(chunk, "id"))
        if relation is None or relation.target not in self.package:
            self.document.leave_out("embedded document")
            return
        from assistants_server.files.text import formats

        formats.read_inside(self.package.read(relation.target), self.document, filename=relation.target)
        self.document.line()

    def _textpath(self, shape: Any) -> None:
        """Text set as a shape, such as the word across a page."""
        self.document.write(f"{attribute(shape, 'string')}\n")

    def _subdoc(self, _part: Any) -> None:
        self.document.leave_out("embedded document")

    def _omath(self, formula: Any) -> None:
        self.document.write(formulas.linear(formulas.from_xml(formula), self.document.end))

    def _contentpart(self, _ink: Any) -> None:
        self.document.leave_out("drawing")

    def _rt(self, reading: Any) -> None:
        self.document.write("(")
        self.walk(reading)
        self.document.write(")")

    def _ruby(self, ruby: Any) -> None:
        """The word first, then how it is read."""
        for name in ("rubyBase", "rt"):
            if (part := first(ruby, name)) is not None:
                self._rt(part) if name == "rt" else self.walk(part)

    def _instrtext(self, instruction: Any) -> None:
        # A button is a field whose instruction is what it shows, unless it has a result.
        words = (instruction.text or "").split(None, 2)
        if len(words) == 3 and words[0] == "MACROBUTTON" and self.fields:
            self.fields[-1] = words[2], self.document.length

    def _fldchar(self, mark: Any) -> None:
        kind = attribute(mark, "fldCharType")
        if kind == "begin":
            self.fields.append(("", 0))
        elif kind == "end" and self.fields:
            button, length = self.fields.pop()
            if self.document.length == length:
                self.document.write(button)
        self.walk(mark)

    def _ffdata(self, field: Any) -> None:
        """A drop-down list or a tick box of an old form, whose value is nowhere in the text."""
        if (choice := first(field, "ddList")) is not None:
            entries = [attribute(item, "val") for item in choice if local(item) == "listEntry"]
            set_to = first(choice, "result")
            set_to = first(choice, "default") if set_to is None else set_to
            number = attribute(set_to, "val", "0") if set_to is not None else "0"
            if number.isdecimal() and int(number) < len(entries):
                self.document.write(entries[int(number)])
        elif (box := first(field, "checkBox")) is not None:
            mark = first(box, "checked")
            self.document.write("☒" if is_on(first(box, "default") if mark is None else mark) else "☐")
