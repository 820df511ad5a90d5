"""Two texts side by side, with the words that differ marked. Used by the audit and history pages.

Nothing here knows HTML: a template writes each part, escaped, inside ``<del>`` or ``<ins>``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from operator import ne

from dashboard.lib.matching import Budget, changes, matches

WORD = re.compile(r"\w+|\s+|[^\w\s]")
CONTEXT = 2


@dataclass(frozen=True, slots=True)
class DiffPart:
    """A run of text that is wholly the same on both sides, or wholly not."""

    text: str
    is_changed: bool = False


@dataclass(frozen=True, slots=True)
class Pair:
    """One line of each side; None where a side has no such line.

    Some pairs hold no line but a remark, with None on both sides: ``hidden`` counts the equal lines that were
    left out, ``left_out`` the lines beyond what a page can show, and ``is_coarse`` begins a comparison in which
    not every word was compared.
    """

    old: tuple[DiffPart, ...] | None
    new: tuple[DiffPart, ...] | None
    hidden: int = 0
    left_out: int = 0
    is_coarse: bool = False

    @property
    def is_changed(self) -> bool:
        return self.old != self.new


@dataclass(frozen=True, slots=True)
class _Equal:
    """Lines that are the same on both sides: ``size`` of them, from the line ``start`` of the old text."""

    start: int
    size: int


_Change = tuple[str | None, str | None]


def side_by_side(old: str, new: str, *, context: int = CONTEXT, budget: Budget | None = None) -> list[Pair]:
    """The lines of both texts next to each other, with ``context`` equal lines around every change.

    ``budget`` is that of the whole page. When its steps are spent, lines are marked whole; when its parts are,
    a last pair counts the lines that are not shown.
    """
    budget = budget or Budget()
    if budget.is_full and old != new:
        return [Pair(None, None, left_out=max(old.count("\n"), new.count("\n")) + 1)]
    before, after = old.splitlines(), new.splitlines()
    refused = budget.refused
    pairs: list[Pair] = []
    equal = _Equal(0, 0)
    is_first, left_out = True, 0
    for row in _rows(before, after, budget):
        if isinstance(row, _Equal):
            equal = _Equal(equal.start, equal.size + row.size) if equal.size else row
        elif isinstance(row, int):
            left_out += row
        else:
            _show(pairs, _folded(before, equal, context, is_first=is_first), budget)
            _show(pairs, [_changed(*row, budget)], budget)
            equal, is_first = _Equal(0, 0), False
    if left_out:
        pairs.append(Pair(None, None, left_out=left_out))
    elif not is_first:
        _show(pairs, _folded(before, equal, context, is_last=True), budget)
    return [Pair(None, None, is_coarse=True), *pairs] if budget.refused > refused else pairs


def _show(pairs: list[Pair], more: list[Pair], budget: Budget) -> None:
    pairs += more
    for pair in more:
        budget.parts -= len(pair.old or ()) + len(pair.new or ()) or 1
        budget.characters -= sum(len(part.text) for part in (*(pair.old or ()), *(pair.new or ())))


def words(old: str, new: str, budget: Budget | None = None) -> tuple[tuple[DiffPart, ...], tuple[DiffPart, ...]]:
    """Both texts cut into parts, with the words marked that the other one lacks."""
    budget = budget or Budget()
    if budget.steps <= 0:
        budget.refused += 1
        return _whole(old), _whole(new)
    before, after = WORD.findall(old), WORD.findall(new)
    budget.spend((len(before) + len(after)) // 8)
    refused = budget.refused
    found = matches(before, after, budget)
    # Two parts a match and side; a page full of single words would be too long to draw, and nobody could read it.
    if budget.refused > refused or 4 * len(found) > budget.parts:
        budget.refused = refused + 1
        return _whole(old), _whole(new)
    left: list[DiffPart] = []
    right: list[DiffPart] = []
    a = c = 0
    for match in found:
        _add(left, "".join(before[a : match.old]), is_changed=True)
        _add(right, "".join(after[c : match.new]), is_changed=True)
        a, c = match.old + match.size, match.new + match.size
        same = "".join(before[match.old : a])
        _add(left, same, is_changed=False)
        _add(right, same, is_changed=False)
    _add(left, "".join(before[a:]), is_changed=True)
    _add(right, "".join(after[c:]), is_changed=True)
    return tuple(left), tuple(right)


def _add(parts: list[DiffPart], text: str, *, is_changed: bool) -> None:
    if text:
        parts.append(DiffPart(text, is_changed))


def _rows(old: list[str], new: list[str], budget: Budget) -> Iterator[_Equal | _Change | int]:
    """What both texts share, line by line what took the place of what, and how many more lines differ.

    The number comes in place of the lines once no part of the budget is left to show them.
    """
    at = 0
    for a, b, c, d in changes(len(old), len(new), matches(old, new, budget, share=2)):
        yield _Equal(at, a - at)
        at = b
        while a < b or c < d:
            if budget.is_full:
                yield sum(map(ne, old[a:b], new[c:d])) + abs(b - a - (d - c))
                break
            before, after = old[a] if a < b else None, new[c] if c < d else None
            # Where the budget ended, lines stand opposite each other by their number alone.
            yield _Equal(a, 1) if before == after else (before, after)
            a, c = min(a + 1, b), min(c + 1, d)
    yield _Equal(at, len(old) - at)


def _changed(before: str | None, after: str | None, budget: Budget) -> Pair:
    if before is not None and after is not None:
        return Pair(*words(before, after, budget))
    return Pair(_whole(before) if before is not None else None, _whole(after) if after is not None else None)


def _whole(line: str) -> tuple[DiffPart, ...]:
    return (DiffPart(line, True),)


def _folded(
    lines: list[str], run: _Equal, context: int, *, is_first: bool = False, is_last: bool = False
) -> list[Pair]:
    """The equal lines that touch a change, and between them how many more there are."""
    head = 0 if is_first else min(context, run.size)
    tail = 0 if is_last else min(context, run.size - head)
    hidden = run.size - head - tail
    end = run.start + run.size
    pairs = [_equal(line) for line in lines[run.start : run.start + head]]
    if hidden:
        pairs.append(Pair(None, None, hidden=hidden))
    return pairs + [_equal(line) for line in lines[end - tail : end]]


def _equal(line: str) -> Pair:
    parts = (DiffPart(line),)
    return Pair(parts, parts)
