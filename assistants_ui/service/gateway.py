"""The two gateway of one workspace, for one person.

Whatever reads passes :meth:`Gateway.read` (the cache), whatever changes passes :meth:`Gateway.write`
(the record, then the cache forgets). The resources beside this module know nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any, Protocol, TypeVar

import assistants_client as wire
from assistants_client import Call, Client
from assistants_ui.catalog import keeping
from assistants_ui.domain.actions import Action
from assistants_ui.workspaces import cache, circuit_breaker
from dashboard.audit import api as audit
from dashboard.audit.api import Actor, Target


class WireResult(Protocol):
    """What every call returns: a view over the JSON that the server sent."""

    raw: dict[str, Any]


T = TypeVar("T", bound=WireResult)
Item = TypeVar("Item")
Reply = TypeVar("Reply")


@dataclass(frozen=True)
class SideEffect:
    """The fields of ``target`` that a server changed with a save although they were not sent."""

    target: Target
    emptied: tuple[str, ...]
    changed: tuple[str, ...]


class Gateway:
    """Binds the client of a workspace to the person who uses it for one request."""

    def __init__(
        self, *, client: Client, workspace: str, api_version: str, actor: Actor, request_id: str, at_once: int = 1
    ) -> None:
        self.client = client
        self.workspace = workspace
        self.api_version = api_version
        self.actor = actor
        self.request_id = request_id
        self._at_once = at_once
        # When the server did not answer a read and an old copy was shown: from when that copy is.
        self.stale_since: datetime | None = None
        # Why the server did not answer something that the page can do without; it is then not asked for more of that.
        self.did_not_answer: wire.APIConnectionError | None = None
        # What the server did beyond what this request asked of it.
        self.side_effects: list[SideEffect] = []
        # By type and id, the row that tells of this request's last change of a thing, unless that was its end.
        self.changes: dict[tuple[str, str | None], int | None] = {}
        # By type and id, the fields that this request has sent.
        self.sent: dict[tuple[str, str | None], frozenset[str]] = {}
        self._patience: float | None = None

    @contextmanager
    def patience(self, seconds: float) -> Iterator[None]:
        """Reads within wait at most so many seconds for the server."""
        before, self._patience = self._patience, seconds
        try:
            yield
        finally:
            self._patience = before

    def read(self, call: Call[T], *, fresh: bool = False, send: Callable[[Call[T]], T] | None = None) -> T:
        """The answer to a call that changes nothing, from the cache unless ``fresh``.

        ``send`` may stand around the client's own, for whoever wants to see what really came.

        When the server does not answer, an older copy is returned and :attr:`stale_since` says so;
        without one, or when ``fresh``, the wire client's error is raised.
        """
        try:
            return self._read(call, fresh=fresh, send=send or self.client.send)
        except wire.APIError as error:
            if error.outcome is wire.Outcome.UNKNOWN:
                # A question changes nothing, whatever became of it.
                error.outcome = wire.Outcome.NOT_SENT
            raise

    def _read(self, call: Call[T], *, fresh: bool, send: Callable[[Call[T]], T]) -> T:
        call = call.with_options(timeout=self._patience)
        if fresh:
            return send(call)
        try:
            copy = cache.get(self.workspace, call.path, call.query, lambda: send(call).raw)
        except (wire.APIError, cache.Busy) as error:
            found = cache.last_known(self.workspace, call.path, call.query)
            if found is None and isinstance(error, cache.Busy):
                raise circuit_breaker.not_sent("Somebody else is waiting for the same answer already.") from error
            if found is None or (isinstance(error, wire.APIError) and error.outcome == wire.Outcome.REFUSED):
                raise
            since = datetime.fromtimestamp(found.fetched_at, UTC)
            self.stale_since = min(since, self.stale_since or since)
            copy = found
        return call.parse(copy.data)

    def each(self, ask: Callable[[Item], Reply], items: Sequence[Item]) -> list[Reply]:
        """``ask`` of every item, in their order; several at once where the server is a remote one."""
        if self._at_once < 2 or len(items) < 2:
            return [ask(item) for item in items]
        with ThreadPoolExecutor(max_workers=min(self._at_once, len(items))) as threads:
            return list(threads.map(ask, items))

    def write(
        self,
        action: Action,
        call: Call[T],
        *,
        target: Target,
        before: Mapping[str, Any] | None = None,
        context: Mapping[str, Any] | None = None,
        ascribed: Callable[[T], Mapping[str, Any]] = lambda result: result.raw,
    ) -> T:
        """Make one change: its intent is recorded before anything is sent, its outcome after.

        Raises :class:`dashboard.audit.AuditUnavailable` when the intent cannot be recorded (then
        nothing was sent) and the wire client's errors, whose ``outcome`` has been recorded. ``ascribed`` is the
        state that the record says the person brought about, where the answer holds more than that.
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
                        outcome=audit.OperationOutcome(error.outcome.value),
                        reason=error.message,
                        status=error.status_code,
                        upstream_request_id=error.request_id,
                    )
                    raise
                target_after = _target_after(target, result)
                operation_in_progress.succeeded(
                    after=None if call.method == "DELETE" else ascribed(result), target=target_after
                )
                operation_in_progress.together_with = partial(self._keep_in_catalog, target, result, context or {})
            if call.method != "DELETE":
                self.changes[target_after.type, target_after.id] = operation_in_progress.outcome_seq
            return result
        finally:
            cache.forget(self.workspace)

    def _keep_in_catalog(self, before: Target, result: WireResult, context: Mapping[str, Any]) -> None:
        """Let the catalog know what a change of an assistant left, together with the record of it."""
        if isinstance(result, wire.Assistant):
            keeping.keep_change(self.workspace, result)
        elif before.type == "assistant" and before.id is not None:
            keeping.keep_deletion(self.workspace, before.id)
        elif before.type == "assistant_file" and before.id is not None:
            is_there = isinstance(result, wire.AssistantFile)
            keeping.keep_link(self.workspace, str(context.get("assistant_id")), before.id, is_there=is_there)


def _target_after(target: Target, result: WireResult) -> Target:
    """The target once its id is known; the label is the newest name."""
    name = result.raw.get("name", result.raw.get("filename"))
    return Target(type=target.type, id=target.id or result.raw.get("id"), label=name or target.label)
