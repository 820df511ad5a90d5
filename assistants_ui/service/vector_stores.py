"""Vector stores and the files in them, read and changed through the doors."""

from __future__ import annotations

from assistants_ui import wire
from assistants_ui.service.doors import Doors
from assistants_ui.wire import calls
from dashboard.audit import Action, Target


class VectorStores:
    """The vector stores of the workspace."""

    def __init__(self, doors: Doors) -> None:
        self._doors = doors

    def retrieve(self, store_id: str, *, fresh: bool = False) -> wire.VectorStore:
        return self._doors.read(calls.vector_stores.retrieve(store_id), fresh=fresh)

    def create(self, *, name: str) -> wire.VectorStore:
        call = calls.vector_stores.create(name=name)
        return self._doors.write(Action.VECTOR_STORE_CREATE, call, target=Target(type="vector_store", label=name))

    def files(self, store_id: str) -> list[wire.VectorStoreFile]:
        """The newest hundred files of a store."""
        return self._doors.read(calls.vector_stores.files.list(store_id, limit=100)).data

    def attach(self, store_id: str, file: wire.File) -> wire.VectorStoreFile:
        call = calls.vector_stores.files.create(store_id, file_id=file.id)
        target = Target(type="vector_store_file", id=file.id, label=file.filename)
        return self._doors.write(
            Action.VECTOR_STORE_FILE_CREATE, call, target=target, context={"vector_store": store_id}
        )

    def detach(self, store_id: str, file_id: str, *, label: str | None) -> wire.Deleted:
        call = calls.vector_stores.files.delete(file_id, vector_store_id=store_id)
        target = Target(type="vector_store_file", id=file_id, label=label)
        return self._doors.write(
            Action.VECTOR_STORE_FILE_DELETE, call, target=target, context={"vector_store": store_id}
        )
