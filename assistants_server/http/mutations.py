"""The one way in which every change over /v1 is made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.dispatch import Signal
from django.http import HttpResponse

from assistants_client import strict_json
from assistants_server.http.errors import Refusal
from assistants_server.http.idempotency import AlreadyClaimed, Key
from assistants_server.http.routing import ApiRequest, answer
from assistants_server.models import GivenAnswer, Stored
from dashboard.audit import api as audit
from dashboard.lib.durability import synced_at_the_end
from dashboard.lib.signals import workspace_changed

# Sent with ``action``, ``workspace`` and ``wire_id`` for each object that a change concerns, inside its transaction.
object_changed = Signal()


@dataclass(frozen=True, kw_only=True)
class Change:
    """What an act did: the answer to give, and the object before and after it.

    ``also`` are changes of other objects that the act brought about, each under its action; ``detail``
    is what the record notes beside them.
    """

    id: str
    answer: str | dict[str, Any] = ""
    label: str | None = None
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None
    etag: str = ""
    also: Mapping[str, Change] = field(default_factory=dict)
    detail: Mapping[str, Any] = field(default_factory=dict)


def execute_mutation(
    call: ApiRequest, action: str, act: Callable[[], Change], *, content: object = None, hurries: bool = False
) -> HttpResponse:
    """Run ``act`` and answer with what it did, at most once for each ``Idempotency-Key``.

    The change, its audit row and the answer kept for a retry are one transaction: all of them
    happen or none. ``act`` refuses by raising. ``content`` is what the request says when that is
    not its JSON body. ``hurries``: what ``act`` leaves for the commit begins while the disk is waited for; the
    answer waits for the disk all the same.
    """
    key = Key.of(call, content=call.body if content is None else content)
    if key is None:
        return _carry_out(call, action, act, None, hurries=hurries)
    try:
        return _carry_out(call, action, act, key, hurries=hurries)
    except AlreadyClaimed:
        if given := key.earlier_answer():
            return _repeated(given)
    try:
        # What was given under this key is too long ago, and forgotten by now.
        return _carry_out(call, action, act, key, hurries=hurries)
    except AlreadyClaimed:
        return _repeated(key.earlier_answer())


def _carry_out(
    call: ApiRequest, action: str, act: Callable[[], Change], key: Key | None, *, hurries: bool
) -> HttpResponse:
    """Make the change in one transaction; raises :class:`AlreadyClaimed` before it if the key has been used."""
    with synced_at_the_end() if hurries else transaction.atomic():
        claimed = key.claim() if key is not None else None
        change = act()
        text = change.answer if isinstance(change.answer, str) else strict_json.dumps(change.answer)
        if claimed is not None:
            claimed.body, claimed.etag = text, change.etag
            claimed.save(update_fields=["body", "etag"])
        # Last, because its row lock holds up every other writer until the commit.
        for one, done in {action: change, **change.also}.items():
            object_changed.send(sender=Change, action=one, workspace=call.workspace, wire_id=done.id)
            _record(call, one, done)
        # By then the change is made, whatever becomes of telling it.
        transaction.on_commit(lambda: _tell(call.workspace), robust=True)
    return answer(text, etag=change.etag or None)


def _tell(workspace: str) -> None:
    workspace_changed.send(sender=Stored, workspace=workspace)


def _repeated(given: GivenAnswer | None) -> HttpResponse:
    if given is None:
        raise Refusal(
            409,
            "Another request with this Idempotency-Key was under way. Please retry.",
            code="conflict",
            headers={"Retry-After": "1"},
        )
    response = answer(given.body, etag=given.etag or None)
    response["Idempotent-Replayed"] = "true"
    return response


def _record(call: ApiRequest, action: str, change: Change) -> None:
    """Write the change down if a key made it; who calls from inside the process has done so."""
    key = call.principal.key
    if key is None:
        return
    audit.record(
        action=action,
        actor=audit.Actor(
            kind="api_key", id=key.prefix, name=key.name, address=call.request.META.get("REMOTE_ADDR") or None
        ),
        workspace=call.workspace,
        target=audit.Target(type=action.split(".")[0], id=change.id, label=change.label),
        before=change.before,
        after=change.after,
        detail=change.detail,
        request_id=call.request_id,
    )


def check_unchanged(call: ApiRequest, row: Stored, *, etag: str) -> None:
    """Raise a 412 when ``If-Match`` names another state than ``row`` has; call it holding the row's lock."""
    asked = call.request.headers.get("If-Match")
    if asked is None or asked.strip() == "*":
        return
    # A proxy that compresses answers marks their ETags as weak on the way.
    if etag not in {part.strip().removeprefix("W/") for part in asked.split(",")}:
        raise Refusal(
            412,
            f"'{row.wire_id}' was changed since you read it. Read it again before you change it.",
            code="precondition_failed",
            headers={"ETag": etag},
        )
