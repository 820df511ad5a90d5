"""The marks by which a model says which passage it used, and what becomes of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

OPEN, CLOSE = "\u3010", "\u3011"
MARK = re.compile(r"\u3010(\d+):(\d+)\u2020([^\u3011]*)\u3011")
# What is longer is no mark, and is not kept from the reader.
LONGEST = 300
TAKEN = 4_000
# How a link in a text names a file that code has saved.
SANDBOX = "sandbox:"


def mark(search: int, hit: int, filename: str) -> str:
    """The mark of one passage; it cannot end early, whatever a file is called."""
    name = re.sub(r"[\u3010\u3011\u2020\s]+", " ", filename).strip()[:200]
    return f"{OPEN}{search}:{hit}\u2020{name}{CLOSE}"


@dataclass(frozen=True)
class PlainText:
    text: str


@dataclass(frozen=True)
class CitedText:
    text: str
    annotation: dict[str, Any]


def _joined(shown: Iterable[PlainText | CitedText]) -> Iterator[PlainText | CitedText]:
    """The same with texts that follow one another as one."""
    texts: list[str] = []
    for one in shown:
        if isinstance(one, PlainText):
            texts.append(one.text)
            continue
        if texts:
            yield PlainText("".join(texts))
            texts = []
        yield one
    if texts:
        yield PlainText("".join(texts))


class CitationReader:
    """Takes the model's text piece by piece and gives what may be shown: text, and whole marks with their files.

    From an opening bracket on the text is held back until it is closed; a mark of no passage is left out. So is
    what may become the link to a file that code has saved, until it is that or cannot be it any more.
    """

    def __init__(
        self,
        known: Mapping[str, str],
        *,
        paths: Collection[str] = (),
        file_of: Callable[[str], str | None] = lambda path: None,
    ) -> None:
        """``known``: the file of each ``"search:hit"``; ``file_of`` makes one of any of the sandbox's ``paths``."""
        self.known = known
        # In a link a space is written as %20.
        self._links = {SANDBOX + written: path for path in paths for written in (path, quote(path))}
        self._file_of = file_of
        self._shown: list[str] = []
        self._length = 0
        self.annotations: list[dict[str, Any]] = []
        self._held = ""

    @property
    def value(self) -> str:
        """All that was shown so far."""
        return "".join(self._shown)

    def take(self, piece: str) -> Iterator[PlainText | CitedText]:
        # A little at a time, because each mark takes a copy of what is behind it.
        for at in range(0, len(piece), TAKEN):
            yield from _joined(self._take(piece[at : at + TAKEN]))

    def _take(self, piece: str) -> Iterator[PlainText | CitedText]:
        self._held += piece
        while self._held:
            start = self._next()
            yield from self._show(self._held[:start])
            self._held = self._held[start:]
            if not self._held.startswith(OPEN):
                if self._may_become_link():
                    return
                yield from self._link()
                continue
            end = self._held.find(CLOSE)
            if end < 0:
                if len(self._held) <= LONGEST:
                    return
                end = 0
            text, self._held = self._held[: end + 1], self._held[end + 1 :]
            yield from self._bracket(text)

    def rest(self) -> Iterator[PlainText | CitedText]:
        """What is still held back at the end of the text."""
        if not self._held.startswith(OPEN):
            yield from self._link()
        held, self._held = self._held, ""
        yield from self._show(held)

    def _show(self, text: str) -> Iterator[PlainText]:
        if text:
            self._keep(text)
            yield PlainText(text)

    def _keep(self, text: str) -> None:
        self._shown.append(text)
        self._length += len(text)

    def _next(self) -> int:
        """Where the next mark or link begins, or what may be the beginning of one; else the end."""
        found = [at for at in (self._held.find(OPEN), self._next_link()) if at >= 0]
        return min(found, default=len(self._held))

    def _next_link(self) -> int:
        if not self._links:
            return -1
        at = self._held.find(SANDBOX)
        if at >= 0:
            return at
        ends = (size for size in range(len(SANDBOX) - 1, 0, -1) if self._held.endswith(SANDBOX[:size]))
        size = next(ends, 0)
        return len(self._held) - size if size else -1

    def _may_become_link(self) -> bool:
        return bool(self._held) and any(
            len(link) > len(self._held) and link.startswith(self._held) for link in self._links
        )

    def _link(self) -> Iterator[PlainText | CitedText]:
        """What is held begins with the link to a known file, the longest that fits; or is only text."""
        fitting = [link for link in self._links if self._held.startswith(link)]
        if not fitting:
            size = len(SANDBOX) if self._held.startswith(SANDBOX) else 0
            text, self._held = self._held[:size], self._held[size:]
            yield from self._show(text)
            return
        text = max(fitting, key=len)
        self._held = self._held[len(text) :]
        file_id = self._file_of(self._links[text])
        if file_id is None:
            yield from self._show(text)
        else:
            yield self._cited("file_path", text, file_id)

    def _cited(self, kind: str, text: str, file_id: str) -> CitedText:
        annotation = {
            "type": kind,
            "text": text,
            "start_index": self._length,
            "end_index": self._length + len(text),
            kind: {"file_id": file_id},
        }
        self._keep(text)
        self.annotations.append(annotation)
        return CitedText(text, annotation)

    def _bracket(self, text: str) -> Iterator[PlainText | CitedText]:
        found = MARK.fullmatch(text)
        if found is None:
            yield from self._show(text)
            return
        file_id = self.known.get(f"{found[1]}:{found[2]}")
        if file_id is None:
            return
        yield self._cited("file_citation", text, file_id)
