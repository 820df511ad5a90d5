"""PDF: the text of the pages, and what is filled in in forms."""

from __future__ import annotations

import re
import unicodedata
from io import BytesIO
from typing import Any

import pypdfium2
from pypdf import PageObject, PdfReader

from assistants_server.files.text.document import Document, LockedError

# The raised number of a footnote sticks to its first word; "2nd" and "3D" stay.
_NOTE_NUMBER = re.compile(r"^(\d{1,3})(?=[^\W\d_]{4})", re.MULTILINE)


def read(data: bytes, document: Document) -> None:
    """Pages in order; a page that is only a picture is told."""
    pdf = PdfReader(BytesIO(data))
    # Many files are encrypted with an empty password, only to forbid printing.
    if pdf.is_encrypted and not pdf.decrypt(""):
        raise LockedError
    # PDFium finds the spaces between words better; pypdf knows the rest of the file.
    texts = pypdfium2.PdfDocument(data)
    for number, page in enumerate(pdf.pages):
        text = _joined(texts[number].get_textpage().get_text_bounded())
        shown = [*_filled(page, document), *_written_on(page, document)]
        pictures = _pictures(page)
        if not text.strip() and not shown and pictures:
            document.leave_out("page without text")
        elif _is_meaningless(text):
            document.leave_out("page whose letters have no meaning")
            text = ""
        else:
            document.leave_out("picture", pictures)
        document.write("\n".join(filter(None, [text, *shown])) + "\n\n")
    root: Any = pdf.trailer["/Root"]
    form = root.get("/AcroForm")
    if form is not None and "/XFA" in form.get_object() and not pdf.get_fields():
        document.leave_out("interactive form (XFA)")
    document.leave_out("attached file", len(list(pdf.attachment_list)))


def _joined(text: str) -> str:
    """The text with words whole that a line's end tore apart; U+FFFE is PDFium's sign for such a hyphen."""
    text = text.replace("\ufffe\r\n", "").replace("\ufffe", "").replace("\r\n", "\n")
    return _NOTE_NUMBER.sub(r"\1 ", text)


def _is_meaningless(text: str) -> bool:
    """Whether the file does not say which letters its shapes are; what is read then is noise."""
    letters = [character for character in text if not character.isspace()]
    noise = sum(unicodedata.category(character) in ("Co", "Cn", "Cc") or character == "\ufffd" for character in letters)
    return noise > len(letters) * 0.3


def _annotations(page: PageObject, kind: str) -> list[Any]:
    found = page.get("/Annots")
    items = [] if found is None else [item.get_object() for item in found.get_object()]
    return [item for item in items if item is not None and item.get("/Subtype") == kind]


def _inherited(field: Any, key: str) -> Any:
    """An entry of a form field, which its parents may hold."""
    for _ in range(32):
        if key in field:
            return field[key]
        if "/Parent" not in field:
            return None
        field = field["/Parent"].get_object()
    return None


def _filled(page: PageObject, document: Document) -> list[str]:
    """The values of the fields on a page, which are no part of its text."""
    values = []
    for field in _annotations(page, "/Widget"):
        # Hidden, or not to be viewed.
        if int(field.get("/F", 0)) & 0b100010:
            continue
        value, kind = _inherited(field, "/V"), _inherited(field, "/FT")
        is_secret = kind == "/Tx" and int(_inherited(field, "/Ff") or 0) & (1 << 13)
        if value is None or is_secret or kind not in ("/Tx", "/Ch"):
            continue
        value = value.get_object()
        chosen = value if isinstance(value, list) else [value]
        labels = _labels(_inherited(field, "/Opt"))
        values += [labels.get(_string(item), _string(item)) for item in chosen]
    return values


def _labels(options: Any) -> dict[str, str]:
    """A choice may be stored under a code and shown under a label."""
    pairs = [] if options is None else [item.get_object() for item in options.get_object()]
    return {_string(pair[0]): _string(pair[1]) for pair in pairs if isinstance(pair, list) and len(pair) == 2}


def _string(value: Any) -> str:
    value = value.get_object() if hasattr(value, "get_object") else value
    data = getattr(value, "get_data", None)
    return data().decode("utf-8", "replace") if data is not None else str(value)


def _written_on(page: PageObject, document: Document) -> list[str]:
    """Text that was typed onto the page; remarks beside it are only counted."""
    document.leave_out("comment", sum(1 for note in _annotations(page, "/Text") if "/IRT" not in note))
    return [_string(item.get("/Contents", "")) for item in _annotations(page, "/FreeText")]


def _pictures(page: PageObject) -> int:
    resources = page.get("/Resources")
    objects = None if resources is None else resources.get_object().get("/XObject")
    found = [] if objects is None else [item.get_object() for item in objects.get_object().values()]
    return sum(1 for item in found if item.get("/Subtype") == "/Image" and not item.get("/ImageMask"))
