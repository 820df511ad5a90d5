"""E-books: the pages of the book in the order of its spine."""

from __future__ import annotations

import posixpath
from urllib.parse import unquote

from assistants_server.files.text.document import Document, LockedError
from assistants_server.files.text.formats import html
from assistants_server.files.text.formats.packages import ZipPackage, attribute, every


def read(package: ZipPackage, document: Document) -> None:
    """Raises :class:`LockedError` for a book that only licensed readers open."""
    if "META-INF/encryption.xml" in package:
        methods = {
            attribute(item, "Algorithm") for item in every(package.xml("META-INF/encryption.xml"), "EncryptionMethod")
        }
        # Fonts may be scrambled without the book being locked.
        if any("RC" not in method and "obfuscation" not in method for method in methods):
            raise LockedError
    container = package.xml("META-INF/container.xml")
    main = next(attribute(item, "full-path") for item in every(container, "rootfile"))
    book = package.xml(main)
    pages = {item.get("id"): item.get("href", "") for item in every(book, "item")}
    for entry in every(book, "itemref"):
        href = unquote(pages.get(entry.get("idref"), "").partition("#")[0])
        path = posixpath.normpath(posixpath.join(posixpath.dirname(main), href))
        if path in package:
            html.read(package.read(path), document)
            document.write("\n")
        else:
            document.leave_out("part that could not be read")
    document.encoding = ""
