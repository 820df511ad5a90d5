"""How a file is given to an assistant or a store, and taken away: steps that can be repeated safely.

Each step looks first whether it is done already, so carrying on after a lost answer or a killed
process ends with one file, one store and one attachment.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import Any

from django.utils.translation import gettext_noop

import assistants_client as wire
from assistants_ui.domain.actions import Action
from assistants_ui.files.knowledge import AttachedFile, Use
from assistants_ui.files.usage import store_users
from assistants_ui.models import AttachmentJob
from assistants_ui.models.attachments import is_id, new_id
from assistants_ui.service import Service
from assistants_ui.workspaces.locks import assistant_lock
from dashboard.lib.stored_texts import register

# The protocol's own bound on the files that an assistant's code can open, and on a v1 assistant's links.
MOST_CODE_FILES = 20
MOST_IN_BATCH = 500
TRIES = 3
# The key of a store's metadata that holds which job made it.
MARK = "attachment_job"
# What the row of a job says in English, and a page in the reader's language.
IS_FULL = gettext_noop("This assistant has %(most)d files already, which is the most it can have.")
CODE_IS_FULL = gettext_noop("Its code can open %(most)d files at most. Remove one of them first.")
register(IS_FULL, CODE_IS_FULL)


def marks_in(metadata: Mapping[str, Any]) -> dict[str, Any]:
    """What of a store's metadata this dashboard wrote for itself; it is neither shown nor edited."""
    mark = metadata.get(MARK)
    return {MARK: mark} if isinstance(mark, str) and is_id(mark) else {}


class CannotAttach(Exception):  # noqa: N818  (it names the state of things, in words for a person)
    """There is no use in sending this; nothing was sent."""


def attach(service: Service, job: AttachmentJob, file: wire.File, *, done: set[Action]) -> None:
    """Give the file to what the job names; does nothing where that is so already.

    ``done`` receives what had to be done now, since the server did not have it yet. Raises the
    wire client's errors, :class:`CannotAttach` and :class:`assistants_ui.workspaces.locks.LockTimeout`.
    """
    if not job.assistant_id:
        if job.store_id:
            _put_into_store(service, job, job.store_id, file, done=done)
        return
    with assistant_lock(job.workspace, job.assistant_id):
        if service.gateway.api_version == "v1":
            _link(service, job, file, done=done)
        elif job.use == Use.SEARCH:
            store_id = _searched_store(service, job, done=done)
            _put_into_store(service, job, store_id, file, done=done)
            _let_search(service, job, store_id, done=done)
        else:
            _let_open(service, job, file, done=done)


def is_attached(service: Service, job: AttachmentJob) -> bool:
    """Whether the server, asked just now, has everything that the job wanted."""
    if not job.assistant_id:
        return not job.store_id or service.vector_stores.file(job.store_id, job.file_id) is not None
    assistant = service.assistants.retrieve(job.assistant_id, fresh=True)
    if job.use == Use.CODE or service.gateway.api_version == "v1":
        return job.file_id in {*assistant.code_interpreter_file_ids, *assistant.file_ids}
    return any(service.vector_stores.file(store, job.file_id) is not None for store in assistant.vector_store_ids)


def detach(service: Service, assistant_id: str, file: AttachedFile) -> None:
    """Take one file away from this assistant alone; the file itself stays.

    A store that other assistants search too is left as it is: this assistant gets one of its own
    with the rest of the files. All rows of the record say that they are steps of one job.
    """
    with assistant_lock(service.gateway.workspace, assistant_id):
        assistant = service.assistants.retrieve(assistant_id, fresh=True)
        step = {"group": new_id(), "assistant_id": assistant.id, "assistant_name": assistant.name}
        told = step | {"detached": file.name or file.id, "file_id": file.id, "use": file.use.value}
        if file.id in assistant.file_ids:
            service.assistants.detach_file(assistant, file.id, label=file.name, context=step)
        elif file.use == Use.SEARCH:
            stop_searching(service, assistant, file, step=step, told=told)
        else:
            left = [file_id for file_id in assistant.code_interpreter_file_ids if file_id != file.id]
            service.assistants.update(assistant, resources(assistant, Use.CODE, {"file_ids": left}), context=told)


def forget_store(service: Service, assistant_id: str, store_id: str) -> None:
    """Take a store that is gone or has expired out of the assistant's references."""
    with assistant_lock(service.gateway.workspace, assistant_id):
        assistant = service.assistants.retrieve(assistant_id, fresh=True)
        left = [listed for listed in assistant.vector_store_ids if listed != store_id]
        changes = resources(assistant, Use.SEARCH, {"vector_store_ids": left})
        service.assistants.update(assistant, changes, context={"detached": store_id})


def stop_searching(
    service: Service,
    assistant: wire.Assistant,
    file: AttachedFile,
    *,
    step: Mapping[str, Any],
    told: Mapping[str, Any],
) -> None:
    """Take the file out of what this assistant alone searches; to be called in its turn.

    ``step`` is what every row of the record says, ``told`` what those say that are not about the file itself.
    """
    users = store_users(service, fresh=True)
    for store_id in assistant.vector_store_ids:
        if service.vector_stores.file(store_id, file.id) is None:
            continue
        # Who cannot be ruled out keeps the file: this assistant then gets a store of its own.
        if users.is_complete and all(user.id == assistant.id for user in users.of(store_id)):
            service.vector_stores.detach(store_id, file.id, label=file.name, context=step)
            continue
        kept = [entry.id for entry in service.vector_stores.files(store_id, fresh=True) if entry.id != file.id]
        taken = {store.name for store in service.vector_stores.all()}
        store = service.vector_stores.create({"name": store_name(assistant, taken=taken)}, context=told)
        for start in range(0, len(kept), MOST_IN_BATCH):
            service.vector_stores.attach_batch(store, kept[start : start + MOST_IN_BATCH], context=told)
        listed = [store.id if listed == store_id else listed for listed in assistant.vector_store_ids]
        changes = resources(assistant, Use.SEARCH, {"vector_store_ids": listed})
        assistant = service.assistants.update(assistant, changes, context=told)


def store_name(assistant: wire.Assistant, *, taken: Container[str | None] = ()) -> str:
    """What a store made for this assistant is called; numbered where the plain name is ``taken``."""
    name = f"Files of {assistant.name or assistant.id}"[:256]
    numbered = (f"{name[:248]} ({number})" for number in range(2, 1000))
    return next((free for free in (name, *numbered) if free not in taken), name)


def _link(service: Service, job: AttachmentJob, file: wire.File, *, done: set[Action]) -> None:
    assistant = service.assistants.retrieve(job.assistant_id, fresh=True)
    if file.id not in assistant.file_ids:
        if len(assistant.file_ids) >= MOST_CODE_FILES:
            raise CannotAttach(IS_FULL % {"most": MOST_CODE_FILES})
        service.assistants.attach_file(assistant, file, context=job.context)
        done.add(Action.ASSISTANT_FILE_CREATE)
        assistant = service.assistants.retrieve(job.assistant_id, fresh=True)
    kind = "retrieval" if job.use == Use.SEARCH else Use.CODE.value
    if not _has_tool(assistant, kind):
        _change(service, job, {"tools": [*assistant.tools, {"type": kind}]}, assistant=assistant, done=done)


def _searched_store(service: Service, job: AttachmentJob, *, done: set[Action]) -> str:
    """The store that the assistant searches and that can still be used; one is made where there is none."""
    assistant = service.assistants.retrieve(job.assistant_id, fresh=True)
    found = find_unconfirmed_store(service, job) if job.made_store and not job.store_id else None
    for store_id in [*assistant.vector_store_ids, *_made_before(job)]:
        if _is_usable(service, store_id):
            if found is not None and found.id != store_id:
                service.vector_stores.delete(found, context=job.context)
            _remember_store(job, store_id, made=job.made_store and job.store_id == store_id)
            return store_id
    if found is None:
        # Written down before it is made: a store that no row knows of would be an orphan.
        _remember_store(job, "", made=True)
        taken = {store.name for store in service.vector_stores.all()}
        fields = {"name": store_name(assistant, taken=taken), "metadata": {MARK: job.id}}
        found = service.vector_stores.create(fields, context=job.context)
        done.add(Action.VECTOR_STORE_CREATE)
    _remember_store(job, found.id, made=True)
    return found.id


def _made_before(job: AttachmentJob) -> list[str]:
    """The stores that this or another half-finished job made for the same assistant."""
    made = AttachmentJob.objects.filter(
        workspace=job.workspace,
        assistant_id=job.assistant_id,
        made_store=True,
        state__in=[AttachmentJob.State.SENDING, AttachmentJob.State.UPLOADED],
    ).exclude(store_id="")
    return list(dict.fromkeys(made.order_by("created_at").values_list("store_id", flat=True)))


def find_unconfirmed_store(service: Service, job: AttachmentJob) -> wire.VectorStore | None:
    """The store whose making was sent and never answered, if it is there."""
    stores = service.vector_stores.all(fresh=True)
    return next((store for store in stores if store.metadata.get(MARK) == job.id), None)


def _is_usable(service: Service, store_id: str) -> bool:
    try:
        return service.vector_stores.retrieve(store_id, fresh=True).status != "expired"
    except wire.NotFoundError:
        return False


def _remember_store(job: AttachmentJob, store_id: str, *, made: bool) -> None:
    job.store_id, job.made_store = store_id, made
    job.save(update_fields=["store_id", "made_store", "updated_at"])


def _put_into_store(service: Service, job: AttachmentJob, store_id: str, file: wire.File, *, done: set[Action]) -> None:
    if service.vector_stores.file(store_id, file.id) is None:
        service.vector_stores.attach(store_id, file, context=job.context)
        done.add(Action.VECTOR_STORE_FILE_CREATE)


def _let_search(service: Service, job: AttachmentJob, store_id: str, *, done: set[Action]) -> None:
    for tries_left in reversed(range(TRIES)):
        assistant = service.assistants.retrieve(job.assistant_id, fresh=True)
        changes: dict[str, Any] = {}
        if store_id not in assistant.vector_store_ids:
            # The protocol takes one store for an assistant; the others it named cannot be used any more.
            changes |= resources(assistant, Use.SEARCH, {"vector_store_ids": [store_id]})
        if not _has_tool(assistant, Use.SEARCH):
            changes["tools"] = [*assistant.tools, Use.SEARCH.tool]
        is_last = not tries_left
        if not changes or _change(service, job, changes, assistant=assistant, is_last=is_last, done=done):
            return


def _let_open(service: Service, job: AttachmentJob, file: wire.File, *, done: set[Action]) -> None:
    for tries_left in reversed(range(TRIES)):
        assistant = service.assistants.retrieve(job.assistant_id, fresh=True)
        changes: dict[str, Any] = {}
        listed = assistant.code_interpreter_file_ids
        if file.id not in listed:
            if len(listed) >= MOST_CODE_FILES:
                raise CannotAttach(CODE_IS_FULL % {"most": MOST_CODE_FILES})
            changes |= resources(assistant, Use.CODE, {"file_ids": [*listed, file.id]})
        if not _has_tool(assistant, Use.CODE):
            changes["tools"] = [*assistant.tools, Use.CODE.tool]
        is_last = not tries_left
        if not changes or _change(service, job, changes, assistant=assistant, is_last=is_last, done=done):
            return


def _change(
    service: Service,
    job: AttachmentJob,
    changes: dict[str, Any],
    *,
    assistant: wire.Assistant,
    done: set[Action],
    is_last: bool = True,
) -> bool:
    """Send the changes; False when somebody else was quicker and it is worth reading again."""
    told = {"attached": job.name, "file_id": job.file_id, "use": job.use}
    try:
        service.assistants.update(assistant, changes, context=job.context | told)
    except wire.ConflictError:
        if is_last:
            raise
        return False
    done.add(Action.ASSISTANT_UPDATE)
    return True


def resources(assistant: wire.Assistant, use: Use, resource: dict[str, Any]) -> dict[str, Any]:
    """The change of one resource. The other goes along, since not every server keeps what is left out."""
    others = {name: value for name, value in assistant.tool_resources.items() if name in set(Use) and value}
    return {"tool_resources": {**others, use.value: resource}}


def _has_tool(assistant: wire.Assistant, kind: str) -> bool:
    return any(tool.get("type") == kind for tool in assistant.tools)
