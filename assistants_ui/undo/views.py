"""Undoing one change of files or vector stores, from its line in the log or from the message after it."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext

from assistants_ui.audit_log import undoable
from assistants_ui.domain.actions import Action
from assistants_ui.domain.labels import label
from assistants_ui.http import DashboardRequest
from assistants_ui.messages import undo_of_request, undo_tags
from assistants_ui.undo import UndoPlan, stores, undo_plan_of
from dashboard.access import Right, requires
from dashboard.audit.read import operations
from dashboard.audit.read.operations import Operation
from dashboard.audit.verify.verification import require_genuine
from dashboard.lib.http import require_form
from dashboard.lib.texts import as_list

OF_SETTINGS = (Action.VECTOR_STORE_UPDATE, Action.VECTOR_STORE_CHANGED_OUTSIDE)


@require_form
@requires(Right.CHANGE)
def undo(request: DashboardRequest, seq: int) -> HttpResponse:
    """What undoing would do to things as they are now; a POST does it, if there is still something to do."""
    operation = operations.operation_of(workspace=request.workspace.name, seq=seq)
    if operation is None:
        raise Http404(gettext("There is no such change."))
    require_genuine(*(step.seq for step in operations.operations_of_job(operation)))
    if undoable.is_of_an_assistant(operation.line.head):
        return redirect("assistant-undo", request.workspace.name, operation.line.target_id, operation.seq)
    if not undoable.is_of_files_or_stores(operation.line.head):
        raise Http404(gettext("This change cannot be undone."))
    if operation.action in OF_SETTINGS:
        return undo_settings(request, operation)
    plan = undo_plan_of(request.service, operation)
    if plan is None:
        raise Http404(gettext("This change cannot be undone."))
    if request.method == "POST" and not plan.obstacle:
        return applied(request, plan)
    return page_of(request, operation, plan, status=409 if request.method == "POST" else 200)


def applied(request: DashboardRequest, plan: UndoPlan) -> HttpResponse:
    undone = plan.apply()
    if undone.is_done:
        place = plan.page.partition("#")[2]
        messages.success(
            request, undone.text, extra_tags=undo_tags(request.workspace.name, seq=undone.seq, place=place)
        )
    else:
        messages.warning(request, undone.text)
    return redirect(plan.page)


def undo_settings(request: DashboardRequest, operation: Operation) -> HttpResponse:
    """Put back what a change set of a store's name, expiry and metadata, and leave what was changed since."""
    store = request.service.vector_stores.find(operation.line.target_id)
    if store is None:
        page = reverse("vector-store-list", args=[request.workspace.name])
        gone = UndoPlan(page=page, obstacle=gettext("The vector store was deleted since."))
        return page_of(request, operation, gone, status=409 if request.method == "POST" else 200)
    plan = UndoPlan(page=reverse("vector-store-detail", args=[request.workspace.name, store.id]))
    offered, base = stores.choices_of(operation, store), stores.fingerprint(store)
    is_late = request.method == "POST" and request.POST.get("base", base) != base
    if request.method == "POST" and not is_late:
        named = request.POST.getlist("field")
        chosen = [choice for choice in offered if (choice.field in named if named else choice.is_offered)]
        fields = [choice.field for choice in chosen if not choice.obstacle]
        if fields:
            wanted = stores.as_before(operation, fields, store=store)
            saved = request.service.vector_stores.update(store, wanted, context={"undo_of": operation.seq})
            undone_fields = as_list([phrase for choice in chosen for phrase in choice.phrases])
            undo_it = undo_of_request(request.service, store.id)
            messages.success(
                request,
                gettext("The change of %(fields)s of “%(name)s” was undone.")
                % {"fields": undone_fields, "name": label(saved)},
                extra_tags=undo_it,
            )
            return redirect(plan.page)
    context = {"choices": offered, "base": base, "is_late": is_late}
    context |= {"is_empty": request.method == "POST" and not is_late}
    return page_of(request, operation, plan, status=409 if is_late else 200, **context)


def page_of(
    request: DashboardRequest, operation: Operation, plan: UndoPlan, *, status: int = 200, **context: object
) -> HttpResponse:
    context |= {"line": operation.line, "way": plan, "is_settings": operation.action in OF_SETTINGS}
    return render(request, "history/undo.html", context, status=status)
