"""Puts two versions of one long text together, by paragraphs and within them by lines, as a proposal to edit."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from difflib import SequenceMatcher

# Each paragraph with the empty lines after it, so that joining gives the text back.
PARAGRAPH = re.compile(r".+?(?:\n\s*\n|\Z)", re.DOTALL)
LINE = re.compile(r".*\n|.+\Z")
# Beyond this, matching would take longer than a person waits; the two texts then follow each other.
MOST_PIECES = 4000
Disputed = Callable[[str, str, str, list["DuplicatePassage"]], str]


@dataclass(frozen=True)
class Hunk:
    """Pieces ``start`` to ``end`` of the text before gave way to ``new``."""

    start: int
    end: int
    new: str


@dataclass(frozen=True)
class DuplicatePassage:
    """One place at which both versions stand in a text put together, one after the other."""

    mine: str
    theirs: str


@dataclass(frozen=True)
class MergedText:
    """A proposed ``text``, and what in it stands ``twice``, in the order of the text."""

    text: str
    twice: list[DuplicatePassage]


def together(before: str, mine: str, theirs: str) -> MergedText:
    """A text with both people's changes; where both changed the same line, mine and then theirs."""
    twice: list[DuplicatePassage] = []
    return MergedText(_merged(before, mine, theirs, twice, cut=PARAGRAPH, disputed=_paragraphs), twice)


def _merged(
    before: str, mine: str, theirs: str, twice: list[DuplicatePassage], *, cut: re.Pattern[str], disputed: Disputed
) -> str:
    old, one, two = (cut.findall(text) for text in (before, mine, theirs))
    if max(len(old), len(one), len(two)) > MOST_PIECES:
        return _in_a_row(mine, theirs, twice)
    pieces: list[str] = []
    at = 0
    for ours, others in _groups(_hunks(old, one), _hunks(old, two)):
        start = min(hunk.start for hunk in (*ours, *others))
        end = max(hunk.end for hunk in (*ours, *others))
        pieces += old[at:start]
        is_mine, is_theirs = _applied(old, ours, start, end), _applied(old, others, start, end)
        if not ours or not others or is_mine == is_theirs:
            pieces.append(is_mine if ours else is_theirs)
        else:
            pieces.append(disputed("".join(old[start:end]), is_mine, is_theirs, twice))
        at = end
    return "".join([*pieces, *old[at:]])


def _hunks(old: list[str], new: list[str]) -> list[Hunk]:
    opcodes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return [Hunk(a, b, "".join(new[c:d])) for tag, a, b, c, d in opcodes if tag != "equal"]


def _groups(mine: list[Hunk], theirs: list[Hunk]) -> list[tuple[list[Hunk], list[Hunk]]]:
    """The changes in the order of the text, those of both that touch the same paragraphs together."""
    groups: list[tuple[list[Hunk], list[Hunk]]] = []
    end = -1
    for hunk, is_mine in sorted(
        [*((hunk, True) for hunk in mine), *((hunk, False) for hunk in theirs)],
        key=lambda pair: (pair[0].start, pair[0].end),
    ):
        # What is put in at the very place where another change begins or ends touches it.
        touches = hunk.start < end or (hunk.start == end and _is_put_in_beside(hunk, groups))
        if not touches:
            groups.append(([], []))
        groups[-1][0 if is_mine else 1].append(hunk)
        end = max(end, hunk.end) if touches else hunk.end
    return groups


def _is_put_in_beside(hunk: Hunk, groups: list[tuple[list[Hunk], list[Hunk]]]) -> bool:
    last = [*groups[-1][0], *groups[-1][1]] if groups else []
    return hunk.start == hunk.end or any(other.start == other.end for other in last)


def _applied(old: list[str], hunks: list[Hunk], start: int, end: int) -> str:
    pieces: list[str] = []
    at = start
    for hunk in hunks:
        pieces += [*old[at : hunk.start], hunk.new]
        at = hunk.end
    return "".join([*pieces, *old[at:end]])


def _paragraphs(before: str, mine: str, theirs: str, twice: list[DuplicatePassage]) -> str:
    """Disputed paragraphs: each beside its other version where there are as many, else all of mine before theirs."""
    old, one, two = (PARAGRAPH.findall(text) for text in (before, mine, theirs))
    if not len(old) == len(one) == len(two):
        return _in_a_row(mine, theirs, twice)
    return "".join(_paragraph(*versions, twice) for versions in zip(old, one, two, strict=True))


def _paragraph(before: str, mine: str, theirs: str, twice: list[DuplicatePassage]) -> str:
    if before == mine or mine == theirs:
        return theirs
    if before == theirs:
        return mine
    if not any("\n" in text.strip() for text in (before, mine, theirs)):
        return _in_a_row(mine, theirs, twice)
    # The last line of a text is the same line whether or not something follows it.
    merged = _merged(_ended(before), _ended(mine), _ended(theirs), twice, cut=LINE, disputed=_lines)
    return merged if mine.endswith("\n") or theirs.endswith("\n") else merged.removesuffix("\n")


def _ended(text: str) -> str:
    return text if text.endswith("\n") else f"{text}\n"


def _lines(before: str, mine: str, theirs: str, twice: list[DuplicatePassage]) -> str:
    if mine.strip() and theirs.strip():
        twice.append(DuplicatePassage(mine.strip("\n"), theirs.strip("\n")))
    return mine + theirs


def _in_a_row(mine: str, theirs: str, twice: list[DuplicatePassage]) -> str:
    if not mine.strip() or not theirs.strip():
        return mine + theirs
    twice.append(DuplicatePassage(mine.strip("\n"), theirs.strip("\n")))
    return (mine if mine.endswith("\n\n") else f"{mine.rstrip()}\n\n") + theirs
