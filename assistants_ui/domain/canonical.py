"""When two values of a wire field mean the same, whatever a server or a browser did to their form."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from assistants_client.types.base import dicts

# The fields that people edit; everything else on the object is the server's own.
EDITABLE = (
    "name",
    "description",
    "model",
    "instructions",
    "tools",
    "tool_resources",
    "file_ids",
    "metadata",
    "temperature",
    "top_p",
    "response_format",
    "reasoning_effort",
)


# The ways in which servers and people write that a function takes nothing.
NO_PROPERTIES: tuple[dict[str, Any], ...] = ({}, {"type": "object"}, {"type": "object", "properties": {}})


def same(field: str, one: Any, other: Any) -> bool:
    """Whether both values of the wire field would read alike to a person."""
    return text_of(canonical(field, one)) == text_of(canonical(field, other))


def stored_otherwise(sent: Mapping[str, Any], stored: Mapping[str, Any]) -> tuple[str, ...]:
    """The fields of which a server now holds something else than it was sent. Null asks for its own default."""
    return tuple(
        name
        for name, value in sent.items()
        if value is not None and name in stored and not same(name, stored[name], value)
    )


def changed_besides(before: Mapping[str, Any], sent: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[str, ...]:
    """The editable fields that a server changed although they were not sent. Those it does not show are not judged."""
    return tuple(
        name
        for name in EDITABLE
        if name not in sent and name in before and name in after and not same(name, before[name], after[name])
    )


def canonical(field: str, value: Any) -> Any:
    """The value in the one form that all its equals share. Never sent, only compared."""
    match field:
        case "name" | "description" | "instructions" if isinstance(value, str):
            return value.replace("\r\n", "\n").replace("\r", "\n") or None
        case "temperature" | "top_p" if isinstance(value, int | float) and not isinstance(value, bool):
            return float(value)
        case "tools":
            return [canonical_tool(tool) for tool in value] if isinstance(value, list) else []
        case "response_format" if value is None:
            return "auto"
        case "response_format" if isinstance(value, dict):
            return _canonical_format(value)
        case "tool_resources":
            parts = value.items() if isinstance(value, dict) else ()
            return {kind: content for kind, part in parts if (content := _without_nothing(part))}
        case "metadata" | "file_ids":
            return value or None
        case _:
            return value


def canonical_tool(tool: Any) -> Any:
    """A tool without what a server fills in by itself."""
    if not isinstance(tool, dict):
        return tool
    tool = dict(tool)
    if tool.get("type") == "file_search" and "file_search" in tool:
        options = tool.pop("file_search")
        options = {name: value for name, value in options.items() if not _is_filled_in(name, value)} if options else {}
        return tool | ({"file_search": options} if options else {})
    if tool.get("type") == "function" and isinstance(tool.get("function"), dict):
        function = {name: value for name, value in tool["function"].items() if value not in (None, "", False)}
        if "parameters" in function:
            function["parameters"] = canonical_schema(function["parameters"])
            if function["parameters"] in NO_PROPERTIES:
                del function["parameters"]
        return tool | {"function": function}
    return tool


def canonical_schema(schema: Any) -> Any:
    """A JSON schema in which the order of ``required`` no longer counts."""
    if isinstance(schema, list):
        return [canonical_schema(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    members = {name: canonical_schema(value) for name, value in schema.items()}
    required = members.get("required")
    if isinstance(required, list) and all(isinstance(name, str) for name in required):
        members["required"] = sorted(required)
        if not required:
            del members["required"]
    return members


def fingerprint(value: Mapping[str, Any]) -> str:
    """One short name for all objects whose editable fields mean the same."""
    return digest_of({field: canonical(field, value.get(field)) for field in EDITABLE})


def sent_digest(fields: Mapping[str, Any], *, names: Iterable[str] | None = None) -> str:
    """A digest of these wire fields: that of what was sent equals that of the object made of it.

    ``names`` are the fields to look at, all of ``fields`` by default.
    """
    return digest_of({name: canonical(name, fields.get(name)) for name in sorted(names or fields)})


def digest_of(value: Any) -> str:
    return hashlib.sha256(text_of(value).encode()).hexdigest()


def text_of(value: Any) -> str:
    """The same ASCII text for the same JSON value, whatever the order of its keys."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def tools_by_key(tools: Any) -> dict[str, dict[str, Any]]:
    """Tools under the names by which people tell them apart: ``function lookup_order``, ``file_search``."""
    found: dict[str, dict[str, Any]] = {}
    for tool in dicts(tools):
        function = tool.get("function")
        name = function.get("name") if isinstance(function, dict) else None
        key = f"function {name}" if tool.get("type") == "function" and name else str(tool.get("type"))
        # A second one of the same name keeps its own place.
        while key in found:
            key += "'"
        found[key] = tool
    return found


def _is_filled_in(name: str, value: Any) -> bool:
    if name != "ranking_options" or not isinstance(value, dict):
        return value is None
    return not value.get("score_threshold") and value.get("ranker") in (None, "auto", "default_2024_08_21")


def _canonical_format(value: dict[str, Any]) -> dict[str, Any]:
    inner = value.get("json_schema")
    if not isinstance(inner, dict):
        return value
    inner = {name: item for name, item in inner.items() if item not in (None, "", False)}
    if "schema" in inner:
        inner["schema"] = canonical_schema(inner["schema"])
    return value | {"json_schema": inner}


def _without_nothing(part: Any) -> Any:
    if not isinstance(part, dict):
        return part
    return {name: [value] if isinstance(value, str) else value for name, value in part.items() if value}
