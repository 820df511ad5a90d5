"""The one door through which every change made over /v1 goes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.http import HttpResponse

from assistants_server.errors import Refusal
from assistants_server.models.base import Stored
from assistants_server.routing import Call, answer
from dashboard.signals import workspace_changed


@dataclass(frozen=True, kw_only=True)
class Change:
    """What became of an act: the body to answer with, and the object as it is now."""

    body: str | dict[str, Any]
    id: str
    label: str | None = None
    after: Mapping[str, Any] | None = None
    etag: str | None = None


def carry_out(
    call: Call,
    *,
    action: str,
    act: Callable[[], Change],
    id: str | None = None,  # noqa: A002  # the wire's word
    label: str | None = None,
    before: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """Run ``act`` in one transaction, tell the site, and answer.

    ``act`` changes everything or, by raising, nothing.
    """
    with transaction.atomic():
        change = act()
        transaction.on_commit(lambda: workspace_changed.send(sender=None, workspace=call.workspace))
    return answer(change.body, etag=change.etag)


def check_unchanged(call: Call, row: Stored, *, etag: str) -> None:
    """Raise a 412 when ``If-Match`` names another state than ``row`` has; call it holding the row's lock."""
    asked = call.request.headers.get("If-Match")
    if asked is None or asked.strip() == "*":
        return
    if etag not in {part.strip() for part in asked.split(",")}:
        raise Refusal(
            412,
            f"'{row.wire_id}' was changed since you read it. Read it again before you change it.",
            code="precondition_failed",
            headers={"ETag": etag},
        )
