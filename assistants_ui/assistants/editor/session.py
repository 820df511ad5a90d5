"""What a form about an assistant was opened with: the state it showed, its token, and a draft to go on from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.urls import reverse

import assistants_client as wire
from assistants_ui.assistants.editor import drafts, snapshots
from assistants_ui.assistants.editor.tokens import FormToken
from assistants_ui.domain.labels import label
from assistants_ui.http import DashboardRequest
from assistants_ui.models import Draft

# No assistant has this id.
NOTHING = "."


@dataclass(frozen=True, kw_only=True)
class EditSession:
    """``base`` is the state from which the form's changes are told, ``known_base`` the same, or None when
    nobody knows any more what the form showed. ``drafts`` are offered; ``draft`` is in use, with its
    text in ``typed``.
    """

    token: FormToken
    base: Mapping[str, Any]
    known_base: Mapping[str, Any] | None
    drafts: Sequence[Draft] = ()
    draft: Draft | None = None
    typed: QueryDict | None = None

    @property
    def label(self) -> str:
        return label(wire.Assistant(dict(self.base)))

    def address(self, what: str) -> str:
        """The address beside this form where ``draft`` is kept, or that to ``discard`` it."""
        if self.token.assistant:
            return reverse(f"assistant-{what}", args=[self.token.workspace, self.token.assistant])
        return reverse(f"assistant-create-{what}", args=[self.token.workspace])


def of_new(request: DashboardRequest, *, seed: Mapping[str, Any] | None = None) -> EditSession:
    """A form for a new assistant, filled from ``seed`` or from this person's draft of a new one."""
    if gone := drafts.offered(request.user, request.workspace.name, request.GET.get("from") or NOTHING):
        return _of_gone(gone[0], request)
    offered = drafts.offered(request.user, request.workspace.name, "")
    if draft := drafts.chosen(offered, request.GET.get("draft", "")):
        return _of_draft(draft, request, now={})
    token = FormToken(
        workspace=request.workspace.name,
        user=request.user.pk,
        base=snapshots.keep(request.workspace.name, dict(seed)) if seed else "",
    )
    return EditSession(token=token, base=seed or {}, known_base=seed or {}, drafts=offered)


def of_existing(request: DashboardRequest, assistant: wire.Assistant) -> EditSession:
    """A form for the assistant as it was just read."""
    offered = drafts.offered(request.user, request.workspace.name, assistant.id)
    if draft := drafts.chosen(offered, request.GET.get("draft", "")):
        return _of_draft(draft, request, now=assistant.raw)
    token = FormToken(
        workspace=request.workspace.name,
        user=request.user.pk,
        assistant=assistant.id,
        base=snapshots.keep(request.workspace.name, assistant.raw),
    )
    return EditSession(token=token, base=assistant.raw, known_base=assistant.raw, drafts=offered)


def token_of(request: DashboardRequest, assistant: wire.Assistant) -> str:
    """The signed token for a page that shows this assistant and has a button."""
    return FormToken(
        workspace=request.workspace.name,
        user=request.user.pk,
        assistant=assistant.id,
        base=snapshots.keep(request.workspace.name, assistant.raw),
    ).sign()


def posted(request: DashboardRequest, assistant_id: str = "") -> EditSession:
    """The opening that a sent form tells of; without its token, it was opened just now.

    Raises the wire client's errors when the server must be asked what the form may have shown.
    """
    token = read_token(request.POST.get("opened", ""), workspace=request.workspace.name, assistant_id=assistant_id)
    if token is None:
        return _opened_now(request, assistant_id)
    return _of_token(token, request)


def label_of(draft: Draft) -> str:
    """What the assistant of a draft was called when its form was opened."""
    token = read_token(draft.opened, workspace=draft.workspace, assistant_id=draft.assistant_id)
    base = token.base_value() if token else None
    return label(wire.Assistant(base or {"id": draft.assistant_id}))


def read_token(text: str, *, workspace: str, assistant_id: str) -> FormToken | None:
    """The token, if it was given out for this very assistant."""
    token = FormToken.read(text)
    return token if token and (token.workspace, token.assistant) == (workspace, assistant_id) else None


def _opened_now(request: DashboardRequest, assistant_id: str) -> EditSession:
    now = request.service.assistants.retrieve(assistant_id, fresh=True).raw if assistant_id else {}
    token = FormToken(
        workspace=request.workspace.name,
        user=request.user.pk,
        assistant=assistant_id,
        base=snapshots.keep(request.workspace.name, now) if now else "",
    )
    return EditSession(token=token, base=now, known_base=now)


def _of_token(token: FormToken, request: DashboardRequest) -> EditSession:
    base = token.base_value()
    if base is None:
        # Nobody knows any more what was shown, so every difference will be asked about.
        now = request.service.assistants.retrieve(token.assistant, fresh=True).raw if token.assistant else {}
        return EditSession(token=token, base=now, known_base=None if token.assistant else {})
    return EditSession(token=token, base=base, known_base=base)


def _of_gone(draft: Draft, request: DashboardRequest) -> EditSession:
    """A form for a new assistant with the text that was typed for one that no longer exists."""
    before = read_token(draft.opened, workspace=draft.workspace, assistant_id=draft.assistant_id)
    seed = (before.base_value() if before else None) or {}
    base = snapshots.keep(draft.workspace, seed) if seed else ""
    token = FormToken(workspace=draft.workspace, user=request.user.pk, base=base)
    return EditSession(token=token, base=seed, known_base=seed, typed=drafts.form_data(drafts.pairs_of(draft)))


def _of_draft(draft: Draft, request: DashboardRequest, *, now: Mapping[str, Any]) -> EditSession:
    typed = drafts.form_data(drafts.pairs_of(draft))
    token = read_token(draft.opened, workspace=draft.workspace, assistant_id=draft.assistant_id)
    if token is None:
        token = FormToken(workspace=draft.workspace, user=request.user.pk, assistant=draft.assistant_id)
        return EditSession(token=token, base=now, known_base=None if now else {}, draft=draft, typed=typed)
    opening = _of_token(token, request)
    return EditSession(token=token, base=opening.base, known_base=opening.known_base, draft=draft, typed=typed)
