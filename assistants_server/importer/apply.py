"""Put item assistants into a workspace: all of them or none, and nothing twice."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext_lazy

from assistants_server.assistants import operations as assistants
from assistants_server.assistants import v1
from assistants_server.assistants.announcing import announce
from assistants_server.files import storage
from assistants_server.ids import new_id
from assistants_server.importer.archive_contents import ArchiveContents
from assistants_server.importer.convert import NO_ID, ImportItem
from assistants_server.models import Assistant, File, Stored, VectorStore
from dashboard.audit import api as audit
from dashboard.lib.signals import workspace_changed
from dashboard.lib.stored_texts import in_english
from dashboard.lib.texts import StrOrPromise, filled_later, labelled

# What is told of an assistant because of its neighbours, or of what is here already.
NEW_ID = gettext_lazy("id: it gets a new one, because it has none that can be used")
NEW_ID_BESIDE = gettext_lazy("id: it gets a new one in place of %(id)s, because %(where)s has the same")
NEW_ID_HERE = gettext_lazy("id: it gets a new one in place of %(id)s, because it is here already with other content")
LEFT_OUT = gettext_lazy("left out: %(problem)s")
STANDS_TWICE = gettext_lazy("it stands at %(where)s too, with the same content; it is taken once")
SAME_ID = gettext_lazy("the same id stands at %(where)s with other content")
IS_HERE = gettext_lazy("it is here already with other content (--replace overwrites it)")
NO_FILE = gettext_lazy(
    "tool_resources.code_interpreter.file_ids: the file %(id)s is not here; the assistant keeps its id"
)
NO_VECTOR_STORE = gettext_lazy(
    "tool_resources.file_search.vector_store_ids: the vector store %(id)s is not here; the assistant keeps its id"
)


@dataclass(frozen=True, slots=True, eq=False)
class ItemProblem:
    """Why one object cannot be taken, put into words when it is read: of many only the first ones are."""

    item: ImportItem
    problem: StrOrPromise

    def __str__(self) -> str:
        return labelled(f"{self.item.title} ({self.item.where})", self.problem)


@dataclass(kw_only=True)
class Plan:
    """What an import would do, made before anything is touched.

    With ``problems`` it must not be carried out.
    """

    new: list[ImportItem] = field(default_factory=list)
    replaced: list[ImportItem] = field(default_factory=list)
    unchanged: list[ImportItem] = field(default_factory=list)
    left_out: list[ImportItem] = field(default_factory=list)
    problems: list[str | ItemProblem] = field(default_factory=list)
    contents: ArchiveContents | None = None

    def brings(self, model: type[Stored]) -> set[str]:
        """The ids of the files or vector stores that come along."""
        if self.contents is None:
            return set()
        return {item["id"] for item in (self.contents.files if model is File else self.contents.stores)}


def plan(
    workspace: str,
    items: list[ImportItem],
    *,
    replace: bool,
    contents: ArchiveContents | None = None,
    only_sound: bool = False,
    new_ids: bool = False,
) -> Plan:
    """Compare what was read with what is there, and name every object that stands in the way.

    ``only_sound`` takes what is sound, of an object and of all of them, and leaves out the rest; ``new_ids``
    gives a new id to each whose own is missing or taken.
    """
    made = Plan(contents=contents)
    if contents is not None:
        made.problems += contents.problems
    there = {row.wire_id: row for row in Assistant.objects.filter(workspace=workspace)} if items else {}
    taken: dict[str, ImportItem] = {}
    for item in in_order([item for item in items if item.created_at]) + [item for item in items if not item.created_at]:
        if new_ids and item.needs_id:
            item.problems = [problem for problem in item.problems if problem is not NO_ID]
            _rename(item, NEW_ID)
        if only_sound and item.is_sound_in_part:
            item.notes += [filled_later(LEFT_OUT, problem=problem) for problem in item.losses]
            item.problems = []
        _place(
            made, item, there=there.get(item.wire_id), other=taken.get(item.wire_id), replace=replace, new_ids=new_ids
        )
        if not item.problems:
            taken.setdefault(item.wire_id, item)
    for item in items:
        if item.problems and only_sound:
            made.left_out.append(item)
        else:
            made.problems += [ItemProblem(item, problem) for problem in item.problems]
    _note_missing(workspace, made)
    return made


def _rename(item: ImportItem, note: StrOrPromise) -> None:
    item.notes.append(note)
    item.wire_id = new_id("asst_")


def _place(
    made: Plan, item: ImportItem, *, there: Assistant | None, other: ImportItem | None, replace: bool, new_ids: bool
) -> None:
    """Put a sound item where the plan has it; one that cannot be taken gets a problem that says why."""
    if item.problems:
        return
    if other is not None:
        if (other.content, other.links) == (item.content, item.links):
            other.notes.append(filled_later(STANDS_TWICE, where=item.where))
        elif new_ids:
            _rename(item, filled_later(NEW_ID_BESIDE, id=item.wire_id, where=other.where))
            made.new.append(item)
        else:
            item.problems.append(filled_later(SAME_ID, where=other.where))
        return
    if there is not None and not item.has_time:
        item.created_at = there.created_at
    if there is None:
        made.new.append(item)
    elif assistants.document_of(item.wire_id, item.created_at, item.content) == there.document:
        made.unchanged.append(item)
    elif replace:
        item.before = fingerprint(there.document)
        made.replaced.append(item)
    elif new_ids:
        _rename(item, filled_later(NEW_ID_HERE, id=item.wire_id))
        made.new.append(item)
    else:
        item.problems.append(IS_HERE)


def fingerprint(document: str) -> str:
    return hashlib.sha256(document.encode()).hexdigest()


def in_order(items: list[ImportItem]) -> list[ImportItem]:
    """Oldest first, so that stored in this order they list as they did.

    A dump is usually a list with the newest first; that decides between equal timestamps.
    """
    newest_first = bool(items) and items[0].created_at >= items[-1].created_at
    return sorted(reversed(items) if newest_first else items, key=lambda item: item.created_at)


def _note_missing(workspace: str, made: Plan) -> None:
    kinds: tuple[tuple[type[Stored], str, str, StrOrPromise], ...] = (
        (File, "code_interpreter", "file_ids", NO_FILE),
        (VectorStore, "file_search", "vector_store_ids", NO_VECTOR_STORE),
    )
    for model, tool, key, note in kinds:
        known = ids_of(model, workspace) | made.brings(model)
        for item in made.new + made.replaced:
            wanted = (item.content["tool_resources"] or {}).get(tool, {}).get(key, [])
            item.notes += [filled_later(note, id=wire_id) for wire_id in wanted if wire_id not in known]


def ids_of(model: type[Stored], workspace: str) -> set[str]:
    rows = model._default_manager.filter(workspace=workspace)
    return set(rows.values_list("wire_id", flat=True))


def apply_plan(
    workspace: str, made: Plan, *, actor: audit.Actor, source: str, progress: Callable[[str], None]
) -> list[VectorStore]:
    """Store what the plan says, in one transaction with the record of it.

    Gives the vector stores whose files are still to be read. Raises what the archive raises when
    its bytes are damaged, and has then changed nothing.
    """
    items = made.new + made.replaced
    counts = {"new": len(made.new), "replaced": len(made.replaced), "unchanged": len(made.unchanged)}
    try:
        with storage.writing(), transaction.atomic():
            stores = made.contents.store() if made.contents is not None else []
            for number, item in enumerate(items, 1):
                store(workspace, item, actor=actor)
                if number % 100 == 0:
                    progress(f"{number} of {len(items)} assistants")
            audit.record(
                action="import.run",
                actor=actor,
                workspace=workspace,
                target=audit.Target(type="import", label=source),
                detail=counts,
            )
            transaction.on_commit(lambda: workspace_changed.send(sender=Stored, workspace=workspace), robust=True)
    except BaseException:
        if made.contents is not None:
            made.contents.drop()
        raise
    return stores


def store(workspace: str, item: ImportItem, *, actor: audit.Actor) -> None:
    """Store one and record it, inside the caller's transaction."""
    row = Assistant.objects.filter(workspace=workspace, wire_id=item.wire_id).first()
    before = row.body if row is not None else None
    if row is None:
        row = Assistant(workspace=workspace, wire_id=item.wire_id)
    row.created_at = item.created_at
    assistants.write(row, item.content)
    if before is not None or item.links:
        v1.link(row, item.links)
    announce(workspace, item.wire_id)
    audit.record(
        action="assistant.create" if before is None else "assistant.update",
        actor=actor,
        workspace=workspace,
        target=audit.Target(type="assistant", id=item.wire_id, label=item.content["name"]),
        before=before,
        after=row.body,
        detail={"imported_from": in_english(item.where)},
    )
