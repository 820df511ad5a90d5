"""A value in the one form that all its equals share, whatever a server or a browser did to it."""

from __future__ import annotations

from typing import Any

# The ways in which servers and people write that a function takes nothing.
NO_PROPERTIES: tuple[dict[str, Any], ...] = ({}, {"type": "object"}, {"type": "object", "properties": {}})


def unchanged(value: Any) -> Any:
    return value


def nothing_if_empty(value: Any) -> Any:
    return value or None


def text(value: Any) -> Any:
    """Line ends do not count, and empty means the same as null."""
    return value.replace("\r\n", "\n").replace("\r", "\n") or None if isinstance(value, str) else value


def number(value: Any) -> Any:
    """``1`` and ``1.0`` are one number."""
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def tools(value: Any) -> list[Any]:
    return [canonical_tool(tool) for tool in value] if isinstance(value, list) else []


def tool_resources(value: Any) -> dict[str, Any]:
    """Empty lists, and kinds of tools with none but those, say nothing."""
    parts = value.items() if isinstance(value, dict) else ()
    return {kind: content for kind, part in parts if (content := _without_nothing(part))}


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


def _is_filled_in(name: str, value: Any) -> bool:
    if name != "ranking_options" or not isinstance(value, dict):
        return value is None
    return not value.get("score_threshold") and value.get("ranker") in (None, "auto", "default_2024_08_21")


def response_format(value: Any) -> Any:
    """Absent, null and ``auto`` mean the same."""
    if value is None:
        return "auto"
    if not isinstance(value, dict):
        return value
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
