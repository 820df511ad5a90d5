"""PDF: the text of the pages, and what is filled in in forms."""

from __future__ import annotations

import re
import unicodedata
from io import BytesIO
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium
from pypdf import PageObject, PdfReader

from assistants_server.files.text.document import Document, LockedError

# The raised number of a footnote sticks to its first word; "2nd" and "3D" stay.
_NOTE_NUMBER = re.compile(r"^(\d{1,3})(?=[^\W\d_]{4})", re.MULTILINE)
# Where a shape of two letters may have been turned round, and where the number of a note may stick to a word.
_DOUBTFUL = re.compile("[اأإآ]ل|(?<=[^\\W\\d_])\\d{1,3}(?!\\w)")
# PDFium's signs for a hyphen at which a word was torn apart.
_TORN = re.compile("[\ufffe\x02](?:\r\n)?")
# Marks that may hold a remark; of those without one nothing is to be told.
MARKS = (
    "/Highlight",
    "/Underline",
    "/StrikeOut",
    "/Squiggly",
    "/Caret",
    "/Ink",
    "/Stamp",
    "/Line",
    "/Square",
    "/Circle",
)
RAISED = 0.8
CONTEXT = 12


def read(data: bytes, document: Document) -> None:
    """Pages in order; a page that is only a picture is told."""
    pdf = PdfReader(BytesIO(data))
    # Many files are encrypted with an empty password, only to forbid printing.
    if pdf.is_encrypted and not pdf.decrypt(""):
        raise LockedError
    # PDFium finds the spaces between words better; pypdf knows the rest of the file.
    texts = pypdfium2.PdfDocument(data)
    for number, page in enumerate(pdf.pages):
        text = _joined(_mended(texts[number].get_textpage()))
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


def _mended(page: pypdfium2.PdfTextPage) -> str:
    """The text of a page with lam before alef where one shape stands for both, and raised numbers apart from words.

    PDFium turns the letters of each line of Arabic round, also the two that the file gives for that one shape.
    """
    text, everything = page.get_text_bounded(), ""
    parts, end, place = [], 0, 0
    for found in _DOUBTFUL.finditer(text):
        everything = everything or page.get_text_range()
        # What lies beyond the page's edge is no part of the text, but is counted in the places.
        before = text[max(0, found.start() - CONTEXT) : found.start()]
        if (at := everything.find(before + found[0], max(0, place - CONTEXT))) < 0:
            continue
        place = at + len(before)
        units = len(everything[:place].encode("utf-16-le")) // 2
        index = pdfium.FPDFText_GetCharIndexFromTextIndex(page.raw, units)
        parts += [text[end : found.start()], _as_shown(page, index, found[0])]
        end = found.end()
    return "".join([*parts, text[end:]])


def _as_shown(page: pypdfium2.PdfTextPage, index: int, doubtful: str) -> str:
    if not doubtful[0].isdecimal():
        is_one_shape = page.get_charbox(index) == page.get_charbox(index + 1)
        return doubtful[::-1] if is_one_shape else doubtful
    sizes = [_size(page, index + number) for number in range(-1, len(doubtful))]
    raised = next((number for number in range(len(doubtful)) if sizes[number + 1] < RAISED * sizes[number]), None)
    return doubtful if raised is None else f"{doubtful[:raised]} {doubtful[raised:]}"


def _size(page: pypdfium2.PdfTextPage, index: int) -> float:
    return float(pdfium.FPDFText_GetFontSize(page.raw, index))


def _joined(text: str) -> str:
    """The text with words whole that a line's end tore apart."""
    text = _TORN.sub("", text).replace("\r\n", "\n")
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
    marked = [item for kind in MARKS for item in _annotations(page, kind) if _string(item.get("/Contents", "")).strip()]
    notes = [item for item in (*_annotations(page, "/Text"), *marked) if "/IRT" not in item]
    document.leave_out("comment", len(notes))
    return [_string(item.get("/Contents", "")) for item in _annotations(page, "/FreeText")]


def _pictures(page: PageObject) -> int:
    resources = page.get("/Resources")
    objects = None if resources is None else resources.get_object().get("/XObject")
    found = [] if objects is None else [item.get_object() for item in objects.get_object().values()]
    return sum(1 for item in found if item.get("/Subtype") == "/Image" and not item.get("/ImageMask"))
