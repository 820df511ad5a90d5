"""The words that were searched for, marked where they were found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.translation import gettext

import assistants_client as wire
from assistants_ui.catalog.entries import function_names, labels_of
from assistants_ui.catalog.folding import Folded
from dashboard.bounds import EXCERPT_CHARACTERS

BEFORE, AFTER = 50, 110
# So much of a text is looked through for what is marked in it.
MOST = 300_000
# However long the texts of a page are, the beginning of each is looked through.
LEAST = 10_000
# So many places of each term are weighed against each other.
MOST_PLACES = 200


class Piece(NamedTuple):
    """A part of a text, and whether it was searched for."""

    text: str
    is_found: bool = False


@dataclass(frozen=True)
class Excerpt:
    """Where something was found besides the name, in the words of the page, and the text around it."""

    where: str
    pieces: tuple[Piece, ...]


def marked(text: str, terms: list[str]) -> tuple[Piece, ...]:
    """The whole text in pieces, with every occurrence of a term as a piece of its own."""
    folded = Folded(text[:MOST])
    places = sorted(place for term in terms for place in folded.places(term))
    pieces: list[Piece] = []
    end = 0
    for start, stop in places:
        if stop <= end:
            continue
        start = max(start, end)
        if start > end:
            pieces.append(Piece(folded.shown[end:start]))
        pieces.append(Piece(folded.shown[start:stop], is_found=True))
        end = stop
    if end < len(folded.shown):
        pieces.append(Piece(folded.shown[end:]))
    return tuple(pieces)


def reach_of(assistants: Sequence[wire.Assistant]) -> int:
    """How much of each text is looked through on a page of these, so that all together are not too much."""
    together = sum(len(assistant.instructions or "") for assistant in assistants)
    return MOST if together <= EXCERPT_CHARACTERS else max(LEAST, EXCERPT_CHARACTERS // len(assistants))


def excerpt_of(assistant: wire.Assistant, terms: list[str], *, reach: int = MOST) -> Excerpt | None:
    """The best place outside the name where a term stands, with what is around it; None when there is none.

    ``reach``: how many characters of each text are looked through.
    """
    texts = [
        (gettext("Description"), assistant.description or ""),
        *(
            (gettext("Label"), gettext("%(name)s: %(value)s") % {"name": name, "value": value})
            for name, value in labels_of(assistant)
        ),
        *((gettext("Function"), name) for name in function_names(assistant)),
        (gettext("Instructions"), assistant.instructions or ""),
        ("ID", assistant.id),
    ]
    name = Folded(assistant.name or "")
    wanted = [term for term in terms if name.first(term) is None]
    # Words of the name are no reason for an excerpt, but beside others they say which passage is meant.
    best: tuple[int, str, Folded, int] | None = None
    for where, text in texts:
        folded = Folded(text[:reach])
        if any(folded.first(term) is not None for term in wanted):
            held, place = _densest(folded, terms)
            if best is None or held > best[0]:
                best = held, where, folded, place
            if held == len(terms):
                break
    return Excerpt(best[1], marked(_around(best[2].shown, best[3]), terms)) if best else None


def _densest(folded: Folded, terms: list[str]) -> tuple[int, int]:
    """How many of the terms stand close together at most, and where that begins; the closest, then the first."""
    places = sorted(
        (start, number) for number, term in enumerate(terms) for start, _ in folded.places(term, most=MOST_PLACES)
    )
    best, held, left = (0, 0, 0), Counter[int](), 0
    for place, number in places:
        held[number] += 1
        while place - places[left][0] >= AFTER or held[places[left][1]] > 1:
            held[places[left][1]] -= 1
            left += 1
        start = places[left][0]
        best = max(best, (sum(map(bool, held.values())), start - place, -start))
    return best[0], -best[2]


def _around(text: str, place: int) -> str:
    """What stands around a place, cut between words, on one line."""
    start, stop = max(0, place - BEFORE), min(len(text), place + AFTER)
    if start:
        cut = text.find(" ", start, place)
        start = cut + 1 if cut >= 0 else start
    if stop < len(text):
        cut = text.rfind(" ", place, stop)
        stop = cut if cut > place else stop
    inside = " ".join(text[start:stop].split())
    return f"{'… ' if start else ''}{inside}{' …' if stop < len(text) else ''}"
