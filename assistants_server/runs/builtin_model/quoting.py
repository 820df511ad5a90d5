"""Answers in sentences of the files, word for word: left to itself, so small a model makes facts up.

The model chooses the sentences, by a grammar that lets it write nothing else; which passage each is from is then known.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from assistants_server.files.text.words import words
from assistants_server.runs.citations import MARK
from assistants_server.runs.model import End, Piece, Stream, Text

T = TypeVar("T")
# Reading is what takes a small model long: a few sentences a second on a busy machine.
MOST_CHARACTERS = 400
MOST_SENTENCES = 10
# What comes less near to the question than this share of the best paragraph, or sentence, is no choice.
NEAR, NEAR_SENTENCE = 0.6, 0.4
LONGEST_SENTENCE = 400
TELLING = 4
PARAGRAPHS = re.compile(r"\n\s*\n")
SENTENCES = re.compile(r"(?<=[.!?\u3002\uff01\uff1f])\s+|\n")
# What a line of Markdown or a list begins with, and a table is made of.
DECORATION = re.compile(r"^[\s#>*\-\u2022|]+|[\s|]+$")
ENDS = (".", "!", "?", "\u3002", "\uff01", "\uff1f")


@dataclass(frozen=True)
class Quote:
    """One sentence of a passage, and the passage's mark."""

    text: str
    mark: str


def quotes_for(question: str, passages: Sequence[str]) -> list[Quote]:
    """The sentences nearest to the question of the paragraphs nearest to it, as they stand in the passages.

    ``passages`` are what searches gave, each passage after its mark. A word counts more the fewer paragraphs have it.
    """
    paragraphs = list(_paragraphs(passages))
    common = Counter(word for _, text in paragraphs for word in set(words(text)))
    asked = {word for word in words(question) if word in common}
    # "Can I", "do my": short words are everywhere, and decide only where no other does.
    asked = {word for word in asked if len(word) >= TELLING} or asked
    rarity = {word: math.log(1 + len(paragraphs) / common[word]) for word in asked}
    near = _nearest([(_score(text, rarity), (mark, text)) for mark, text in paragraphs], share=NEAR)
    quotes = [Quote(sentence, mark) for mark, text in near for sentence in _sentences(text)]
    chosen = _nearest([(_score(quote.text, rarity), quote) for quote in quotes], share=NEAR_SENTENCE)
    found: dict[str, Quote] = {}
    left = MOST_CHARACTERS
    for quote in chosen[:MOST_SENTENCES]:
        left -= len(quote.text)
        if not found or left >= 0:
            found.setdefault(quote.text, quote)
    # In the order of the file, as a person would quote them.
    return [quote for quote in quotes if found.get(quote.text) is quote]


def _score(text: str, rarity: Mapping[str, float]) -> float:
    held = set(words(text))
    return sum(weight for word, weight in rarity.items() if word in held)


def _nearest(scored: Sequence[tuple[float, T]], *, share: float) -> list[T]:
    """Those that score at least this share of the best, the best first."""
    best = max((score for score, _ in scored), default=0.0)
    ranked = sorted(scored, key=lambda one: -one[0])
    return [one for score, one in ranked if score >= share * best]


def _paragraphs(passages: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Each paragraph with the mark of its passage; a heading belongs to what follows it."""
    for given in passages:
        pieces = MARK.split(given)
        for number, hit, name, passage in zip(pieces[1::4], pieces[2::4], pieces[3::4], pieces[4::4], strict=True):
            heading = ""
            for paragraph in filter(None, map(str.strip, PARAGRAPHS.split(passage))):
                if paragraph.endswith(ENDS):
                    yield f"\u3010{number}:{hit}\u2020{name}\u3011", f"{heading}{paragraph}"
                    heading = ""
                else:
                    heading = f"{paragraph}\n"


def _sentences(paragraph: str) -> list[str]:
    found = [DECORATION.sub("", sentence) for sentence in SENTENCES.split(paragraph)]
    return [text for text in found if text.endswith(ENDS) and len(text) <= LONGEST_SENTENCE]


def grammar_of(quotes: Sequence[Quote]) -> str:
    """One of the quotes, or two different ones, in the notation of llama.cpp."""
    literals = [json.dumps(quote.text, ensure_ascii=False) for quote in quotes]
    answers = []
    for literal in literals:
        others = [other for other in literals if other != literal]
        answers.append(f'{literal} (" " ({" | ".join(others)}))?' if others else literal)
    return f"root ::= {' | '.join(answers)}"


class Quoting:
    """The stream of an answer made of quotes, with the mark of its passage after each whole one."""

    def __init__(self, stream: Stream, quotes: Sequence[Quote]) -> None:
        self._stream = stream
        # The longest first: one may begin with all of another.
        self._quotes = sorted(quotes, key=lambda quote: -len(quote.text))
        self._said = ""
        self._shown = 0

    def __iter__(self) -> Iterator[Piece]:
        for piece in self._stream:
            if isinstance(piece, Text):
                self._said += piece.value
                yield from self._show(is_all=False)
                continue
            if isinstance(piece, End):
                yield from self._show(is_all=True)
            yield piece

    def _show(self, *, is_all: bool) -> Iterator[Text]:
        while (found := self._whole(is_all=is_all)) is not None:
            size, quote = found
            yield Text(self._said[self._shown : size] + quote.mark)
            self._said, self._shown = self._said[size:], 0
        if self._longest() is None and (rest := self._said[self._shown :]):
            self._shown = len(self._said)
            yield Text(rest)

    def _whole(self, *, is_all: bool) -> tuple[int, Quote] | None:
        """The quote that is complete by now, and where it ends; None while it may become a longer one."""
        begun = self._said.lstrip()
        if not is_all and any(quote.text.startswith(begun) and quote.text != begun for quote in self._quotes):
            return None
        found = self._longest()
        return (len(self._said) - len(begun) + len(found.text), found) if found is not None else None

    def _longest(self) -> Quote | None:
        begun = self._said.lstrip()
        return next((quote for quote in self._quotes if begun.startswith(quote.text)), None)

    def close(self) -> None:
        self._stream.close()
