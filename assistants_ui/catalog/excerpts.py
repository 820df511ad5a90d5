"""The words that were searched for, marked where they were found."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext

import assistants_client as wire
from assistants_ui.catalog.entries import function_names, labels_of
from assistants_ui.catalog.folding import Folded

BEFORE, AFTER = 50, 110
# So much of a text is looked through at once for what is shown of it.
MOST = 300_000


@dataclass(frozen=True)
class Piece:
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


def excerpt_of(assistant: wire.Assistant, terms: list[str]) -> Excerpt | None:
    """The best place outside the name where a term stands, with what is around it; None when there is none."""
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
    for where, text in texts:
        folded = Folded(text[:MOST])
        places = [place for term in wanted if (place := folded.first(term)) is not None]
        if places:
            return Excerpt(where, marked(_around(folded.shown, min(places)), terms))
    return None


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
