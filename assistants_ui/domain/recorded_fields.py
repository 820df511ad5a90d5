"""How the record describes a change of a field that is no plain value: tools, formats, expiries, references."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext, gettext_lazy, ngettext, ngettext_lazy, pgettext_lazy

from assistants_ui.domain.tools import BUILT_IN_TOOLS, TOOL_NOUNS
from dashboard.audit.fields import Facts, NamedField, RecordedField, References, shown
from dashboard.lib.counting import counted
from dashboard.lib.texts import StrOrPromise

RESPONSE_FORMATS = {"text": pgettext_lazy("response format", "Text"), "json_object": gettext_lazy("JSON")}
DAYS = re.compile(r"(\d+) days?")


class ToolsField(NamedField):
    """Tools by their type, functions by their own name."""

    def by_name(self, value: Any) -> dict[str, Any]:
        return {tool_key(tool): tool for tool in value} if isinstance(value, (list, tuple)) else {}

    def name_of(self, name: str) -> str:
        return str(TOOL_NOUNS.get(name, name))

    def items(self, value: Any) -> dict[str, Any] | None:
        """Tools by name. One that says nothing beyond its type has nothing more to compare."""
        found: dict[str, Any] = {}
        for name, tool in self.by_name(value).items():
            if not isinstance(tool, Mapping):
                found[name] = tool
                continue
            said = {key: item for key, item in tool.items() if key != "type"}
            title = str(BUILT_IN_TOOLS.get(name, name)) if tool.get("type") == name else name
            found[title] = said.get("function", said) or ""
        return found


@dataclass(frozen=True, kw_only=True)
class RecordedChoice(RecordedField):
    """One of several words, told by its label."""

    choices: Mapping[str, StrOrPromise] = field(default_factory=dict)

    def in_words(self, value: Any) -> str:
        return str(self.choices[value]) if isinstance(value, str) and value in self.choices else super().in_words(value)

    def shown(self, value: Any) -> str:
        return str(self.choices[value]) if isinstance(value, str) and value in self.choices else super().shown(value)


class RecordedResponseFormat(RecordedField):
    """A response format: in words where it says nothing but its type."""

    def shown(self, value: Any) -> str:
        if value == "auto":
            return gettext("Server default")
        is_plain = isinstance(value, Mapping) and len(value) == 1 and isinstance(value.get("type"), str)
        return str(RESPONSE_FORMATS.get(value["type"], shown(value))) if is_plain else shown(value)


class ExpiryField(RecordedField):
    """When something expires."""

    def summary(self, old: Any, new: Any) -> dict[str, Any]:
        return {"from": expiry(old), "to": expiry(new)}

    def clauses(self, facts: Facts) -> list[str]:
        if facts.get("from") and not facts.get("to"):
            return [gettext("removed the expiry")]
        return super().clauses(facts)

    def in_words(self, value: Any) -> str:
        """The days, which rows keep in English."""
        known = DAYS.fullmatch(str(value))
        return days_in_words(int(known[1])) if known else super().in_words(value)

    def shown(self, value: Any) -> str:
        days = _days(value)
        if days is None:
            return shown(value) or gettext("Never")
        text = ngettext("%(days)d day after it was last used", "%(days)d days after it was last used", days)
        return text % {"days": days}


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
    """When something expires, as rows keep it; None for never, and for a rule that we do not know."""
    days = _days(value)
    return counted(days, "day") if days is not None else None


def days_in_words(days: int) -> str:
    return ngettext("%(days)d day", "%(days)d days", days) % {"days": days}


def _days(value: Any) -> int | None:
    days = value.get("days") if isinstance(value, Mapping) else None
    return days if isinstance(days, int) else None


OF_STORES = (ExpiryField(name="expires_after", label=gettext_lazy("Expiry"), noun=gettext_lazy("the expiry")),)
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
        label=gettext_lazy("Files"),
        noun=gettext_lazy("the files"),
        named={"added": gettext_lazy("added %(name)s"), "removed": gettext_lazy("removed %(name)s")},
        counted={
            "added": ngettext_lazy("added %(count)d file", "added %(count)d files", "count"),
            "removed": ngettext_lazy("removed %(count)d file", "removed %(count)d files", "count"),
        },
        target_type="file",
        sources=RESOURCES,
        ids_of=file_ids_of,
        named_by="file.create",
    ),
    References(
        name="vector_stores",
        label=gettext_lazy("Vector stores"),
        noun=gettext_lazy("the vector stores"),
        named={"added": gettext_lazy("connected %(name)s"), "removed": gettext_lazy("disconnected %(name)s")},
        counted={
            "added": ngettext_lazy("connected %(count)d vector store", "connected %(count)d vector stores", "count"),
            "removed": ngettext_lazy(
                "disconnected %(count)d vector store", "disconnected %(count)d vector stores", "count"
            ),
        },
        target_type="vector_store",
        sources=RESOURCES,
        ids_of=vector_store_ids_of,
    ),
)
