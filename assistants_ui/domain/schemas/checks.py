"""What is wrong with a JSON schema, in words that tell where to look. Nothing is ever fetched."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError

MAX_CHARACTERS = 1_000_000
MAX_DEPTH = 60


class BadJSONError(ValueError):
    """The text is not the JSON that is wanted. Its own text tells a person why and where."""


def object_in(text: str) -> dict[str, Any]:
    """The JSON object that ``text`` is. Raises :class:`BadJSONError` with line and column."""
    if len(text) > MAX_CHARACTERS:
        raise BadJSONError(f"It is too long: {len(text):,} of {MAX_CHARACTERS:,} characters.")
    try:
        value = json.loads(text, object_pairs_hook=_once, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        raise BadJSONError(f"Not JSON: {error.msg.lower()} in line {error.lineno}, column {error.colno}.") from None
    except RecursionError:
        raise BadJSONError("It is nested too deeply.") from None
    if not isinstance(value, dict):
        raise BadJSONError("It must be an object: it starts with { and ends with }.")
    if _depth(value) > MAX_DEPTH:
        raise BadJSONError("It is nested too deeply.")
    return value


def problems(schema: Mapping[str, Any]) -> list[str]:
    """What keeps this from being the JSON schema of an object; empty when it is one."""
    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        where = ".".join(str(step) for step in error.absolute_path)
        return [f"Not a JSON schema: {error.message[:200]}" + (f" (at {where})" if where else "") + "."]
    if schema and schema.get("type") != "object":
        return ['It must describe an object: "type" must be "object".']
    return []


def _depth(value: Any) -> int:
    depth, level = 0, [value]
    while level and depth <= MAX_DEPTH:
        depth += 1
        level = [
            item
            for part in level
            if isinstance(part, dict | list)
            for item in (part.values() if isinstance(part, dict) else part)
        ]
    return depth


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        counts = Counter(name for name, _ in pairs)
        twice = next(name for name, count in counts.items() if count > 1)
        raise BadJSONError(f"The name “{twice[:100]}” appears twice.")
    return found


def _refuse_constant(name: str) -> Any:
    raise BadJSONError(f"{name} is not a JSON number.")
