"""Two texts side by side, with the words that differ marked. Used by the audit and history pages.

Nothing here knows HTML: a template writes each part, escaped, inside ``<del>`` or ``<ins>``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest

WORD = re.compile(r"\w+|\s+|[^\w\s]")
CONTEXT = 2
# Matching costs up to the product of both sizes. Beyond this, for one match or for all words of
# a text together, what differs is shown as replaced as a whole.
MOST_PAIRS = 1_000_000
# Nobody reads further, and a page of a hundred thousand rows would stop the browser.
MOST_SHOWN = 3000


@dataclass(frozen=True)
class DiffPart:
    """A run of text that is wholly the same on both sides, or wholly not."""

    text: str
    is_changed: bool = False


@dataclass(frozen=True)
class Pair:
    """One line of each side; None where a side has no such line.

    ``hidden`` counts the equal lines that were left out instead, ``left_out`` the lines beyond what
    a page can show; then both sides are None.
    """

    old: tuple[DiffPart, ...] | None
    new: tuple[DiffPart, ...] | None
    hidden: int = 0
    left_out: int = 0

    @property
    def is_changed(self) -> bool:
        return self.old != self.new


def side_by_side(old: str, new: str, *, context: int = CONTEXT) -> list[Pair]:
    """The lines of both texts next to each other, with ``context`` equal lines around every change.

    At most ``MOST_SHOWN`` pairs, and a last one that tells how many more there are.
    """
    pairs = list(_folded(list(_pairs(old.splitlines(), new.splitlines())), context))
    if len(pairs) <= MOST_SHOWN:
        return pairs
    return [*pairs[:MOST_SHOWN], Pair(None, None, left_out=len(pairs) - MOST_SHOWN)]


def words(old: str, new: str) -> tuple[tuple[DiffPart, ...], tuple[DiffPart, ...]]:
    """Both texts cut into parts, with the words marked that the other one lacks."""
    before, after = WORD.findall(old), WORD.findall(new)
    if len(before) * len(after) > MOST_PAIRS:
        return _whole(old), _whole(new)
    left: list[DiffPart] = []
    right: list[DiffPart] = []
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        _add(left, "".join(before[a:b]), is_changed=tag != "equal")
        _add(right, "".join(after[c:d]), is_changed=tag != "equal")
    return tuple(left), tuple(right)


def _add(parts: list[DiffPart], text: str, *, is_changed: bool) -> None:
    if text:
        parts.append(DiffPart(text, is_changed))


def _pairs(old: list[str], new: list[str]) -> Iterator[Pair]:
    start = _common(old, new)
    end = _common(old[start:][::-1], new[start:][::-1])
    middle_old, middle_new = old[start : len(old) - end], new[start : len(new) - end]
    yield from (_equal(line) for line in old[:start])
    if len(middle_old) * len(middle_new) > MOST_PAIRS:
        yield from _replaced(middle_old, middle_new, [0])
    else:
        budget = [MOST_PAIRS]
        matcher = SequenceMatcher(None, middle_old, middle_new)
        for tag, a, b, c, d in matcher.get_opcodes():
            if tag == "equal":
                yield from (_equal(line) for line in middle_old[a:b])
            else:
                yield from _replaced(middle_old[a:b], middle_new[c:d], budget)
    yield from (_equal(line) for line in old[len(old) - end :])


def _common(old: list[str], new: list[str]) -> int:
    """How many lines at the beginning are equal."""
    count = 0
    for one, other in zip(old, new, strict=False):
        if one != other:
            break
        count += 1
    return count


def _equal(line: str) -> Pair:
    parts = (DiffPart(line),)
    return Pair(parts, parts)


def _replaced(old: list[str], new: list[str], budget: list[int]) -> Iterator[Pair]:
    """Lines that took the place of others; words are marked while the ``budget`` of the text lasts."""
    for before, after in zip_longest(old, new):
        if before is not None and after is not None:
            budget[0] -= 64 + len(before) * len(after) // 8
            yield Pair(*words(before, after)) if budget[0] >= 0 else Pair(_whole(before), _whole(after))
        else:
            yield Pair(_whole(before) if before is not None else None, _whole(after) if after is not None else None)


def _whole(line: str) -> tuple[DiffPart, ...]:
    return (DiffPart(line, True),)


def _folded(pairs: list[Pair], context: int) -> Iterator[Pair]:
    """The pairs without the equal ones far from any change."""
    near = bytearray(len(pairs))
    for number, pair in enumerate(pairs):
        if pair.is_changed:
            first, last = max(0, number - context), min(len(pairs), number + context + 1)
            near[first:last] = b"\1" * (last - first)
    hidden = 0
    for number, pair in enumerate(pairs):
        if not near[number]:
            hidden += 1
            continue
        if hidden:
            yield Pair(None, None, hidden=hidden)
            hidden = 0
        yield pair
    if hidden and hidden < len(pairs):
        yield Pair(None, None, hidden=hidden)
