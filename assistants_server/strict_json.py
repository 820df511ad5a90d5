"""Read JSON that can be stored and given back exactly, and nothing else."""

from __future__ import annotations

import json
import sys
from typing import Any

from dashboard.bounds import JSON_DEPTH

# Other programs read every number as a double, and this as infinity beyond it.
MAX_NUMBER = sys.float_info.max


class UnreadableError(ValueError):
    """Says in one sentence, fit for a client, why a text is not usable JSON."""


def loads(raw: bytes | str) -> Any:
    """The value of ``raw``; raises :class:`UnreadableError`.

    Refused besides broken syntax: repeated keys and numbers that no double can hold (parsers disagree
    on them), nesting deeper than 64 (recursive readers fail on it), lone surrogates (no encoder
    writes them) and NUL (PostgreSQL does not store it).
    """
    try:
        value = json.loads(raw, object_pairs_hook=_unique, parse_constant=_refuse_constant)
    except UnreadableError:
        raise
    except (ValueError, RecursionError) as error:
        raise UnreadableError("it is not valid JSON") from error
    _check(value)
    return value


def dumps(value: Any) -> str:
    """Compact JSON text of a value that :func:`loads` could have given."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise UnreadableError("it holds an object that names the same key twice")
    return found


def _refuse_constant(name: str) -> Any:
    raise UnreadableError(f"it holds {name}, which is not a JSON number")


def _check(value: Any) -> None:
    waiting: list[tuple[Any, int]] = [(value, 0)]
    while waiting:
        item, depth = waiting.pop()
        if isinstance(item, str):
            _check_text(item)
        elif isinstance(item, float | int):
            if not -MAX_NUMBER <= item <= MAX_NUMBER:
                raise UnreadableError("it holds a number that is too large")
        elif isinstance(item, dict | list):
            if depth >= JSON_DEPTH:
                raise UnreadableError(f"it is nested more than {JSON_DEPTH} levels deep")
            if isinstance(item, dict):
                for key in item:
                    _check_text(key)
            inner = item.values() if isinstance(item, dict) else item
            waiting.extend((part, depth + 1) for part in inner)


def _check_text(text: str) -> None:
    if "\x00" in text:
        raise UnreadableError("it holds a NUL character")
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError as error:
            raise UnreadableError("it holds half of a surrogate pair, which is not a character") from error
