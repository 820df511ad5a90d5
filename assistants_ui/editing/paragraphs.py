"""Puts two versions of one long text together, paragraph by paragraph, as a proposal to edit."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

# Each paragraph with the empty lines after it, so that joining gives the text back.
PARAGRAPH = re.compile(r".+?(?:\n\s*\n|\Z)", re.DOTALL)
# Beyond this, matching would take longer than a person waits; the two texts then follow each other.
MOST_PARAGRAPHS = 4000


def together(before: str, mine: str, theirs: str) -> str:
    """A text with both people's changes; where both changed the same paragraph, mine and then theirs."""
    old, one, two = (PARAGRAPH.findall(text) for text in (before, mine, theirs))
    if max(len(old), len(one), len(two)) > MOST_PARAGRAPHS:
        return _in_a_row(mine, theirs)
    return "".join(_pieces(old, one, two))


def _pieces(old: list[str], one: list[str], two: list[str]) -> Iterator[str]:
    """A three-way merge: stable stretches as they are, each changed stretch from whoever changed it."""
    to_one, to_two = _matches(old, one), _matches(old, two)
    at = mine = theirs = 0
    for index in [*(i for i in range(len(old)) if i in to_one and i in to_two), len(old)]:
        is_end = index == len(old)
        mine_end = len(one) if is_end else to_one[index]
        theirs_end = len(two) if is_end else to_two[index]
        was, is_mine, is_theirs = (
            "".join(part) for part in (old[at:index], one[mine:mine_end], two[theirs:theirs_end])
        )
        if is_mine == is_theirs or is_theirs == was:
            yield is_mine
        elif is_mine == was:
            yield is_theirs
        else:
            yield _in_a_row(is_mine, is_theirs)
        if not is_end:
            yield old[index]
        at, mine, theirs = index + 1, mine_end + 1, theirs_end + 1


def _matches(old: list[str], new: list[str]) -> dict[int, int]:
    blocks = SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
    return {block.a + step: block.b + step for block in blocks for step in range(block.size)}


def _in_a_row(mine: str, theirs: str) -> str:
    if not mine.strip() or not theirs.strip():
        return mine + theirs
    return (mine if mine.endswith("\n\n") else f"{mine.rstrip()}\n\n") + theirs
