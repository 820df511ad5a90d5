"""Django's cache in the memory of one process, with a limit in bytes instead of entries alone."""

from __future__ import annotations

from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.locmem import LocMemCache

# How many bytes each named cache holds just now; all threads of the process share it.
_held: dict[str, int] = {}


class MemoryCache(LocMemCache):
    """Drops what was used longest ago once it holds more than ``BYTES`` (an option)."""

    _cache: Any
    _expire_info: Any
    _lock: Any

    def __init__(self, name: str, params: dict[str, Any]) -> None:
        options = dict(params.get("OPTIONS", {}))
        self._budget = int(options.pop("BYTES"))
        self._name = name
        super().__init__(name, {**params, "OPTIONS": options})

    @property
    def held(self) -> int:
        """The bytes of all values that it holds."""
        return _held.get(self._name, 0)

    def _set(self, key: str, value: bytes, timeout: Any = DEFAULT_TIMEOUT) -> None:
        self._delete(key)
        if len(value) > self._budget:
            return
        super()._set(key, value, timeout)  # type: ignore[misc]
        _held[self._name] = self.held + len(value)
        while self.held > self._budget:
            self._delete(next(reversed(self._cache)))

    def _delete(self, key: str) -> bool:
        value = self._cache.get(key)
        if value is not None:
            _held[self._name] = self.held - len(value)
        return bool(super()._delete(key))  # type: ignore[misc]

    def _cull(self) -> None:
        for key in list(reversed(self._cache))[: len(self._cache) // self._cull_frequency]:
            self._delete(key)

    def clear(self) -> None:
        super().clear()
        _held[self._name] = 0
