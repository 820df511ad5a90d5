"""The files an assistant works with, spoken of by what they are for.

People think of "files it can search" and "files its code can open". On the wire these are a vector
store with files in it, a list of file ids, or, on v1 servers, one list for both; only this module
and :mod:`assistants_ui.files.attachments.steps` know.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext, ngettext

import assistants_client as wire
from assistants_ui.domain.labels import label
from assistants_ui.domain.tools import kinds_of
from assistants_ui.models import AttachmentJob
from assistants_ui.models.attachments import QUIET, SILENCE
from assistants_ui.service import Service
from assistants_ui.service.files import FileNames
from assistants_ui.service.secondary import Secondary, secondary
from dashboard.bounds import STORES_ASKED
from dashboard.lib.stored_texts import reword
from dashboard.lib.texts import number

# How servers say that they have no such store, or that this could be no store's id.
UNKNOWN_STORE = (wire.NotFoundError, wire.BadRequestError)


class Use(StrEnum):
    """What a file is attached for; the value is the tool's name on the wire."""

    SEARCH = "file_search"
    CODE = "code_interpreter"

    @property
    def label(self) -> str:
        return gettext("Files the assistant can search") if self is Use.SEARCH else gettext("Files its code can open")

    @property
    def tool(self) -> dict[str, str]:
        return {"type": self.value}


@dataclass(frozen=True)
class AttachedFile:
    """One attached file. ``name`` is None when it is not known; ``is_missing`` when the server no longer has the file.

    ``status`` is empty where the server does not index, else the wire's word; ``store_id`` is the
    store it is in.
    """

    id: str
    use: Use
    name: str | None = None
    bytes: int | None = None
    status: str = ""
    problem: str = ""
    store_id: str = ""
    extraction: str = ""
    is_missing: bool = False


@dataclass(frozen=True)
class LostStore:
    """A vector store the assistant names that cannot be searched: it is gone or has expired."""

    id: str
    has_expired: bool


@dataclass(frozen=True)
class UnreadStore:
    """A vector store of which it is not known what is in it, and the ``problem``: why not."""

    id: str
    problem: str


@dataclass(frozen=True)
class Knowledge:
    """Everything attached to one assistant, by use, and what is half-finished."""

    search: list[AttachedFile] = field(default_factory=list)
    code: list[AttachedFile] = field(default_factory=list)
    lost_stores: list[LostStore] = field(default_factory=list)
    unread_stores: list[UnreadStore] = field(default_factory=list)
    names_problem: str = ""
    half_finished: list[AttachmentJob] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not (self.search or self.code or self.lost_stores or self.unread_stores or self.half_finished)

    @property
    def groups(self) -> list[tuple[Use, list[AttachedFile]]]:
        """The uses that have files, each with its files."""
        return [(use, files) for use, files in ((Use.SEARCH, self.search), (Use.CODE, self.code)) if files]

    @property
    def is_being_read(self) -> bool:
        return any(file.status == "in_progress" for file in self.search)

    @property
    def is_silent(self) -> bool:
        """Whether a file is on its way of which nothing was heard for a while."""
        return any(job.is_busy for job in self.half_finished)

    @property
    def max_upload_mb(self) -> int:
        """How large a file may be that is attached here."""
        return int(settings.MAX_UPLOAD_MB)

    def find(self, file_id: str, use: Use) -> AttachedFile | None:
        files = self.search if use == Use.SEARCH else self.code
        return next((file for file in files if file.id == file_id), None)


def knowledge_of(service: Service, assistant: wire.Assistant, *, fresh: bool = False) -> Knowledge:
    """The assistant's files with their names: at most one call for all names and two per vector store.

    Nothing that cannot be read makes it fail; ``names_problem`` and ``unread_stores`` say what that is.
    ``fresh`` asks the server how far it is with reading them; otherwise a cached answer will do.
    """
    asked, others = assistant.vector_store_ids[:STORES_ASKED], assistant.vector_store_ids[STORES_ASKED:]
    stores = [_store(service, store_id, fresh=fresh) for store_id in asked]
    code_ids = assistant.code_interpreter_file_ids
    linked_ids = assistant.file_ids
    names = (
        service.files.names_or_why_not()
        if code_ids or linked_ids or any(files for _, files in stores)
        else Secondary(FileNames())
    )
    search = [_attached(Use.SEARCH, entry.id, names.value, entry=entry) for _, files in stores for entry in files]
    linked = [_attached(use_of_links(assistant), file_id, names.value) for file_id in linked_ids]
    code = [_attached(Use.CODE, file_id, names.value) for file_id in code_ids]
    return Knowledge(
        search=_each_once([*search, *(file for file in linked if file.use is Use.SEARCH)]),
        code=_each_once([*code, *(file for file in linked if file.use is Use.CODE)]),
        lost_stores=[lost for lost, _ in stores if isinstance(lost, LostStore)],
        unread_stores=[*(one for one, _ in stores if isinstance(one, UnreadStore)), *_unasked(others)],
        names_problem=names.problem,
        half_finished=half_finished(service.gateway.workspace, assistant_id=assistant.id),
    )


def extraction_of(entry: wire.VectorStoreFile) -> str:
    """What was read out of a file and what was not, in words; empty where the server does not tell."""
    words, left_out = entry.extraction.get("words"), entry.extraction.get("left_out")
    if not isinstance(words, int):
        return ""
    count = {"count": number(words)}
    missing = [part for part in left_out if isinstance(part, str)] if isinstance(left_out, list) else []
    if not missing:
        return ngettext("%(count)s word read", "%(count)s words read", words) % count
    text = ngettext("%(count)s word read; %(parts)s left out", "%(count)s words read; %(parts)s left out", words)
    return text % {**count, "parts": ", ".join(reword(part) for part in missing)}


def use_of_links(assistant: wire.Assistant) -> Use:
    """What the files linked to an assistant of version 1 are for: the protocol does not say, its tools do."""
    kinds = kinds_of(assistant.tools)
    return Use.CODE if Use.CODE.value in kinds and "retrieval" not in kinds else Use.SEARCH


def half_finished(
    workspace: str, *, assistant_id: str | None = None, store_id: str | None = None
) -> list[AttachmentJob]:
    """The jobs that stopped on their way, newest first; of one assistant or store where one is named.

    One that has been silent for some seconds is among them and still busy: its process may have died.
    """
    found = AttachmentJob.objects.filter(
        Q(busy_until=None) | Q(busy_until__lte=timezone.now() + SILENCE - QUIET),
        workspace=workspace,
        state__in=[AttachmentJob.State.SENDING, AttachmentJob.State.UPLOADED],
    )
    if assistant_id is not None:
        found = found.filter(assistant_id=assistant_id)
    if store_id is not None:
        found = found.filter(store_id=store_id, assistant_id="")
    return list(found[:100])


def _store(
    service: Service, store_id: str, *, fresh: bool
) -> tuple[LostStore | UnreadStore | None, list[wire.VectorStoreFile]]:
    """What is in one store, or why that is not known or cannot be searched."""
    nothing: list[wire.VectorStoreFile] = []
    is_unknown = False

    def files() -> list[wire.VectorStoreFile]:
        nonlocal is_unknown
        try:
            return service.vector_stores.files(store_id, fresh=fresh)
        except UNKNOWN_STORE:
            is_unknown = True
            raise

    read = secondary(service.gateway, files, otherwise=nothing)
    if (
        is_unknown
        and secondary(service.gateway, lambda: service.vector_stores.is_gone(store_id), otherwise=False).value
    ):
        return LostStore(store_id, has_expired=False), nothing
    if read.problem:
        return UnreadStore(store_id, read.problem), nothing
    if read.value:
        return None, read.value
    store = secondary(service.gateway, lambda: service.vector_stores.retrieve(store_id), otherwise=None)
    has_expired = store.value is not None and store.value.status == "expired"
    return (LostStore(store_id, has_expired=True) if has_expired else None), nothing


def _unasked(store_ids: Sequence[str]) -> list[UnreadStore]:
    """One notice for all that are too many, with the first of them."""
    problem = gettext("only the first %(most)d vector stores of an assistant are looked into")
    return [UnreadStore(one, problem % {"most": STORES_ASKED}) for one in store_ids[:1]]


def _each_once(files: Iterable[AttachedFile]) -> list[AttachedFile]:
    return list({file.id: file for file in files}.values())


def _attached(use: Use, file_id: str, names: FileNames, *, entry: wire.VectorStoreFile | None = None) -> AttachedFile:
    file = names.get(file_id)
    return AttachedFile(
        id=file_id,
        use=use,
        name=label(file) if file else None,
        bytes=file.bytes if file else None,
        status=entry.status if entry else "",
        problem=(entry.last_error_message or "") if entry else "",
        store_id=entry.vector_store_id if entry else "",
        extraction=extraction_of(entry) if entry else "",
        is_missing=file is None and names.is_complete,
    )
