"""Finds what two sequences have in common, within a budget of counted steps.

Items that occur once on each side are matched first, in the longest order that both share (as patience diff
does it); what lies between them is compared by the shortest edit (Myers) as far as the budget goes. What the
budget does not reach counts as different: the result is coarser then, never wrong.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from dashboard.bounds import COMPARISON_CHARACTERS, COMPARISON_PARTS, COMPARISON_STEPS


@dataclass
class Budget:
    """What one page may still spend on comparing texts: ``steps`` of matching, ``parts`` and ``characters`` to show.

    ``refused`` counts the stretches that were not matched item by item, because too few steps were left for them.
    """

    steps: int = COMPARISON_STEPS
    parts: int = COMPARISON_PARTS
    characters: int = COMPARISON_CHARACTERS
    refused: int = 0
    spent: int = field(default=0, init=False)

    @property
    def is_full(self) -> bool:
        """Whether nothing more is shown."""
        return self.parts <= 0 or self.characters <= 0

    def spend(self, steps: int) -> None:
        self.steps -= steps
        self.spent += steps


class Match(NamedTuple):
    """``size`` items that are equal on both sides, from ``old`` here and from ``new`` there."""

    old: int
    new: int
    size: int


class _Stretch(NamedTuple):
    """A piece of each side, between two matches."""

    old: int
    old_end: int
    new: int
    new_end: int


def matches(old: Sequence[Hashable], new: Sequence[Hashable], budget: Budget, *, share: int = 4) -> list[Match]:
    """What both have in common, in the order of both; neighbouring matches are one.

    No stretch takes more than one ``share``-th of the steps that are left, so that one hard stretch leaves
    something for those after it.
    """
    numbers: dict[Hashable, int] = {}
    before = [numbers.setdefault(item, len(numbers)) for item in old]
    after = [numbers.setdefault(item, len(numbers)) for item in new]
    found: list[Match] = []
    waiting = [_Stretch(0, len(before), 0, len(after))]
    while waiting:
        stretch, ends = _trimmed(before, after, waiting.pop())
        found += ends
        if stretch.old == stretch.old_end or stretch.new == stretch.new_end:
            continue
        anchors = _anchors(before, after, stretch, budget)
        if anchors:
            found += (Match(a, b, 1) for a, b in anchors)
            waiting += _between(stretch, anchors)
        else:
            found += _shortest_edit(before, after, stretch, budget, allowed=budget.steps // share)
    return list(_joined(sorted(found)))


def changes(old_size: int, new_size: int, found: Sequence[Match]) -> Iterator[tuple[int, int, int, int]]:
    """What lies between the matches: ``old[a:b]`` gave way to ``new[c:d]``."""
    a = c = 0
    for match in [*found, Match(old_size, new_size, 0)]:
        if a < match.old or c < match.new:
            yield a, match.old, c, match.new
        a, c = match.old + match.size, match.new + match.size


def _trimmed(old: list[int], new: list[int], stretch: _Stretch) -> tuple[_Stretch, list[Match]]:
    """The stretch without what both sides begin and end with, and those two."""
    a, b, c, d = stretch
    while a < b and c < d and old[a] == new[c]:
        a, c = a + 1, c + 1
    while a < b and c < d and old[b - 1] == new[d - 1]:
        b, d = b - 1, d - 1
    ends = [Match(stretch.old, stretch.new, a - stretch.old), Match(b, d, stretch.old_end - b)]
    return _Stretch(a, b, c, d), [match for match in ends if match.size]


def _anchors(old: list[int], new: list[int], stretch: _Stretch, budget: Budget) -> list[tuple[int, int]]:
    """The places of items that occur once on each side, as many as keep the order of both."""
    a, b, c, d = stretch
    size = b - a + d - c
    if size > budget.steps:
        return []
    budget.spend(size)
    here, there = _single(old, a, b), _single(new, c, d)
    tails: list[int] = []
    chains: list[tuple[int, int, int]] = []
    last: list[int] = []
    for item, place in here.items():
        other = there.get(item)
        if other is None:
            continue
        length = bisect_left(tails, other)
        chains.append((place, other, last[length - 1] if length else -1))
        tails[length : length + 1] = [other]
        last[length : length + 1] = [len(chains) - 1]
    found = []
    at = last[-1] if last else -1
    while at >= 0:
        place, other, at = chains[at]
        found.append((place, other))
    return found[::-1]


def _single(items: list[int], start: int, end: int) -> dict[int, int]:
    """The places of the items that occur once, in their order."""
    places: dict[int, int] = {}
    for place in range(start, end):
        item = items[place]
        places[item] = -1 if item in places else place
    return {item: place for item, place in places.items() if place >= 0}


def _between(stretch: _Stretch, anchors: list[tuple[int, int]]) -> Iterator[_Stretch]:
    a, c = stretch.old, stretch.new
    for place, other in [*anchors, (stretch.old_end, stretch.new_end)]:
        if a < place and c < other:
            yield _Stretch(a, place, c, other)
        a, c = place + 1, other + 1


def _shortest_edit(
    old: list[int], new: list[int], stretch: _Stretch, budget: Budget, *, allowed: int
) -> Iterator[Match]:
    """The matches of the shortest edit; none if finding it takes more than ``allowed`` steps."""
    a, b, c, d = stretch
    width, height = b - a, d - c
    furthest = {1: 0}
    trace: list[dict[int, int]] = []
    spent = 0
    for distance in range(width + height + 1):
        spent += 2 * (distance + 1)
        if spent > allowed:
            break
        reached: dict[int, int] = {}
        for diagonal in range(-distance, distance + 1, 2):
            down, right = furthest.get(diagonal + 1, -1), furthest.get(diagonal - 1, -1)
            x = down if down > right else right + 1
            start = x
            while x < width and 0 <= x - diagonal < height and old[a + x] == new[c + x - diagonal]:
                x += 1
            spent += x - start
            reached[diagonal] = x
            if x >= width and x - diagonal >= height:
                trace.append(reached)
                budget.spend(spent)
                yield from _walked_back(trace, width, height, a, c)
                return
        trace.append(reached)
        furthest = reached
    budget.spend(min(spent, allowed))
    budget.refused += 1


def _walked_back(trace: list[dict[int, int]], x: int, y: int, a: int, c: int) -> Iterator[Match]:
    for distance in range(len(trace) - 1, -1, -1):
        diagonal = x - y
        before = trace[distance - 1] if distance else {1: 0}
        down, right = before.get(diagonal + 1, -1), before.get(diagonal - 1, -1)
        start = down if down > right else right + 1
        if x > start:
            yield Match(a + start, c + start - diagonal, x - start)
        x, y = (down, down - diagonal - 1) if down > right else (right, right - diagonal + 1)


def _joined(found: list[Match]) -> Iterator[Match]:
    current: Match | None = None
    for match in found:
        if current and (current.old + current.size, current.new + current.size) == match[:2]:
            current = Match(current.old, current.new, current.size + match.size)
            continue
        if current:
            yield current
        current = match
    if current:
        yield current
