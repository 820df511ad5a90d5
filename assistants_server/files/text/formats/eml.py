"""Mails and saved web archives: the headers people read, the text, and what is attached by name."""

from __future__ import annotations

import re
from email import message_from_bytes, policy
from email.message import MIMEPart

from assistants_server.files.text import encodings
from assistants_server.files.text.document import Document, UnreadableDocumentError, gettext_noop
from assistants_server.files.text.formats import html
from dashboard.bounds import MAILS_INSIDE

HEADERS = ("Subject", "From", "To", "Cc", "Date")
_LETTER = re.compile(rb"^From .*\d\d:\d\d.*$", re.MULTILINE)


def read(data: bytes, document: Document) -> None:
    """One mail, or all of a mailbox."""
    starts = [found.start() for found in _LETTER.finditer(data)] if data.startswith(b"From ") else []
    for start, end in zip(starts or [0], [*starts[1:], len(data)], strict=True):
        letter = data[start:end]
        letter = letter.partition(b"\n")[2] if starts else letter
        message = message_from_bytes(letter, policy=policy.default)
        _message(message, document)


def _message(message: MIMEPart, document: Document) -> None:
    for name in HEADERS:
        if value := _header(message, name):
            document.write(f"{name}: {value}\n")
    document.write("\n")
    _part(message, document)
    document.line()


def _header(message: MIMEPart, name: str) -> str:
    raw = next((str(value) for key, value in message.raw_items() if key.lower() == name.lower()), "")
    if not raw.isascii():
        # Letters that were not encoded; the mail may say for its text what they are.
        data = raw.encode("utf-8", "surrogateescape")
        return " ".join(encodings.decode(data, declares=message.get_content_charset() or "")[0].split())
    try:
        return str(message.get(name, ""))
    except (
        Exception
    ):  # the parser of addresses raises many things for what senders write; what they wrote is shown then
        return raw


def _part(part: MIMEPart, document: Document) -> None:
    kind = part.get_content_type()
    if kind in ("application/pkcs7-mime", "application/x-pkcs7-mime", "multipart/encrypted"):
        raise UnreadableDocumentError(
            "invalid_file", gettext_noop("The mail is encrypted. Save it decrypted and attach that.")
        )
    if kind == "multipart/alternative":
        parts = list(part.iter_parts())
        chosen = next((item for item in parts if item.get_content_type() == "text/plain" and _has_text(item)), None)
        if parts:
            _part(parts[-1] if chosen is None or _is_stub(chosen, parts[-1]) else chosen, document)
    elif kind == "multipart/related":
        for number, item in enumerate(part.iter_parts()):
            if number == 0:
                _part(item, document)
            elif item.get_content_maintype() == "image" and not _shows_pictures(part):
                document.leave_out("picture")
    elif kind == "message/rfc822" and part.is_multipart() and document.depth < MAILS_INSIDE:
        document.depth += 1
        for item in part.iter_parts():
            document.line()
            _message(item, document)
        document.depth -= 1
    elif part.is_multipart() and kind != "message/rfc822":
        for item in part.iter_parts():
            _part(item, document)
    elif part.get_content_disposition() == "attachment" or kind not in ("text/plain", "text/html"):
        document.leave_out("attachment", name=part.get_filename() or "")
    else:
        _text(part, document, is_html=kind == "text/html")


def _shows_pictures(part: MIMEPart) -> bool:
    # Pictures of a page are counted where the page shows them.
    return next((item.get_content_type() for item in part.iter_parts()), "") in ("text/html", "multipart/alternative")


def _is_stub(plain: MIMEPart, page: MIMEPart) -> bool:
    """Whether the plain text only says that there is a page, as many newsletters do."""
    if page.get_content_type() != "text/html":
        return False
    shown = Document()
    _text(page, shown, is_html=True)
    return len(_payload(plain).split()) * 2 < len(shown.text.split())


def _has_text(part: MIMEPart) -> bool:
    return bool(_payload(part).strip())


def _payload(part: MIMEPart) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _text(part: MIMEPart, document: Document, *, is_html: bool) -> None:
    charset = part.get_content_charset() or ""
    if is_html:
        encoding = document.encoding
        html.read(_payload(part), document, charset=charset)
        document.encoding = encoding
    else:
        document.write(encodings.decode(_payload(part), declares=charset)[0])
    document.line()
