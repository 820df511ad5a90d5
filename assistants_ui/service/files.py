"""Files, read and changed through the doors."""

from __future__ import annotations

from typing import Any

from assistants_ui import wire
from assistants_ui.service.doors import Doors
from assistants_ui.wire import calls
from dashboard.audit import Action, Target


class Files:
    """The files of the workspace."""

    def __init__(self, doors: Doors) -> None:
        self._doors = doors

    def names(self) -> dict[str, wire.File]:
        """Every file by its id, from one cached call however many there are."""
        return {file.id: file for file in self._doors.read(calls.files.list(limit=10_000)).data}

    def create(self, *, name: str, content: Any, purpose: str = "assistants") -> wire.File:
        """Send one file to the server, streamed. ``content`` is open for reading in binary."""
        call = calls.files.create(file=(name, content), purpose=purpose)
        return self._doors.write(Action.FILE_CREATE, call, target=Target(type="file", label=name))

    def delete(self, file: wire.File) -> wire.Deleted:
        target = Target(type="file", id=file.id, label=file.filename)
        return self._doors.write(Action.FILE_DELETE, calls.files.delete(file.id), target=target, before=file.raw)
