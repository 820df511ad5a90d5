"""Assistants, read and changed through the gateway."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import assistants_client as wire
from assistants_client import calls
from assistants_ui.catalog import keeping
from assistants_ui.domain.actions import Action
from assistants_ui.domain.canonical import fingerprint, sent_digest
from assistants_ui.domain.fields import BY_NAME, names_of
from assistants_ui.service import external_changes
from assistants_ui.service.gateway import Gateway
from assistants_ui.service.pages import Order, Page, ReadList, one_page, or_first_page, or_none, whole_list
from dashboard.audit.api import Target

# Asks the embedded server for a deleted assistant's own id. Other servers do not know it.
UNDELETE = "Dashboard-Undelete"
# How long a save waits at most for a look at what the server made of it.
LOOK_SECONDS = 5.0


class AssistantService:
    """The assistants of the workspace."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    def page(
        self,
        *,
        limit: int = 20,
        order: Order = "desc",
        after: str | None = None,
        before: str | None = None,
        fresh: bool = False,
    ) -> Page[wire.Assistant]:
        """One page of the list, next to at most one cursor.

        The first page when the server does not know the cursor. ``order`` is that of creation. What
        somebody changed past the dashboard is noticed when the page comes from the server, not from the cache.
        """
        watch = external_changes.ChangeWatch(self._gateway)
        read = partial(self._gateway.read, fresh=True) if fresh else watch.read
        page = partial(one_page, read, calls.assistants.list, limit=limit, order=order)
        found = or_first_page(page, after=after, before=before)
        external_changes.look_into(self._gateway, watch, watch.suspects(found.items))
        return found

    def all(self, *, fresh: bool = False) -> ReadList[wire.Assistant]:
        """Every assistant, newest first, by one call for each hundred."""
        return whole_list(self._gateway, calls.assistants.list(limit=100), fresh=fresh)

    def retrieve(self, assistant_id: str, *, fresh: bool = False) -> wire.Assistant:
        """The assistant. What somebody changed past the dashboard is recorded when it is seen here."""
        call = calls.assistants.retrieve(assistant_id)
        return self._gateway.read(call, fresh=fresh, send=partial(external_changes.send, self._gateway, assistant_id))

    def look_again(self, before: wire.Assistant) -> wire.Assistant | None:
        """What a remote server holds after a change: some answer with what they were sent, and keep something else.

        The page that follows shows this answer, so the server is asked for it no second time. None when there is no
        other state than ``before`` to be seen; the embedded server's answers are what it holds.
        """
        if keeping.is_embedded(self._gateway.workspace):
            return None
        try:
            with self._gateway.patience(LOOK_SECONDS):
                found = self.retrieve(before.id)
        except wire.APIError:
            return None
        return None if fingerprint(found.raw) == fingerprint(before.raw) else found

    def find(self, assistant_id: str) -> wire.Assistant | None:
        """The assistant as it is now, or None when the server has none of this id."""
        return or_none(partial(self.retrieve, assistant_id, fresh=True))

    def is_listed(self, assistant_id: str) -> bool:
        """Whether the server's list names the assistant, by one call for each hundred."""
        return any(item.id == assistant_id for item in self.all(fresh=True))

    def create(self, fields: Mapping[str, Any], *, context: Mapping[str, Any] | None = None) -> wire.Assistant:
        """Make an assistant of wire fields, ``model`` among them."""
        call = calls.assistants.create(**fields)
        target = Target(type="assistant", label=fields.get("name"))
        return self._gateway.write(
            Action.ASSISTANT_CREATE, call, target=target, context=_sent(fields) | dict(context or {})
        )

    def update(
        self, before: wire.Assistant, changes: Mapping[str, Any], *, context: Mapping[str, Any] | None = None
    ) -> wire.Assistant:
        """Send only ``changes`` to the assistant that was just read as ``before``.

        Where the server named a version of what was read, it refuses the change with a
        :class:`wire.ConflictError` of status 412 if somebody else was quicker. What the server changed beyond
        what was sent is recorded as its own doing, and is among the gateway's ``side_effects``.
        """
        call = calls.assistants.update(before.id, **changes)
        if before.etag:
            call = call.with_options(headers={"If-Match": before.etag})
        context = _sent(changes) | dict(context or {})
        return external_changes.write_compared(
            self._gateway, Action.ASSISTANT_UPDATE, call, target=_assistant(before), before=before, sent=changes,
            fields=BY_NAME, context=context,
        )  # fmt: skip

    def delete(self, before: wire.Assistant, *, context: Mapping[str, Any] | None = None) -> wire.Deleted:
        call = calls.assistants.delete(before.id)
        return self._gateway.write(
            Action.ASSISTANT_DELETE, call, target=_assistant(before), before=before.raw, context=context
        )

    def undelete(
        self,
        assistant_id: str,
        fields: Mapping[str, Any],
        *,
        revision: int,
        context: Mapping[str, Any] | None = None,
    ) -> wire.Assistant:
        """Make a deleted assistant again. The embedded server gives it its old id; another server, a new one."""
        call = calls.assistants.create(**fields).with_options(headers={UNDELETE: assistant_id})
        target = Target(type="assistant", label=fields.get("name"))
        context = _sent(fields) | {"undelete_of": assistant_id, "restored_from": revision} | dict(context or {})
        return self._gateway.write(Action.ASSISTANT_CREATE, call, target=target, context=context)

    def sendable(self, state: Mapping[str, Any]) -> dict[str, Any]:
        """Those fields of an assistant's state from which the server can make another one."""
        allowed = names_of(self._gateway.api_version)
        return {key: value for key, value in state.items() if key in allowed and value is not None}

    def attach_file(
        self, assistant: wire.Assistant, file: wire.File, *, context: Mapping[str, Any] | None = None
    ) -> wire.AssistantFile:
        """Version 1: link the file to the assistant."""
        call = calls.assistants.files.create(assistant.id, file_id=file.id)
        target = Target(type="assistant_file", id=file.id, label=file.filename)
        context = {"assistant_id": assistant.id, "assistant_name": assistant.name, **(context or {})}
        return self._gateway.write(Action.ASSISTANT_FILE_CREATE, call, target=target, context=context)

    def detach_file(
        self,
        assistant: wire.Assistant,
        file_id: str,
        *,
        label: str | None,
        context: Mapping[str, Any] | None = None,
    ) -> wire.Deleted:
        """Version 1: take the link away; the file itself stays."""
        call = calls.assistants.files.delete(file_id, assistant_id=assistant.id)
        target = Target(type="assistant_file", id=file_id, label=label)
        context = {"assistant_id": assistant.id, "assistant_name": assistant.name, **(context or {})}
        return self._gateway.write(Action.ASSISTANT_FILE_DELETE, call, target=target, context=context)


def _sent(fields: Mapping[str, Any]) -> dict[str, Any]:
    """What lets a later look at the server tell whether a change without an answer was made."""
    return {"sent": {"fields": sorted(fields), "digest": sent_digest(fields)}}


def _assistant(assistant: wire.Assistant) -> Target:
    return Target(type="assistant", id=assistant.id, label=assistant.name)
