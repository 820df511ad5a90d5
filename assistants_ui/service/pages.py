"""One page of a list, and where it leads on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

Item = TypeVar("Item")
Order = Literal["asc", "desc"]


@dataclass(frozen=True)
class Page(Generic[Item]):
    """One page of a list and the cursors that lead on from it; None where the list ends.

    ``is_cut``: a search stopped before it had looked through everything; ``after`` goes on from there.
    """

    items: list[Item]
    after: str | None
    before: str | None
    is_cut: bool = False
