"""The page on which an administrator imports saved assistants: by upload or paste, after a preview."""

from __future__ import annotations

import hashlib
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from assistants_server.importer import apply as importing
from assistants_server.importer import uploaded
from assistants_server.importer.uploaded import Uploaded
from dashboard.access import Right, requires
from dashboard.audit import api as audit
from dashboard.environment import WorkspaceSettings
from dashboard.lib.counting import counted
from dashboard.lib.http import require_form

MEGABYTE = 2**20
MOST_MB = 32
# What a preview shows in full; the rest is counted.
MOST_SHOWN = 200


class SavedAssistantsForm(forms.Form):
    """What to import and how; the files themselves are read beside it."""

    text = forms.CharField(
        required=False,
        strip=False,
        label="Or paste what was saved",
        widget=forms.Textarea(attrs={"rows": 8, "class": "mono", "spellcheck": "false"}),
        help_text="JSON, what Python printed, or the code of a prompt.",
    )
    model = forms.CharField(
        required=False,
        max_length=256,
        label="Model where none is named",
        help_text="Prompts need not name one.",
    )
    only_sound = forms.BooleanField(required=False, label="Take what is sound and leave out the rest")
    new_ids = forms.BooleanField(required=False, label="Give new ids where one is missing or taken")
    replace = forms.BooleanField(required=False, label="Overwrite what is here under the same ids")


@require_form
@requires(Right.ADMINISTER)
def index(request: HttpRequest) -> HttpResponse:
    """Choose, preview, import. Nothing is stored before the preview has been seen."""
    workspace: WorkspaceSettings = request.workspace  # type: ignore[attr-defined]  # put there for each address below /w/
    if not workspace.is_embedded:
        return render(request, "importer/elsewhere.html")
    if request.method != "POST":
        return render(request, "importer/index.html", {"form": SavedAssistantsForm(), "most_mb": MOST_MB})
    form = SavedAssistantsForm(request.POST)
    sent = _sent(request, form, workspace.name) if form.is_valid() else None
    if sent is None:
        return render(request, "importer/index.html", {"form": form, "most_mb": MOST_MB}, status=422)
    options = form.cleaned_data
    chosen = {name: options[name] for name in ("replace", "only_sound", "new_ids")}
    plan, notes, problem = sent.planned(default_model=options["model"].strip(), **chosen)
    if plan is None:
        form.add_error(None, problem)
        return render(request, "importer/index.html", {"form": form, "most_mb": MOST_MB}, status=422)
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
        form.add_error(None, "The preview is more than an hour old. Choose the file again.")
        return None
    files = request.FILES.getlist("files")
    if sum(file.size or 0 for file in files) + len(form.cleaned_data["text"]) > MOST_MB * MEGABYTE:
        form.add_error(None, f"This is more than {MOST_MB} MB. The command import_assistants takes files of any size.")
        return None
    if any(getattr(file, "refusal", "") for file in files):
        form.add_error(None, "A file is empty, or too large for this site.")
        return None
    texts, problem = uploaded.texts_of(files)
    if problem:
        form.add_error(None, problem)
        return None
    if form.cleaned_data["text"].strip():
        texts.append(("pasted text", form.cleaned_data["text"]))
    if not texts:
        form.add_error(None, "Choose a file, or paste what was saved.")
        return None
    return Uploaded(workspace=workspace, user_id=user_id, texts=tuple(texts))


def fingerprint(plan: importing.Plan) -> str:
    """The same for two plans that do the same; ids that are still to be made do not count."""
    parts = [plan.new, plan.replaced, plan.unchanged, plan.left_out]
    text = "\n".join(f"{number} {item.where} {item.content}" for number, part in enumerate(parts) for item in part)
    return hashlib.sha256(text.encode()).hexdigest()


def preview(plan: importing.Plan) -> dict[str, Any]:
    """What a person sees of a plan: each object with what is taken, changed and left out."""
    parts = [
        ("New", plan.new),
        ("Overwritten", plan.replaced),
        ("Already here", plan.unchanged),
        ("Left out", plan.left_out),
    ]
    return {
        "groups": [(title, items[:MOST_SHOWN], len(items) - MOST_SHOWN) for title, items in parts if items],
        "problems": plan.problems[:MOST_SHOWN],
        "more_problems": len(plan.problems) - MOST_SHOWN,
        "count": len(plan.new) + len(plan.replaced),
    }


def _imported(request: HttpRequest, sent: Uploaded, plan: importing.Plan, workspace: str) -> HttpResponse:
    # All of it in one transaction: whatever ends the process, the plan was carried out or nothing was.
    importing.apply_plan(workspace, plan, actor=audit.actor_of(request), source=sent.source, progress=lambda text: None)
    uploaded.forget(request.POST.get("token", ""))
    left_out = f" {counted(len(plan.left_out), 'object')} left out." if plan.left_out else ""
    done = f"{counted(len(plan.new), 'assistant')} imported, {len(plan.replaced)} overwritten"
    messages.success(request, f"{done}, {len(plan.unchanged)} already here.{left_out}")
    return redirect("assistant-list", workspace)
