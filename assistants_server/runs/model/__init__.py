"""What the executor needs of a model, and how a model may fail.

``chat`` and ``responses`` are the two APIs that model servers have, ``server`` speaks to one of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from assistants_client.types.base import count

Reason = Literal["stop", "length", "tool_calls", "content_filter"]


@dataclass(frozen=True, kw_only=True)
class Turn:
    """One call of the model: a conversation in the shape of Chat Completions, and how to answer it.

    ``grammar`` is what the answer must match, in the notation of llama.cpp, for a server that is known to read it.
    A message with ``tool_calls`` may have ``reasoning`` too: what :class:`Reasoning` gave before them.
    """

    model: str
    messages: list[dict[str, Any]]
    tools: list[dict[str, Any]] = field(default_factory=list)
    tool_choice: Any = "auto"
    parallel_tool_calls: bool = True
    temperature: float | None = None
    top_p: float | None = None
    reasoning_effort: str | None = None
    max_tokens: int | None = None
    response_format: Any = "auto"
    grammar: str = ""


@dataclass(frozen=True)
class Text:
    value: str


@dataclass(frozen=True)
class RefusedText:
    """A piece of the model's own words for not answering."""

    value: str


@dataclass(frozen=True)
class ToolCall:
    """A piece of a call: its first piece has the name, and all have one ``index``."""

    index: int
    id: str = ""
    name: str = ""
    arguments: str = ""


@dataclass(frozen=True)
class Reasoning:
    """What a model thought, as its server wants it back with the outputs of the tools; sealed, so nobody reads it."""

    item: dict[str, Any]


@dataclass(frozen=True)
class End:
    """The last piece. ``usage`` counts ``prompt``, ``completion``, ``cached`` and ``reasoning``, if the server did."""

    reason: Reason
    usage: dict[str, int] | None = None


Piece = Text | RefusedText | ToolCall | Reasoning | End


def tokens(value: Any) -> int:
    """How many a server counted; what is no such number counts for none, for an answer is not lost for that."""
    return max(0, count(value))


class ModelError(Exception):
    """The model gave no answer, or not all of it.

    ``message`` is fit for the client of a run: no addresses and no keys. ``detail`` is for the log.
    ``is_passing``: the same call may work a little later.
    """

    def __init__(
        self,
        message: str,
        *,
        code: Literal["server_error", "rate_limit_exceeded", "invalid_prompt"] = "server_error",
        detail: str = "",
        is_passing: bool = False,
        is_too_long: bool = False,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.detail = detail
        self.is_passing = is_passing
        self.is_too_long = is_too_long
        self.retry_after = retry_after


class Stream(Protocol):
    """The pieces of one answer. ``close`` may be called from another thread, and ends the reading."""

    def __iter__(self) -> Iterator[Piece]: ...

    def close(self) -> None: ...


class LanguageModel(Protocol):
    def stream(self, turn: Turn, *, seconds: float) -> Stream:
        """Ask for an answer that must be whole within ``seconds``; raises :class:`ModelError`."""
