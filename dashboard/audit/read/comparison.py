"""Two states of one thing, field by field, the way a person looks at them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from dashboard.audit.read.diff import Pair, side_by_side
from dashboard.audit.record.changes import NOT_A_CHANGE, TEXTS, expiry, file_ids_of, tool_name, vector_store_ids_of

LABELS = {
    "name": "Name",
    "description": "Description",
    "instructions": "Instructions",
    "model": "Model",
    "tools": "Tools",
    "metadata": "Metadata",
    "temperature": "Temperature",
    "top_p": "Top P",
    "response_format": "Response format",
    "reasoning_effort": "Reasoning effort",
    "roles": "Roles",
    "email": "E-mail",
    "active": "Account open",
    "expires_after": "Expiry",
}
ORDER = list(LABELS)
# What the editor calls them too; a function stays as it is written.
TOOLS = {"code_interpreter": "Code interpreter", "file_search": "File search"}
RESPONSE_FORMATS = {"text": "Text", "json_object": "JSON"}
# Shown as the files and vector stores in them, by name.
TOLD_ELSEWHERE = frozenset({"vector_store_id", "chunking_strategy"})
FILE_FIELDS = ("tool_resources", "file_ids")


@dataclass(frozen=True, kw_only=True)
class ItemChange:
    """One named thing within a field: a function, a metadata key, a file. ``state`` is how it changed."""

    name: str
    state: str
    pairs: list[Pair] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class FieldChange:
    """One field that differs: either ``pairs`` of lines, or ``entries`` by name."""

    name: str
    label: str
    pairs: list[Pair] = field(default_factory=list)
    entries: list[ItemChange] = field(default_factory=list)


def compare(
    before: Mapping[str, Any] | None, after: Mapping[str, Any] | None, *, names: Mapping[str, str] | None = None
) -> list[FieldChange]:
    """Every field that differs, the ones people care about first. ``names`` tells files and stores by their id."""
    old, new = before or {}, after or {}
    fields = sorted(
        (name for name in old.keys() | new.keys() if name not in NOT_A_CHANGE | TOLD_ELSEWHERE),
        key=lambda name: (ORDER.index(name) if name in ORDER else len(ORDER), name),
    )
    changes = [_field(name, old.get(name), new.get(name)) for name in fields if name not in FILE_FIELDS]
    changes += [
        _ids("files", "Files", file_ids_of(old), file_ids_of(new), names or {}),
        _ids("vector_stores", "Vector stores", vector_store_ids_of(old), vector_store_ids_of(new), names or {}),
    ]
    return [change for change in changes if change is not None]


def _field(name: str, old: Any, new: Any) -> FieldChange | None:
    if old == new or (old in (None, "", [], {}) and new in (None, "", [], {})):
        return None
    label = LABELS.get(name, name.replace("_", " ").capitalize())
    match name:
        case "tools":
            return FieldChange(name=name, label=label, entries=_named(_tools(old), _tools(new)))
        case "metadata":
            return FieldChange(name=name, label=label, entries=_named(_mapping(old), _mapping(new)))
        case "expires_after":
            sides = [
                f"{days} after it was last used" if (days := expiry(value)) else shown(value) or "Never"
                for value in (old, new)
            ]
            return FieldChange(name=name, label=label, pairs=side_by_side(*sides))
        case "response_format":
            return FieldChange(name=name, label=label, pairs=side_by_side(_answer(old), _answer(new)))
        case _ if name in TEXTS:
            return FieldChange(name=name, label=label, pairs=side_by_side(str(old or ""), str(new or "")))
    return FieldChange(name=name, label=label, pairs=side_by_side(shown(old), shown(new)))


def shown(value: Any) -> str:
    """A value as text: words as they are, anything else as readable JSON."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return "\n".join(value)
    return json.dumps(value, indent=2, ensure_ascii=False)


def _named(old: dict[str, Any], new: dict[str, Any]) -> list[ItemChange]:
    entries = []
    for name in dict.fromkeys([*old, *new]):
        if old.get(name) == new.get(name) and (name in old) == (name in new):
            continue
        state = "added" if name not in old else "removed" if name not in new else "changed"
        entries.append(
            ItemChange(name=name, state=state, pairs=side_by_side(shown(old.get(name)), shown(new.get(name))))
        )
    return entries


def _ids(name: str, label: str, old: list[str], new: list[str], names: Mapping[str, str]) -> FieldChange | None:
    added = [ItemChange(name=names.get(item, item), state="added") for item in new if item not in old]
    removed = [ItemChange(name=names.get(item, item), state="removed") for item in old if item not in new]
    return FieldChange(name=name, label=label, entries=[*added, *removed]) if added or removed else None


def _tools(value: Any) -> dict[str, Any]:
    """Tools by name. One that says nothing beyond its type has nothing more to compare."""
    found: dict[str, Any] = {}
    for tool in value if isinstance(value, list) else []:
        name = tool_name(tool)
        if not isinstance(tool, Mapping):
            found[name] = tool
            continue
        said = {key: item for key, item in tool.items() if key != "type"}
        found[TOOLS.get(name, name) if tool.get("type") == name else name] = said.get("function", said)
    return {name: said or "" for name, said in found.items()}


def _answer(value: Any) -> str:
    """A response format: in words where it says nothing but its type."""
    is_plain = isinstance(value, Mapping) and len(value) == 1 and isinstance(value.get("type"), str)
    return RESPONSE_FORMATS.get(value["type"], shown(value)) if is_plain else shown(value)


def _mapping(value: Any) -> dict[str, Any]:
    return dict(value) if isinstance(value, Mapping) else {}
