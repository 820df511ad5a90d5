"""Read a file of any kind: ``read(data, filename=…)``. Runs in the reading process; imports no Django."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import PurePath

from assistants_server.files.text.document import Document, TooMuchError, UnreadableDocumentError, gettext_noop
from assistants_server.files.text.encodings import UndecodableError
from dashboard.bounds import DOCUMENTS_INSIDE

UNREAD = {
    "pdf": gettext_noop("The file could not be read as PDF."),
    "zip": gettext_noop("The file could not be read as a document."),
    "docx": gettext_noop("The file could not be read as a Word document."),
    "pptx": gettext_noop("The file could not be read as a presentation."),
    "xlsx": gettext_noop("The file could not be read as a workbook."),
    "opendocument": gettext_noop("The file could not be read as an OpenDocument file."),
    "flat": gettext_noop("The file could not be read as an OpenDocument file."),
    "epub": gettext_noop("The file could not be read as an e-book."),
    "rtf": gettext_noop("The file could not be read as rich text."),
    "html": gettext_noop("The file could not be read as HTML."),
    "mail": gettext_noop("The file could not be read as a mail."),
}
AS_TEXT = gettext_noop("The file could not be read as text.")
# What a name promises. Bytes that are only text are then a download that failed, or an error page that was saved.
PROMISES = {
    ".pdf": "pdf", ".docx": "docx", ".pptx": "pptx", ".xlsx": "xlsx", ".epub": "epub",
    ".odt": "opendocument", ".ods": "opendocument", ".odp": "opendocument", ".rtf": "rtf",
}  # fmt: skip


def read(data: bytes, *, filename: str) -> Document:
    """The text of a file. Raises :class:`UnreadableDocumentError`, and :class:`TooMuchError` for what is too large."""
    from assistants_server.files.text.formats import kinds

    suffix = PurePath(filename).suffix.lower()
    kind = kinds.kind_of(data, suffix=suffix)
    if kind in ("plain", "html") and suffix in PROMISES:
        raise UnreadableDocumentError("invalid_file", UNREAD[PROMISES[suffix]])
    if kind == "locked" or kind in kinds.ADVICE:
        raise kinds.refused(kind)
    document = Document()
    _guarded(kind, lambda: _read(kind, data, document, suffix=suffix))
    if not document.text.strip():
        raise _empty(document, kind)
    return document


def read_inside(data: bytes, document: Document, *, filename: str) -> None:
    """Read a document that is part of another one into the same text; what cannot be read is told."""
    from assistants_server.files.text.formats import kinds

    suffix = PurePath(filename).suffix.lower()
    kind = kinds.kind_of(data, suffix=suffix)
    document.depth += 1
    if kind == "locked" or kind in kinds.ADVICE or document.depth > DOCUMENTS_INSIDE:
        document.leave_out("embedded document")
    else:
        _read(kind, data, document, suffix=suffix)
    document.depth -= 1


def _guarded(kind: str, read_it: Callable[[], None]) -> None:
    try:
        read_it()
    except (UnreadableDocumentError, TooMuchError, MemoryError):
        raise
    except UndecodableError as error:
        message = gettext_noop("The file is not text in the encoding that it declares. Save it as UTF-8.")
        raise UnreadableDocumentError("invalid_file", message) from error
    except Exception as error:  # a parser fed with a stranger's file may raise anything; all of it means the same
        raise UnreadableDocumentError("invalid_file", UNREAD.get(kind, AS_TEXT)) from error


def _read(kind: str, data: bytes, document: Document, *, suffix: str) -> None:
    """Parsers are imported when they are needed: each costs more than most files."""
    if kind == "zip":
        _read_package(data, document)
    elif kind == "pdf":
        from assistants_server.files.text.formats import pdf

        pdf.read(data, document)
    elif kind == "html":
        from assistants_server.files.text.formats import html

        html.read(data, document)
    elif kind == "rtf":
        from assistants_server.files.text.formats import rtf

        rtf.read(data, document)
    elif kind == "mail":
        from assistants_server.files.text.formats import eml

        eml.read(data, document)
    elif kind == "flat":
        from assistants_server.files.text.formats import opendocument, packages

        opendocument.read_flat(packages.parse(data), document)
    else:
        from assistants_server.files.text.formats import kinds, plain

        plain.read(data, document, is_known=suffix in kinds.PLAIN)


def _read_package(data: bytes, document: Document) -> None:
    from assistants_server.files.text.formats import docx, epub, kinds, opendocument, pptx, xlsx
    from assistants_server.files.text.formats.packages import ZipPackage

    try:
        package = ZipPackage(data)
    except zipfile.BadZipFile as error:
        message = gettext_noop(
            "The file is damaged: it ends early or was changed on its way. Save it again and attach that."
        )
        raise UnreadableDocumentError("invalid_file", message) from error
    kind, main = kinds.package_kind(package)
    if kind == "epub":
        epub.read(package, document)
    elif kind == "opendocument":
        opendocument.read(package, document)
    else:
        {"docx": docx.read, "pptx": pptx.read, "xlsx": xlsx.read}[kind](package, main, document)


def _empty(document: Document, kind: str) -> UnreadableDocumentError:
    """No text at all, with what was seen instead."""
    if document.left_out["page without text"] or document.left_out["picture"]:
        message = gettext_noop(
            "The file holds only pictures, such as scanned pages. Have their text recognised (OCR) first."
        )
    elif document.left_out["page whose letters have no meaning"]:
        message = gettext_noop(
            "The PDF does not say which letters its shapes are. Have its text recognised (OCR) first."
        )
    elif document.left_out["interactive form (XFA)"]:
        message = gettext_noop(
            "The file is an interactive form (XFA) without text of its own. Print it to PDF and attach that."
        )
    elif kind == "html":
        message = gettext_noop(
            "The page holds no text; it may be filled in when it is opened. In a browser, print it to PDF."
        )
    else:
        message = gettext_noop("The file holds no text. A scan has to be made searchable first.")
    if phrases := document.left_out_phrases():
        message += f" Left out: {', '.join(phrases)}."
    return UnreadableDocumentError("invalid_file", message[:300])
