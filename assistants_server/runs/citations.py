"""The marks by which a model says which passage it used, and what becomes of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

OPEN, CLOSE = "\u3010", "\u3011"
MARK = re.compile(r"\u3010(\d+):(\d+)\u2020([^\u3011]*)\u3011")
# What is longer is no mark, and is not kept from the reader.
LONGEST = 300


def mark(search: int, hit: int, filename: str) -> str:
    """The mark of one passage; it cannot end early, whatever a file is called."""
    name = re.sub(r"[\u3010\u3011\u2020\s]+", " ", filename).strip()[:200]
    return f"{OPEN}{search}:{hit}\u2020{name}{CLOSE}"


@dataclass(frozen=True)
class PlainText:
    text: str


@dataclass(frozen=True)
class Cited:
    text: str
    annotation: dict[str, Any]


class CitationReader:
    """Takes the model's text piece by piece and gives what may be shown: text, and whole marks with their files.

    From an opening bracket on the text is held back until it is closed; a mark of no passage is left out.
    """

    def __init__(self, known: dict[str, str]) -> None:
        """``known``: the file of each ``"search:hit"``."""
        self.known = known
        self.value = ""
        self.annotations: list[dict[str, Any]] = []
        self._held = ""

    def take(self, piece: str) -> Iterator[PlainText | Cited]:
        self._held += piece
        while self._held:
            start = self._held.find(OPEN)
            if start < 0:
                yield from self._show(self._held)
                self._held = ""
                return
            yield from self._show(self._held[:start])
            self._held = self._held[start:]
            end = self._held.find(CLOSE)
            if end < 0:
                if len(self._held) <= LONGEST:
                    return
                end = 0
            text, self._held = self._held[: end + 1], self._held[end + 1 :]
            yield from self._bracket(text)

    def rest(self) -> Iterator[PlainText | Cited]:
        """What is still held back at the end of the text."""
        held, self._held = self._held, ""
        yield from self._show(held)

    def _show(self, text: str) -> Iterator[PlainText]:
        if text:
            self.value += text
            yield PlainText(text)

    def _bracket(self, text: str) -> Iterator[PlainText | Cited]:
        found = MARK.fullmatch(text)
        if found is None:
            yield from self._show(text)
            return
        file_id = self.known.get(f"{found[1]}:{found[2]}")
        if file_id is None:
            return
        annotation = {
            "type": "file_citation",
            "text": text,
            "start_index": len(self.value),
            "end_index": len(self.value) + len(text),
            "file_citation": {"file_id": file_id},
        }
        self.value += text
        self.annotations.append(annotation)
        yield Cited(text, annotation)
