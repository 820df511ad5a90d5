"""Files, read and changed through the gateway."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import assistants_client as wire
from assistants_client import Progress, StreamedResponse, calls
from assistants_ui.domain.actions import Action
from assistants_ui.service.gateway import Gateway
from assistants_ui.service.pages import ReadList, is_gone, one_object, or_none, whole_list
from assistants_ui.service.secondary import Secondary, secondary
from dashboard.audit.api import Target


class FileNames(dict[str, wire.File]):
    """The files by their ids. ``is_complete`` is false where the server may hold some that are not among them."""

    is_complete = True


class FileService:
    """The files of the workspace."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    def all(self, *, fresh: bool = False) -> ReadList[wire.File]:
        """Every file, newest first, by one call for each ten thousand of them.

        Put in order here, since servers of version 1 have neither order nor pages.
        """
        files = whole_list(self._gateway, calls.files.list(limit=10_000), fresh=fresh)
        files.sort(key=lambda file: file.created_at, reverse=True)
        return files

    def names(self) -> FileNames:
        """Every file by its id, from the same cached call however many are looked up."""
        files = self.all()
        names = FileNames((file.id, file) for file in files)
        names.is_complete = files.is_complete
        return names

    def names_or_why_not(self) -> Secondary[FileNames]:
        """The same for a page that stands without; where they cannot be read, none is known to be missing."""
        nothing = FileNames()
        nothing.is_complete = False
        return secondary(self._gateway, self.names, otherwise=nothing)

    def retrieve(self, file_id: str, *, fresh: bool = False) -> wire.File:
        call = calls.files.retrieve(file_id)
        return one_object(lambda: self._gateway.read(call, fresh=fresh), file_id, partial(self.all, fresh=True))

    def find(self, file_id: str) -> wire.File | None:
        """The file as it is now, or None when the server has none of this id."""
        return or_none(partial(self.retrieve, file_id, fresh=True))

    def is_gone(self, file_id: str) -> bool:
        """Whether the file certainly no longer exists; a 404 alone is no proof."""
        return is_gone(file_id, partial(self.all, fresh=True))

    def create(
        self,
        *,
        name: str,
        content: Any,
        purpose: str = "assistants",
        on_progress: Progress | None = None,
        context: Mapping[str, Any] | None = None,
    ) -> wire.File:
        """Send one file to the server, streamed. ``content`` is open for reading in binary.

        ``on_progress`` hears the bytes sent; what it raises breaks the transfer off.
        """
        call = calls.files.create(file=(name, content), purpose=purpose, on_progress=on_progress)
        return self._gateway.write(Action.FILE_CREATE, call, target=Target(type="file", label=name), context=context)

    def delete(self, file: wire.File, *, context: Mapping[str, Any] | None = None) -> wire.Deleted:
        target = Target(type="file", id=file.id, label=file.filename)
        call = calls.files.delete(file.id)
        return self._gateway.write(Action.FILE_DELETE, call, target=target, before=file.raw, context=context)

    def content(self, file_id: str) -> StreamedResponse[bytes]:
        """The file's bytes, still to be read; to be closed. Many servers refuse this with a 400."""
        return self._gateway.client.open(calls.files.content(file_id))
