"""One page of a list."""

from __future__ import annotations

from collections import Counter
from typing import Any, Generic, TypeVar

from .base import WireObject, id_text, optional_flag, optional_text

ItemT = TypeVar("ItemT", bound=WireObject)


class CursorPage(Generic[ItemT]):
    """A page of objects, in the server's order.

    `data` leaves out what cannot be an object (`unreadable` holds that) and what is there twice (`repeated` holds
    those ids). The cursors are taken from the
    objects themselves, since some servers send wrong ones.
    """

    __slots__ = ("data", "etag", "raw", "repeated", "unreadable")

    def __init__(self, raw: dict[str, Any], *, item: type[ItemT]) -> None:
        entries = raw["data"] or []
        self.raw = raw
        self.etag: str | None = None
        found = [item(entry) for entry in entries if _is_object(entry, of=item)]
        self.unreadable: list[Any] = (
            [] if len(found) == len(entries) else [entry for entry in entries if not _is_object(entry, of=item)]
        )
        once: dict[str, ItemT] = {}
        for entry in found:
            once.setdefault(entry.id, entry)
        self.data = list(once.values())
        self.repeated: list[str] = []
        if len(self.data) < len(found):
            self.repeated = [name for name, times in Counter(entry.id for entry in found).items() if times > 1]

    def _copy(self, page: CursorPage[ItemT]) -> None:
        self.raw, self.etag, self.data = page.raw, page.etag, page.data
        self.unreadable, self.repeated = page.unreadable, page.repeated

    @property
    def first_id(self) -> str | None:
        return self.data[0].id if self.data else optional_text(self.raw.get("first_id"))

    @property
    def last_id(self) -> str | None:
        return self.data[-1].id if self.data else optional_text(self.raw.get("last_id"))

    @property
    def has_more(self) -> bool:
        """Whether the server says that more objects follow."""
        return optional_flag(self.raw.get("has_more")) is True

    @property
    def may_have_more(self) -> bool:
        """Whether it is worth asking: servers that leave `has_more` out may still have more."""
        return bool(self.data) and optional_flag(self.raw.get("has_more")) is not False

    def __eq__(self, other: Any) -> bool:
        return isinstance(other, CursorPage) and bool(other.raw == self.raw)

    def __hash__(self) -> int:
        return hash((CursorPage, self.first_id, self.last_id))

    def __len__(self) -> int:
        return len(self.data)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({len(self.data)} objects, has_more={self.has_more})"


def _is_object(entry: Any, *, of: type[WireObject]) -> bool:
    return isinstance(entry, dict) and of.is_id(id_text(entry.get("id")))
