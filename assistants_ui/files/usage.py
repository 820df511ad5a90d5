"""Who uses a file or a vector store: asked before anything is deleted, and shown beside it.

The protocol has no such question. Everything that can refer is read instead: all assistants, all
vector stores, and what is in each store; the number of calls grows with the stores, never with the files.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

import assistants_client as wire
from assistants_ui.service import Service
from assistants_ui.service.pages import ReadList
from assistants_ui.service.secondary import secondary


@dataclass(frozen=True)
class Uses:
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


def uses_in(service: Service, *, fresh: bool = False) -> Uses:
    """Every use that can be read; never fails. ``fresh`` asks the server itself, as before a deletion."""
    nobody: ReadList[wire.Assistant] = ReadList()
    nothing: ReadList[wire.VectorStore] = ReadList()
    found = secondary(service.gateway, lambda: service.assistants.all(fresh=fresh), otherwise=nobody)
    listed = secondary(service.gateway, lambda: service.vector_stores.all(fresh=fresh), otherwise=nothing)
    assistants, stores = found.value, listed.value
    entries, unread = _entries(service, stores, fresh=fresh)
    by_file: dict[str, list[wire.VectorStore]] = defaultdict(list)
    for store, files in entries:
        for entry in files:
            by_file[entry.id].append(store)
    return Uses(
        assistants_of_file=_by_reference(
            (file_id, assistant)
            for assistant in assistants
            for file_id in {*assistant.code_interpreter_file_ids, *assistant.file_ids}
        ),
        stores_of_file=dict(by_file),
        assistants_of_store=_users_of_stores(assistants),
        unread=unread,
        all_stores=stores,
        is_complete=assistants.is_complete and stores.is_complete and not (found.problem or listed.problem),
        problem=found.problem or listed.problem,
    )


def store_users(service: Service, *, fresh: bool = False) -> StoreUsers:
    """Who searches which store. ``fresh`` asks the server itself, as before a deletion."""
    assistants = service.assistants.all(fresh=fresh)
    return StoreUsers(_users_of_stores(assistants), assistants.is_complete)


def _users_of_stores(assistants: Iterable[wire.Assistant]) -> dict[str, list[wire.Assistant]]:
    return _by_reference((store_id, assistant) for assistant in assistants for store_id in assistant.vector_store_ids)


def _by_reference(pairs: Iterable[tuple[str, wire.Assistant]]) -> dict[str, list[wire.Assistant]]:
    found: dict[str, list[wire.Assistant]] = defaultdict(list)
    for reference, assistant in pairs:
        found[reference].append(assistant)
    return dict(found)


def _entries(
    service: Service, stores: list[wire.VectorStore], *, fresh: bool
) -> tuple[list[tuple[wire.VectorStore, list[wire.VectorStoreFile]]], list[wire.VectorStore]]:
    """What is in each store, and the stores that would not say. Those without files are not asked."""
    filled = [store for store in stores if store.file_counts.total or "file_counts" not in store.raw]
    answers = service.gateway.each(lambda store: _files_of(service, store, fresh=fresh), filled)
    read = [(store, files) for store, files in zip(filled, answers, strict=True) if files is not None]
    return read, [store for store, files in zip(filled, answers, strict=True) if files is None]


def _files_of(service: Service, store: wire.VectorStore, *, fresh: bool) -> list[wire.VectorStoreFile] | None:
    try:
        files = service.vector_stores.files(store.id, fresh=fresh)
        return files if files.is_complete else None
    except wire.NotFoundError:
        # It was deleted since the list was read; or the server has no such route, which says nothing about the files.
        return [] if service.vector_stores.is_gone(store.id) else None
    except wire.APIError:
        return None
