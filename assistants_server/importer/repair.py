"""Puts right what tools are known to do to the objects they save, each time with a note."""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext_lazy

from assistants_client import strict_json
from dashboard.lib.texts import StrOrPromise, filled_later

# Where a JSON schema holds an object of free keys.
OBJECTS_OF_A_SCHEMA = frozenset({"properties", "$defs", "definitions", "patternProperties", "dependentSchemas"})
NUMBERS = frozenset({"temperature", "top_p"})
TYPED = (*sorted(NUMBERS), "tools", "tool_resources", "metadata", "response_format", "file_ids")
# What PowerShell, Node and Python leave of an object or a list that is nested too deep for them.
CUT = re.compile(
    r"@\{.*\}|System\.(Object\[\]|Collections\.[\w.]+)|\[(Object|Array|object Object)\]|\{?\[?\.\.\.\]?\}?",
    re.DOTALL,
)


def written_as_text(value: dict[str, Any], notes: list[StrOrPromise]) -> dict[str, Any]:
    """The assistant with numbers, objects and lists where a table or a database has only texts for them."""
    read = {key: _read_text(value[key], key) for key in TYPED if isinstance(value.get(key), str)}
    changed = {key: item for key, item in read.items() if item is not None}
    if changed:
        as_text = gettext_lazy("%(places)s: written as text, read as what it says")
        notes.append(filled_later(as_text, places=", ".join(changed)))
    return {**value, **changed}


def _read_text(text: str, key: str) -> Any:
    """The value that a text says; None if that is no value for this field."""
    try:
        found = strict_json.loads(text)
    except strict_json.UnreadableJSONError:
        return None
    is_number = isinstance(found, int | float) and not isinstance(found, bool)
    return found if is_number == (key in NUMBERS) and not isinstance(found, str) else None


def emptied_objects(value: dict[str, Any], notes: list[StrOrPromise]) -> dict[str, Any]:
    """The assistant with ``{}`` where PHP, which has one kind of array, wrote ``[]`` for an empty object."""
    places: list[str] = []
    value = dict(value)
    for key in ("metadata", "tool_resources"):
        if value.get(key) == []:
            value[key] = {}
            places.append(key)
    resources = value.get("tool_resources")
    if isinstance(resources, dict):
        value["tool_resources"] = {
            key: _object(part, f"tool_resources.{key}", places) for key, part in resources.items()
        }
    if isinstance(value.get("tools"), list):
        value["tools"] = [_tool(tool, f"tools[{index}]", places) for index, tool in enumerate(value["tools"])]
    shape = value.get("response_format")
    if isinstance(shape, dict) and isinstance(shape.get("json_schema"), dict):
        inner = {key: _schema(item, f"response_format.{key}", places) for key, item in shape["json_schema"].items()}
        value["response_format"] = shape | {"json_schema": inner}
    if places:
        became = gettext_lazy("[] became {}, as PHP writes an empty object, in %(places)s")
        notes.append(filled_later(became, places=", ".join(places[:5])))
    return value


def _object(value: Any, where: str, places: list[str]) -> Any:
    if value == []:
        places.append(where)
        return {}
    return value


def _tool(tool: Any, where: str, places: list[str]) -> Any:
    if not isinstance(tool, dict):
        return tool
    tool = dict(tool)
    if "file_search" in tool:
        tool["file_search"] = _object(tool["file_search"], f"{where}.file_search", places)
    function = tool.get("function")
    if isinstance(function, dict) and "parameters" in function:
        parameters = _object(function["parameters"], f"{where}.function.parameters", places)
        tool["function"] = function | {"parameters": _schema(parameters, f"{where}.function.parameters", places)}
    return tool


def _schema(value: Any, where: str, places: list[str]) -> Any:
    if isinstance(value, list):
        return [_schema(item, where, places) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        key: _object(item, f"{where}.{key}", places)
        if key in OBJECTS_OF_A_SCHEMA and item == []
        else _schema(item, f"{where}.{key}", places)
        for key, item in value.items()
    }


def cut_parts(value: Any, where: str = "") -> list[str]:
    """The places in which a tool that saves only so many levels left text in the place of an object."""
    if isinstance(value, str):
        return [where] if CUT.fullmatch(value.strip()) else []
    if isinstance(value, list):
        return [place for index, item in enumerate(value) for place in cut_parts(item, f"{where}[{index}]")]
    if not isinstance(value, dict):
        return []
    found = (cut_parts(item, f"{where}.{key}" if where else key) for key, item in value.items())
    return [place for places in found for place in places]
