"""How the record describes a change of a field that is no plain value: tools, formats, expiries, references."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assistants_ui.domain.tools import BUILT_IN_TOOLS
from dashboard.audit.fields import Facts, NamedField, RecordedField, References, shown
from dashboard.lib.counting import counted

RESPONSE_FORMATS = {"text": "Text", "json_object": "JSON"}


class ToolsField(NamedField):
    """Tools by their type, functions by their own name."""

    def by_name(self, value: Any) -> dict[str, Any]:
        return {tool_key(tool): tool for tool in value} if isinstance(value, (list, tuple)) else {}

    def name_of(self, name: str) -> str:
        return BUILT_IN_TOOLS[name].lower() if name in BUILT_IN_TOOLS else name

    def items(self, value: Any) -> dict[str, Any] | None:
        """Tools by name. One that says nothing beyond its type has nothing more to compare."""
        found: dict[str, Any] = {}
        for name, tool in self.by_name(value).items():
            if not isinstance(tool, Mapping):
                found[name] = tool
                continue
            said = {key: item for key, item in tool.items() if key != "type"}
            title = BUILT_IN_TOOLS.get(name, name) if tool.get("type") == name else name
            found[title] = said.get("function", said) or ""
        return found


class RecordedResponseFormat(RecordedField):
    """A response format: in words where it says nothing but its type."""

    def shown(self, value: Any) -> str:
        is_plain = isinstance(value, Mapping) and len(value) == 1 and isinstance(value.get("type"), str)
        return RESPONSE_FORMATS.get(value["type"], shown(value)) if is_plain else shown(value)


class ExpiryField(RecordedField):
    """When something expires."""

    def summary(self, old: Any, new: Any) -> dict[str, Any]:
        return {"from": expiry(old), "to": expiry(new)}

    def clauses(self, facts: Facts) -> list[str]:
        if facts.get("from") and not facts.get("to"):
            return ["removed the expiry"]
        return super().clauses(facts)

    def shown(self, value: Any) -> str:
        days = expiry(value)
        return f"{days} after it was last used" if days else shown(value) or "Never"


def tool_key(tool: Any) -> str:
    """The word by which the record knows a tool: its function's name, or its type."""
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


OF_STORES = (ExpiryField(name="expires_after", label="Expiry", noun="the expiry"),)
COUNTED_BY_THE_SERVER = (
    *("id", "object", "created_at", "last_active_at", "expires_at", "usage_bytes", "file_counts", "status"),
)
# What a page shows in its own way, as the files and vector stores by name.
SHOWN_ELSEWHERE = ("vector_store_id", "chunking_strategy")
UNRECORDED = (
    *(RecordedField(name=name, is_recorded=False) for name in COUNTED_BY_THE_SERVER),
    *(RecordedField(name=name, is_compared=False) for name in SHOWN_ELSEWHERE),
)
RESOURCES = frozenset({"tool_resources", "file_ids"})
REFERENCES = (
    References(
        name="files",
        label="Files",
        noun="file",
        target_type="file",
        sources=RESOURCES,
        ids_of=file_ids_of,
        named_by="file.create",
    ),
    References(
        name="vector_stores",
        label="Vector stores",
        noun="vector store",
        target_type="vector_store",
        sources=RESOURCES,
        ids_of=vector_store_ids_of,
        verbs=("connected", "disconnected"),
    ),
)
