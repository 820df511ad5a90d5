"""One workspace's Assistants API, used by one person, through two doors.

Whatever reads passes :meth:`Service.read` (the cache), whatever changes passes
:meth:`Service.write` (the record, then the cache forgets). Views know only the resources below.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, Literal, Protocol, TypeVar

from assistants_ui import cache, wire
from assistants_ui.wire import Call, Client, calls
from dashboard import audit
from dashboard.audit import Action, Actor, Target


class Answer(Protocol):
    """What every call returns: a view over the JSON that the server sent."""

    raw: dict[str, Any]


T = TypeVar("T", bound=Answer)
Order = Literal["asc", "desc"]
Item = TypeVar("Item")

# What the server refuses when it is sent back: its own facts about the object.
SERVER_FIELDS = ("id", "object", "created_at")
CREATE_FIELDS = {
    "v1": ("model", "name", "description", "instructions", "tools", "file_ids", "metadata"),
    "v2": (
        "model",
        "name",
        "description",
        "instructions",
        "tools",
        "tool_resources",
        "metadata",
        "temperature",
        "top_p",
        "response_format",
        "reasoning_effort",
    ),
}


@dataclass(frozen=True)
class Page(Generic[Item]):
    """One page of a list and the cursors that lead on from it; None where the list ends."""

    items: list[Item]
    after: str | None
    before: str | None


class Service:
    """Binds the client of a workspace to the person who uses it for one request."""

    def __init__(self, *, client: Client, workspace: str, api_version: str, actor: Actor, request_id: str) -> None:
        self.client = client
        self.workspace = workspace
        self.api_version = api_version
        self.actor = actor
        self.request_id = request_id
        # When the server did not answer a read and an old copy was shown: from when that copy is.
        self.stale_since: datetime | None = None
        self.assistants = Assistants(self)
        self.files = Files(self)
        self.vector_stores = VectorStores(self)
        self.models = Models(self)

    def read(self, call: Call[T], *, fresh: bool = False) -> T:
        """The answer to a call that changes nothing, from the cache unless ``fresh``.

        When the server does not answer, an older copy is returned and :attr:`stale_since` says so;
        without one, or when ``fresh``, the wire client's error is raised.
        """
        if fresh:
            return self.client.send(call)
        try:
            copy = cache.get(self.workspace, call.path, call.query, lambda: self.client.send(call).raw)
        except wire.APIError as error:
            found = cache.last_known(self.workspace, call.path, call.query)
            if found is None or error.outcome == wire.Outcome.REFUSED:
                raise
            since = datetime.fromtimestamp(found.fetched_at, UTC)
            self.stale_since = min(since, self.stale_since or since)
            copy = found
        return call.parse(copy.data)

    def write(
        self,
        action: Action,
        call: Call[T],
        *,
        target: Target,
        before: Mapping[str, Any] | None = None,
        context: Mapping[str, Any] | None = None,
    ) -> T:
        """Make one change: its intent is recorded before anything is sent, its outcome after.

        Raises :class:`dashboard.audit.AuditUnavailable` when the intent cannot be recorded (then
        nothing was sent) and the wire client's errors, whose ``outcome`` has been recorded.
        """
        operation = audit.operation(
            action=action,
            actor=self.actor,
            workspace=self.workspace,
            target=target,
            before=before,
            request_id=self.request_id,
            context=context,
        )
        # The cache forgets whatever the outcome, because a request without an answer may have been carried out.
        try:
            with operation as operation_in_progress:
                key = {"Idempotency-Key": operation_in_progress.id}
                try:
                    result = self.client.send(call.with_options(headers=key))
                except wire.APIError as error:
                    operation_in_progress.ended(
                        outcome=audit.Outcome(error.outcome.value),
                        reason=error.message,
                        status=error.status_code,
                        upstream_request_id=error.request_id,
                    )
                    raise
                operation_in_progress.succeeded(
                    after=None if call.method == "DELETE" else result.raw, target=_target_after(target, result)
                )
                return result
        finally:
            cache.forget(self.workspace)


class Assistants:
    """The assistants of the workspace."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def page(
        self, *, limit: int = 20, order: Order = "desc", after: str | None = None, before: str | None = None
    ) -> Page[wire.Assistant]:
        """One page of the list, in ``order`` of creation, next to at most one cursor.

        The page before a cursor is asked for as the page after it in the opposite order: servers
        disagree on what ``before`` returns, none on ``after``.
        """
        if before:
            opposite: Order = "asc" if order == "desc" else "desc"
            found = self._service.read(calls.assistants.list(limit=limit, order=opposite, after=before))
            items = found.data[::-1]
            return Page(items, _last_id(items), _first_id(items) if found.may_have_more else None)
        if after:
            found = self._service.read(calls.assistants.list(limit=limit, order=order, after=after))
        else:
            found = self._service.read(calls.assistants.list(limit=limit, order=order))
        return Page(
            found.data, _last_id(found.data) if found.may_have_more else None, _first_id(found.data) if after else None
        )

    def retrieve(self, assistant_id: str, *, fresh: bool = False) -> wire.Assistant:
        return self._service.read(calls.assistants.retrieve(assistant_id), fresh=fresh)

    def create(self, fields: Mapping[str, Any], *, context: Mapping[str, Any] | None = None) -> wire.Assistant:
        """Make an assistant of wire fields, ``model`` among them."""
        call = calls.assistants.create(**fields)
        target = Target(type="assistant", label=fields.get("name"))
        return self._service.write(Action.ASSISTANT_CREATE, call, target=target, context=context)

    def update(
        self, before: wire.Assistant, changes: Mapping[str, Any], *, context: Mapping[str, Any] | None = None
    ) -> wire.Assistant:
        """Send only ``changes`` to the assistant that was just read as ``before``.

        Where the server named a version of what was read, it refuses the change with a
        ``PreconditionFailed`` sort of error if somebody else was quicker.
        """
        call = calls.assistants.update(before.id, **changes)
        if before.etag:
            call = call.with_options(headers={"If-Match": before.etag})
        return self._service.write(
            Action.ASSISTANT_UPDATE, call, target=_assistant(before), before=before.raw, context=context
        )

    def delete(self, before: wire.Assistant) -> wire.Deleted:
        call = calls.assistants.delete(before.id)
        return self._service.write(Action.ASSISTANT_DELETE, call, target=_assistant(before), before=before.raw)

    def duplicate(self, original: wire.Assistant, *, name: str) -> wire.Assistant:
        """A new assistant with everything of the original that can be sent; it shares the original's files."""
        allowed = CREATE_FIELDS[self._service.api_version]
        fields = {key: value for key, value in original.raw.items() if key in allowed and value is not None}
        return self.create(fields | {"name": name}, context={"duplicate_of": original.id})


class Files:
    """The files of the workspace."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def names(self) -> dict[str, wire.File]:
        """Every file by its id, from one cached call however many there are."""
        return {file.id: file for file in self._service.read(calls.files.list(limit=10_000)).data}

    def create(self, *, name: str, content: Any, purpose: str = "assistants") -> wire.File:
        """Send one file to the server, streamed. ``content`` is open for reading in binary."""
        call = calls.files.create(file=(name, content), purpose=purpose)
        return self._service.write(Action.FILE_CREATE, call, target=Target(type="file", label=name))

    def delete(self, file: wire.File) -> wire.Deleted:
        target = Target(type="file", id=file.id, label=file.filename)
        return self._service.write(Action.FILE_DELETE, calls.files.delete(file.id), target=target, before=file.raw)


class VectorStores:
    """The vector stores of the workspace."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def retrieve(self, store_id: str, *, fresh: bool = False) -> wire.VectorStore:
        return self._service.read(calls.vector_stores.retrieve(store_id), fresh=fresh)

    def create(self, *, name: str) -> wire.VectorStore:
        call = calls.vector_stores.create(name=name)
        return self._service.write(Action.VECTOR_STORE_CREATE, call, target=Target(type="vector_store", label=name))

    def files(self, store_id: str) -> list[wire.VectorStoreFile]:
        """The newest hundred files of a store."""
        return self._service.read(calls.vector_stores.files.list(store_id, limit=100)).data

    def attach(self, store_id: str, file: wire.File) -> wire.VectorStoreFile:
        call = calls.vector_stores.files.create(store_id, file_id=file.id)
        target = Target(type="vector_store_file", id=file.id, label=file.filename)
        return self._service.write(
            Action.VECTOR_STORE_FILE_CREATE, call, target=target, context={"vector_store": store_id}
        )

    def detach(self, store_id: str, file_id: str, *, label: str | None) -> wire.Deleted:
        call = calls.vector_stores.files.delete(store_id, file_id)
        target = Target(type="vector_store_file", id=file_id, label=label)
        return self._service.write(
            Action.VECTOR_STORE_FILE_DELETE, call, target=target, context={"vector_store": store_id}
        )


class Models:
    """The models that the server offers."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def list(self) -> Sequence[wire.Model]:
        """Every model; empty when the server has no such list, since any name may be typed instead."""
        try:
            return self._service.read(calls.models.list()).data
        except wire.APIError:
            return []


def _assistant(assistant: wire.Assistant) -> Target:
    return Target(type="assistant", id=assistant.id, label=assistant.name)


def _target_after(target: Target, result: Answer) -> Target:
    """The target once its id is known; the label is the newest name."""
    name = result.raw.get("name", result.raw.get("filename"))
    return Target(type=target.type, id=target.id or result.raw.get("id"), label=name or target.label)


def _first_id(items: list[wire.Assistant]) -> str | None:
    return items[0].id if items else None


def _last_id(items: list[wire.Assistant]) -> str | None:
    return items[-1].id if items else None
