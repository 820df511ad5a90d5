"""The canonical text of a row: what is stored, sealed, exported and shown, byte for byte.

ASCII-only JSON, so that a NUL or half a surrogate pair in somebody's text is ordinary
text to every database. ``head`` is small and tells the row; ``body`` holds the full states.
The head begins with the searchable columns in a fixed order, which lets verification compare
them with the columns of the table without parsing anything.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

COLUMNS = (
    "seq",
    "at",
    "kind",
    "action",
    "outcome",
    "actor",
    "workspace",
    "target_type",
    "target_id",
    "operation",
    "request_id",
    "key",
)
LONGEST_COLUMN = 200


def canonical(value: Any) -> str:
    """The one JSON text of a value. Raises ``ValueError`` for NaN and ``TypeError`` for non-JSON."""
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"), allow_nan=False, default=_plain)


def _plain(value: object) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} cannot be written into the record")


def escaped(text: str) -> str:
    """The text as it stands inside a JSON string: how a column holds it, and how a search finds it."""
    return json.dumps(text)[1:-1]


def column(text: str | None) -> str:
    """A column's text: escaped, and cut so that half an escape never remains."""
    value = escaped(text or "")
    if len(value) <= LONGEST_COLUMN:
        return value
    # Twelve is the longest escape: one character beyond the basic plane.
    return escaped((text or "")[: LONGEST_COLUMN // 12])


def opening(values: tuple[int | str, ...]) -> str:
    """How the head of a row with these column values begins."""
    seq, at, kind, action, outcome, actor, workspace, target_type, target_id, operation, request_id, key = values
    return (
        f'{{"seq":{seq},"at":"{at}","kind":"{kind}","action":"{action}","outcome":"{outcome}","actor":"{actor}",'
        f'"workspace":"{workspace}","target_type":"{target_type}","target_id":"{target_id}",'
        f'"operation":"{operation}","request_id":"{request_id}","key":"{key}",'
    )


def columns_agree(vendor: str) -> str:
    """An SQL expression that is true when a row's head begins with what its columns say.

    It leaves out ``seq``, whose digits it skips: a row with another number stands elsewhere in the
    chain, which its seal shows. Twelve columns for a million rows are what verifying costs most.
    """
    names = [name for name in COLUMNS if name != "seq"]
    find, form = ("strpos", "format") if vendor == "postgresql" else ("instr", "printf")
    template = "".join(f',"{name}":"%s"' for name in names) + ","
    shortest, longest = len('{"seq":1'), len('{"seq":9223372036854775807')
    return f"{find}(head, {form}('{template}', {', '.join(names)})) BETWEEN {shortest + 1} AND {longest + 1}"


def head_text(values: tuple[int | str, ...], rest: Mapping[str, Any]) -> str:
    """The head: the columns, then everything else that tells the row."""
    return opening(values) + canonical({"version": 1, **rest})[1:]
