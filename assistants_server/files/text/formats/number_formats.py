"""Values of cells as a spreadsheet shows them, for the formats that people use; other numbers as they are stored."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

BUILT_IN = {
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 14: "yyyy-mm-dd", 15: "d-mmm-yy", 16: "d-mmm",
    17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss", 22: "yyyy-mm-dd h:mm",
    37: "#,##0", 38: "#,##0", 39: "#,##0.00", 40: "#,##0.00", 45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss",
}  # fmt: skip
_QUOTED = re.compile(r'"([^"]*)"|\\(.)|_.|\*.|\[\$([^\]-]*)[^\]]*\]|\[(?![hms]+\])[^\]]*\]')
_DATE = re.compile(r"AM/PM|A/P|\[[hms]+\]|y+|m+|d+|h+|s+(?:\.0+)?", re.IGNORECASE)
_NUMBER = re.compile(r"[#0?][#0?,]*(?:\.[#0?]+)?|\.[#0?]+")


def shown(value: str, code: str, *, from_1904: bool = False) -> str:
    """A stored number under a format code."""
    try:
        number = Decimal(value)
    except InvalidOperation:
        return value
    sections = code.split(";")
    section = sections[1] if number < 0 and len(sections) > 1 else sections[0]
    bare = _QUOTED.sub("", section)
    if not bare or "general" in bare.lower() or "@" in bare:
        return plain(number)
    if _DATE.search(bare):
        return _date(number, section, from_1904=from_1904)
    return _number(abs(number) if section is not sections[0] else number, section)


def plain(number: Decimal) -> str:
    """Fifteen digits, as spreadsheets count, without the dust of binary fractions."""
    text = f"{number:.15g}"
    return format(Decimal(text).normalize(), "f") if abs(number) < Decimal(10) ** 15 else text


def _literal(section: str) -> str:
    """The section with its quoted texts as private characters kept out of the way."""
    return _QUOTED.sub(lambda found: found[1] or found[2] or found[3] or "", section)


def _number(number: Decimal, section: str) -> str:
    found = _NUMBER.search(_QUOTED.sub(lambda match: " " * len(match[0]), section))
    if found is None:
        return _literal(section) if section.strip('"') else plain(number)
    mask = found[0]
    if "E+" in section or "/" in section[found.end() :]:
        return plain(number)
    number *= 100 ** section.count("%")
    number /= Decimal(1000) ** (len(mask) - len(mask.rstrip(",")))
    whole, _, fraction = mask.rstrip(",").partition(".")
    rounded = number.quantize(Decimal(1).scaleb(-len(fraction)), rounding=ROUND_HALF_UP)
    digits = f"{rounded:,f}" if "," in whole else f"{rounded:f}"
    if optional := len(fraction) - len(fraction.rstrip("#?")):
        head, _, tail = digits.partition(".")
        kept = tail[: len(tail) - optional] + tail[len(tail) - optional :].rstrip("0")
        digits = f"{head}.{kept}".rstrip(".")
    least = whole.count("0")
    sign, digits = ("-", digits[1:]) if digits.startswith("-") else ("", digits)
    missing = least - len(digits.partition(".")[0].replace(",", ""))
    return sign + _literal(section[: found.start()]) + "0" * missing + digits + _literal(section[found.end() :])


def _date(number: Decimal, section: str, *, from_1904: bool) -> str:
    start = datetime(1904, 1, 1, tzinfo=UTC) if from_1904 else datetime(1899, 12, 30, tzinfo=UTC)
    try:
        moment = start + timedelta(seconds=round(float(number) * 86_400))
    except OverflowError:
        return plain(number)
    text = _literal(section)
    is_short_day = "am/pm" in text.lower() or "a/p" in text.lower()
    made: list[str] = []
    place = 0
    last = ""
    for found in _DATE.finditer(text):
        made.append(text[place : found.start()])
        token = found[0].lower()
        follows_with_seconds = re.match(r"[^a-z]*s", text[found.end() :], re.IGNORECASE) is not None
        is_minute = token in ("m", "mm") and (last.startswith(("h", "[h")) or follows_with_seconds)
        made.append(_field(moment, token, number, is_minute=is_minute, is_short_day=is_short_day))
        last = token
        place = found.end()
    return "".join(made) + text[place:]


def _field(moment: datetime, token: str, number: Decimal, *, is_minute: bool, is_short_day: bool) -> str:
    if token.startswith("["):
        unit = {"h": 24, "m": 1_440, "s": 86_400}[token[1]]
        return str(int(number * unit))
    if token in ("am/pm", "a/p"):
        return "AM" if moment.hour < 12 else "PM"
    if is_minute:
        return f"{moment.minute:0{len(token)}d}"
    hour = (moment.hour - 1) % 12 + 1 if is_short_day else moment.hour
    match token[0]:
        case "y":
            return f"{moment.year % 100:02d}" if len(token) < 3 else str(moment.year)
        case "m":
            return {3: f"{moment:%b}", 4: f"{moment:%B}"}.get(len(token), f"{moment.month:0{min(len(token), 2)}d}")
        case "d":
            return {3: f"{moment:%a}", 4: f"{moment:%A}"}.get(len(token), f"{moment.day:0{min(len(token), 2)}d}")
        case "h":
            return f"{hour:0{min(len(token), 2)}d}"
    return f"{moment.second:0{min(len(token.partition('.')[0]), 2)}d}"
