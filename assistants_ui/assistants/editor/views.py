"""The form of one assistant: making it, changing it, and deciding where two people changed the same."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from assistants_ui.assistants.editor import drafts, presence, saving, session, submissions
from assistants_ui.assistants.editor.draft_middleware import preserves_draft
from assistants_ui.assistants.editor.forms.assistant import AssistantForm
from assistants_ui.assistants.editor.forms.compare import CompareDecisions
from assistants_ui.assistants.editor.presence import last_author
from assistants_ui.assistants.editor.session import EditSession
from assistants_ui.assistants.editor.text_warnings import marked, text_warnings, variables
from assistants_ui.assistants.history.restore import undo_address
from assistants_ui.assistants.starters import starter, starters
from assistants_ui.domain.fields import SETTINGS
from assistants_ui.domain.labels import field_names, label
from assistants_ui.domain.model_rules import in_groups, note_on, suggested
from assistants_ui.forms.fields import reason_in
from assistants_ui.http import DashboardRequest
from assistants_ui.question_results import gate, results
from dashboard.access import Right, requires
from dashboard.lib.http import require_form


@require_form
@requires(Right.CHANGE)
@preserves_draft
def create(request: DashboardRequest) -> HttpResponse:
    if request.method != "POST":
        chosen = starter(request.GET.get("starter", ""))
        opened = drafts.open_new(request, seed=chosen.fields if chosen else None)
        form = shown_form(request, opened)
        if not (opened.typed or opened.base.get("model")):
            form.initial["model"] = suggested(request.service.models.list(), settings=opened.base)
        return form_page(request, "assistants/create.html", opened, form, starters=starters())
    opened = session.posted(request)
    if "do" in request.POST:
        return part_page(request, "assistants/create.html", opened)
    form = AssistantForm(request.POST, base=opened.base, is_new=True, version=request.workspace.api_version)
    if form.is_valid():
        made = form.submit(
            lambda: submissions.create(
                request.service,
                user=request.user,
                op=opened.token.op,
                fields=request.service.assistants.sendable(opened.base) | form.changes(),
                again="again" in request.POST,
            )
        )
        if made:
            return created(request, made, op=opened.token.op)
    drafts.keep(request.user.pk, request.workspace.name, "", request.POST)
    return form_page(request, "assistants/create.html", opened, form)


def created(request: DashboardRequest, made: submissions.CreateResult, *, op: str) -> HttpResponse:
    """Lead to the assistant; words that were typed after it had been made are kept as its draft."""
    drafts.discard(request.user, request.workspace.name, "", op=op)
    if not made.as_sent:
        offered = drafts.offered(request.user, request.workspace.name, made.id)
        now = drafts.open_existing(request, request.service.assistants.retrieve(made.id, fresh=True), offered)
        drafts.keep(request.user.pk, request.workspace.name, made.id, request.POST, opened=now.token.sign())
        messages.warning(
            request, gettext("It had been created already, so no second one was made. Your newer words are below.")
        )
        return redirect(f"{reverse('assistant-edit', args=[request.workspace.name, made.id])}?draft=use")
    if gone := request.GET.get("from"):
        for used in drafts.offered(request.user, request.workspace.name, gone)[:1]:
            used.delete()
    name = label(request.service.assistants.retrieve(made.id))
    messages.success(request, gettext("“%(name)s” was created. Now attach the files it should know.") % {"name": name})
    tell_stored_otherwise(request, made.otherwise)
    return redirect("assistant-detail", request.workspace.name, made.id)


@require_form
@requires(Right.CHANGE)
@preserves_draft
def edit(request: DashboardRequest, assistant_id: str) -> HttpResponse:
    if request.method != "POST":
        offered = drafts.offered(request.user, request.workspace.name, assistant_id)
        assistant = request.service.assistants.find(assistant_id) if offered else None
        if offered and assistant is None:
            return gone_page(request, assistant_id, drafts.label_of(offered[0]))
        assistant = assistant or request.service.assistants.retrieve(assistant_id, fresh=True)
        presence.touch(request.user, request.workspace.name, assistant_id, is_dirty=False)
        opened = drafts.open_existing(request, assistant, offered)
        return form_page(request, "assistants/edit.html", opened, shown_form(request, opened))
    opened = session.posted(request, assistant_id)
    if "do" in request.POST:
        return part_page(request, "assistants/edit.html", opened)
    return save(request, opened, request.POST, chosen=None)


@require_POST
@requires(Right.CHANGE)
def compare(request: DashboardRequest, assistant_id: str) -> HttpResponse:
    """Save what was typed, with what was decided about it; ask again where that is not everything."""
    typed = session.find_snapshot(request.workspace.name, request.POST.get("typed", ""))
    if typed is None:
        return redirect("assistant-edit", request.workspace.name, assistant_id)
    return save(request, session.posted(request, assistant_id), drafts.form_data(typed), chosen=request.POST)


def save(request: DashboardRequest, opened: EditSession, typed: QueryDict, *, chosen: QueryDict | None) -> HttpResponse:
    """Save what was ``typed`` into the form, and answer with the page that follows.

    ``chosen`` is what the compare page was answered with; without it, the text comes from the form itself.
    """
    assistant_id = opened.token.assistant
    form = AssistantForm(typed, base=opened.base, version=request.workspace.api_version)
    decisions = CompareDecisions(chosen, fields=form.fields)
    if form.is_valid() and may_be_saved(request, form, assistant_id, opened):
        result = form.submit(
            lambda: saving.save(
                request.service,
                assistant_id,
                base=opened.known_base,
                mine=form.changes(),
                op=opened.token.op,
                why=reason_in(typed),
                decide=decisions,
                only_look="check" in request.POST,
            )
        )
        match result:
            case saving.Saved():
                return saved(request, form, result, op=opened.token.op)
            case saving.SaveConflict():
                return compare_page(request, opened, result, decisions, typed)
            case saving.NotSaved():
                messages.warning(request, gettext("Checked: your change has not been made. Save it again."))
    if chosen is None:
        drafts.keep(request.user.pk, request.workspace.name, assistant_id, typed)
    if form.is_gone:
        return gone_page(request, assistant_id, opened.label)
    return form_page(request, "assistants/edit.html", opened, form)


def may_be_saved(request: DashboardRequest, form: AssistantForm, assistant_id: str, opened: EditSession) -> bool:
    """Whether the test questions leave this change to be saved; if not, the form says why."""
    form.problem = gate.refusal(request.workspace, assistant_id, base=opened.base, changes=form.changes())
    return form.problem is None


def gone_page(request: DashboardRequest, assistant_id: str, name: str) -> HttpResponse:
    """Say that the assistant was deleted while its author wrote, and offer to make a new one of the text."""
    context = {"assistant_id": assistant_id, "label": name, "author": last_author(request.workspace.name, assistant_id)}
    return render(request, "assistants/gone.html", context, status=404)


def saved(request: DashboardRequest, form: AssistantForm, result: saving.Saved, *, op: str) -> HttpResponse:
    """Say what was saved, what else that did, and what of others was kept."""
    was_changed = bool(form.changes())
    with transaction.atomic():
        drafts.discard(request.user, request.workspace.name, result.assistant.id, op=op)
        presence.leave(request.user, request.workspace.name, result.assistant.id)
        submissions.note_saved(request.service, user=request.user, op=op)
    if result.sent:
        undo = undo_address(request.service, result.assistant.id)
        messages.success(
            request,
            gettext("Assistant saved. Changed: %(fields)s.") % {"fields": field_names(tuple(result.sent))},
            extra_tags=undo,
        )
    elif was_changed:
        messages.success(request, gettext("The assistant is already as you want it."))
    else:
        messages.info(request, gettext("Nothing was changed, so nothing was saved."))
    if "model" in result.sent and form.cleared:
        model = result.assistant.model
        messages.info(
            request,
            gettext("%(model)s takes no %(fields)s: set back to the server's default.")
            % {"model": model, "fields": field_names(form.cleared)},
        )
    if result.kept:
        author = last_author(request.workspace.name, result.assistant.id, other_than=request.user.pk)
        who = author.name if author else gettext("somebody else")
        messages.info(
            request,
            gettext("Also kept: what %(who)s changed meanwhile in %(fields)s.")
            % {"who": who, "fields": field_names(result.kept)},
        )
    tell_stored_otherwise(request, result.otherwise)
    state = results.tested(request.workspace.name, result.assistant.id, result.assistant.raw) if was_changed else None
    if state is not None:
        messages.info(request, state.sentence)
    for finding in text_warnings(result.assistant.instructions or "") if "instructions" in result.sent else ():
        messages.warning(request, finding.text)
    return redirect("assistant-detail", request.workspace.name, result.assistant.id)


def tell_stored_otherwise(request: DashboardRequest, fields: tuple[str, ...]) -> None:
    """Say which fields the server did not store as they were sent; the page that follows shows what it holds."""
    if fields:
        text = gettext("The server did not keep %(fields)s word for word. This page shows what it holds now.") % {
            "fields": field_names(fields)
        }
        messages.warning(request, text)


def compare_page(
    request: DashboardRequest,
    opened: EditSession,
    result: saving.SaveConflict,
    decisions: CompareDecisions,
    typed: QueryDict,
) -> HttpResponse:
    """The disputed fields side by side. What was typed is kept beside the page, not in it: it may be long."""
    if not decisions.are_given:
        drafts.keep(request.user.pk, request.workspace.name, result.theirs.id, typed)
    context = {
        "assistant": result.theirs,
        "label": label(result.theirs),
        "opened": opened,
        "typed": session.keep_snapshot(request.workspace.name, drafts.pairs_in(typed)),
        "cards": decisions.cards(result.conflicts),
        "kept": field_names(result.kept),
        "author": last_author(request.workspace.name, result.theirs.id),
        "is_asked_again": decisions.count > 0,
    }
    return render(request, "assistants/compare.html", context, status=409)


def shown_form(request: DashboardRequest, opened: EditSession) -> AssistantForm:
    """The form with what was opened in it, or with the draft that goes on from there."""
    version = request.workspace.api_version
    return AssistantForm(base=opened.base, typed=opened.typed, is_new=not opened.token.assistant, version=version)


def part_page(request: DashboardRequest, template: str, opened: EditSession) -> HttpResponse:
    """The form after a button that adds, removes or redraws a part of it; for htmx that part alone."""
    action = request.POST["do"]
    form = AssistantForm(base=opened.base, typed=request.POST, do=action, version=request.workspace.api_version)
    if not request.htmx:
        return form_page(request, template, opened, form)
    part = form["functions"] if action.startswith("function-") else form["response_format"]
    return HttpResponse(str(part))


def form_page(
    request: DashboardRequest, template: str, opened: EditSession, form: AssistantForm, **context: Any
) -> HttpResponse:
    """The form's page, with the status of what stopped it from being saved."""
    status = 200
    if form.is_bound and form.problem:
        status = form.problem.status
    elif form.is_bound and form.errors:
        status = 422
    assistant_id = opened.token.assistant
    offered = request.service.models.list()
    numbers = [row.name for row in SETTINGS if row.name in form.fields]
    settings = {name: value for name in numbers if (value := form[name].value())}
    context |= {
        "form": form,
        "opened": opened,
        "label": opened.label,
        "models": in_groups(offered),
        "assistant_id": assistant_id,
        "note": note_on(form["model"].value() or "", settings=settings, offered=offered),
        "others": presence.others(request.user, request.workspace.name, assistant_id) if assistant_id else [],
        "findings": text_warnings(form["instructions"].value() or ""),
        "marked": marked(form["instructions"].value() or ""),
        "variables": variables(form["instructions"].value() or ""),
        "why": reason_in(request.POST if form.is_bound else opened.typed or QueryDict()),
        "autosave": opened.address("draft"),
        "discard": opened.address("discard"),
    }
    return render(request, template, context, status=status)
