"""Bytes to characters: by byte order mark, then by what the file declares, then UTF-8, then by a guess."""

from __future__ import annotations

import codecs
import re
import unicodedata

from chardetng_py import detect

MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# The names that the web has for encodings and Python does not (encoding.spec.whatwg.org).
WEB_NAMES = {
    "iso-8859-8-i": "iso-8859-8", "logical": "iso-8859-8", "visual": "iso-8859-8", "sun_eu_greek": "iso-8859-7",
    "dos-874": "cp874", "windows-874": "cp874", "x-mac-cyrillic": "mac-cyrillic", "x-mac-ukrainian": "mac-cyrillic",
    "macintosh": "mac-roman", "mac": "mac-roman", "x-mac-roman": "mac-roman", "csmacintosh": "mac-roman",
    "koi": "koi8-r", "koi8": "koi8-r", "koi8-ru": "koi8-u", "windows-31j": "cp932", "x-sjis": "cp932", "sjis": "cp932",
    "x-euc-jp": "euc-jp", "windows-949": "cp949", "ks_c_5601-1987": "cp949", "ks_c_5601-1989": "cp949",
    "ksc_5601": "cp949", "x-gbk": "gb18030", "gb_2312-80": "gb18030", "cn-big5": "big5", "x-x-big5": "big5",
    "big5-hkscs": "big5hkscs", "unicode": "utf-16-le", "ucs-2": "utf-16-le", "csunicode": "utf-16-le",
    "unicodefffe": "utf-16-be", "unicode-1-1-utf-8": "utf-8",
}  # fmt: skip
# The encodings that the web writes and reads when a page names a smaller one.
WIDER = {
    "iso8859-1": "cp1252", "ascii": "cp1252", "iso8859-9": "cp1254", "iso8859-11": "cp874", "tis-620": "cp874",
    "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932", "euc_kr": "cp949",
}  # fmt: skip
_WRITTEN_TOGETHER = re.compile(r"iso-?8859-?(\d+)(?:-[ei])?")
UNUSED = frozenset({"utf-7", "idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"})
# Texts in seven bits that look like UTF-8 and say with escape sequences that they are not.
JAPANESE_MARKS = (b"\x1b$B", b"\x1b$@")
_XML = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._:-]{1,40})[\"']")
_META = re.compile(rb"<meta\b[^>]{0,300}?charset\s*=\s*[\"']?\s*([A-Za-z0-9._:-]{1,40})", re.IGNORECASE)
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
# The encodings that are detected for texts in Latin letters, and those of old Macs and of DOS, which are not.
LATIN = frozenset({"cp1252", "cp1250", "cp1254", "cp1257", "cp1258", "iso8859-2", "iso8859-4", "iso8859-15"})
OLDER = ("cp1252", "mac-roman", "cp850", "cp852")
WRITTEN = frozenset(
    "äöüßÄÖÜéèêëàâçîïôùûœæÉÈÊÀÂÇÎÔŒÆøåØÅáíóúñÁÍÓÚÑãõìòÃÕýðþÝÐÞºªµ"
    "ąćęłńśźżĄĆĘŁŃŚŹŻčďěňřšťůžČĎĚŇŘŠŤŮŽőűŐŰđĐľĺŕĽĹŔăîșțşţĂŞŢ"
    "ğışİĞāēģīķļņūĀĒĢĪĶĻŅŪėįųĖĮŲ"
)
# Of those the ones that are words by themselves, or stand at a number.
WORDS_OF_ONE = frozenset("àâáåèéêìíòóôöøùúÀÂÁÅÈÉÊÌÍÒÓÔÖØÙÚºªµ")
JUDGED_BYTES = 1 << 18
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
    if any(mark in data for mark in JAPANESE_MARKS):
        candidates.append("iso2022_jp")
    candidates += ["utf-8"]
    if wide := _wide(data):
        candidates = [wide]
    for encoding in candidates:
        try:
            return data.decode(encoding), _label(codecs.lookup(encoding).name)
        except UnicodeDecodeError:
            continue
    return _guess(data)


def _label(name: str) -> str:
    """The name of a codec as people outside Python know it."""
    return f"windows-{name[2:]}" if re.fullmatch("cp(125[0-8]|874)", name) else name


def _strictly(data: bytes, encoding: str) -> str:
    if encoding.startswith("utf-16") and len(data) % 2 and data[-1:].isspace():
        # The end of a line was appended to it as one byte.
        data = data[:-1]
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise UndecodableError from error


def known(name: str) -> str:
    """The codec for an encoding as the web names it, or the empty string."""
    name = _WRITTEN_TOGETHER.sub(r"iso-8859-\1", name.lower())
    name = name.removeprefix("x-") if name.startswith("x-cp") else name
    try:
        found = codecs.lookup(WEB_NAMES.get(name, name))
    except LookupError:
        return ""
    # Python's registry also has codecs that are no encodings of text, and some that no reader of today takes.
    is_read = getattr(found, "_is_text_encoding", True) and found.name not in UNUSED
    return WIDER.get(found.name, found.name) if is_read else ""


def _wide(data: bytes) -> str:
    """UTF-16 without its mark.

    It shows by zeros at every other place in the scripts that begin with zero; in the others by the zeros of its spaces
    and ends of lines, if one of the two orders gives letters.
    """
    head = data[:4096]
    if len(head) < 4 or b"\0" not in head:
        return ""
    even, odd = head[::2].count(0) / len(head[::2]), head[1::2].count(0) / len(head[1::2])
    if odd > 0.2 and even < 0.05:
        return "utf-16-le"
    if even > 0.2 and odd < 0.05:
        return "utf-16-be"
    if len(_CONTROL.findall(head.replace(b"\0", b""))) <= max(2, len(head) * 0.01) and head.isascii():
        return ""
    shares = {order: _share_of_text(head[: len(head) // 2 * 2], order) for order in ("utf-16-le", "utf-16-be")}
    best = max(shares, key=lambda order: shares[order])
    return best if shares[best] > 0.9 else ""


def _share_of_text(head: bytes, order: str) -> float:
    """How much of this are letters, digits, signs and spaces as texts have them."""
    text = head.decode(order, errors="replace")
    written = sum(character in " \t\r\n" or unicodedata.category(character)[0] in "LMNPS" for character in text)
    # Read in the wrong order, spaces and ends of lines become signs that no text has many of.
    odd = sum(character in "\u2000\u0a00\u0d00\u0900\ufffd" for character in text)
    has_spaces = any(character in " \t\r\n" for character in text)
    return (written - 2 * odd) / len(text) if has_spaces else 0.0


def _guess(data: bytes) -> tuple[str, str]:
    if b"\0" in data:
        raise UndecodableError
    if (mended := _mostly_utf8(data)) is not None:
        return mended, "utf-8"
    detected = detect(data[:DETECTED_BYTES], allow_utf8=False)
    if known(detected) in LATIN and (other := _older(data, known(detected))):
        return data.decode(other), _label(other)
    for encoding in (detected, "cp1252"):
        if found := known(encoding):
            try:
                return data.decode(found), encoding
            except UnicodeDecodeError:
                continue
    raise UndecodableError


def _older(data: bytes, detected: str) -> str:
    """The encoding of an old Mac or of DOS, if the text is odd in the detected one and not in that; or none.

    What is detected is one of the web, which has neither of them, and for a few signs it may be any.
    """
    odd, letters = _oddness(data[:JUDGED_BYTES], detected)
    if odd == 0 and detected == "cp1252" and b"\xa4" in data and not any(0x80 <= byte < 0xA0 for byte in data):
        # The sign for any currency, which nobody writes; later the euro got its place.
        return "iso8859-15"
    if odd == 0 or odd < letters * 0.05:
        return ""
    scores = {encoding: _oddness(data[:JUDGED_BYTES], encoding)[0] for encoding in OLDER}
    best = min(OLDER, key=lambda encoding: scores[encoding])
    return best if scores[best] * 4 <= odd else ""


def _oddness(data: bytes, encoding: str) -> tuple[int, int]:
    """How many signs of a text, of those beyond ASCII, are in no place for them; and how many there are."""
    text = f" {data.decode(encoding, errors='replace')} "
    places = zip(text, text[1:], text[2:], strict=False)
    beyond = [_is_odd(*place) for place in places if place[1] > "\x7f"]
    return sum(beyond), len(beyond)


def _is_odd(before: str, sign: str, after: str) -> bool:
    if sign.isalpha():
        # A letter that no language of these writes, a capital within a word, or a letter that is no word.
        is_alone = not (before.isalpha() or after.isalpha()) and sign not in WORDS_OF_ONE
        return sign not in WRITTEN or is_alone or (sign.isupper() and before.islower())
    # Within a word only few signs stand, and after one some do not.
    is_within = sign not in "’‑–—·\u00ad" and before.isalpha() and after.isalpha()
    return sign == "\ufffd" or is_within or (sign in "‚„ˆ˜¨¸" and before.isalpha())


def _mostly_utf8(data: bytes) -> str | None:
    """A text in UTF-8 that was cut, or joined with another one, with U+FFFD for what is broken."""
    text = data.decode("utf-8", errors="replace")
    broken = text.count("\ufffd")
    whole = sum(1 for character in text if character > "\x7f") - broken
    return text if whole > 9 * broken else None
