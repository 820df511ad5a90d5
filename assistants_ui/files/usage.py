"""Who uses a file or a vector store: asked before anything is deleted, and shown beside it.

The protocol has no such question. The catalog tells which assistants refer to what, however many they are; all
vector stores and what is in each are read from the server. The number of calls never grows with the files.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field

import assistants_client as wire
from assistants_ui.service import Service
from assistants_ui.service.pages import ReadList
from assistants_ui.service.secondary import Secondary, secondary
from assistants_ui.workspaces.problems import why_unread


@dataclass(frozen=True)
class FileUsage:
    """What refers to each file and to each store, by its id.

    ``unread`` names the stores whose files could not be read, and ``is_complete`` is false where assistants or
    stores themselves were not all read (``problem`` says why): nobody may take silence for "unused" then.
    """

    assistants_of_file: dict[str, list[wire.Assistant]] = field(default_factory=dict)
    stores_of_file: dict[str, list[wire.VectorStore]] = field(default_factory=dict)
    assistants_of_store: dict[str, list[wire.Assistant]] = field(default_factory=dict)
    unread: list[wire.VectorStore] = field(default_factory=list)
    all_stores: list[wire.VectorStore] = field(default_factory=list)
    is_complete: bool = True
    problem: str = ""

    def assistants(self, file_id: str) -> list[wire.Assistant]:
        """The assistants that work with the file, directly or through a store, each once."""
        direct = self.assistants_of_file.get(file_id, [])
        through = [
            assistant for store in self.stores(file_id) for assistant in self.assistants_of_store.get(store.id, [])
        ]
        return list({assistant.id: assistant for assistant in [*direct, *through]}.values())

    def stores(self, file_id: str) -> list[wire.VectorStore]:
        return self.stores_of_file.get(file_id, [])

    @property
    def may_have_others(self) -> bool:
        """Whether there may be uses that were not found."""
        return bool(self.unread) or not self.is_complete

    def is_used(self, file_id: str) -> bool:
        return bool(self.assistants_of_file.get(file_id) or self.stores_of_file.get(file_id))


@dataclass(frozen=True)
class StoreUsers:
    """The assistants that search each store, by its id. ``is_complete``: nobody else can search one."""

    by_store: dict[str, list[wire.Assistant]]
    is_complete: bool

    def of(self, store_id: str) -> list[wire.Assistant]:
        return self.by_store.get(store_id, [])


def uses_in(service: Service, file_ids: Collection[str], *, fresh: bool = False) -> FileUsage:
    """Every use of these files that can be read; never fails. ``fresh`` asks the server, as before a deletion."""
    nothing: ReadList[wire.VectorStore] = ReadList()
    settled = secondary(service.gateway, lambda: service.catalog.settled(before_deleting=fresh), otherwise=False)
    listed = secondary(service.gateway, lambda: service.vector_stores.all(fresh=fresh), otherwise=nothing)
    stores = listed.value
    entries, unread, unread_problem = _entries(service, stores, fresh=fresh)
    by_file: dict[str, list[wire.VectorStore]] = defaultdict(list)
    for store, files in entries:
        for entry in files:
            if entry.id in file_ids:
                by_file[entry.id].append(store)
    holding = {store.id for holders in by_file.values() for store in holders}
    return FileUsage(
        assistants_of_file=service.catalog.users_of_files(file_ids),
        stores_of_file=dict(by_file),
        assistants_of_store=service.catalog.users_of_stores(holding),
        unread=unread,
        all_stores=stores,
        is_complete=settled.value and stores.is_complete and not listed.problem,
        problem=settled.problem or listed.problem or unread_problem,
    )


def store_users(service: Service, store_ids: Collection[str], *, fresh: bool = False) -> StoreUsers:
    """Who searches each of these stores. ``fresh`` asks the server itself, as before a deletion."""
    is_settled = service.catalog.settled(before_deleting=fresh)
    return StoreUsers(service.catalog.users_of_stores(store_ids), is_settled)


def _entries(
    service: Service, stores: list[wire.VectorStore], *, fresh: bool
) -> tuple[list[tuple[wire.VectorStore, list[wire.VectorStoreFile]]], list[wire.VectorStore], str]:
    """What is in each store; the stores that would not say, and why. Those without files are not asked."""
    filled = [store for store in stores if store.file_counts.total or "file_counts" not in store.raw]
    answers = service.gateway.each(lambda store: _files_of(service, store, fresh=fresh), filled)
    read = [(store, answer.value) for store, answer in zip(filled, answers, strict=True) if answer.value is not None]
    unread = [store for store, answer in zip(filled, answers, strict=True) if answer.value is None]
    return read, unread, next((answer.problem for answer in answers if answer.problem), "")


def _files_of(
    service: Service, store: wire.VectorStore, *, fresh: bool
) -> Secondary[list[wire.VectorStoreFile] | None]:
    try:
        files = service.vector_stores.files(store.id, fresh=fresh)
        return Secondary(files if files.is_complete else None)
    except wire.APIError as error:
        # It was deleted since the list was read; or the server has no such route, which says nothing about the files.
        is_gone = isinstance(error, wire.NotFoundError) and service.vector_stores.is_gone(store.id)
        return Secondary([]) if is_gone else Secondary(None, why_unread(error))
