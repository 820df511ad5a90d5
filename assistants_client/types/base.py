"""What all objects on the wire share: a thin typed view over exactly what the server sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, Self, TypeVar, overload

MILLISECONDS_FROM = 10**11
# The last second of the year 9999, after which no calendar of ours goes on.
LAST_SECOND = 253_402_300_799
# No disk holds more bytes, and beyond it nothing here can divide or store a number.
MOST = 2**63 - 1


def text(value: Any) -> str:
    """A string field that may not be null; anything else reads as empty."""
    return value if isinstance(value, str) else ""


def optional_text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def optional_flag(value: Any) -> bool | None:
    """Yes or no, which some servers send as text or as a number; None for anything else."""
    if isinstance(value, str):
        return {"true": True, "1": True, "false": False, "0": False}.get(value.strip().lower())
    return bool(value) if isinstance(value, bool | int) else None


def seconds(value: Any) -> int:
    """:func:`optional_seconds`, and 0 when there is none."""
    return optional_seconds(value) or 0


def optional_seconds(value: Any) -> int | None:
    """A Unix time in whole seconds up to the year 9999, from seconds, milliseconds, a float or digits."""
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            return None
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value or abs(value) == float("inf"):
        return None
    whole = int(value // 1000) if value > MILLISECONDS_FROM else int(value)
    return whole if 0 <= whole <= LAST_SECOND else None


def count(value: Any) -> int:
    return optional_count(value) or 0


def optional_count(value: Any) -> int | None:
    """A whole number of things; None for what cannot be one, such as one that is larger than any disk."""
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    return value if is_whole and abs(value) <= MOST else None


def number(value: Any) -> float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def text_or_object(value: Any) -> str | dict[str, Any] | None:
    return value if isinstance(value, str | dict) else None


def dicts(value: Any) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def id_text(value: Any) -> str:
    """An id as text; some servers count their objects, and send a number."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else text(value)


def is_id(value: Any) -> bool:
    """Whether this can be the id of an object that has an address: with a slash, or as a dot, it has none."""
    return isinstance(value, str) and value not in ("", ".", "..") and "/" not in value


def ids(value: Any) -> list[str]:
    """A list of ids, also from a bare string, which some servers send for a list of one."""
    if value is None:
        return []
    return [item for item in (value if isinstance(value, list) else [value]) if is_id(item)]


T = TypeVar("T")


class Field(Generic[T]):
    """A field of an object: looked up in `raw` when it is asked for, and put right by `read`.

    It stands in `raw` under its own name, or at `path`; `read` gets None where there is nothing.
    """

    def __init__(self, read: Callable[[Any], T], *path: str) -> None:
        self._read = read
        self._key, self._below = (path[0], path[1:]) if path else ("", ())
        self._other_key = ""

    def __set_name__(self, owner: type[WireObject], name: str) -> None:
        self._key = self._key or name
        # Models have it, and everything of some servers.
        self._other_key = "created" if self._key == "created_at" else ""

    @overload
    def __get__(self, instance: None, owner: type[WireObject]) -> Self: ...
    @overload
    def __get__(self, instance: WireObject, owner: type[WireObject]) -> T: ...
    def __get__(self, instance: WireObject | None, owner: type[WireObject]) -> T | Self:
        if instance is None:
            return self
        value: Any = instance.raw.get(self._key)
        if self._below:
            for key in self._below:
                value = value.get(key) if isinstance(value, dict) else None
        elif value is None and self._other_key:
            value = instance.raw.get(self._other_key)
        return self._read(value)


class WireObject:
    """One object of the API. `raw` is the JSON as it came, unknown keys included.

    Fields bear the wire's names and put right what real servers get wrong; nothing is computed
    before it is asked for. `etag` is the answer's ETag when the server gave one; it is not part of `raw`.
    Objects are equal when their `raw` is.
    """

    __slots__ = ("etag", "raw")

    id = Field(id_text)
    object = Field(text)

    def __init__(self, raw: dict[str, Any], *, etag: str | None = None) -> None:
        self.raw = raw
        self.etag = etag

    @staticmethod
    def is_id(value: Any) -> bool:
        """Whether this can be the id of such an object."""
        return is_id(value)

    def to_dict(self) -> dict[str, Any]:
        """A copy of `raw`, one level deep."""
        return dict(self.raw)

    def __eq__(self, other: Any) -> bool:
        return type(other) is type(self) and bool(other.raw == self.raw)

    def __hash__(self) -> int:
        return hash((type(self), self.id))

    def __repr__(self) -> str:
        return f"{type(self).__name__}(id={self.id!r})"


class Deleted(WireObject):
    """The answer to a delete. Some servers send none: `id` is then the id that was asked for."""

    __slots__ = ()

    deleted = Field(lambda value: value is not False)
