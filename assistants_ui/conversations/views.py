"""*Try it* as a page of its own, which works without JavaScript."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

import assistants_client as wire
from assistants_ui.assistants.editor import drafts, session
from assistants_ui.assistants.editor.draft_middleware import preserves_draft
from assistants_ui.conversations import asking, borrowed, canned, limits, subject, support
from assistants_ui.conversations.exchange import Exchange
from assistants_ui.conversations.forms import AskForm, OutputsForm, carried, earlier_in, keep_outputs, outputs_in
from assistants_ui.conversations.streaming import events
from assistants_ui.conversations.subject import ConversationSubject
from assistants_ui.conversations.tokens import AskToken
from assistants_ui.conversations.unused_files import why_no_file
from assistants_ui.domain.labels import field_names, label
from assistants_ui.domain.outcomes import WORDS, AnswerOutcome
from assistants_ui.http import DashboardRequest
from dashboard.access import Right, requires
from dashboard.lib.http import is_partial, require_form
from dashboard.lib.texts import labelled
from dashboard.server import streams


@require_form
@requires(Right.CHANGE)
@preserves_draft
def page(request: DashboardRequest, assistant_id: str) -> HttpResponse:
    assistant = request.service.assistants.retrieve(assistant_id, fresh=True)
    if request.method == "POST" and subject.is_form(request.POST) and "message" not in request.POST:
        return from_editor(request, assistant)
    chosen = subject_of(request, assistant)
    if request.method != "POST":
        borrowed.sweep(request.service)
        token = token_in(request, request.GET.get("exchange", ""), assistant_id)
        found = asking.look_again(request.service, token) if token else None
        form = AskForm(initial={"message": found.question if found else request.GET.get("message", "")})
        return answer_page(request, chosen, form, found)
    if "exchange" in request.POST:
        return go_on(request, chosen)
    form = AskForm(request.POST)
    if not form.is_valid() or chosen.problems or support.obstacle(request):
        return answer_page(request, chosen, form, None, status=422)
    question = form.cleaned_data["message"].replace("\r\n", "\n")
    found = asking.Ask(request.service, chosen, question, user_id=request.user.pk).whole()
    return answer_page(request, chosen, form, found)


def from_editor(request: DashboardRequest, assistant: wire.Assistant) -> HttpResponse:
    """The editor's form, sent here by its own *Try it*: its text becomes the draft that answers, if it is a new one."""
    workspace, here = request.workspace.name, reverse("assistant-try", args=[request.workspace.name, assistant.id])
    opened = session.posted(request, assistant.id)
    if subject.is_as_opened(request, opened):
        drafts.discard(request.user, workspace, assistant.id, op=opened.token.op)
        return redirect(f"{here}?draft=none")
    draft = drafts.keep(request.user.pk, workspace, assistant.id, request.POST)
    return redirect(f"{here}?draft={draft.pk}")


def subject_of(request: DashboardRequest, assistant: wire.Assistant) -> ConversationSubject:
    """What was sent of the editor's fields; else the draft that is named; else the saved text."""
    if request.method == "POST" and subject.is_form(request.POST):
        return subject.of_form(request, assistant)
    named = (request.POST if request.method == "POST" else request.GET).get("draft", "")
    offered = drafts.offered(request.user, request.workspace.name, assistant.id)
    draft = drafts.chosen(offered, named)
    return subject.of_draft(request, assistant, draft) if draft else subject.saved(request, assistant)


def go_on(request: DashboardRequest, chosen: ConversationSubject) -> HttpResponse:
    """Answer in the place of functions, or look once more."""
    assistant_id = chosen.assistant.id
    token = token_in(request, request.POST["exchange"], assistant_id)
    if token is None:
        found = Exchange(outcome=AnswerOutcome.GONE)
    elif outputs := outputs_in(request.POST):
        keep_outputs(request.workspace.name, assistant_id, request.POST)
        found = asking.submit(request.service, token, outputs)
    else:
        found = asking.look_again(request.service, token)
    if is_partial(request):
        return render(request, "conversations/_exchange.html", exchange_context(request, chosen, found))
    return answer_page(request, chosen, AskForm(initial={"message": found.question}), found)


@require_POST
@requires(Right.CHANGE)
@preserves_draft
def stream(request: DashboardRequest, assistant_id: str) -> HttpResponseBase:
    """The answer as it is written; where there is none, the part of a page that says why."""
    owner = f"person {request.user.pk}"
    if not streams.has_room(owner):
        return refused(
            request, gettext("Too many answers are being written just now. Try again in a moment."), status=429
        )
    assistant = request.service.assistants.retrieve(assistant_id, fresh=True)
    chosen = subject_of(request, assistant)

    def drawn(found: Exchange) -> str:
        return render_to_string("conversations/_exchange.html", exchange_context(request, chosen, found), request)

    if "exchange" in request.POST:
        begun = resumed(request, assistant_id)
    else:
        form = AskForm(request.POST)
        problems = [labelled(problem.label, problem.text) for problem in chosen.problems]
        problems += [] if form.is_valid() else [str(error) for error in form.errors.get("message", [])]
        if sentence := support.obstacle(request) or " ".join(problems):
            return refused(request, sentence, status=422)
        question = form.cleaned_data["message"].replace("\r\n", "\n")
        begun = asking.Ask(request.service, chosen, question, user_id=request.user.pk).streamed()
    if isinstance(begun, Exchange):
        return HttpResponse(drawn(begun))
    token, opened = begun
    return streams.event_stream(events(request.service, token, opened, render=drawn), owner=owner)


def resumed(request: DashboardRequest, assistant_id: str) -> tuple[AskToken, wire.EventStream] | Exchange:
    """The stream that goes on after somebody answered in the place of the functions."""
    token = token_in(request, request.POST["exchange"], assistant_id)
    if token is None:
        return Exchange(outcome=AnswerOutcome.GONE)
    keep_outputs(request.workspace.name, assistant_id, request.POST)
    return asking.submit_streamed(request.service, token, outputs_in(request.POST))


def refused(request: DashboardRequest, sentence: str, *, status: int) -> HttpResponse:
    return render(request, "conversations/_refused.html", {"sentence": sentence}, status=status)


@require_POST
@requires(Right.CHANGE)
def stop(request: DashboardRequest, assistant_id: str) -> HttpResponse:
    """Stop an answer. A script that shows it already is only told that it will stop."""
    token = token_in(request, request.POST.get("exchange", ""), assistant_id)
    if is_partial(request):
        if token is not None:
            asking.cancel(request.service, token)
        return HttpResponse(status=204)
    assistant = request.service.assistants.retrieve(assistant_id)
    found = asking.stop(request.service, token) if token else Exchange(outcome=AnswerOutcome.GONE)
    form = AskForm(initial={"message": found.question})
    return answer_page(request, subject_of(request, assistant), form, found)


def token_in(request: DashboardRequest, text: str, assistant_id: str) -> AskToken | None:
    if not text:
        return None
    return AskToken.read(text, workspace=request.workspace.name, user=request.user.pk, assistant=assistant_id)


def exchange_context(request: DashboardRequest, chosen: ConversationSubject, found: Exchange) -> dict[str, Any]:
    """What the part of a page about one answer needs."""
    workspace, assistant_id = request.workspace.name, chosen.assistant.id
    outputs = OutputsForm(exchange=found, kept=canned.answers_of(workspace, assistant_id)) if found.waiting else None
    return {
        "exchange": found,
        "outputs": outputs,
        "ignored": field_names(found.ignored),
        "assistant_id": assistant_id,
        "draft": chosen.draft.pk if chosen.draft else "none",
        "no_file": why_no_file(request.service, chosen.state) if found.used_no_file else "",
    }


def answer_page(
    request: DashboardRequest, chosen: ConversationSubject, form: AskForm, found: Exchange | None, *, status: int = 200
) -> HttpResponse:
    earlier = earlier_in(request.POST)
    context: dict[str, Any] = exchange_context(request, chosen, found) if found else {}
    if earlier and found and found.text:
        context["earlier"] = earlier | {"words": WORDS[AnswerOutcome(earlier["outcome"])]}
    offered = drafts.offered(request.user, request.workspace.name, chosen.assistant.id)
    context |= {
        "assistant_id": chosen.assistant.id,
        "label": label(chosen.assistant),
        "subject": chosen,
        "changed": field_names(chosen.changed),
        "draft": chosen.draft.pk if chosen.draft else "none",
        "drafts": offered,
        "form": form,
        "obstacle": support.obstacle(request),
        "left": limits.left(request.user),
        "carried": (carried(found) if found and found.text else request.POST.get("earlier", "")),
    }
    return render(request, "conversations/try.html", context, status=status)
