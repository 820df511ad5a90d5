"""What an earlier state means for the assistant of today: what to send, and what is in the way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext

from assistants_ui.domain.fields import names_of
from assistants_ui.domain.recorded_fields import file_ids_of, vector_store_ids_of
from assistants_ui.service import Service
from assistants_ui.service.files import FileNames
from assistants_ui.service.secondary import secondary
from dashboard.audit.api import SERVER, Target
from dashboard.audit.read import revisions
from dashboard.audit.read.comparison import FieldChange, compare
from dashboard.audit.read.entries import names_in
from dashboard.audit.read.revisions import Revision
from dashboard.audit.record.redaction import holds_kept_out, without_secrets
from dashboard.bounds import STORES_ASKED
from dashboard.lib.matching import Budget
from dashboard.lib.texts import as_title

FILE_PARTS = {"code_interpreter": "file_ids", "file_search": "vector_store_ids"}


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One field that would change. ``obstacle`` says why it cannot be taken over, if it cannot.

    ``is_disputed``: it was changed again since, so taking it over replaces that change too.
    """

    field: str
    label: str
    changes: list[FieldChange]
    obstacle: str = ""
    is_disputed: bool = False

    @property
    def phrases(self) -> list[str]:
        """Its fields as they stand in a sentence."""
        return [change.noun for change in self.changes]

    @property
    def is_offered(self) -> bool:
        return not self.obstacle and not self.is_disputed


def differing(current: Mapping[str, Any], wanted: Mapping[str, Any], *, api_version: str) -> dict[str, Any]:
    """The wire fields, with their values, that would bring ``current`` to ``wanted``."""
    found: dict[str, Any] = {}
    for field in names_of(api_version):
        old, new = current.get(field), wanted.get(field)
        if old == new or (not old and not new and old is not False and not isinstance(new, (int, float))):
            continue
        found[field] = _resources(old, new) if field == "tool_resources" else new
    return found


def choices(
    current: Mapping[str, Any],
    wanted: Mapping[str, Any],
    *,
    api_version: str,
    last_set: Mapping[str, Any] | None = None,
    missing: Iterable[str] = (),
) -> list[Choice]:
    """The differing fields, to choose from. ``last_set`` is the state that is being undone."""
    names = names_in(current, wanted)
    budget = Budget()
    offered = []
    for field in differing(current, wanted, api_version=api_version):
        changes = compare({field: current.get(field)}, {field: wanted.get(field)}, names=names, budget=budget)
        if not changes:
            continue
        offered.append(
            Choice(
                field=field,
                label=as_title([change.label for change in changes]),
                changes=changes,
                obstacle=_obstacle(field, wanted, set(missing)),
                is_disputed=last_set is not None and without_secrets(current).get(field) != last_set.get(field),
            )
        )
    return offered


def creatable(state: Mapping[str, Any], *, api_version: str, missing: Iterable[str]) -> dict[str, Any]:
    """What to send to make an assistant like ``state``, without the files and stores that are gone."""
    gone = set(missing)
    fields = {name: state[name] for name in names_of(api_version) if state.get(name) is not None}
    if "file_ids" in fields:
        fields["file_ids"] = [item for item in fields["file_ids"] if item not in gone]
    if "tool_resources" in fields:
        fields["tool_resources"] = {
            part: {**resource, key: [item for item in resource.get(key) or [] if item not in gone]}
            for part, key in FILE_PARTS.items()
            if isinstance(resource := fields["tool_resources"].get(part), Mapping)
        }
    return fields


def missing_from(service: Service, state: Mapping[str, Any]) -> dict[str, str]:
    """The files and vector stores of ``state`` that no longer exist, by id, with their last known names."""
    file_ids, store_ids = file_ids_of(state), vector_store_ids_of(state)
    there = service.files.names_or_why_not().value if file_ids else FileNames()
    gone = [item for item in file_ids if item not in there] if there.is_complete else []
    gone += [item for item in store_ids[:STORES_ASKED] if not _store_exists(service, item)]
    names = names_in(state)
    return {item: names.get(item, item) for item in gone}


def undo_address(service: Service, assistant_id: str) -> str:
    """Where the last change of this assistant is undone by a POST: goes with a message, as its ``extra_tags``."""
    workspace = service.gateway.workspace
    if seq := service.gateway.changes.get(("assistant", assistant_id)):
        return reverse("assistant-undo", args=[workspace, assistant_id, seq])
    last = revisions.latest_of(Target(type="assistant", id=assistant_id), workspace=workspace)
    if last is not None and is_by_the_server(last):
        last = revisions.revision_before(Target(type="assistant", id=assistant_id), workspace=workspace, seq=last.seq)
    if last is None:
        return ""
    if last.is_deletion:
        return reverse("assistant-undelete", args=[workspace, assistant_id])
    return reverse("assistant-undo", args=[workspace, assistant_id, last.seq])


def is_by_the_server(revision: Revision) -> bool:
    """Whether this is what the server changed by itself, together with somebody's save."""
    return bool(revision.line.head["actor"] == f"{SERVER.kind}:{SERVER.id}")


def _store_exists(service: Service, store_id: str) -> bool:
    """Whether a store is there, or may be for all that can be read."""
    found = secondary(service.gateway, lambda: service.vector_stores.retrieve(store_id), otherwise=None)
    return found.value is not None or not service.vector_stores.is_gone(store_id)


def _obstacle(field: str, wanted: Mapping[str, Any], missing: set[str]) -> str:
    if holds_kept_out(wanted.get(field)):
        return gettext("It held something that looks like a key, which the record never keeps.")
    if field in ("tool_resources", "file_ids") and missing & {*file_ids_of(wanted), *vector_store_ids_of(wanted)}:
        return gettext("Some of its files no longer exist.")
    return ""


def _resources(old: Any, new: Any) -> dict[str, Any]:
    """Each part that differs, emptied where the earlier state had none."""
    old, new = old or {}, new or {}
    return {
        part: new.get(part) or {key: []}
        for part, key in FILE_PARTS.items()
        if (old.get(part) or {key: []}) != (new.get(part) or {key: []})
    }
