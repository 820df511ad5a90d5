"""The page on which an administrator imports saved assistants: by upload or paste, after a preview."""

from __future__ import annotations

import hashlib
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext, gettext_lazy, ngettext

from assistants_server.importer import apply as importing
from assistants_server.importer import jobs, uploaded, worker
from assistants_server.importer.uploaded import Uploaded
from assistants_server.models import ImportJob
from assistants_server.models.imports import new_job_id
from dashboard.access import Right, requires
from dashboard.audit import api as audit
from dashboard.bounds import IMPORT_MARKS, IMPORT_MB
from dashboard.environment import WorkspaceSettings
from dashboard.lib.http import is_partial, require_form
from dashboard.lib.stored_texts import english

MEGABYTE = 2**20
# What a preview shows in full; the rest is counted.
MOST_SHOWN = 200
# How long one request goes on with an import.
SECONDS = 2.0


class SavedAssistantsForm(forms.Form):
    """What to import and how; the files themselves are read beside it."""

    text = forms.CharField(
        required=False,
        strip=False,
        label=gettext_lazy("Or paste what was saved"),
        widget=forms.Textarea(attrs={"rows": 8, "class": "mono", "spellcheck": "false"}),
        help_text=gettext_lazy("JSON, what Python printed, or the code of a prompt."),
    )
    model = forms.CharField(
        required=False,
        max_length=256,
        label=gettext_lazy("Model where none is named"),
        help_text=gettext_lazy("Prompts need not name one."),
    )
    only_sound = forms.BooleanField(required=False, label=gettext_lazy("Take what is sound and leave out the rest"))
    new_ids = forms.BooleanField(required=False, label=gettext_lazy("Give new ids where one is missing or taken"))
    replace = forms.BooleanField(required=False, label=gettext_lazy("Overwrite what is here under the same ids"))


class WorkspaceRequest(HttpRequest):
    """A request to an address below ``/w/``, which a middleware gives its workspace."""

    workspace: WorkspaceSettings


@require_form
@requires(Right.ADMINISTER)
def index(request: WorkspaceRequest) -> HttpResponse:
    """Choose, preview, import. Nothing is stored before the preview has been seen."""
    workspace = request.workspace
    if not workspace.is_embedded:
        return render(request, "importer/elsewhere.html")
    if request.method != "POST":
        return render(request, "importer/index.html", {"form": SavedAssistantsForm()} | _context(workspace.name))
    if (token := request.POST.get("token")) and (begun := ImportJob.objects.filter(preview=token[:64]).first()):
        return redirect("import-job", workspace.name, begun.pk)
    form = SavedAssistantsForm(request.POST)
    sent = _sent(request, form, workspace.name) if form.is_valid() else None
    if sent is None:
        return render(request, "importer/index.html", {"form": form} | _context(workspace.name), status=422)
    options = form.cleaned_data
    chosen = {name: options[name] for name in ("replace", "only_sound", "new_ids")}
    plan, notes, problem = sent.planned(default_model=options["model"].strip(), **chosen)
    if plan is None:
        form.add_error(None, problem)
        return render(request, "importer/index.html", {"form": form} | _context(workspace.name), status=422)
    seen = fingerprint(plan)
    if request.POST.get("seen") == seen and not plan.problems:
        return _imported(request, sent, plan, workspace.name)
    context = preview(plan) | {"notes": notes, "form": form, "seen": seen, "is_late": "seen" in request.POST}
    context["token"] = request.POST.get("token") or sent.keep()
    return render(request, "importer/preview.html", context, status=409 if context["is_late"] else 200)


def _sent(request: HttpRequest, form: SavedAssistantsForm, workspace: str) -> Uploaded | None:
    """What was uploaded or pasted, now or for the preview; None where the form says what is wrong."""
    user_id = cast("int", request.user.pk)
    if token := request.POST.get("token"):
        if found := uploaded.kept(token, workspace=workspace, user_id=user_id):
            return found
        form.add_error(None, gettext("The preview is more than an hour old. Choose the file again."))
        return None
    files = request.FILES.getlist("files")
    if sum(file.size or 0 for file in files) + len(form.cleaned_data["text"]) > IMPORT_MB * MEGABYTE:
        sentence = gettext("This is more than %(most)d MB. The command import_assistants takes files of any size.")
        form.add_error(None, sentence % {"most": IMPORT_MB})
        return None
    if any(getattr(file, "refusal", "") for file in files):
        form.add_error(None, gettext("A file is empty, or too large for this site."))
        return None
    texts, problem = uploaded.texts_of(files)
    if problem:
        form.add_error(None, problem)
        return None
    if form.cleaned_data["text"].strip():
        texts.append(("", form.cleaned_data["text"]))
    if sum(text.count(mark) for _, text in texts for mark in "{[,") > IMPORT_MARKS:
        sentence = gettext("This holds too many values. The command import_assistants takes files of any size.")
        form.add_error(None, sentence)
        return None
    if not texts:
        form.add_error(None, gettext("Choose a file, or paste what was saved."))
        return None
    return Uploaded(workspace=workspace, user_id=user_id, texts=tuple(texts))


def fingerprint(plan: importing.Plan) -> str:
    """The same for two plans that do the same, whoever reads them; ids that are still to be made do not count."""
    parts = [plan.new, plan.replaced, plan.unchanged, plan.left_out]
    with english():
        text = "\n".join(f"{number} {item.where} {item.content}" for number, part in enumerate(parts) for item in part)
    return hashlib.sha256(text.encode()).hexdigest()


def preview(plan: importing.Plan) -> dict[str, Any]:
    """What a person sees of a plan: each object with what is taken, changed and left out."""
    parts = [
        (gettext("New"), plan.new),
        (gettext("Overwritten"), plan.replaced),
        (gettext("Already here"), plan.unchanged),
        (gettext("Left out"), plan.left_out),
    ]
    return {
        "groups": [(title, items[:MOST_SHOWN], len(items) - MOST_SHOWN) for title, items in parts if items],
        "problems": plan.problems[:MOST_SHOWN],
        "more_problems": len(plan.problems) - MOST_SHOWN,
        "count": len(plan.new) + len(plan.replaced),
    }


def _imported(request: HttpRequest, sent: Uploaded, plan: importing.Plan, workspace: str) -> HttpResponse:
    token = request.POST.get("token") or new_job_id()
    begun = jobs.begin(workspace, plan, actor=audit.actor_of(request), source=sent.source, preview=token)
    uploaded.forget(token)
    jobs.go_on(begun.pk, seconds=SECONDS)
    begun.refresh_from_db()
    found = jobs.counts(begun)
    if begun.state != ImportJob.State.DONE or found[jobs.State.DISPUTED]:
        worker.wake()
        return redirect("import-job", workspace, begun.pk)
    number, already = found[jobs.State.NEW], begun.unchanged + found[jobs.State.UNCHANGED]
    done = ngettext(
        "%(number)d assistant imported, %(replaced)d overwritten, %(already)d already here.",
        "%(number)d assistants imported, %(replaced)d overwritten, %(already)d already here.",
        number,
    ) % {"number": number, "replaced": found[jobs.State.REPLACED], "already": already}
    if begun.left_out:
        sentence = ngettext("%(number)d object left out.", "%(number)d objects left out.", begun.left_out)
        done = f"{done} {sentence % {'number': begun.left_out}}"
    messages.success(request, done)
    return redirect("assistant-list", workspace)


@require_form
@requires(Right.ADMINISTER)
def job(request: WorkspaceRequest, job_id: str) -> HttpResponse:
    """How far an import is. POST goes on with it, or with ``stop`` ends it where it is."""
    workspace = request.workspace
    found = get_object_or_404(ImportJob, pk=job_id, workspace=workspace.name)
    if request.method == "POST":
        if "stop" in request.POST:
            jobs.stop(found, actor=audit.actor_of(request))
        else:
            if "resume" in request.POST:
                jobs.resume(found)
            jobs.go_on(found.pk, seconds=SECONDS)
        if not is_partial(request):
            return redirect("import-job", workspace.name, found.pk)
        found.refresh_from_db()
    template = "importer/_progress.html" if is_partial(request) else "importer/job.html"
    return render(request, template, progress(found))


def progress(found: ImportJob) -> dict[str, Any]:
    """What the page of an import shows."""
    in_state = jobs.counts(found)
    number = sum(in_state.values())
    waiting = in_state[jobs.State.WAITING]
    outcomes = [(jobs.State(state).label, count) for state, count in in_state.items() if count]
    return {
        "job": found,
        "number": number,
        "done": number - waiting,
        "waiting": waiting,
        "outcomes": outcomes,
        "disputed": found.rows.filter(state=jobs.State.DISPUTED)[:MOST_SHOWN],
    }


def _context(workspace: str) -> dict[str, Any]:
    """What the first page shows besides its form: imports of the last days."""
    recent = ImportJob.objects.filter(workspace=workspace).order_by("-created_at")[:5]
    return {"most_mb": IMPORT_MB, "recent": recent}
