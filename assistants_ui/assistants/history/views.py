"""The history of one assistant, and the ways back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

import assistants_client as wire
from assistants_ui.assistants.history.restore import (
    Choice,
    choices,
    creatable,
    differing,
    is_by_the_server,
    missing_from,
    undo_address,
)
from assistants_ui.bulk import jobs
from assistants_ui.domain.canonical import fingerprint
from assistants_ui.domain.labels import label
from assistants_ui.http import DashboardRequest
from assistants_ui.question_results.results import tested
from assistants_ui.question_results.versions import runs_on
from dashboard.access import Right, requires
from dashboard.audit.api import Target
from dashboard.audit.read import revisions
from dashboard.audit.read.comparison import FieldChange
from dashboard.audit.read.comparison import compare as compare_states
from dashboard.audit.read.entries import names_in
from dashboard.audit.read.revisions import Revision
from dashboard.audit.verify.verification import require_genuine
from dashboard.lib.http import require_form
from dashboard.lib.matching import Budget
from dashboard.lib.texts import as_list, sentences


@require_safe
@requires(Right.READ)
def index(request: DashboardRequest, assistant_id: str) -> HttpResponse:
    """Every revision with author, time and sentence; any two can be compared."""
    before = number(request.GET.get("before", ""))
    history = revisions.history_of(assistant(assistant_id), workspace=request.workspace.name, before=before)
    if not history.revisions and before is None:
        # Nothing is recorded yet; an assistant that does not exist at all is a 404 of the service.
        request.service.assistants.retrieve(assistant_id)
    runs = runs_on(history.revisions, workspace=request.workspace.name, assistant_id=assistant_id)
    entries = history.entries
    many = jobs.of_groups(request.workspace.name, [entry.line.job for entry in entries])
    context = {
        "history": history,
        "rows": [
            (entry, runs.get(entry.revision.seq) if entry.revision else None, many.get(entry.line.job))
            for entry in entries
        ],
        "assistant_id": assistant_id,
        "label": name_of(history.revisions[0]) if history.revisions else assistant_id,
        "newest": [revision.seq for revision in history.revisions if not revision.is_deletion][:2],
        "is_gone": bool(history.revisions) and before is None and history.revisions[0].is_deletion,
        "is_first": before is None,
    }
    return render(request, "history/index.html", context)


@require_safe
@requires(Right.READ)
def revision(request: DashboardRequest, assistant_id: str, revision: int) -> HttpResponse:
    """One revision: what it changed, and the whole state after it."""
    found = revision_or_404(request, assistant_id, revision)
    before = found.before or previous_state(request, assistant_id, found)
    latest = revisions.latest_of(assistant(assistant_id), workspace=request.workspace.name)
    budget = Budget()
    context = {
        "revision": found,
        "assistant_id": assistant_id,
        "label": name_of(found),
        "is_current": latest is not None and latest.seq == found.seq,
        "many": jobs.of_groups(request.workspace.name, [found.line.job]).get(found.line.job),
        "changes": changes(before, found.state, budget=budget) if not found.is_baseline else [],
        "content": changes(None, found.state or before, budget=budget),
        "tested": tested(request.workspace.name, assistant_id, found.state) if found.state else None,
    }
    return render(request, "history/revision.html", context)


@require_safe
@requires(Right.READ)
def compare(request: DashboardRequest, assistant_id: str) -> HttpResponse:
    """Two revisions of one's own choice, the older one left."""
    chosen = [number(request.GET.get(name, "")) for name in ("from", "to")]
    if None in chosen:
        messages.info(request, gettext("Choose two versions to compare."))
        return redirect("assistant-history", request.workspace.name, assistant_id)
    older, newer = (revision_or_404(request, assistant_id, seq) for seq in sorted(seq for seq in chosen if seq))
    context = {
        "older": older,
        "newer": newer,
        "assistant_id": assistant_id,
        "label": name_of(newer),
        "changes": changes(older.state, newer.state),
    }
    return render(request, "history/compare.html", context)


@require_form
@requires(Right.CHANGE)
def restore(request: DashboardRequest, assistant_id: str, revision: int) -> HttpResponse:
    """Bring back an earlier version, or single fields of it: an ordinary save with a conflict check."""
    found = revision_or_404(request, assistant_id, revision)
    if found.state is None:
        return redirect("assistant-undelete", request.workspace.name, assistant_id)
    current = request.service.assistants.retrieve(assistant_id, fresh=True)
    context = {"title": gettext("Restore this version"), "button": gettext("Restore this version"), "revision": found}
    return take_back(request, current, wanted=found.state, note={"restored_from": found.seq}, context=context)


@require_form
@requires(Right.CHANGE)
def undo(request: DashboardRequest, assistant_id: str, revision: int) -> HttpResponse:
    """Take back one change and leave the later ones: the fields it set, as they were before it."""
    found = revision_or_404(request, assistant_id, revision)
    if found.is_deletion:
        return redirect("assistant-undelete", request.workspace.name, assistant_id)
    before = found.before or previous_state(request, assistant_id, found)
    if before is None or found.state is None:
        raise Http404(gettext("There is nothing to go back to."))
    current = request.service.assistants.retrieve(assistant_id, fresh=True)
    changed = differing(found.state, before, api_version=request.workspace.api_version)
    wanted = {**current.raw, **{field: before.get(field) for field in changed}}
    context = {"title": gettext("Undo this change"), "button": gettext("Undo"), "revision": found}
    return take_back(
        request,
        current,
        wanted=wanted,
        last_set=found.state,
        note={"undo_of": found.seq},
        context=context,
        is_whole=is_by_the_server(found),
    )


@require_form
@requires(Right.CHANGE)
def undelete(request: DashboardRequest, assistant_id: str) -> HttpResponse:
    """Make a deleted assistant again, with everything it had that still exists."""
    last = revisions.latest_of(assistant(assistant_id), workspace=request.workspace.name)
    if last is None or not last.is_deletion or last.before is None:
        raise Http404(gettext("This assistant is not among the deleted ones."))
    require_genuine(last.seq)
    missing = missing_from(request.service, last.before)
    if request.method == "POST":
        fields = creatable(last.before, api_version=request.workspace.api_version, missing=missing)
        made = request.service.assistants.undelete(assistant_id, fields, revision=last.seq)
        back = gettext("“%(name)s” is back.") % {"name": label(made)}
        new_id = gettext("It has a new id, %(id)s: code that names the old one must change.") % {"id": made.id}
        messages.success(request, sentences(back, new_id if made.id != assistant_id else ""))
        return redirect("assistant-detail", request.workspace.name, made.id)
    context = {
        "revision": last,
        "assistant_id": assistant_id,
        "label": name_of(last),
        "missing": missing.values(),
        "content": changes(None, last.before),
    }
    return render(request, "history/undelete.html", context)


@require_safe
@requires(Right.READ)
def deleted(request: DashboardRequest) -> HttpResponse:
    """The assistants that were deleted here and can be brought back."""
    before = number(request.GET.get("before", ""))
    gone = revisions.deletions("assistant", workspace=request.workspace.name, before=before)
    return render(request, "history/deleted.html", {"gone": gone})


def take_back(
    request: DashboardRequest,
    current: wire.Assistant,
    *,
    wanted: Mapping[str, Any],
    note: dict[str, Any],
    context: dict[str, Any],
    last_set: Mapping[str, Any] | None = None,
    is_whole: bool = False,
) -> HttpResponse:
    """Show which fields would change and save the chosen ones, unless somebody was quicker.

    A POST that names no field takes all that nothing is in the way of: the Undo button of a message.
    ``is_whole``: the other fields are sent along as they are, to a server that empties what it is not sent.
    """
    version = request.workspace.api_version
    missing = missing_from(request.service, wanted)
    offered = choices(current.raw, wanted, api_version=version, last_set=last_set, missing=missing)
    base = fingerprint(current.raw)
    is_late = request.method == "POST" and request.POST.get("base", base) != base
    if request.method == "POST" and not is_late:
        named = request.POST.getlist("field")
        chosen = [choice.field for choice in offered if (choice.field in named if named else choice.is_offered)]
        wished = differing(current.raw, wanted, api_version=version)
        if fields := {name: wished[name] for name in wished if name in chosen}:
            others = request.service.assistants.sendable(current.raw) if is_whole else {}
            saved = request.service.assistants.update(current, others | fields, context=note)
            text = taken_back(saved, offered, chosen=chosen, note=note)
            messages.success(request, text, extra_tags=undo_address(request.service, saved.id))
            return redirect("assistant-detail", request.workspace.name, current.id)
    context |= {
        "assistant_id": current.id,
        "label": label(current),
        "choices": offered,
        "missing": missing.values(),
        "base": base,
        "is_late": is_late,
        "is_empty": request.method == "POST" and not is_late,
    }
    return render(request, "history/restore.html", context, status=409 if is_late else 200)


def taken_back(saved: wire.Assistant, offered: list[Choice], *, chosen: list[str], note: Mapping[str, Any]) -> str:
    """What was done, and no more: later changes and the fields that were not chosen stay."""
    fields = as_list([phrase for choice in offered if choice.field in chosen for phrase in choice.phrases])
    if "undo_of" in note:
        return gettext("The change of %(fields)s was undone.") % {"fields": fields}
    if len(chosen) < len(offered):
        return gettext("“%(name)s” has %(fields)s of the earlier version again.") % {
            "name": label(saved),
            "fields": fields,
        }
    return gettext("“%(name)s” was saved as it was before.") % {"name": label(saved)}


def assistant(assistant_id: str) -> Target:
    return Target(type="assistant", id=assistant_id)


def revision_or_404(request: DashboardRequest, assistant_id: str, seq: int) -> Revision:
    found = revisions.revision_of(assistant(assistant_id), workspace=request.workspace.name, seq=seq)
    if found is None:
        raise Http404(gettext("This assistant has no such version."))
    require_genuine(found.seq)
    if found.is_baseline:
        return found
    return replace(
        found, number=revisions.number_of(assistant(assistant_id), workspace=request.workspace.name, seq=seq)
    )


def previous_state(request: DashboardRequest, assistant_id: str, revision: Revision) -> Mapping[str, Any] | None:
    previous = revisions.revision_before(assistant(assistant_id), workspace=request.workspace.name, seq=revision.seq)
    if previous is None:
        return None
    require_genuine(previous.seq)
    return previous.state


def changes(
    before: Mapping[str, Any] | None, after: Mapping[str, Any] | None, *, budget: Budget | None = None
) -> list[FieldChange]:
    return compare_states(before, after, names=names_in(before, after), budget=budget)


def name_of(revision: Revision) -> str:
    return revision.line.target_name


def number(text: str) -> int | None:
    """A row's number from an address; None when it is none."""
    return int(text) if text.isdecimal() and len(text) <= 18 else None
