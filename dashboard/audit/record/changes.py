"""What differs between two states, as a few small facts from which sentences are made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from dashboard.lib.counting import counted

# What the server counts up by itself is not a change that anybody made.
NOT_A_CHANGE = frozenset(
    {"id", "object", "created_at", "last_active_at", "expires_at", "usage_bytes", "file_counts", "status"}
)
TEXTS = frozenset({"instructions", "description"})


def changes_between(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> dict[str, Any]:
    """Field by field, what changed: ``{"instructions": {"lines": 2}, "files": {"added": [...]}}``.

    Empty unless both states are known. ``files`` are the file ids and ``vector_stores`` the store
    ids of all tools together; ``tools`` and ``metadata`` tell added, removed and changed names;
    any other field tells ``from`` and ``to`` when these are short.
    """
    if before is None or after is None:
        return {}
    changes: dict[str, Any] = {}
    for field in sorted(before.keys() | after.keys()):
        old, new = before.get(field), after.get(field)
        if field not in NOT_A_CHANGE and old != new and not (_is_blank(old) and _is_blank(new)):
            changes |= _change(field, old, new)
    return changes


def tool_name(tool: Any) -> str:
    """The word by which people know a tool: its function's name, or its type."""
    if not isinstance(tool, Mapping):
        return str(tool)
    function = tool.get("function")
    if isinstance(function, Mapping) and function.get("name"):
        return str(function["name"])
    return str(tool.get("type", "tool"))


def file_ids_of(state: Mapping[str, Any]) -> list[str]:
    """The files of an assistant in either version of the protocol, in order, each once."""
    found = list(state.get("file_ids") or [])
    resources = state.get("tool_resources")
    for resource in resources.values() if isinstance(resources, Mapping) else ():
        if isinstance(resource, Mapping):
            found += resource.get("file_ids") or []
    return list(dict.fromkeys(str(item) for item in found))


def vector_store_ids_of(state: Mapping[str, Any]) -> list[str]:
    """The vector stores of an assistant, in order, each once."""
    resources = state.get("tool_resources")
    search = resources.get("file_search") if isinstance(resources, Mapping) else None
    found = search.get("vector_store_ids") if isinstance(search, Mapping) else None
    return list(dict.fromkeys(str(item) for item in found or []))


def expiry(value: Any) -> str | None:
    """When something expires, in words; None for never, and for a rule that we do not know."""
    days = value.get("days") if isinstance(value, Mapping) else None
    return counted(days, "day") if isinstance(days, int) else None


def changed_lines(old: str, new: str) -> int:
    """How many lines differ, whatever their order: the larger of those gone and those come."""
    before, after = Counter(old.splitlines()), Counter(new.splitlines())
    return max(sum((before - after).values()), sum((after - before).values()))


def _change(field: str, old: Any, new: Any) -> dict[str, Any]:
    match field:
        case _ if field in TEXTS:
            return {field: {"lines": changed_lines(str(old or ""), str(new or ""))} | _emptied(old, new)}
        case "tools":
            return {"tools": _named(_by_name(old), _by_name(new))}
        case "metadata":
            return {"metadata": _named(_mapping(old), _mapping(new))}
        case "tool_resources" | "file_ids":
            was, now = {str(field): old}, {str(field): new}
            files = _listed(file_ids_of(was), file_ids_of(now))
            stores = _listed(vector_store_ids_of(was), vector_store_ids_of(now))
            return ({"files": files} if files else {}) | ({"vector_stores": stores} if stores else {})
        case "expires_after":
            return {"expires_after": {"from": expiry(old), "to": expiry(new)}}
        case _ if _are_words(old) and _are_words(new):
            return {field: _listed(old, new)}
        case _:
            return {field: {"from": _short(old), "to": _short(new)}}


def _are_words(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _is_blank(value: Any) -> bool:
    """Whether this says nothing: servers answer null, an empty text and an empty list alike."""
    return value is None or value == "" or value == [] or value == {}


def _emptied(old: Any, new: Any) -> dict[str, bool]:
    return ({"added": True} if not old else {}) | ({"removed": True} if not new else {})


def _by_name(tools: Any) -> dict[str, Any]:
    return {tool_name(tool): tool for tool in tools} if isinstance(tools, (list, tuple)) else {}


def _mapping(value: Any) -> dict[str, Any]:
    return dict(value) if isinstance(value, Mapping) else {}


def _named(old: dict[str, Any], new: dict[str, Any]) -> dict[str, list[str]]:
    facts = _listed(list(old), list(new))
    changed = [name for name in new if name in old and old[name] != new[name]]
    return facts | ({"changed": changed} if changed else {})


def _listed(old: list[str], new: list[str]) -> dict[str, list[str]]:
    added, removed = [name for name in new if name not in old], [name for name in old if name not in new]
    return ({"added": added} if added else {}) | ({"removed": removed} if removed else {})


def _short(value: Any) -> Any:
    """The value itself when it fits into a sentence, else nothing."""
    if isinstance(value, str):
        return value if len(value) <= 80 else None
    return value if isinstance(value, (bool, int, float)) else None
