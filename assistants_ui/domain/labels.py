"""What people call the things of the wire, and how they tell its times."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext, gettext_lazy

import assistants_client as wire
from assistants_ui.domain.fields import FIELD_LABELS
from assistants_ui.domain.recorded_fields import OF_STORES
from assistants_ui.domain.tools import TOOL_LABELS
from dashboard.lib.relative_time import short_time
from dashboard.lib.texts import StrOrPromise, as_list, labelled

VERDICT_LABELS: dict[str, StrOrPromise] = {
    "better": gettext_lazy("better"),
    "same": gettext_lazy("same"),
    "worse": gettext_lazy("worse"),
    "wrong": gettext_lazy("wrong"),
}
# As they stand on buttons.
VERDICT_TITLES: dict[str, StrOrPromise] = {
    "better": gettext_lazy("Better"),
    "same": gettext_lazy("Same"),
    "worse": gettext_lazy("Worse"),
    "wrong": gettext_lazy("Wrong"),
}


def label(thing: wire.Assistant | wire.VectorStore | wire.File) -> str:
    """What people call an assistant, a store or a file: its name, or the id of one that has none."""
    if isinstance(thing, wire.File):
        return thing.filename or thing.id
    return thing.name or gettext("Untitled %(id)s") % {"id": thing.id}


def disambiguators(stores: Sequence[wire.VectorStore]) -> dict[str, str]:
    """For each of these stores that shares its name with another one: when it was made, or else its id."""
    by_name: dict[str, list[wire.VectorStore]] = defaultdict(list)
    for store in stores:
        by_name[label(store)].append(store)
    apart: dict[str, str] = {}
    for namesakes in by_name.values():
        times = {store.id: made for store in namesakes if (made := moment(store.created_at))}
        times_made = {
            store_id: gettext("made %(time)s") % {"time": short_time(made)} for store_id, made in times.items()
        }
        if len(namesakes) > 1:
            is_enough = len(set(times_made.values())) == len(namesakes)
            apart |= {store.id: times_made[store.id] if is_enough else store.id for store in namesakes}
    return apart


def tool_label(tool: dict[str, Any]) -> str:
    return str(TOOL_LABELS.get(str(tool.get("type")), str(tool.get("type"))))


def tool_name(tool: dict[str, Any]) -> str:
    """The tool's label, with the name of a function."""
    function = tool.get("function")
    return labelled(tool_label(tool), str(function.get("name"))) if isinstance(function, dict) else tool_label(tool)


def field_names(fields: list[str] | tuple[str, ...]) -> str:
    """Wire fields by their labels, each once, as a person lists them."""
    labels = FIELD_LABELS | {field.name: field.label for field in OF_STORES}
    return as_list(list(dict.fromkeys(str(labels.get(name, name)) for name in fields)))


def verdict_label(verdict: str) -> str:
    """What people call a verdict on an answer; one that is not known keeps its name."""
    return str(VERDICT_LABELS.get(verdict, verdict))


def moment(seconds: int | None) -> datetime | None:
    """A time on the wire as a moment; None for none, as the wire reads one that no calendar has."""
    return datetime.fromtimestamp(seconds, UTC) if seconds else None
