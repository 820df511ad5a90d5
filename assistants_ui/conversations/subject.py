"""Which text answers: the saved one, a draft, or what stands in the form right now; and how a run is told so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

import assistants_client as wire
from assistants_ui.assistants.editor import drafts, session
from assistants_ui.assistants.editor.forms.assistant import AssistantForm
from assistants_ui.assistants.editor.session import EditSession
from assistants_ui.domain.canonical import same
from assistants_ui.domain.run_values import RUN_FIELDS, run_value
from assistants_ui.forms.api_form import ErrorLink
from assistants_ui.http import DashboardRequest
from assistants_ui.models import Draft


@dataclass(frozen=True, kw_only=True)
class ConversationSubject:
    """An assistant and the ``state`` in which it is to answer, saved or not.

    ``draft`` is where the unsaved text comes from, if it is kept. ``problems`` say why it cannot answer as it is.
    """

    assistant: wire.Assistant
    state: Mapping[str, Any]
    version: str
    draft: Draft | None = None
    problems: tuple[ErrorLink, ...] = ()

    @property
    def changed(self) -> tuple[str, ...]:
        """The fields that a model hears of and that are not as they are saved."""
        saved = self.assistant.raw
        return tuple(
            name
            for name in RUN_FIELDS[self.version]
            if not same(name, run_value(name, saved.get(name)), run_value(name, self.state.get(name)))
        )

    @property
    def overrides(self) -> dict[str, Any]:
        """What a run is told, so that it answers from this state."""
        wanted = {name: run_value(name, self.state.get(name)) for name in self.changed}
        return {name: value for name, value in wanted.items() if value is not None}

    @property
    def inexpressible(self) -> tuple[str, ...]:
        """Changed fields for which a run has no words: it answers with the saved value of these."""
        return tuple(name for name in self.changed if name not in self.overrides)


def saved(request: DashboardRequest, assistant: wire.Assistant) -> ConversationSubject:
    return ConversationSubject(assistant=assistant, state=assistant.raw, version=request.workspace.api_version)


def of_draft(request: DashboardRequest, assistant: wire.Assistant, draft: Draft) -> ConversationSubject:
    """What this draft would be once it is saved."""
    token = session.read_token(draft.opened, workspace=draft.workspace, assistant_id=draft.assistant_id)
    base = (token.base_value() if token else None) or assistant.raw
    return _of_form(request, assistant, drafts.form_data(drafts.pairs_of(draft)), base=base, draft=draft)


def of_form(request: DashboardRequest, assistant: wire.Assistant) -> ConversationSubject:
    """What the posted form of the editor would be once it is saved."""
    opened = session.posted(request, assistant.id)
    return _of_form(request, assistant, request.POST, base=opened.base, draft=None)


def is_as_opened(request: DashboardRequest, opened: EditSession) -> bool:
    """Whether the posted form of the editor holds only what it showed when it was opened."""
    form = AssistantForm(request.POST, base=opened.base, version=request.workspace.api_version)
    return form.is_valid() and not form.changes() and not request.POST.get("why", "").strip()


def is_form(data: QueryDict) -> bool:
    """Whether the fields of the editor are among what was posted."""
    return "instructions" in data and "model" in data


def _of_form(
    request: DashboardRequest,
    assistant: wire.Assistant,
    data: QueryDict,
    *,
    base: Mapping[str, Any],
    draft: Draft | None,
) -> ConversationSubject:
    version = request.workspace.api_version
    form = AssistantForm(data, base=base, version=version)
    problems = () if form.is_valid() else tuple(form.error_links())
    # Files are attached at once and not by the form, so they are those of the assistant as it is.
    shown = {name: base.get(name) for name in RUN_FIELDS[version]}
    state = {**assistant.raw, **shown, **({} if problems else form.changes())}
    return ConversationSubject(assistant=assistant, state=state, version=version, draft=draft, problems=problems)
