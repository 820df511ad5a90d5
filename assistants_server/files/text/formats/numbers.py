"""Numbers of lists and headings, which documents keep as a kind and a count."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
    (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
MOST = 100_000
_PLACE = re.compile("%([1-9])")


def letters(number: int) -> str:
    """a to z, then aa to zz, as word processors go on."""
    return chr(97 + (number - 1) % 26) * ((number - 1) // 26 + 1) if number > 0 else ""


def roman(number: int) -> str:
    parts = []
    for value, sign in ROMAN:
        count, number = divmod(number, value)
        parts.append(sign * count)
    return "".join(parts)


# By the names of Word, of OpenDocument and of HTML, whose letters mean the same in both.
KINDS: dict[str, Callable[[int], str]] = {
    "decimal": str, "1": str, "decimalZero": "{:02}".format, "ordinal": "{}.".format,
    "lowerLetter": letters, "a": letters, "upperLetter": lambda number: letters(number).upper(),
    "A": lambda number: letters(number).upper(), "lowerRoman": roman, "i": roman,
    "upperRoman": lambda number: roman(number).upper(), "I": lambda number: roman(number).upper(),
}  # fmt: skip


def shown(number: int, kind: str) -> str:
    """The number as it is printed; empty for kinds without one, such as bullets."""
    return KINDS[kind](number) if kind in KINDS and 0 <= number < MOST else ""


def filled(template: str, numbers: Sequence[str]) -> str:
    """``%1.%2`` with the numbers of the levels, as Word writes it."""
    return _PLACE.sub(lambda found: numbers[int(found[1]) - 1] if int(found[1]) <= len(numbers) else "", template)
