"""What a client may send about vector stores and the files in them."""

from __future__ import annotations

from typing import Any

from assistants_server.errors import invalid
from assistants_server.schema.checks import choice, fields, inside, integer, one_of, wrong_type

SIZES = fields(
    {"max_chunk_size_tokens": integer(100, 4096), "chunk_overlap_tokens": integer(0, 2048)},
    required=("max_chunk_size_tokens", "chunk_overlap_tokens"),
)
STATIC = fields({"type": choice("static"), "static": SIZES}, required=("type", "static"))
AUTO = fields({"type": choice("auto")})


def CHUNKING(value: Any, path: str) -> dict[str, Any]:  # noqa: N802  # a check like its neighbours
    """``auto`` or ``static``; the overlap is at most half of the chunk."""
    if not isinstance(value, dict):
        raise wrong_type(path, expected="an object", value=value)
    kind = value.get("type")
    if kind not in ("auto", "static"):
        raise invalid(
            f"Invalid value: '{str(kind)[:64]}'. Supported values are: {one_of(['auto', 'static'])}.",
            param=inside(path, "type"),
            code="invalid_value",
        )
    strategy: dict[str, Any] = (AUTO if kind == "auto" else STATIC)(value, path)
    sizes = strategy.get("static", {"max_chunk_size_tokens": 800, "chunk_overlap_tokens": 400})
    if 2 * sizes["chunk_overlap_tokens"] > sizes["max_chunk_size_tokens"]:
        where = inside(path, "static.chunk_overlap_tokens")
        raise invalid(
            f"Invalid '{where}': the overlap must not be more than half of 'max_chunk_size_tokens'.",
            param=where,
            code="invalid_value",
        )
    return strategy
