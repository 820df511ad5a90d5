from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dashboard.lib.matching import Budget, Match, changes, matches

ITEMS = st.lists(st.integers(0, 4), max_size=12)


def longest_common(old: list[int], new: list[int]) -> int:
    """How many items both share in order, by the table that everybody knows."""
    row = [0] * (len(new) + 1)
    for item in old:
        before = row
        row = [0]
        for place, other in enumerate(new):
            row.append(before[place] + 1 if item == other else max(before[place + 1], row[place]))
    return row[-1]


@given(ITEMS, ITEMS, st.integers(0, 200))
def test_what_is_matched_is_equal_and_the_rest_gives_the_new_text(old: list[int], new: list[int], steps: int) -> None:
    found = matches(old, new, Budget(steps=steps))
    assert all(old[a : a + size] == new[c : c + size] for a, c, size in found)
    rebuilt: list[int] = []
    at = 0
    for a, b, c, d in changes(len(old), len(new), found):
        rebuilt += [*old[at:a], *new[c:d]]
        at = b
    assert [*rebuilt, *old[at:]] == new


@given(ITEMS, ITEMS)
def test_it_finds_the_most_where_nothing_occurs_once(old: list[int], new: list[int]) -> None:
    doubled, redoubled = ([item for item in side for _ in range(2)] for side in (old, new))
    found = matches(doubled, redoubled, Budget())
    assert sum(match.size for match in found) == longest_common(doubled, redoubled)


def test_what_occurs_once_on_both_sides_is_matched_first() -> None:
    assert matches([*"x1x"], [*"xxyx1x"], Budget()) == [Match(0, 0, 1), Match(1, 4, 2)]
