"""What it takes until an assistant, or a vector store, has a file, and until it has it no more.

    make a store  ->  put the file in  ->  name it in the assistant

:func:`steps_of` lists the steps of one attachment. Each looks at the server before it does anything, so carrying on
after a lost answer or a killed process ends with one file, one store and one attachment. :func:`attach` goes through
the list from the beginning, :func:`take_away` from the end.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import partial
from typing import Any, ClassVar

from django.utils.translation import gettext_noop

import assistants_client as wire
from assistants_client.types.base import dicts, text
from assistants_ui.domain.actions import Action
from assistants_ui.domain.recorded_fields import vector_store_ids_of
from assistants_ui.domain.tools import kinds_of
from assistants_ui.files.attachments.reconcile import reconcile_steps
from assistants_ui.files.attachments.types import save
from assistants_ui.files.knowledge import Use
from assistants_ui.files.usage import store_users
from assistants_ui.models import AttachmentJob
from assistants_ui.models.attachments import is_id
from assistants_ui.service import Service
from assistants_ui.service.pages import delete_unless_gone
from assistants_ui.workspaces.locks import assistant_lock
from dashboard.audit.api import OperationOutcome
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


@dataclass(kw_only=True)
class Attachment:
    """One file on its way to where the ``job`` says, or away from there; then the job need not be a stored one.

    ``done`` are the steps that had to be done, since the server did not have them yet. To take it away,
    ``filled_stores`` and ``made_stores`` got the file or were made for it; ``before`` and ``after`` are the assistant
    around the change that named it. Where they are not known, whatever may be somebody else's stays.
    """

    service: Service
    job: AttachmentJob
    file: wire.File | None = None
    filled_stores: Sequence[str] = ()
    made_stores: Sequence[str] = ()
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)
    done: set[Action] = field(default_factory=set)
    verb: str = "attached"

    @property
    def about(self) -> dict[str, Any]:
        """What the record says of a change that is not about the file itself."""
        return self.job.context | {self.verb: self.job.name, "file_id": self.job.file_id, "use": self.job.use}

    def read(self) -> wire.Assistant:
        """The assistant as it is now."""
        self.assistant = self.service.assistants.retrieve(self.job.assistant_id, fresh=True)
        return self.assistant

    def update(self, changes: Mapping[str, Any]) -> None:
        """Change the assistant as it was last read."""
        self.assistant = self.service.assistants.update(self.assistant, changes, context=self.about)


class Step(ABC):
    """One change on the server; ``name`` is the action under which it is recorded."""

    name: ClassVar[Action]

    def __init__(self, attachment: Attachment) -> None:
        self.at, self.job = attachment, attachment.job
        self.service, self.stores = attachment.service, attachment.service.vector_stores

    @abstractmethod
    def is_done(self) -> bool:
        """Whether the server, asked just now, has it."""

    @abstractmethod
    def do(self) -> None:
        """Make the change. Raises the wire client's errors and :class:`CannotAttach`."""

    @abstractmethod
    def undo(self) -> None:
        """Take back what is still there of it and what nothing else uses."""

    def _holds_others(self, store_id: str) -> bool:
        """Whether a store has other files than this one, which a server may still list for a moment."""
        return any(entry.id != self.job.file_id for entry in self.stores.files(store_id, fresh=True))


class MakeStore(Step):
    """A store that the assistant searches and that can still be used; one is made where there is none."""

    name = Action.VECTOR_STORE_CREATE

    def is_done(self) -> bool:
        job = self.job
        known = [*self.at.read().vector_store_ids, *_made_before(job)]
        was_answered = bool(job.store_id) or not job.made_store
        self.leftover = None if was_answered else find_unconfirmed_store(self.service, job)
        usable = next((store_id for store_id in known if _is_usable(self.service, store_id)), "")
        if self.leftover is not None and usable in ("", self.leftover.id):
            save(job, store_id=self.leftover.id)
            return True
        if self.leftover is not None or not usable:
            return False
        save(job, store_id=usable, made_store=job.made_store and job.store_id == usable)
        return True

    def do(self) -> None:
        if self.leftover is not None:
            # The assistant came to another one meanwhile.
            reconcile_steps(self.service, self.job, self.name, outcome=OperationOutcome.SUCCEEDED)
            self.stores.delete(self.leftover, context=self.job.context)
            save(self.job, made_store=False)
            self.is_done()
            return
        # Written down before it is made: a store that no row knows of would be an orphan.
        save(self.job, store_id="", made_store=True)
        fields = {"name": _free_name(self.service, self.at.assistant), "metadata": {MARK: self.job.id}}
        save(self.job, store_id=self.stores.create(fields, context=self.job.context).id)

    def undo(self) -> None:
        for store_id in self.at.made_stores:
            store = self.stores.find(store_id)
            users = store_users(self.service, [store_id], fresh=True)
            if store is None or not users.is_complete or users.of(store_id) or self._holds_others(store_id):
                continue
            delete = partial(self.stores.delete, store, context=self.at.about)
            delete_unless_gone(delete, partial(self.stores.is_gone, store_id))


class AddFile(Step):
    """The file is in the store."""

    name = Action.VECTOR_STORE_FILE_CREATE

    def is_done(self) -> bool:
        return self.stores.find_file(self.job.store_id, self.job.file_id) is not None

    def do(self) -> None:
        assert self.at.file is not None  # noqa: S101  (whoever attaches has read the file)
        self.stores.attach(self.job.store_id, self.at.file, context=self.job.context)

    def undo(self) -> None:
        """Out of the stores into which it was put; where that is not known, out of what this assistant alone searches.

        A store that others search too is left as it is then: the assistant gets one of its own with the other files.
        """
        at, searched = self.at, self.at.assistant.vector_store_ids
        users = None if at.filled_stores or not searched else store_users(self.service, searched, fresh=True)
        for store_id in at.filled_stores or searched:
            if self.stores.find_file(store_id, self.job.file_id) is None:
                continue
            # Who cannot be ruled out keeps the file.
            if users is None or (users.is_complete and all(user.id == at.assistant.id for user in users.of(store_id))):
                self.stores.detach(store_id, self.job.file_id, label=self.job.name, context=self.job.context)
            else:
                self._exchange(store_id)

    def _exchange(self, store_id: str) -> None:
        at, stores = self.at, self.stores
        kept = [entry.id for entry in stores.files(store_id, fresh=True) if entry.id != self.job.file_id]
        store = stores.create({"name": _free_name(self.service, at.assistant)}, context=at.about)
        for start in range(0, len(kept), MOST_IN_BATCH):
            stores.attach_batch(store, kept[start : start + MOST_IN_BATCH], context=at.about)
        listed = [store.id if listed == store_id else listed for listed in at.assistant.vector_store_ids]
        at.update(resource_change(at.assistant, Use.SEARCH, listed))


class LinkFile(Step):
    """A v1 assistant lists the file."""

    name = Action.ASSISTANT_FILE_CREATE

    def is_done(self) -> bool:
        return self.job.file_id in self.at.read().file_ids

    def do(self) -> None:
        if len(self.at.assistant.file_ids) >= MOST_CODE_FILES:
            raise CannotAttach(IS_FULL % {"most": MOST_CODE_FILES})
        assert self.at.file is not None  # noqa: S101  (whoever attaches has read the file)
        self.service.assistants.attach_file(self.at.assistant, self.at.file, context=self.job.context)

    def undo(self) -> None:
        job, assistant = self.job, self.at.assistant
        if job.file_id in assistant.file_ids:
            self.service.assistants.detach_file(assistant, job.file_id, label=job.name, context=job.context)


class ChangeAssistant(Step):
    """The assistant itself names the store or the file, and has the tool for it."""

    name = Action.ASSISTANT_UPDATE

    def __init__(self, attachment: Attachment) -> None:
        super().__init__(attachment)
        self.is_v1 = self.service.gateway.api_version == "v1"
        self.use = Use(self.job.use or Use.SEARCH)
        self.tool = {"type": "retrieval"} if self.is_v1 and self.use is Use.SEARCH else self.use.tool

    def is_done(self) -> bool:
        self.at.read()
        return not self._missing()

    def do(self) -> None:
        for tries_left in reversed(range(TRIES)):
            if self.use is Use.CODE and len({*self._listed(), self.job.file_id}) > MOST_CODE_FILES:
                raise CannotAttach(CODE_IS_FULL % {"most": MOST_CODE_FILES})
            try:
                self.at.update(self._missing())
            except wire.ConflictError:
                if not tries_left:
                    raise
            else:
                return
            if self.is_done():
                return

    def undo(self) -> None:
        """The reference goes, the stores of before come back, and the tool goes if it came along and is not needed."""
        if self.use is Use.SEARCH and not self.is_v1:
            needs = self._stores_as_before()
        else:
            needs = [file_id for file_id in self._listed() if file_id != self.job.file_id]
        changes, tool = self._listing(needs), self._added_tool()
        if tool is not None and not needs:
            changes["tools"] = [each for each in self.at.assistant.tools if each != tool]
        if changes:
            self.at.update(changes)

    def _missing(self) -> dict[str, Any]:
        listed, tools = self._listed(), self.at.assistant.tools
        # The protocol takes one store for an assistant; the others it named cannot be used any more.
        needs = [self.job.store_id] if self.use is Use.SEARCH else [*listed, self.job.file_id]
        changes = {} if needs[-1] in listed else self._listing(needs)
        if not any(tool.get("type") == self.tool["type"] for tool in tools):
            changes["tools"] = [*tools, self.tool]
        return changes

    def _listed(self) -> list[str]:
        """The stores that the assistant searches, or the files that its code can open; on v1, the files for both."""
        assistant = self.at.assistant
        if self.is_v1:
            return assistant.file_ids
        return assistant.vector_store_ids if self.use is Use.SEARCH else assistant.code_interpreter_file_ids

    def _listing(self, ids: list[str]) -> dict[str, Any]:
        """The change with which it lists these. A v1 assistant's list is changed by :class:`LinkFile` alone."""
        return {} if self.is_v1 or ids == self._listed() else resource_change(self.at.assistant, self.use, ids)

    def _added_tool(self) -> dict[str, Any] | None:
        """The tool that came with the file, if the assistant still has it just so."""
        before = kinds_of(self.at.before.get("tools"))
        added = [tool for tool in dicts(self.at.after.get("tools")) if text(tool.get("type")) not in before]
        return next((tool for tool in added if tool in self.at.assistant.tools), None)

    def _stores_as_before(self) -> list[str]:
        """The stores that the assistant searched before.

        It keeps those it has when this did not exchange them, when they were exchanged again since, and when they
        hold other files by now.
        """
        now = self.at.assistant.vector_store_ids
        before, after = vector_store_ids_of(self.at.before), vector_store_ids_of(self.at.after)
        added = [store_id for store_id in after if store_id not in before]
        if not added or now != after or any(self._holds_others(store_id) for store_id in added):
            return now
        return [store_id for store_id in before if _is_usable(self.service, store_id)]


def steps_of(at: Attachment) -> list[Step]:
    """What it takes, in order. A file that belongs to nothing but its workspace takes nothing."""
    if not at.job.assistant_id:
        return [AddFile(at)] if at.job.store_id else []
    if at.service.gateway.api_version == "v1":
        return [LinkFile(at), ChangeAssistant(at)]
    return [MakeStore(at), AddFile(at), ChangeAssistant(at)] if at.job.use == Use.SEARCH else [ChangeAssistant(at)]


def attach(at: Attachment) -> None:
    """Do the steps that are not done. Raises what they raise, and ``LockTimeout``."""
    with assistant_lock(at.job.workspace, at.job.assistant_id) if at.job.assistant_id else nullcontext():
        for step in steps_of(at):
            if not step.is_done():
                step.do()
                at.done.add(step.name)


def is_attached(at: Attachment) -> bool:
    return all(step.is_done() for step in steps_of(at))


def take_away(at: Attachment) -> None:
    """Undo the steps, the last one first, with nobody else changing this assistant's files; the file itself stays."""
    at.verb = "detached"
    with assistant_lock(at.job.workspace, at.job.assistant_id):
        searched = at.read().vector_store_ids
        at.filled_stores = [store_id for store_id in at.filled_stores if store_id in searched]
        for step in reversed(steps_of(at)):
            step.undo()


def forget_store(service: Service, assistant_id: str, store_id: str) -> None:
    """Take a store that is gone or has expired out of the assistant's references."""
    with assistant_lock(service.gateway.workspace, assistant_id):
        assistant = service.assistants.retrieve(assistant_id, fresh=True)
        left = [listed for listed in assistant.vector_store_ids if listed != store_id]
        changes = resource_change(assistant, Use.SEARCH, left)
        service.assistants.update(assistant, changes, context={"detached": store_id})


def find_unconfirmed_store(service: Service, job: AttachmentJob) -> wire.VectorStore | None:
    """The store whose making was sent and never answered, if it is there."""
    stores = service.vector_stores.all(fresh=True)
    return next((store for store in stores if store.metadata.get(MARK) == job.id), None)


def resource_change(assistant: wire.Assistant, use: Use, ids: list[str]) -> dict[str, Any]:
    """The change of one resource. The other goes along, since not every server keeps what is left out."""
    others = {name: value for name, value in assistant.tool_resources.items() if name in set(Use) and value}
    key = "vector_store_ids" if use is Use.SEARCH else "file_ids"
    return {"tool_resources": {**others, use.value: {key: ids}}}


def _free_name(service: Service, assistant: wire.Assistant) -> str:
    """What a store made for this assistant is called; numbered where the plain name is taken."""
    taken = {store.name for store in service.vector_stores.all()}
    name = f"Files of {assistant.name or assistant.id}"[:256]
    numbered = (f"{name[:248]} ({number})" for number in range(2, 1000))
    return next((free for free in (name, *numbered) if free not in taken), name)


def _made_before(job: AttachmentJob) -> list[str]:
    """The stores that this or another half-finished job made for the same assistant."""
    made = AttachmentJob.objects.filter(
        workspace=job.workspace,
        assistant_id=job.assistant_id,
        made_store=True,
        state__in=[AttachmentJob.State.SENDING, AttachmentJob.State.UPLOADED],
    ).exclude(store_id="")
    return list(dict.fromkeys(made.order_by("created_at").values_list("store_id", flat=True)))


def _is_usable(service: Service, store_id: str) -> bool:
    store = service.vector_stores.find(store_id)
    return store is not None and store.status != "expired"
