"""The files an assistant works with, spoken of by what they are for.

People think of "files it can search" and "files its code can open". On the wire these are a vector
store with files in it, a list of file ids, or, on v1 servers, one list for both; only this module knows.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from assistants_ui import wire
from assistants_ui.service import Service


class Use(StrEnum):
    """What a file is attached for; the value is the tool's name on the wire."""

    SEARCH = "file_search"
    CODE = "code_interpreter"


@dataclass(frozen=True)
class AttachedFile:
    """One attached file. ``name`` is None when the server no longer has the file."""

    id: str
    use: Use
    name: str | None = None
    bytes: int | None = None
    status: str = ""
    problem: str = ""

    @property
    def is_missing(self) -> bool:
        return self.name is None


@dataclass(frozen=True)
class Knowledge:
    """Everything attached to one assistant, by use."""

    search: list[AttachedFile] = field(default_factory=list)
    code: list[AttachedFile] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not self.search and not self.code

    def find(self, file_id: str, use: Use) -> AttachedFile | None:
        files = self.search if use == Use.SEARCH else self.code
        return next((file for file in files if file.id == file_id), None)


def knowledge_of(service: Service, assistant: wire.Assistant) -> Knowledge:
    """The assistant's files with their names: at most one call for all names and one per vector store."""
    store_ids = assistant.vector_store_ids
    code_ids = assistant.code_interpreter_file_ids or assistant.file_ids
    if not store_ids and not code_ids:
        return Knowledge()
    stored = [entry for store_id in store_ids for entry in service.vector_stores.files(store_id)]
    names = service.files.names() if stored or code_ids else {}
    return Knowledge(
        search=[
            _attached(Use.SEARCH, entry.id, names, status=entry.status, problem=entry.last_error_message or "")
            for entry in stored
        ],
        code=[_attached(Use.CODE, file_id, names) for file_id in code_ids],
    )


def attach(service: Service, assistant_id: str, *, name: str, content: Any, use: Use) -> wire.File:
    """Upload one file and attach it; the assistant is read again first, so that no other change is lost."""
    file = service.files.create(name=name, content=content)
    assistant = service.assistants.retrieve(assistant_id, fresh=True)
    if use == Use.SEARCH:
        _attach_for_search(service, assistant, file)
    else:
        file_ids = [*assistant.code_interpreter_file_ids, file.id]
        changes = _resources(assistant, Use.CODE, {"file_ids": file_ids})
        service.assistants.update(assistant, changes, context={"attached": file.filename})
    return file


def detach(service: Service, assistant_id: str, file: AttachedFile) -> None:
    """Take one file away from this assistant alone; the file itself stays."""
    assistant = service.assistants.retrieve(assistant_id, fresh=True)
    if file.use == Use.SEARCH:
        for store_id in assistant.vector_store_ids:
            service.vector_stores.detach(store_id, file.id, label=file.name)
    else:
        left = [file_id for file_id in assistant.code_interpreter_file_ids if file_id != file.id]
        changes = {"tool_resources": {Use.CODE.value: {"file_ids": left}}}
        service.assistants.update(assistant, changes, context={"detached": file.name or file.id})


def _attach_for_search(service: Service, assistant: wire.Assistant, file: wire.File) -> None:
    store_ids = assistant.vector_store_ids
    if store_ids:
        service.vector_stores.attach(store_ids[0], file)
        if not _has_tool(assistant, Use.SEARCH):
            service.assistants.update(assistant, _resources(assistant, Use.SEARCH, {"vector_store_ids": store_ids}))
        return
    store = service.vector_stores.create(name=f"Files of {assistant.name or assistant.id}")
    service.vector_stores.attach(store.id, file)
    changes = _resources(assistant, Use.SEARCH, {"vector_store_ids": [store.id]})
    service.assistants.update(assistant, changes, context={"attached": file.filename})


def _resources(assistant: wire.Assistant, use: Use, resource: dict[str, Any]) -> dict[str, Any]:
    """The change that gives the assistant a resource, and the tool that uses it."""
    changes: dict[str, Any] = {"tool_resources": {use.value: resource}}
    if not _has_tool(assistant, use):
        changes["tools"] = [*assistant.tools, {"type": use.value}]
    return changes


def _has_tool(assistant: wire.Assistant, use: Use) -> bool:
    return any(tool.get("type") == use.value for tool in assistant.tools)


def _attached(
    use: Use, file_id: str, names: dict[str, wire.File], *, status: str = "", problem: str = ""
) -> AttachedFile:
    file = names.get(file_id)
    return AttachedFile(
        id=file_id,
        use=use,
        name=file.filename if file else None,
        bytes=file.bytes if file else None,
        status=status,
        problem=problem,
    )


def total(files: Iterable[AttachedFile]) -> int:
    return sum(file.bytes or 0 for file in files)
