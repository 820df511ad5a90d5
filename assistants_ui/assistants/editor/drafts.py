"""Typed text that is not saved yet, kept on the server for its author alone, and the forms that go on from it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User
from django.http import QueryDict
from django.utils import timezone

import assistants_client as wire
from assistants_ui.assistants.editor.session import EditSession, FormToken, of_token, read_token, token_of
from assistants_ui.domain.labels import label
from assistants_ui.http import DashboardRequest
from assistants_ui.models import Draft
from dashboard.bounds import DRAFTS

KEPT_FOR = timedelta(days=14)
# What a browser sends beside the text.
NOT_TEXT = ("csrfmiddlewaretoken", "do", "check", "again", "dirty")


def keep(user_id: int, workspace: str, assistant_id: str, data: QueryDict, *, opened: str | None = None) -> Draft:
    """Keep the posted form as this person's draft; an earlier one gives way only if this opening made it.

    ``opened`` is the token of what the text goes on from, by default the form's own.
    """
    opened = opened or data.get("opened", "")
    token = FormToken.read(opened)
    draft, is_new = Draft.objects.update_or_create(
        user_id=user_id,
        workspace=workspace,
        assistant_id=assistant_id,
        op=token.op if token else "",
        defaults={"body": json.dumps(pairs_in(data)), "opened": opened, "saved_at": timezone.now()},
    )
    if is_new:
        Draft.objects.filter(saved_at__lt=timezone.now() - KEPT_FOR).delete()
        own = Draft.objects.filter(user_id=user_id).order_by("-saved_at", "-pk")
        Draft.objects.filter(pk__in=list(own.values_list("pk", flat=True)[DRAFTS : DRAFTS + 100])).delete()
    return draft


def offered(user: User, workspace: str, assistant_id: str) -> list[Draft]:
    """This person's drafts of the assistant, none older than 14 days, the latest first."""
    found = Draft.objects.filter(user=user, workspace=workspace, assistant_id=assistant_id)
    # The text itself, which may be long, is read of the one that is chosen.
    return list(found.filter(saved_at__gte=timezone.now() - KEPT_FOR).order_by("-saved_at", "-pk").defer("body"))


def chosen(drafts: list[Draft], name: str) -> Draft | None:
    """The draft that an address names: by its number, or ``use`` for the latest."""
    return next((draft for draft in drafts if name in ("use", str(draft.pk))), None)


def discard(user: User, workspace: str, assistant_id: str, *, op: str) -> None:
    """End the draft of one opening; those of others stay on offer."""
    Draft.objects.filter(user=user, workspace=workspace, assistant_id=assistant_id, op=op).delete()


def pairs_in(data: QueryDict) -> list[tuple[str, str]]:
    """What a person typed into a form that was posted."""
    return [(name, value) for name, values in data.lists() if name not in (*NOT_TEXT, "opened") for value in values]


def pairs_of(draft: Draft) -> list[tuple[str, str]]:
    """The fields of the form as they were posted."""
    return [(name, value) for name, value in json.loads(draft.body)]


def form_data(pairs: list[tuple[str, str]]) -> QueryDict:
    """The same fields in the shape in which Django reads a posted form."""
    data = QueryDict(mutable=True)
    for name, value in pairs:
        data.appendlist(name, value)
    return data


def open_new(request: DashboardRequest, *, seed: Mapping[str, Any] | None = None) -> EditSession:
    """A form for a new assistant, filled from ``seed`` or from this person's draft of a new one."""
    workspace = request.workspace.name
    if (gone := request.GET.get("from")) and (left := offered(request.user, workspace, gone)):
        return _open_gone(left[0], request)
    found = offered(request.user, workspace, "")
    if draft := chosen(found, request.GET.get("draft", "")):
        return _open_draft(draft, request, now={})
    token = FormToken.of(workspace, request.user.pk, shown=seed)
    return EditSession(token=token, base=seed or {}, known_base=seed or {}, drafts=found)


def open_existing(request: DashboardRequest, assistant: wire.Assistant, found: list[Draft]) -> EditSession:
    """A form for the assistant as it was just read; ``found`` are the :func:`offered` drafts of it."""
    if draft := chosen(found, request.GET.get("draft", "")):
        return _open_draft(draft, request, now=assistant.raw)
    token = token_of(request, assistant)
    return EditSession(token=token, base=assistant.raw, known_base=assistant.raw, drafts=found)


def label_of(draft: Draft) -> str:
    """What the assistant of a draft was called when its form was opened."""
    token = read_token(draft.opened, workspace=draft.workspace, assistant_id=draft.assistant_id)
    base = token.base_value() if token else None
    return label(wire.Assistant(base or {"id": draft.assistant_id}))


def _open_gone(draft: Draft, request: DashboardRequest) -> EditSession:
    """A form for a new assistant with the text that was typed for one that no longer exists."""
    before = read_token(draft.opened, workspace=draft.workspace, assistant_id=draft.assistant_id)
    seed = (before.base_value() if before else None) or {}
    token = FormToken.of(draft.workspace, request.user.pk, shown=seed)
    return EditSession(token=token, base=seed, known_base=seed, typed=form_data(pairs_of(draft)))


def _open_draft(draft: Draft, request: DashboardRequest, *, now: Mapping[str, Any]) -> EditSession:
    typed = form_data(pairs_of(draft))
    token = read_token(draft.opened, workspace=draft.workspace, assistant_id=draft.assistant_id)
    if token is None:
        token = FormToken(workspace=draft.workspace, user=request.user.pk, assistant=draft.assistant_id)
        return EditSession(token=token, base=now, known_base=None if now else {}, draft=draft, typed=typed)
    return replace(of_token(token, request), draft=draft, typed=typed)
