"""Puts two versions of one long text together, by paragraphs and within them by lines, as a proposal to edit."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from dashboard.lib.matching import Budget, changes, matches

# Each paragraph with the empty lines after it, so that joining gives the text back.
PARAGRAPH = re.compile(r".+?(?:\n\s*\n|\Z)", re.DOTALL)
LINE = re.compile(r".*\n|.+\Z")
Resolve = Callable[[str, str, str, "_Proposal"], str]


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
    """A proposed ``text``, and what in it stands ``twice``, in the order of the text.

    ``is_coarse``: the texts differ in too much to be matched piece by piece, so longer passages than need be
    stand twice.
    """

    text: str
    twice: list[DuplicatePassage]
    is_coarse: bool = False


@dataclass(frozen=True)
class _Proposal:
    """What a merge has found so far, and what it may still spend."""

    twice: list[DuplicatePassage]
    budget: Budget


def together(before: str, mine: str, theirs: str, budget: Budget | None = None) -> MergedText:
    """A text with both people's changes; where both changed the same line, mine and then theirs.

    Nothing that somebody wrote is missing from it, also when the ``budget`` of the page ends before it is done.
    """
    budget = budget or Budget()
    refused = budget.refused
    proposal = _Proposal([], budget)
    text = _merged(before, mine, theirs, proposal, cut=PARAGRAPH, disputed=_paragraphs)
    return MergedText(text, proposal.twice, budget.refused > refused)


def _merged(
    before: str, mine: str, theirs: str, proposal: _Proposal, *, cut: re.Pattern[str], disputed: Resolve
) -> str:
    old, one, two = (cut.findall(text) for text in (before, mine, theirs))
    pieces: list[str] = []
    at = 0
    for ours, others in _groups(_hunks(old, one, proposal.budget), _hunks(old, two, proposal.budget)):
        start = min(hunk.start for hunk in (*ours, *others))
        end = max(hunk.end for hunk in (*ours, *others))
        pieces += old[at:start]
        is_mine, is_theirs = _applied(old, ours, start, end), _applied(old, others, start, end)
        if not ours or not others or is_mine == is_theirs:
            pieces.append(is_mine if ours else is_theirs)
        else:
            pieces.append(disputed("".join(old[start:end]), is_mine, is_theirs, proposal))
        at = end
    return "".join([*pieces, *old[at:]])


def _hunks(old: list[str], new: list[str], budget: Budget) -> list[Hunk]:
    found = matches(old, new, budget)
    return [Hunk(a, b, "".join(new[c:d])) for a, b, c, d in changes(len(old), len(new), found)]


def _groups(mine: list[Hunk], theirs: list[Hunk]) -> list[tuple[list[Hunk], list[Hunk]]]:
    """The changes in the order of the text, those of both that touch the same paragraphs together."""
    groups: list[tuple[list[Hunk], list[Hunk]]] = []
    end = -1
    has_put_in = False
    for hunk, is_mine in sorted(
        [*((hunk, True) for hunk in mine), *((hunk, False) for hunk in theirs)],
        key=lambda pair: (pair[0].start, pair[0].end),
    ):
        # What is put in at the very place where another change begins or ends touches it.
        is_put_in = hunk.start == hunk.end
        touches = hunk.start < end or (hunk.start == end and (is_put_in or has_put_in))
        if not touches:
            groups.append(([], []))
            has_put_in = False
        has_put_in = has_put_in or is_put_in
        groups[-1][0 if is_mine else 1].append(hunk)
        end = max(end, hunk.end) if touches else hunk.end
    return groups


def _applied(old: list[str], hunks: list[Hunk], start: int, end: int) -> str:
    pieces: list[str] = []
    at = start
    for hunk in hunks:
        pieces += [*old[at : hunk.start], hunk.new]
        at = hunk.end
    return "".join([*pieces, *old[at:end]])


def _paragraphs(before: str, mine: str, theirs: str, proposal: _Proposal) -> str:
    """Disputed paragraphs: each beside its other version where there are as many, else all of mine before theirs."""
    old, one, two = (PARAGRAPH.findall(text) for text in (before, mine, theirs))
    if not len(old) == len(one) == len(two):
        return _in_a_row(mine, theirs, proposal)
    return "".join(_paragraph(*versions, proposal) for versions in zip(old, one, two, strict=True))


def _paragraph(before: str, mine: str, theirs: str, proposal: _Proposal) -> str:
    if before == mine or mine == theirs:
        return theirs
    if before == theirs:
        return mine
    if not any("\n" in text.strip() for text in (before, mine, theirs)):
        return _in_a_row(mine, theirs, proposal)
    # The last line of a text is the same line whether or not something follows it.
    merged = _merged(_ended(before), _ended(mine), _ended(theirs), proposal, cut=LINE, disputed=_lines)
    return merged if mine.endswith("\n") or theirs.endswith("\n") else merged.removesuffix("\n")


def _ended(text: str) -> str:
    return text if text.endswith("\n") else f"{text}\n"


def _lines(before: str, mine: str, theirs: str, proposal: _Proposal) -> str:
    if mine.strip() and theirs.strip():
        proposal.twice.append(DuplicatePassage(mine.strip("\n"), theirs.strip("\n")))
    return mine + theirs


def _in_a_row(mine: str, theirs: str, proposal: _Proposal) -> str:
    if not mine.strip() or not theirs.strip():
        return mine + theirs
    proposal.twice.append(DuplicatePassage(mine.strip("\n"), theirs.strip("\n")))
    return (mine if mine.endswith("\n\n") else f"{mine.rstrip()}\n\n") + theirs
