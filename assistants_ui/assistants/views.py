"""The pages of the noun that everything is about."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

import assistants_client as wire
from assistants_ui.assistants import examples, finished
from assistants_ui.assistants.catalog_views import list_address
from assistants_ui.assistants.editor import session, submissions
from assistants_ui.assistants.editor.forms.response_format import FormatText
from assistants_ui.assistants.editor.forms.schemas import indented
from assistants_ui.assistants.editor.presence import last_author
from assistants_ui.assistants.editor.text_warnings import marked, text_warnings
from assistants_ui.assistants.history.restore import undo_address
from assistants_ui.assistants.listing import found_listing, plain_listing
from assistants_ui.assistants.snippets import snippets_of
from assistants_ui.catalog import personal
from assistants_ui.domain.canonical import fingerprint
from assistants_ui.domain.fields import SETTINGS, AssistantField
from assistants_ui.domain.inputs import ChoiceInput
from assistants_ui.domain.labels import label, moment, tool_name
from assistants_ui.files.knowledge import knowledge_of
from assistants_ui.forms.lists import COLUMNS, FILTERS, ColumnsForm, ListForm, PageForm
from assistants_ui.http import DashboardRequest
from dashboard.access import Right, requires
from dashboard.accounts import preferences
from dashboard.lib.http import is_partial, require_form
from dashboard.lib.texts import number

# What an address has to hold for the list to be another than the plain one, page by page.
NARROWS = frozenset({*FILTERS, "sort", "show", "prefetch"})


@require_safe
@requires(Right.READ)
def index(request: DashboardRequest) -> HttpResponse:
    if not NARROWS.intersection(request.GET):
        return HttpResponse(finished.page(request, lambda: plain_listing(request, PageForm(request.GET))))
    form = ListForm(request.GET)
    if "prefetch" in request.GET:
        # The page that somebody will probably want next is read ahead, so that it comes from the cache then.
        request.service.assistants.page(**form.query())
        return HttpResponse(status=204)
    listing = found_listing(request, form) if form.filters() or form.sorted_by() else plain_listing(request, form)
    context = listing | {"stale_since": request.service.gateway.stale_since}
    template = "assistants/_results.html" if is_partial(request) else "assistants/index.html"
    return render(request, template, context)


@require_POST
@requires(Right.READ)
def columns(request: DashboardRequest) -> HttpResponse:
    """Keep which columns of the list this person wants, and how high its rows are."""
    form = ColumnsForm(request.POST)
    if form.is_valid():
        hidden = [name for name in COLUMNS if name not in form.cleaned_data["columns"]]
        lists = preferences.of_session(request).get("lists") or {}
        lists = {**lists, "assistants": {"hidden": hidden, "is_compact": form.cleaned_data["is_compact"]}}
        preferences.save(request, request.user, lists=lists)
    return redirect(list_address(request, request.POST.get("next", "")))


@require_safe
@requires(Right.READ)
def detail(request: DashboardRequest, assistant_id: str) -> HttpResponse:
    assistant = request.service.assistants.retrieve(assistant_id)
    personal.remember_opened(request.user.pk, request.workspace.name, assistant)
    context = {
        "assistant": assistant,
        "is_favourite": personal.is_favourite(request.user.pk, request.workspace.name, assistant.id),
        "label": label(assistant),
        "tools": [tool_name(tool) for tool in assistant.tools],
        "metadata": assistant.metadata.items(),
        "created": moment(assistant.created_at),
        "knowledge": knowledge_of(request.service, assistant),
        "stale_since": request.service.gateway.stale_since,
        "token": session.token_of(request, assistant).sign(),
        "settings": settings_of(assistant),
        "findings": text_warnings(assistant.instructions or ""),
        "marked": marked(assistant.instructions or ""),
        "snippets": snippets_of(request.workspace, assistant.id),
        "json": indented(assistant.raw),
    }
    return render(request, "assistants/detail.html", context)


def settings_of(assistant: wire.Assistant) -> list[tuple[str, str]]:
    """How it answers, in words: each setting's label and value."""
    shape = FormatText.of(assistant.response_format)
    return [
        *(shown for row in SETTINGS if (shown := _setting_of(row, assistant))),
        *([(gettext("Response format"), shape.label)] if shape.kind != "auto" else []),
    ]


def _setting_of(row: AssistantField, assistant: wire.Assistant) -> tuple[str, str] | None:
    """A number is shown when it is not set too: then the server's own default holds."""
    value = getattr(assistant, row.name)
    if isinstance(row.input, ChoiceInput):
        return (str(row.label), str(row.input.choices.get(value, value))) if value else None
    return str(row.label), gettext("Server default") if value is None else number(value)


@require_POST
@requires(Right.READ)
def favourite(request: DashboardRequest, assistant_id: str) -> HttpResponse:
    """Put it among one's favourites, or take it out with ``is_favourite`` empty."""
    assistant = request.service.assistants.retrieve(assistant_id)
    is_favourite = bool(request.POST.get("is_favourite"))
    personal.set_favourite(request.user.pk, request.workspace.name, assistant, is_favourite=is_favourite)
    return redirect("assistant-detail", request.workspace.name, assistant_id)


@require_form
@requires(Right.CHANGE)
def delete(request: DashboardRequest, assistant_id: str) -> HttpResponse:
    assistant = request.service.assistants.retrieve(assistant_id, fresh=True)
    opened = session.posted(request, assistant_id) if request.method == "POST" else None
    was_changed = opened is not None and fingerprint(opened.base) != fingerprint(assistant.raw)
    if request.method == "POST" and not was_changed:
        request.service.assistants.delete(assistant)
        undo = undo_address(request.service, assistant.id)
        messages.success(
            request,
            gettext("“%(name)s” was deleted. Its files are still there.") % {"name": label(assistant)},
            extra_tags=undo,
        )
        return redirect("assistant-list", request.workspace.name)
    context = {
        "assistant": assistant,
        "label": label(assistant),
        "token": session.token_of(request, assistant).sign(),
        "author": last_author(request.workspace.name, assistant_id) if was_changed else None,
        "was_changed": was_changed,
    }
    return render(request, "assistants/delete.html", context, status=409 if was_changed else 200)


@require_form
@requires(Right.CHANGE)
def duplicate(request: DashboardRequest, assistant_id: str) -> HttpResponse:
    original = request.service.assistants.retrieve(assistant_id, fresh=True)
    if request.method == "POST":
        name = (gettext("Copy of %(name)s") % {"name": label(original)})[:256]
        made = submissions.create(
            request.service,
            user=request.user,
            op=session.posted(request, assistant_id).token.op,
            fields=request.service.assistants.sendable(original.raw) | {"name": name},
            context={"duplicate_of": original.id},
        )
        messages.success(request, gettext("“%(name)s” was created. It shares the original's files.") % {"name": name})
        return redirect("assistant-edit", request.workspace.name, made.id)
    context = {"assistant": original, "label": label(original), "token": session.token_of(request, original).sign()}
    return render(request, "assistants/duplicate.html", context)


@require_POST
@requires(Right.CHANGE)
def create_examples(request: DashboardRequest) -> HttpResponse:
    problems = examples.create_all(request.service)
    messages.success(request, gettext("Three example assistants were created. Open one to see how it is made."))
    for problem in problems:
        messages.warning(request, problem)
    return redirect("assistant-list", request.workspace.name)
