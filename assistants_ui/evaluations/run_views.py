"""Runs of the test questions: start one, watch it, stop it, and judge its answers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST, require_safe

from assistants_ui.assistants.editor import drafts
from assistants_ui.conversations import limits, subject, support
from assistants_ui.domain.labels import VERDICT_TITLES, field_names, label
from assistants_ui.evaluations import questions, runs, worker
from assistants_ui.forms.fields import BoundedIntegerField
from assistants_ui.http import DashboardRequest
from assistants_ui.models import QuestionAnswer, QuestionRun
from assistants_ui.question_results import results
from assistants_ui.question_results.fingerprints import answering_fingerprint
from assistants_ui.question_results.versions import versions_of
from dashboard.access import Right, requires
from dashboard.lib.http import is_partial
from dashboard.lib.texts import StrOrPromise, labelled, sentences


class StartForm(forms.Form):
    """Which text is asked, and how often."""

    draft = forms.CharField(required=False, max_length=20)
    repeats = BoundedIntegerField(min_value=1, max_value=runs.MOST_REPEATS, required=False)


class VerdictForm(forms.Form):
    """What a person says of one question."""

    position = forms.IntegerField(min_value=0)
    verdict = forms.ChoiceField()  # With the choices of its run.
    line = forms.CharField(required=False, max_length=runs.MOST_IN_LINE)

    def __init__(self, data: Any, *, run: QuestionRun) -> None:
        super().__init__(data)
        self.fields["verdict"] = forms.ChoiceField(choices=verdicts_on(run))


def verdicts_on(run: QuestionRun) -> list[tuple[str, StrOrPromise]]:
    """What can be said of the answers of a run: where there is nothing to compare with, whether one is right."""
    if run.draft is None:
        return [("same", gettext("As it should be")), ("wrong", VERDICT_TITLES["wrong"])]
    return [(one, VERDICT_TITLES[one]) for one in runs.VERDICTS]


@require_POST
@requires(Right.CHANGE)
def start(request: DashboardRequest, assistant_id: str) -> HttpResponse:
    assistant = request.service.assistants.retrieve(assistant_id, fresh=True)
    back = redirect("assistant-questions", request.workspace.name, assistant_id)
    form = StartForm(request.POST)
    if not form.is_valid():
        raise Http404(gettext("There is no such choice."))
    repeats = form.cleaned_data["repeats"] or 1
    offered = drafts.offered(request.user, request.workspace.name, assistant_id)
    draft = drafts.chosen(offered, form.cleaned_data["draft"])
    chosen = subject.of_draft(request, assistant, draft) if draft else None
    count = questions.of_assistant(request.workspace.name, assistant_id).count()
    needed = count * repeats * (2 if chosen else 1)
    if problem := why_not(request, chosen, count=count, needed=needed):
        messages.error(request, problem)
        return back
    state = chosen.state if chosen and chosen.changed else None
    run = runs.start(request.service, assistant, user=request.user, draft=state, repeats=repeats)
    worker.wake()
    return redirect("question-run", request.workspace.name, assistant_id, run.pk)


def why_not(request: DashboardRequest, chosen: subject.ConversationSubject | None, *, count: int, needed: int) -> str:
    """Why the questions cannot be asked now, in a sentence; empty when they can."""
    if obstacle := support.obstacle(request):
        return obstacle
    if chosen and chosen.problems:
        found = labelled(chosen.problems[0].label, chosen.problems[0].text)
        return sentences(gettext("Your unsaved text cannot be tested as it is."), found)
    if not count:
        return gettext("There is no question to ask yet.")
    if needed > (left := limits.left(request.user)):
        text = ngettext(
            "This asks for %(needed)d answer, and you have %(left)d left today.",
            "This asks for %(needed)d answers, and you have %(left)d left today.",
            needed,
        )
        return text % {"needed": needed, "left": left}
    return ""


@require_safe
@requires(Right.CHANGE)
def show(request: DashboardRequest, assistant_id: str, run: int) -> HttpResponse:
    row = found(request, assistant_id, run)
    at = request.GET.get("at", "")
    page = results.shown_results(row, at=int(at) if at.isdecimal() and len(at) < 10 else None)
    context: dict[str, Any] = {
        "assistant_id": assistant_id,
        "run": row,
        "page": page,
        "results": page.results,
        "done": row.answers.filter(state=QuestionAnswer.State.DONE).count(),
        "count": row.answers.count(),
        "verdicts": verdicts_on(row),
        "changed": field_names(changed_in(row)),
    }
    if is_partial(request):
        return render(request, "evaluations/_results.html", context)
    assistant = request.service.assistants.find(assistant_id)
    name = label(assistant) if assistant else row.saved.get("name") or assistant_id
    context["versions"] = versions_of(row)
    context["is_current"] = assistant is not None and is_about(row, assistant.raw)
    return render(request, "evaluations/run.html", context | {"label": name})


def changed_in(run: QuestionRun) -> list[str]:
    """The fields in which the draft of a run differs from the saved state."""
    if run.draft is None:
        return []
    return [name for name in run.draft if run.draft.get(name) != run.saved.get(name)]


def is_about(run: QuestionRun, state: dict[str, Any]) -> bool:
    """Whether what was tested is what the server holds now."""
    return answering_fingerprint(state) in (run.saved_fingerprint, run.draft_fingerprint)


@require_POST
@requires(Right.CHANGE)
def cancel(request: DashboardRequest, assistant_id: str, run: int) -> HttpResponse:
    runs.cancel(request.service, found(request, assistant_id, run))
    return redirect("question-run", request.workspace.name, assistant_id, run)


@require_POST
@requires(Right.CHANGE)
def judge(request: DashboardRequest, assistant_id: str, run: int) -> HttpResponse:
    row = found(request, assistant_id, run)
    form = VerdictForm(request.POST, run=row)
    if not form.is_valid() or not row.answers.filter(position=form.cleaned_data["position"]).exists():
        raise Http404(gettext("There is no such answer to judge."))
    position = form.cleaned_data["position"]
    runs.judge(
        request.service, row, position, verdict=form.cleaned_data["verdict"], line=form.cleaned_data["line"].strip()
    )
    if is_partial(request):
        one = next(one for one in results.shown_results(row, at=position).results if one.position == position)
        context = {"one": one, "run": row, "assistant_id": assistant_id, "verdicts": verdicts_on(row), "is_open": True}
        return render(request, "evaluations/_result.html", context)
    page = reverse("question-run", args=[request.workspace.name, assistant_id, run])
    return redirect(f"{page}?at={position}#question-{position}")


@require_POST
@requires(Right.CHANGE)
def standing(request: DashboardRequest, assistant_id: str) -> HttpResponse:
    """What the questions say of the text in an open form, beside its Save."""
    assistant = request.service.assistants.retrieve(assistant_id)
    chosen = subject.of_form(request, assistant)
    found = (
        None
        if chosen.problems
        else results.tested(request.workspace.name, assistant_id, chosen.state, is_saved_version=not chosen.changed)
    )
    return render(
        request,
        "evaluations/_standing.html",
        {"tested": found, "assistant_id": assistant_id, "is_unsaved": bool(chosen.changed)},
    )


def found(request: DashboardRequest, assistant_id: str, pk: int) -> QuestionRun:
    row = runs.find(request.workspace.name, assistant_id, pk)
    if row is None:
        raise Http404(gettext("There is no such run."))
    return row
