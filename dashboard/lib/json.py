"""How values are written to a cache that other processes can reach."""

from __future__ import annotations

import json
from typing import Any


class JSONSerializer:
    """Stores JSON instead of pickles, so that reading a cache entry never runs code."""

    def dumps(self, obj: Any) -> bytes | int:
        # Redis can only increment a plain integer.
        if isinstance(obj, int) and not isinstance(obj, bool):
            return obj
        return json.dumps(obj, separators=(",", ":")).encode()

    def loads(self, data: bytes) -> Any:
        return json.loads(data)
