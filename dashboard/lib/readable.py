"""JSON that people read: one entry a line, as deep as that helps anybody."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from dashboard.bounds import INDENTED_LEVELS

INDENT = "  "
UNICODE, ASCII = json.JSONEncoder(ensure_ascii=False).encode, json.JSONEncoder().encode


def readable_json(value: Any, *, ensure_ascii: bool = False) -> str:
    """The value as ``json.dumps`` indents it; what is nested deeper than ``INDENTED_LEVELS`` stands on one line.

    Far inside, each entry would get a hundred blanks in front, and a megabyte would become sixty.
    """
    return _written(value, 0, ASCII if ensure_ascii else UNICODE)


def _written(value: Any, depth: int, encode: Callable[[Any], str]) -> str:
    if type(value) is int:
        # Handing over a number takes five times as long as writing it.
        return str(value)
    if not value or depth == INDENTED_LEVELS or not isinstance(value, (dict, list, tuple)):
        return encode(value)
    # Python's own way of indenting hands every word through each of the levels above it.
    if isinstance(value, dict):
        entries = [f"{encode(name)}: {_written(item, depth + 1, encode)}" for name, item in value.items()]
    else:
        entries = [_written(item, depth + 1, encode) for item in value]
    line = "\n" + INDENT * depth
    start, end = "{}" if isinstance(value, dict) else "[]"
    return f"{start}{line}{INDENT}{f',{line}{INDENT}'.join(entries)}{line}{end}"
