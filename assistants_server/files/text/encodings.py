"""Bytes to characters: by byte order mark, then by what the file declares, then UTF-8, then by a guess."""

from __future__ import annotations

import codecs
import re

from chardetng_py import detect

MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# The names under which the web writes other encodings than they say (encoding.spec.whatwg.org).
WEB_NAMES = {
    "iso-8859-1": "cp1252", "latin1": "cp1252", "latin-1": "cp1252", "us-ascii": "cp1252", "ascii": "cp1252",
    "iso-8859-9": "cp1254", "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932", "shift-jis": "cp932",
    "sjis": "cp932", "x-sjis": "cp932", "ks_c_5601-1987": "cp949", "euc-kr": "cp949", "tis-620": "cp874",
    "iso-8859-11": "cp874", "windows-874": "cp874", "x-mac-cyrillic": "mac-cyrillic", "macintosh": "mac-roman",
    "iso-8859-8-i": "iso-8859-8", "windows-31j": "cp932", "big5-hkscs": "big5hkscs", "unicode": "utf-16-le",
}  # fmt: skip
_XML = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._:-]{1,40})[\"']")
_META = re.compile(rb"<meta\b[^>]{0,300}?charset\s*=\s*[\"']?\s*([A-Za-z0-9._:-]{1,40})", re.IGNORECASE)
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
DETECTED_BYTES = 1 << 20


class UndecodableError(Exception):
    """No encoding makes text of the bytes."""


def declared(data: bytes, *, is_html: bool = False) -> str:
    """The encoding that XML or HTML names for itself, or the empty string."""
    if found := _XML.match(data[:1024]):
        return found[1].decode("ascii")
    if is_html and (found := _META.search(_COMMENT.sub(b"", data[:8192]))):
        name = found[1].decode("ascii")
        # A page that can be read as far as its meta element is not in UTF-16, whatever it says.
        return "utf-8" if name.lower().startswith("utf-16") else name
    return ""


def decode(data: bytes, *, declares: str = "") -> tuple[str, str]:
    """The text and the name of its encoding. Raises :class:`UndecodableError`."""
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return _strictly(data[len(mark) :], encoding), encoding.upper()
    candidates = [found] if declares and (found := known(declares)) else []
    candidates += ["utf-8"]
    if wide := _wide(data):
        candidates = [wide]
    for encoding in candidates:
        try:
            return data.decode(encoding), codecs.lookup(encoding).name
        except UnicodeDecodeError:
            continue
    return _guess(data)


def _strictly(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise UndecodableError from error


def known(name: str) -> str:
    """The codec for an encoding as the web names it, or the empty string."""
    try:
        found = codecs.lookup(WEB_NAMES.get(name.lower(), name))
    except LookupError:
        return ""
    # Python's registry also has codecs that are no encodings of text, such as base64.
    return found.name if getattr(found, "_is_text_encoding", True) else ""


def _wide(data: bytes) -> str:
    """UTF-16 without its mark shows by zeros at every other place, in the scripts that begin with zero."""
    head = data[:4096]
    if len(head) < 4 or b"\0" not in head:
        return ""
    even, odd = head[::2].count(0) / len(head[::2]), head[1::2].count(0) / len(head[1::2])
    if odd > 0.2 and even < 0.05:
        return "utf-16-le"
    return "utf-16-be" if even > 0.2 and odd < 0.05 else ""


def _guess(data: bytes) -> tuple[str, str]:
    if b"\0" in data:
        raise UndecodableError
    for encoding in (detect(data[:DETECTED_BYTES], allow_utf8=False), "cp1252"):
        if found := known(encoding):
            try:
                return data.decode(found), encoding
            except UnicodeDecodeError:
                continue
    raise UndecodableError
