"""Text, code and data that are read as they are."""

from __future__ import annotations

import re

from assistants_server.files.text import encodings
from assistants_server.files.text.document import Document, UnreadableDocumentError, gettext_noop

CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
# Word's hard and soft hyphens survive as these when a document is saved as text.
_HYPHENS = {0x1E: "-", 0x1F: None}
STRAY = 0.01


def read(data: bytes, document: Document, *, is_known: bool) -> None:
    """``is_known``: the file's name says that it is text. Stray control characters are dropped."""
    try:
        text, encoding = encodings.decode(data, declares=encodings.declared(data))
    except encodings.UndecodableError as error:
        raise not_text(is_known=is_known) from error
    text = text.translate(_HYPHENS)
    stray = len(CONTROL.findall(text))
    if stray > max(2, STRAY * len(text)) or (stray and not is_known and encoding != "utf-8"):
        raise not_text(is_known=is_known)
    document.encoding = "" if encoding in ("utf-8", "ascii") else encoding
    if encoding == "utf-8" and b"\xef\xbf\xbd" not in data:
        document.leave_out("character that could not be read", text.count("\ufffd"))
    document.write(CONTROL.sub("", text))


def not_text(*, is_known: bool) -> UnreadableDocumentError:
    if not is_known:
        return UnreadableDocumentError(
            "unsupported_file", gettext_noop("The file type is not supported for retrieval.")
        )
    return UnreadableDocumentError(
        "invalid_file",
        gettext_noop(
            "The file is not text in an encoding that is known here. Save it as UTF-8 (in Excel: “CSV UTF-8”)."
        ),
    )
