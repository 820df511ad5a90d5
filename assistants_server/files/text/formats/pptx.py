"""Presentations: what stands on the slides, in their order, and the speaker's notes."""

from __future__ import annotations

from typing import Any

from assistants_server.files.text.document import Document
from assistants_server.files.text.formats import drawings
from assistants_server.files.text.formats.packages import ZipPackage, attribute, every, first, local, relations


def read(package: ZipPackage, main: str, document: Document) -> None:
    """Each slide with the fixed texts of its layout, once, and its notes."""
    related = relations(package, main)
    known: set[str] = set()
    for item in every(package.xml(main), "sldId"):
        relation = related.get(item.get(_relation_key(item), ""))
        if relation is not None and relation.target in package:
            Slide(package, relation.target, document, known).read()


def _relation_key(item: Any) -> str:
    # It has an id of its own and the id of a relation, in a namespace.
    return next((key for key in item.attrib if key.endswith("}id")), "")


class Slide:
    """One slide; ``known`` are the layouts whose texts have been read."""

    def __init__(self, package: ZipPackage, part: str, document: Document, known: set[str]) -> None:
        self.package = package
        self.part = part
        self.document = document
        self.known = known
        self.related = relations(package, part)

    def read(self) -> None:
        root = self.package.xml(self.part)
        if root.get("show") in ("0", "false"):
            self.document.leave_out("hidden slide")
            return
        self.walk(root)
        self.document.line()
        by_kind = {relation.kind: relation.target for relation in self.related.values() if not relation.is_outside}
        self._layout(by_kind.get("slideLayout"))
        notes = by_kind.get("notesSlide", "")
        if notes and notes in self.package:
            self._notes(notes)
        for relation in self.related.values():
            if relation.kind in ("comments", "comment") and relation.target in self.package:
                self.document.leave_out("comment", sum(1 for _ in every(self.package.xml(relation.target), "cm")))
        self.document.write("\n")

    def _layout(self, part: str | None) -> None:
        """What stands on every slide of a layout, apart from the places for text that slides fill."""
        if part is None or part in self.known or part not in self.package:
            return
        self.known.add(part)
        outer, self.related = self.related, relations(self.package, part)
        for shape in every(self.package.xml(part), "sp"):
            if not any(True for _ in every(shape, "ph")):
                self.walk(shape)
        master = next((item.target for item in self.related.values() if item.kind == "slideMaster"), None)
        self._layout(master)
        self.related = outer

    def _notes(self, part: str) -> None:
        for shape in every(self.package.xml(part), "sp"):
            placeholder = next(every(shape, "ph"), None)
            if placeholder is None or placeholder.get("type", "body") == "body":
                self.walk(shape)
        self.document.line()

    def walk(self, element: Any) -> None:
        """Shapes, groups, tables, charts and diagrams in the order in which they stand."""
        for child in element:
            name = local(child)
            if name == "p":
                drawings.paragraph(child, self.document)
            elif name == "tc":
                self.walk(child)
                if self.document.parts and self.document.parts[-1] == "\n":
                    self.document.parts[-1] = "\t"
            elif name == "tr":
                self.walk(child)
                self.document.line()
            elif name == "AlternateContent":
                self._alternative(child)
            elif name == "pic":
                self._picture(child)
            elif name in ("chart", "relIds"):
                key = attribute(child, "id" if name == "chart" else "dm")
                drawings.related(self.package, self.related.get(key), self.document)
            elif name == "oleObj":
                self.document.leave_out("embedded document")
            elif _is_hidden(child):
                self.document.leave_out("hidden passage", int(any(item.text for item in every(child, "t"))))
            else:
                self.walk(child)

    def _alternative(self, element: Any) -> None:
        options = [item for item in element if local(item) in ("Choice", "Fallback")]
        chosen = next((item for item in options if any(True for _ in every(item, "t", "chart", "relIds"))), None)
        if chosen is not None or options:
            self.walk(options[0] if chosen is None else chosen)

    def _picture(self, picture: Any) -> None:
        is_film = any(True for _ in every(picture, "videoFile", "audioFile", "wavAudioFile"))
        self.document.leave_out("sound or video" if is_film else "picture")


def _is_hidden(shape: Any) -> bool:
    kinds = ("nvSpPr", "nvGrpSpPr", "nvGraphicFramePr")
    described = next((found for kind in kinds if (found := first(shape, kind, "cNvPr")) is not None), None)
    return described is not None and described.get("hidden") in ("1", "true")
