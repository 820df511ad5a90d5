"""Open zipped and XML documents of strangers: bounded, without entities, without the network."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from lxml import etree

from assistants_server.files.text.document import LockedError, TooMuchError
from dashboard.bounds import PACKAGE_PARTS, UNPACKED_BYTES


class ZipPackage:
    """A zip whose parts are read one at a time. Raises :class:`TooMuchError` for a zip bomb."""

    def __init__(self, data: bytes) -> None:
        self.archive = zipfile.ZipFile(BytesIO(data))
        entries = self.archive.infolist()
        if len(entries) > PACKAGE_PARTS or sum(entry.file_size for entry in entries) > UNPACKED_BYTES:
            raise TooMuchError
        if any(entry.flag_bits & 1 for entry in entries):
            raise LockedError
        # Some programs for Windows write the names of parts with its separator.
        self.names = {entry.filename.replace("\\", "/").lstrip("/"): entry.filename for entry in entries}

    def __contains__(self, name: str) -> bool:
        return name.lstrip("/") in self.names

    def read(self, name: str) -> bytes:
        return self.archive.read(self.names[name.lstrip("/")])

    def xml(self, name: str) -> Any:
        return parse(self.read(name))


@dataclass(frozen=True)
class Relation:
    kind: str
    target: str
    is_outside: bool


def relations(package: ZipPackage, part: str) -> dict[str, Relation]:
    """What a part of an Office file points to, by id; targets are names of parts."""
    folder, name = posixpath.split(part)
    path = posixpath.join(folder, "_rels", f"{name}.rels")
    if path not in package:
        return {}
    found = {}
    for item in package.xml(path):
        is_outside = item.get("TargetMode") == "External"
        target = item.get("Target", "")
        if not is_outside:
            target = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
        kind = item.get("Type", "").rpartition("/")[2]
        found[item.get("Id", "")] = Relation(kind=kind, target=target, is_outside=is_outside)
    return found


def parse(data: bytes) -> Any:
    """The root element. An entity bomb, or nesting deeper than 256, raises what the parser raises."""
    return etree.fromstring(data, _parser())


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )


def elements(data: bytes, *, ends: set[str]) -> Iterator[Any]:
    """Each element of these local names once it is complete; it is emptied when the next one is asked for."""
    for _, element in etree.iterparse(
        BytesIO(data), events=("end",), resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True
    ):
        if local(element) in ends:
            yield element
            element.clear()
            while element.getprevious() is not None and element.getparent() is not None:
                del element.getparent()[0]


def local(element: Any) -> str:
    """The name without its namespace: strict and transitional documents differ in nothing else here."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: Any, name: str, default: str = "") -> str:
    """An attribute by its local name."""
    for key, value in element.attrib.items():
        if key.rpartition("}")[2] == name:
            return str(value)
    return default


def attributes(element: Any) -> dict[str, str]:
    """All attributes by local name."""
    return {key.rpartition("}")[2]: value for key, value in element.attrib.items()}


def first(element: Any, *path: str) -> Any | None:
    """The first child by local name, and its first child, and so on."""
    for name in path:
        if element is None:
            return None
        element = next((child for child in element if local(child) == name), None)
    return element


def every(element: Any, *names: str) -> Iterator[Any]:
    """All descendants of these local names, in order."""
    return (item for item in element.iter() if local(item) in names)
