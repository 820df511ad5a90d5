"""What the page of undoing shows and applies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class UndoResult:
    """How it went: ``text`` for the person, and whether all of it is done.

    ``seq`` is the row that tells of it, from which it can be undone in turn.
    """

    text: str
    is_done: bool = True
    seq: int | None = None


@dataclass(frozen=True, kw_only=True)
class UndoPlan:
    """What undoing one change would do to things as they are now.

    ``says`` is one sentence of what will be, ``also`` what else that means. ``obstacle`` tells why
    there is nothing to do; ``apply`` is not to be called then. ``page`` is where the thing stands.
    """

    says: str = ""
    page: str
    also: list[str] = field(default_factory=list)
    obstacle: str = ""
    apply: Callable[[], UndoResult] = lambda: UndoResult(text="", is_done=False)
