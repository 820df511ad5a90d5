"""Files that were given to an assistant or taken from it: the whole job is undone, whatever it took."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext

import assistants_client as wire
from assistants_ui.domain.actions import Action
from assistants_ui.domain.labels import label
from assistants_ui.domain.recorded_fields import vector_store_ids_of
from assistants_ui.files.attachments import Aim, attach_existing, steps
from assistants_ui.files.knowledge import AttachedFile, Use, use_of_links
from assistants_ui.files.usage import store_users
from assistants_ui.models.attachments import UNDO, new_id
from assistants_ui.service import Service
from assistants_ui.undo.store_files import file_or_none, store_or_none
from assistants_ui.undo.types import Undone, UndoPlan
from assistants_ui.workspaces.locks import assistant_lock
from dashboard.audit.read import operations
from dashboard.audit.read.operations import Operation
from dashboard.lib.stored_texts import reword
from dashboard.lib.texts import as_list, labelled


@dataclass(frozen=True, kw_only=True)
class Given:
    """What the record tells of one job. ``told`` is the change of the assistant itself, where there was one."""

    file_id: str
    name: str
    use: Use
    stores: list[str]
    made_stores: list[str]
    told: Operation | None

    @classmethod
    def by(cls, act: Operation) -> Given:
        steps = operations.operations_of_job(act)
        told = next((step for step in steps if step.action == Action.ASSISTANT_UPDATE), None)
        return cls(
            # The change of the assistant names its file; any other row of a job is about the file itself.
            file_id=str(act.context.get("file_id") or act.line.target_id),
            name=str(act.context.get("attached") or act.context.get("detached") or act.line.target_name),
            use=Use(act.context.get("use") or (told.context.get("use") if told else None) or Use.SEARCH),
            stores=[
                str(step.context["vector_store"]) for step in steps if step.action == Action.VECTOR_STORE_FILE_CREATE
            ],
            made_stores=[step.line.target_id for step in steps if step.action == Action.VECTOR_STORE_CREATE],
            told=told,
        )

    def has_added_tool(self, assistant: wire.Assistant) -> dict[str, Any] | None:
        """The tool that came with the file, if the assistant still has it just so."""
        if self.told is None or self.told.after is None:
            return None
        before = {tool.get("type") for tool in (self.told.before or {}).get("tools") or []}
        added = [tool for tool in self.told.after.get("tools") or [] if tool.get("type") not in before]
        return next((tool for tool in added if tool in assistant.tools), None)


def undo_attach(service: Service, act: Operation) -> UndoPlan:
    """Take the file away again, and what came with it and nothing else uses by now."""
    given = Given.by(act)
    assistant = service.assistants.find(act.line.subject_id)
    if assistant is None:
        return _gone(service)
    page = _page(service, assistant)
    if not _is_there(service, given, assistant):
        return UndoPlan(
            page=page,
            obstacle=gettext("“%(name)s” is not attached to “%(assistant)s” any more.")
            % {"name": given.name, "assistant": label(assistant)},
        )
    users = store_users(service)
    shared = [store for store in given.stores if store in assistant.vector_store_ids]
    others = [label(user) for store in shared for user in users.of(store) if user.id != assistant.id]
    also = (
        [
            gettext("The same store is searched by %(names)s, who will lose the file too.")
            % {"names": as_list(sorted(set(others)))}
        ]
        if others
        else []
    )
    if shared and not users.is_complete:
        also.append(
            gettext("We could not read every assistant. Others that search the same store will lose the file too.")
        )

    def carry_out() -> Undone:
        return _take_away(service, act, given, assistant_id=assistant.id)

    says = gettext("“%(name)s” will be taken away from “%(assistant)s” again. The file itself is kept.") % {
        "name": given.name,
        "assistant": label(assistant),
    }
    return UndoPlan(says=says, page=page, also=also, carry_out=carry_out)


def of_detaching(service: Service, act: Operation) -> UndoPlan:
    """Attach the file again, if it and the assistant are still there."""
    given = Given.by(act)
    assistant = service.assistants.find(act.line.subject_id)
    if assistant is None:
        return _gone(service)
    page = _page(service, assistant)
    file = file_or_none(service, given.file_id)
    if file is None:
        return UndoPlan(
            page=page,
            obstacle=gettext("“%(name)s” was deleted since, so it cannot be attached again.") % {"name": given.name},
        )
    use = use_of_links(assistant) if service.gateway.api_version == "v1" else given.use
    if _has(service, assistant, file.id, use=use):
        return UndoPlan(page=page, obstacle=gettext("“%(name)s” is attached already.") % {"name": file.filename})

    def carry_out() -> Undone:
        token = f"{UNDO}{act.seq}:{secrets.token_hex(8)}"
        job = attach_existing(service, file, aim=Aim(assistant_id=assistant.id, use=use), token=token)
        if not job.is_done:
            return Undone(
                text=labelled(gettext("“%(name)s”") % {"name": file.filename}, reword(job.problem)), is_done=False
            )
        return Undone(
            text=gettext("“%(name)s” was attached again.") % {"name": file.filename},
            seq=_last_row(service, file.id, assistant.id, job.id),
        )

    return UndoPlan(
        says=gettext("“%(name)s” will be attached to “%(assistant)s” again.")
        % {"name": file.filename, "assistant": label(assistant)},
        page=page,
        carry_out=carry_out,
    )


def _take_away(service: Service, act: Operation, given: Given, *, assistant_id: str) -> Undone:
    """Look once more, with nobody else changing this assistant's files, and take back what is still there."""
    with assistant_lock(service.gateway.workspace, assistant_id):
        assistant = service.assistants.retrieve(assistant_id, fresh=True)
        step: dict[str, Any] = {"group": new_id(), "assistant_id": assistant.id, "assistant_name": assistant.name}
        step |= {"undo_of": act.seq}
        told = step | {"detached": given.name, "file_id": given.file_id, "use": given.use.value}
        if given.file_id in assistant.file_ids:
            service.assistants.detach_file(assistant, given.file_id, label=given.name, context=step)
            assistant = service.assistants.retrieve(assistant_id, fresh=True)
        searched = [store_id for store_id in given.stores if store_id in assistant.vector_store_ids]
        if given.use is Use.SEARCH and assistant.vector_store_ids and not searched:
            # Its store was exchanged since, so the one into which the file was put is not its own any more.
            file = AttachedFile(id=given.file_id, use=given.use, name=given.name)
            steps.stop_searching(service, assistant, file, step=step, told=told)
        else:
            for store_id in searched:
                if service.vector_stores.file(store_id, given.file_id) is not None:
                    service.vector_stores.detach(store_id, given.file_id, label=given.name, context=step)
            changes = _changes(service, given, assistant)
            if changes:
                service.assistants.update(assistant, changes, context=told)
        for store_id in given.made_stores:
            _delete_if_unused(service, store_id, but_for=given.file_id, context=told)
    seq = _last_row(service, given.file_id, assistant.id, str(step["group"]))
    return Undone(
        text=gettext("“%(name)s” was taken away again. The file itself is kept.") % {"name": given.name}, seq=seq
    )


def _changes(service: Service, given: Given, assistant: wire.Assistant) -> dict[str, Any]:
    """What of the assistant itself goes back, now that the file is out of its stores."""
    changes: dict[str, Any] = {}
    if given.use is Use.CODE and given.file_id in assistant.code_interpreter_file_ids:
        left = [file_id for file_id in assistant.code_interpreter_file_ids if file_id != given.file_id]
        changes |= steps.resources(assistant, Use.CODE, {"file_ids": left})
        uses_tool = bool(left)
    elif given.use is Use.SEARCH and not assistant.file_ids:
        kept = _stores_as_before(service, given, assistant)
        if kept is not None:
            changes |= steps.resources(assistant, Use.SEARCH, {"vector_store_ids": kept})
        uses_tool = bool(assistant.vector_store_ids if kept is None else kept)
    else:
        uses_tool = bool(assistant.file_ids)
    tool = given.has_added_tool(assistant)
    if tool is not None and not uses_tool:
        changes["tools"] = [each for each in assistant.tools if each != tool]
    return changes


def _stores_as_before(service: Service, given: Given, assistant: wire.Assistant) -> list[str] | None:
    """The stores that the assistant searched before, or None where it keeps those it has.

    It keeps them when the job did not exchange them, when they were exchanged again since, and
    when they hold other files by now.
    """
    if given.told is None:
        return None
    before = vector_store_ids_of(given.told.before or {})
    after = vector_store_ids_of(given.told.after or {})
    added = [store_id for store_id in after if store_id not in before]
    if not added or assistant.vector_store_ids != after:
        return None
    if any(_holds_others(service, store_id, than=given.file_id) for store_id in added):
        return None
    return [store_id for store_id in before if store_or_none(service, store_id) is not None]


def _holds_others(service: Service, store_id: str, *, than: str) -> bool:
    """Whether a store has other files than this one, which a server may still list for a moment."""
    return any(entry.id != than for entry in service.vector_stores.files(store_id, fresh=True))


def _delete_if_unused(service: Service, store_id: str, *, but_for: str, context: Mapping[str, Any]) -> None:
    """Delete a store that was made for the job, unless somebody searches it or it holds another file."""
    store = store_or_none(service, store_id)
    users = store_users(service, fresh=True)
    if store is None or users.of(store_id) or not users.is_complete:
        return
    if not _holds_others(service, store_id, than=but_for):
        service.vector_stores.delete(store, context=context)


def _is_there(service: Service, given: Given, assistant: wire.Assistant) -> bool:
    if given.file_id in assistant.file_ids or given.use is Use.CODE:
        return given.file_id in {*assistant.file_ids, *assistant.code_interpreter_file_ids}
    return _has(service, assistant, given.file_id, use=given.use)


def _has(service: Service, assistant: wire.Assistant, file_id: str, *, use: Use) -> bool:
    if service.gateway.api_version == "v1":
        return file_id in assistant.file_ids
    if use is Use.CODE:
        return file_id in assistant.code_interpreter_file_ids
    return any(service.vector_stores.file(store, file_id) is not None for store in assistant.vector_store_ids)


def _page(service: Service, assistant: wire.Assistant) -> str:
    return reverse("assistant-detail", args=[service.gateway.workspace, assistant.id]) + "#knowledge-section"


def _gone(service: Service) -> UndoPlan:
    return UndoPlan(
        page=reverse("assistant-list", args=[service.gateway.workspace]),
        obstacle=gettext("The assistant was deleted since."),
    )


def _last_row(service: Service, file_id: str, assistant_id: str, group: str) -> int | None:
    return operations.last_record(workspace=service.gateway.workspace, targets=[file_id, assistant_id], job=group)
