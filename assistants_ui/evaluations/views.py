"""The test questions of one assistant: the list, one question, and files of them."""

from __future__ import annotations

from itertools import groupby, islice
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.text import Truncator
from django.utils.translation import gettext, gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import trigger_client_event

from assistants_ui.assistants.editor import drafts
from assistants_ui.conversations import support
from assistants_ui.domain.actions import Action
from assistants_ui.domain.labels import label
from assistants_ui.evaluations import questions, runs
from assistants_ui.evaluations.forms import MOST_ROWS, ImportForm, QuestionForm, csv_of, values_of
from assistants_ui.http import DashboardRequest
from assistants_ui.models import Question
from assistants_ui.question_results import results
from assistants_ui.question_results.checks import Checks
from assistants_ui.undo import UndoPlan
from dashboard.access import Right, requires
from dashboard.audit.read import operations
from dashboard.audit.verify.verification import require_genuine
from dashboard.lib.filenames import clean_name
from dashboard.lib.http import is_partial, require_form
from dashboard.lib.texts import filled_later

# What a page lists: questions, of each its first checks, and of each check its beginning.
SHOWN = 50
CHECKS_SHOWN = 8
CHECK_SHOWN = 200
TOO_MANY = filled_later(
    gettext_lazy("An assistant has at most %(most)d test questions."), most=questions.MOST_QUESTIONS
)


@require_safe
@requires(Right.CHANGE)
def index(request: DashboardRequest, assistant_id: str) -> HttpResponse:
    assistant = request.service.assistants.retrieve(assistant_id)
    found = questions.of_assistant(request.workspace.name, assistant_id)
    page = Paginator(found, SHOWN).get_page(request.GET.get("page"))
    groups = [
        {"name": name, "questions": [{"question": one, "checks": words_of(one)} for one in members]}
        for name, members in groupby(page, key=lambda one: one.group)
    ]
    offered = drafts.offered(request.user, request.workspace.name, assistant_id)
    context = {
        "assistant_id": assistant_id,
        "label": label(assistant),
        "groups": groups,
        "count": page.paginator.count,
        "page": page,
        "drafts": offered,
        "draft": drafts.chosen(offered, request.GET.get("draft", "")),
        "repeats": range(1, runs.MOST_REPEATS + 1),
        "obstacle": support.obstacle(request),
        "runs": runs.latest(request.workspace.name, assistant_id, most=20),
        "tested": results.tested(request.workspace.name, assistant_id, assistant.raw, is_saved_version=True),
    }
    return render(request, "evaluations/index.html", context)


def words_of(question: Question) -> list[str]:
    """The first checks of a question, each as a short sentence."""
    checks = Checks.of(question.checks).described()
    first = [Truncator(finding.check).chars(CHECK_SHOWN) for finding in islice(checks, CHECKS_SHOWN)]
    return first if next(checks, None) is None else [*first, "…"]


@require_form
@requires(Right.CHANGE)
def create(request: DashboardRequest, assistant_id: str) -> HttpResponse:
    assistant = request.service.assistants.retrieve(assistant_id)
    form = QuestionForm(request.POST or None, initial={"group": request.GET.get("group", "")})
    if request.method == "POST" and form.is_valid():
        if questions.create(request.service, assistant_id, form) is not None:
            messages.success(request, gettext("The question was kept."))
            return redirect("assistant-questions", request.workspace.name, assistant_id)
        form.add_error(None, TOO_MANY)
    return form_page(request, assistant_id, label(assistant), form, question=None)


@require_POST
@requires(Right.CHANGE)
def keep(request: DashboardRequest, assistant_id: str) -> HttpResponse:
    """Keep the question of an answer that is on the page; what a good answer holds can be said next."""
    text = request.POST.get("text", "").strip()
    if not text or len(text) > 100_000:
        return redirect("question-create", request.workspace.name, assistant_id)
    question = questions.keep(request.service, assistant_id, text=text)
    if question is None:
        messages.error(request, TOO_MANY)
        return redirect("assistant-questions", request.workspace.name, assistant_id)
    if is_partial(request):
        kept = render(request, "evaluations/_kept.html", {"question": question, "assistant_id": assistant_id})
        # What stands beside Save counts it.
        return trigger_client_event(kept, "question-kept")
    messages.success(request, gettext("The question was kept. Now say what a good answer contains."))
    return redirect("question-edit", request.workspace.name, assistant_id, question.pk)


@require_form
@requires(Right.CHANGE)
def edit(request: DashboardRequest, assistant_id: str, question: int) -> HttpResponse:
    row = found(request, assistant_id, question)
    form = QuestionForm(request.POST or None, initial=values_of(row))
    if request.method == "POST" and form.is_valid():
        was_changed = questions.update(request.service, row, form)
        messages.success(
            request, gettext("The question was saved.") if was_changed else gettext("Nothing was changed.")
        )
        return redirect("assistant-questions", request.workspace.name, assistant_id)
    assistant = request.service.assistants.retrieve(assistant_id)
    return form_page(request, assistant_id, label(assistant), form, question=row)


@require_POST
@requires(Right.CHANGE)
def delete(request: DashboardRequest, assistant_id: str, question: int) -> HttpResponse:
    questions.delete(request.service, found(request, assistant_id, question))
    gateway = request.service.gateway
    seq = operations.last_record(
        workspace=gateway.workspace, targets=[str(question)], request_id=gateway.request_id or ""
    )
    deletion = operations.operation_of(workspace=gateway.workspace, seq=seq) if seq else None
    if deletion is not None and questions.deleted(deletion) is not None:
        back = reverse("question-undelete", args=[gateway.workspace, assistant_id, seq])
        messages.success(request, gettext("The question was deleted. Earlier results keep it."), extra_tags=back)
    else:
        messages.success(
            request,
            gettext(
                "The question was deleted for good: it held something that looks like a key, "
                "which the record never keeps."
            ),
        )
    return redirect("assistant-questions", request.workspace.name, assistant_id)


@require_form
@requires(Right.CHANGE)
def undelete(request: DashboardRequest, assistant_id: str, seq: int) -> HttpResponse:
    """Add a deleted question again, as it was; ``seq`` is the row of the record that tells of its deletion."""
    operation = operations.operation_of(workspace=request.workspace.name, seq=seq)
    if operation is None or operation.action != Action.QUESTION_DELETE:
        raise Http404(gettext("There is no such change."))
    if questions.assistant_of(operation.line.head) != assistant_id:
        raise Http404(gettext("There is no such change."))
    request.service.assistants.retrieve(assistant_id)
    require_genuine(operation.seq)
    question = questions.deleted(operation)
    obstacle = ""
    if question is None:
        obstacle = gettext("It held something that looks like a key, which the record never keeps.")
    elif Question.objects.filter(pk=question.pk).exists():
        obstacle = gettext("The question is there already.")
    page = reverse("assistant-questions", args=[request.workspace.name, assistant_id])
    if request.method == "POST" and question is not None and not obstacle:
        if questions.undelete(request.service, question, undo_of=operation.seq) is not None:
            messages.success(request, gettext("The question is back."))
            return redirect(page)
        obstacle = str(TOO_MANY)
    plan = UndoPlan(page=page, says=gettext("The question will be kept again, as it was."), obstacle=obstacle)
    context = {"line": operation.line, "way": plan}
    return render(request, "history/undo.html", context, status=409 if request.method == "POST" else 200)


@require_form
@requires(Right.CHANGE)
def import_questions(request: DashboardRequest, assistant_id: str) -> HttpResponse:
    """Import a CSV file: all of its rows, or none when one of them is no question."""
    assistant = request.service.assistants.retrieve(assistant_id)
    form = ImportForm(request.POST, request.FILES) if request.method == "POST" else ImportForm()
    bad: list[Any] = []
    if request.method == "POST" and form.is_valid():
        rows, bad = form.read()
        if not rows and not bad:
            form.add_error("file", gettext("This file holds no questions."))
        elif not bad:
            done = questions.import_rows(request.service, assistant_id, rows)
            if done is not None:
                text = ngettext(
                    "%(added)d question added, %(changed)d changed.",
                    "%(added)d questions added, %(changed)d changed.",
                    done[0],
                )
                messages.success(request, text % {"added": done[0], "changed": done[1]})
                return redirect("assistant-questions", request.workspace.name, assistant_id)
            form.add_error("file", TOO_MANY)
    context = {
        "assistant_id": assistant_id,
        "label": label(assistant),
        "form": form,
        "bad": bad,
        "columns": list(QuestionForm.base_fields),
        "most": MOST_ROWS,
    }
    return render(request, "evaluations/import.html", context, status=422 if form.errors or bad else 200)


@require_safe
@requires(Right.CHANGE)
def export(request: DashboardRequest, assistant_id: str) -> StreamingHttpResponse:
    assistant = request.service.assistants.retrieve(assistant_id)
    lines = csv_of(questions.one_by_one(questions.of_assistant(request.workspace.name, assistant_id)))
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    name = clean_name(gettext("Questions of %(name)s.csv") % {"name": label(assistant)})
    response["Content-Disposition"] = str(content_disposition_header(True, name))
    return response


def found(request: DashboardRequest, assistant_id: str, pk: int) -> Question:
    row = questions.find(request.workspace.name, assistant_id, pk)
    if row is None:
        raise Http404(gettext("There is no such question."))
    return row


def form_page(
    request: DashboardRequest, assistant_id: str, name: str, form: QuestionForm, *, question: Question | None
) -> HttpResponse:
    context = {"assistant_id": assistant_id, "label": name, "form": form, "question": question}
    return render(request, "evaluations/question.html", context, status=422 if form.errors else 200)
