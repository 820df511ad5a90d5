"""Noticing what was changed past the dashboard: by a script, another tool, the server itself."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import partial
from itertools import islice
from typing import Any, TypeVar

from django.db import Error as DatabaseError
from django.db import transaction

import assistants_client as wire
from assistants_client import Call, CursorPage, calls
from assistants_ui.catalog import keeping
from assistants_ui.catalog.entries import now
from assistants_ui.domain.actions import Action
from assistants_ui.domain.canonical import canonical, changed_besides, fingerprint
from assistants_ui.domain.fields import BY_NAME
from assistants_ui.service.gateway import Gateway, SideEffect, WireResult
from assistants_ui.workspaces import cache
from dashboard.audit.api import OUTSIDE, SERVER, Target
from dashboard.audit.read import revisions
from dashboard.audit.record.changes import changes_between
from dashboard.audit.record.redaction import without_secrets

log = logging.getLogger(__name__)

Kept = TypeVar("Kept", wire.Assistant, wire.VectorStore)

# How many differences one page of a list may lead to questions about.
MOST_LOOKED_AT = 3


def send(gateway: Gateway, assistant_id: str, call: Call[wire.Assistant]) -> wire.Assistant:
    """Ask the server for an assistant, and record the difference if it is not as it was left.

    The last recorded state is read before the server is asked, and compared only when nothing
    was recorded meanwhile, so that a colleague's change on its way is not taken for a stranger's.
    """
    target = Target(type="assistant", id=assistant_id)
    known = revisions.latest_of(target, workspace=gateway.workspace)
    asked_at = now()
    try:
        answer = gateway.client.send(call)
    except wire.NotFoundError as error:
        if not error.is_route:
            keeping.keep_deletion(gateway.workspace, assistant_id)
        raise
    keeping.keep_seen(gateway.workspace, [answer], read_at=asked_at)
    if known is None or known.state is None or not _differs(known.state, answer):
        return answer
    target = Target(type="assistant", id=answer.id, label=answer.name)
    # In this order: what ends between the two questions is then seen by the second.
    is_settled = not revisions.has_open_operation(target, workspace=gateway.workspace)
    latest = revisions.latest_of(target, workspace=gateway.workspace)
    if latest is not None and latest.seq == known.seq and is_settled:
        _notice(gateway, target, known, answer)
    return answer


def _notice(gateway: Gateway, target: Target, known: revisions.Revision, found: wire.Assistant) -> None:
    """Record that the assistant is not as ``known`` left it.

    What this request has just saved and is no more was changed by the server, whatever it answered.
    """
    thing = target.type, target.id
    is_own = thing in gateway.sent and gateway.changes.get(thing) == known.seq
    try:
        with transaction.atomic():
            is_new = revisions.notice_outside(
                target,
                workspace=gateway.workspace,
                known=known,
                found=found.raw,
                noticed_by=gateway.actor,
                request_id=gateway.request_id,
                actor=SERVER if is_own else OUTSIDE,
            )
    except DatabaseError:
        # Reading goes on without the record; the next read notices the same difference.
        log.warning("A change made outside could not be recorded.")
        return
    if is_new and is_own and known.state is not None:
        unsent = [name for name in BY_NAME if name not in gateway.sent[thing]]
        _add_side_effect(gateway, target, changed_besides(known.state, {}, found.raw, fields=unsent), found)


def write_compared(
    gateway: Gateway,
    action: Action,
    call: Call[Kept],
    *,
    target: Target,
    before: Kept,
    sent: Mapping[str, Any],
    fields: Iterable[str],
    context: Mapping[str, Any],
) -> Kept:
    """Write, and compare the answer whole with what was there ``before``.

    What the server changed of ``fields`` beyond what was ``sent`` is not ascribed to the person: it is recorded
    as the server's own doing, and is among the gateway's ``side_effects``.
    """

    def ascribed(updated: Kept) -> dict[str, Any]:
        besides = changed_besides(before.raw, sent, updated.raw, fields=fields)
        # Of what an answer leaves out, what was sent and what was there is all that is known.
        unseen = {name: value for name, value in {**before.raw, **sent}.items() if name not in updated.raw}
        return unseen | updated.raw | {name: before.raw[name] for name in besides}

    updated = gateway.write(action, call, target=target, before=before.raw, context=context, ascribed=ascribed)
    gateway.sent[target.type, target.id] = frozenset(sent)
    if besides := changed_besides(before.raw, sent, updated.raw, fields=fields):
        _add_side_effect(gateway, target, besides, updated)
        _record_side_effect(gateway, target, updated.raw)
    return updated


def _add_side_effect(gateway: Gateway, target: Target, besides: Iterable[str], found: WireResult) -> None:
    """Have the page say what the server changed beyond what it was asked."""
    emptied = tuple(name for name in besides if not canonical(name, found.raw[name]))
    changed = tuple(name for name in besides if name not in emptied)
    if emptied or changed:
        gateway.side_effects.append(SideEffect(target, emptied, changed))


def _record_side_effect(gateway: Gateway, target: Target, found: Mapping[str, Any]) -> None:
    """Record what the answer to a change holds beyond the change as the server's own doing."""
    known = revisions.latest_of(target, workspace=gateway.workspace)
    if known is None or known.state is None:
        return
    target = Target(type=target.type, id=target.id, label=found.get("name") or target.label)
    try:
        with transaction.atomic():
            revisions.notice_outside(
                target,
                workspace=gateway.workspace,
                known=known,
                found=found,
                noticed_by=gateway.actor,
                actor=SERVER,
            )
    except DatabaseError:
        log.warning("What the server changed by itself could not be recorded.")


class ChangeWatch:
    """Reads pages of the list through the gateway, and knows which of its assistants just came from the server.

    A list only raises a suspicion, since it may lag behind or tell less. What is recorded is what the
    assistant's own address answers, by :func:`send`, whose care for changes on their way then holds.
    """

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._fetched: dict[str, wire.Assistant] = {}

    def read(self, call: Call[CursorPage[wire.Assistant]]) -> CursorPage[wire.Assistant]:
        return self._gateway.read(call, send=self._send)

    def suspects(self, shown: Iterable[wire.Assistant]) -> list[wire.Assistant]:
        """A few that are not as the record left them, each worth a look at itself.

        One question to the record for a page that came from the server, none for one from the cache.
        """
        if not self._fetched:
            return []
        return self._suspects({name: assistant for assistant in shown if (name := assistant.id) in self._fetched})

    def suspects_of_all(self) -> list[wire.Assistant]:
        """The same of everything that came from the server so far."""
        return self._suspects(self._fetched)

    def _suspects(self, fetched: Mapping[str, wire.Assistant]) -> list[wire.Assistant]:
        known = revisions.last_states("assistant", fetched, workspace=self._gateway.workspace)
        differing = (fetched[name] for name, state in known.items() if _differs(state, fetched[name]))
        news = (listed for listed in differing if not cache.is_noted(self._gateway.workspace, _as_listed(listed)))
        return list(islice(news, MOST_LOOKED_AT))

    def looked_at(self, listed: wire.Assistant, itself: wire.Assistant) -> None:
        """Let a list that told something else than the assistant itself raise the same suspicion no more."""
        if fingerprint(listed.raw) != fingerprint(itself.raw):
            cache.note(self._gateway.workspace, _as_listed(listed))

    def _send(self, call: Call[CursorPage[wire.Assistant]]) -> CursorPage[wire.Assistant]:
        asked_at = now()
        page = self._gateway.client.send(call)
        keeping.keep_seen(self._gateway.workspace, page.data, read_at=asked_at)
        self.came(page)
        return page

    def came(self, page: CursorPage[wire.Assistant]) -> None:
        """Take note that this page has just come from the server."""
        self._fetched |= {assistant.id: assistant for assistant in page.data}


def look_into(gateway: Gateway, watch: ChangeWatch, suspects: Iterable[wire.Assistant]) -> None:
    """Ask for each suspect itself, so that what was changed is recorded."""
    for listed in suspects:
        call = calls.assistants.retrieve(listed.id)
        with suppress(wire.APIError):
            watch.looked_at(listed, gateway.read(call, fresh=True, send=partial(send, gateway, listed.id)))


def _as_listed(assistant: wire.Assistant) -> str:
    return f"{assistant.id} was listed as {fingerprint(assistant.raw)}"


def _differs(state: Mapping[str, Any], answer: wire.Assistant) -> bool:
    """Whether a field that somebody sets is another one. What servers count up themselves is no change."""
    raw = answer.raw
    # The two versions of the protocol tell the same assistant in different fields.
    if ("file_ids" in state) != ("file_ids" in raw):
        return False
    # What is equal holds no secret that the record had kept out; to look for one in long schemas takes time.
    names = {name for name in BY_NAME if name in state and name in raw and state[name] != raw[name]}
    return bool(
        changes_between({name: state[name] for name in names}, without_secrets({name: raw[name] for name in names}))
    )
