"""Half-finished gestures: finishing them, undoing them, and watching those under way."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from assistants_ui.files import attachments
from assistants_ui.files.attachments.forms import TOKEN
from assistants_ui.files.attachments.views import fates
from assistants_ui.http import DashboardRequest
from assistants_ui.messages import undo_of_gesture
from assistants_ui.models import Gesture
from dashboard.access import Right, requires
from dashboard.accounts.return_address import page_of_this_site


@require_POST
@requires(Right.CHANGE)
def finish(request: DashboardRequest, gesture_id: str) -> HttpResponse:
    gesture = attachments.finish(request.service, _found(request, gesture_id))
    return _told(request, gesture, done=f"“{gesture.name}” was attached.")


@require_POST
@requires(Right.CHANGE)
def remove(request: DashboardRequest, gesture_id: str) -> HttpResponse:
    gesture = attachments.remove(request.service, _found(request, gesture_id))
    return _told(request, gesture, done=f"“{gesture.name}” was removed.")


@require_POST
@requires(Right.CHANGE)
def cancel(request: DashboardRequest, token: str) -> HttpResponse:
    """Stop one file of an upload that a script runs; the answer is its fate."""
    gesture = attachments.cancel(request.service, token=_checked(token))
    if not request.htmx:
        return redirect("file-list", request.workspace.name)
    return fates(request, [gesture])


@require_safe
@requires(Right.CHANGE)
def progress(request: DashboardRequest, token: str) -> HttpResponse:
    """How far the dashboard is with handing the file on to the server: a progress bar, or nothing yet."""
    gesture = Gesture.objects.filter(workspace=request.workspace.name, token=_checked(token)).first()
    return render(request, "files/_progress.html", {"gesture": gesture})


def _checked(name: str) -> str:
    """The name of a gesture or a click from an address; nothing else ever reaches the database."""
    if not TOKEN.fullmatch(name):
        raise Http404("There is nothing under this address.")
    return name


def _found(request: DashboardRequest, gesture_id: str) -> Gesture:
    gesture = Gesture.objects.filter(workspace=request.workspace.name, pk=_checked(gesture_id)).first()
    if gesture is None:
        raise Http404("There is nothing half-finished under this address.")
    return gesture


def _told(request: DashboardRequest, gesture: Gesture, *, done: str) -> HttpResponse:
    if request.htmx:
        return fates(request, [gesture])
    if gesture.problem:
        messages.warning(request, f"“{gesture.name}”: {gesture.problem}")
    elif gesture.is_busy:
        messages.info(request, f"“{gesture.name}” is on its way just now.")
    else:
        messages.success(request, done, extra_tags=undo_of_gesture(request.service, gesture))
    return redirect(_page_behind(request, gesture))


def _page_behind(request: DashboardRequest, gesture: Gesture) -> str:
    """The page the person pressed the button on, since what the file was for may be gone; or else that."""
    behind = page_of_this_site(request, address=request.headers.get("Referer", ""))
    if behind != "/":
        return behind
    if gesture.assistant_id:
        return reverse("assistant-detail", args=[request.workspace.name, gesture.assistant_id])
    if gesture.store_id:
        return reverse("vector-store-detail", args=[request.workspace.name, gesture.store_id])
    return reverse("file-list", args=[request.workspace.name])
