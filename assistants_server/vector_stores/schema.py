"""What a client may send about vector stores and the files in them."""

from __future__ import annotations

from typing import Any

from assistants_server.http.errors import invalid
from assistants_server.http.validation import (
    FILE_ID,
    METADATA,
    array,
    boolean,
    choice,
    fields,
    inside,
    integer,
    kind_of,
    mapping,
    nullable,
    number,
    string,
    variants,
    wrong_type,
)

SIZES = fields(
    {"max_chunk_size_tokens": integer(100, 4096), "chunk_overlap_tokens": integer(0, 2048)},
    required=("max_chunk_size_tokens", "chunk_overlap_tokens"),
)
STRATEGIES = variants(
    {
        "auto": fields({"type": string()}),
        "static": fields({"type": string(), "static": SIZES}, required=("static",)),
    },
    name="an object",
)


def chunking(value: Any, path: str) -> Any:
    """``auto`` or ``static``; the overlap is at most half of the chunk."""
    strategy = STRATEGIES(value, path)
    sizes = strategy.get("static")
    if sizes and 2 * sizes["chunk_overlap_tokens"] > sizes["max_chunk_size_tokens"]:
        where = inside(path, "static.chunk_overlap_tokens")
        raise invalid(
            f"Invalid '{where}': the overlap must not be more than half of 'max_chunk_size_tokens'.",
            param=where,
            code="invalid_value",
        )
    return strategy


def scalar(value: Any, path: str) -> Any:
    """What an attribute can be, unlike metadata: a string, a number or a boolean."""
    if isinstance(value, str):
        return string(longest=512)(value, path)
    if isinstance(value, bool | int | float):
        return value
    raise wrong_type(path, expected="a string, a number or a boolean", value=value)


def _comparison(check: Any) -> Any:
    known = {"type": string(), "key": string(shortest=1, longest=64), "value": check}
    return fields(known, required=("type", "key", "value"))


def filters(value: Any, path: str) -> Any:
    """A comparison, or ``and``/``or`` over more of them."""
    several = fields({"type": string(), "filters": array(filters, longest=64)}, required=("type", "filters"))
    one, many = _comparison(scalar), _comparison(array(scalar, longest=100))
    kinds = dict.fromkeys(("eq", "ne", "gt", "gte", "lt", "lte"), one) | {"in": many, "nin": many}
    return variants(kinds | {"and": several, "or": several}, name="an object")(value, path)


def query(value: Any, path: str) -> list[str]:
    """One query or several; always given as a list."""
    text = string(shortest=1, longest=4096)
    if isinstance(value, str):
        return [text(value, path)]
    if not isinstance(value, list):
        raise invalid(
            f"Invalid type for '{path}': expected a string or an array of strings, but got {kind_of(value)} instead.",
            param=path,
            code="invalid_type",
        )
    queries: list[str] = array(text, longest=16, shortest=1)(value, path)
    return queries


ATTRIBUTES = mapping(scalar)
EXPIRY = fields({"anchor": choice("last_active_at"), "days": integer(1, 365)}, required=("anchor", "days"))
NAME = nullable(string(longest=256))
CREATE = fields(
    {
        "name": NAME,
        "description": nullable(string(longest=512)),
        "file_ids": array(FILE_ID, longest=500),
        "expires_after": nullable(EXPIRY),
        "chunking_strategy": chunking,
        "metadata": nullable(METADATA),
    }
)
UPDATE = fields({"name": NAME, "expires_after": nullable(EXPIRY), "metadata": nullable(METADATA)})
ADD_FILE = fields({"file_id": FILE_ID, "chunking_strategy": chunking, "attributes": ATTRIBUTES}, required=("file_id",))
UPDATE_FILE = fields({"attributes": nullable(ATTRIBUTES)}, required=("attributes",))
_BATCH = fields(
    {
        "file_ids": array(FILE_ID, longest=2000, shortest=1),
        "files": array(ADD_FILE, longest=2000, shortest=1),
        "chunking_strategy": chunking,
        "attributes": ATTRIBUTES,
    }
)
SEARCH = fields(
    {
        "query": query,
        "rewrite_query": boolean,
        "max_num_results": integer(1, 50),
        "filters": filters,
        "ranking_options": fields(
            {"ranker": choice("none", "auto", "default-2024-11-15"), "score_threshold": number(0, 1)}
        ),
    },
    required=("query",),
)


def batch(value: Any, path: str) -> Any:
    """Either ``file_ids`` or ``files``; what holds for all goes only with the former."""
    checked = _BATCH(value, path)
    if ("file_ids" in checked) == ("files" in checked):
        raise invalid(
            "Give exactly one of 'file_ids' and 'files'.", param="file_ids", code="missing_required_parameter"
        )
    for key in ("chunking_strategy", "attributes"):
        if "files" in checked and key in checked:
            raise invalid(f"Unknown parameter: '{key}' goes with 'file_ids' only.", param=key, code="unknown_parameter")
    return checked
