"""The pages of handing over: choose a target, see what is lost, decide, download."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext

import assistants_client as wire
from assistants_ui.catalog.filters import Filters
from assistants_ui.catalog.search import in_order
from assistants_ui.domain.labels import label
from assistants_ui.forms.lists import ListForm
from assistants_ui.handover.contents import SHOWN_BYTES, gather, questions_of
from assistants_ui.handover.findings import findings_in
from assistants_ui.handover.forms import HandoverDecisions
from assistants_ui.handover.losses import LossKind
from assistants_ui.handover.options import Contents, HandoverOptions
from assistants_ui.handover.package import Package, collisions_in, package
from assistants_ui.handover.record import record_handover
from assistants_ui.handover.report import HEADINGS, busy_of, left_behind, summary_of
from assistants_ui.handover.source import Source
from assistants_ui.handover.target import HandoverTarget
from assistants_ui.handover.targets import TARGETS
from assistants_ui.handover.work import PackagePart, SharedLoss, Task, shared, tasks_of
from assistants_ui.http import DashboardRequest
from dashboard.access import Right, requires
from dashboard.audit.api import actor_of
from dashboard.bounds import HANDOVER_CHARACTERS
from dashboard.lib.http import require_form
from dashboard.lib.request_ids import request_id

MOST_ASSISTANTS = 1000
# More text than this on one page helps nobody; the download has all of it.
SHOWN_FILES = 40
SHOWN_CHARACTERS = 20_000


@require_form
@requires(Right.CHANGE)
def one(request: DashboardRequest, assistant_id: str) -> HttpResponseBase:
    """The hand-over of one assistant."""
    assistant = request.service.assistants.retrieve(assistant_id, fresh=True)
    return _page(request, [assistant], chosen=assistant)


@require_form
@requires(Right.CHANGE)
def several(request: DashboardRequest) -> HttpResponseBase:
    """The hand-over of those whose ids are given; without any, the page on which they are chosen."""
    data = _data(request)
    filters = ListForm(data).filters() if "all" in data else None
    ids = dict.fromkeys(data.getlist("id") if filters is None else _matching(request, filters))
    everyone = request.service.assistants.all(fresh="download" in data)
    assistants = [assistant for assistant in everyone if assistant.id in ids][:MOST_ASSISTANTS]
    if not assistants:
        offered = [(assistant.id, label(assistant), assistant.model) for assistant in everyone[:MOST_ASSISTANTS]]
        context = {
            "offered": offered,
            "is_cut": len(everyone) > MOST_ASSISTANTS,
            "nothing_chosen": bool(data) or request.method == "POST",
        }
        return render(request, "handover/choose.html", context)
    chosen_by = [("id", name) for name in ids] if filters is None else [("all", "1"), *filters.items()]
    return _page(request, assistants, chosen_by=chosen_by)


def _matching(request: DashboardRequest, filters: dict[str, Any]) -> list[str]:
    """The ids of all that the filters of the list leave, which may be too many for an address."""
    request.service.catalog.ready()
    rows = in_order(request.workspace.name, Filters(**filters, viewer=request.user.pk))
    return list(rows.values_list("assistant_id", flat=True)[:MOST_ASSISTANTS])


def _data(request: HttpRequest) -> QueryDict:
    return request.POST if request.method == "POST" else request.GET


def _page(
    request: DashboardRequest,
    assistants: Sequence[wire.Assistant],
    *,
    chosen: wire.Assistant | None = None,
    chosen_by: Sequence[tuple[str, str]] = (),
) -> HttpResponseBase:
    data = _data(request)
    target = TARGETS.get(data.get("target", ""))
    context: dict[str, Any] = {
        "assistant": chosen,
        "label": label(chosen) if chosen else "",
        "assistants": [(assistant.id, label(assistant)) for assistant in assistants],
        "chosen_by": chosen_by,
        # An address has room for about 240 ids.
        "way": "get" if len(chosen_by) <= 100 else "post",
        "targets": TARGETS.values(),
        "target": target,
    }
    if target is None:
        if data.get("target"):
            raise Http404(gettext("There is no such target."))
        return render(request, "handover/index.html", context)
    raws = [assistant.raw for assistant in assistants]
    sources = [Source.of(raw) for raw in raws]
    decisions = HandoverDecisions.read(data, target, sources)
    if request.method == "POST" and "download" in data:
        return _download(request, target, raws, decisions)
    return render(request, "handover/index.html", context | _account(request, target, raws, sources, decisions))


def _account(
    request: DashboardRequest,
    target: HandoverTarget,
    raws: Sequence[dict[str, Any]],
    sources: Sequence[Source],
    decisions: HandoverDecisions,
) -> dict[str, Any]:
    """What the page shows below the choice of a target."""
    with tempfile.TemporaryDirectory() as folder:
        contents = _contents(request, target, raws, folder, most_bytes=SHOWN_BYTES)
        options = replace(decisions.options(contents), questions=questions_of(request.workspace.name, raws))
        made = package(target, raws, options, most_characters=HANDOVER_CHARACTERS)
        parts = [in_readers_language(part, target, own, options) for part, own in zip(made.parts, sources, strict=True)]
    shown = _shown(made)
    return {
        "decisions": decisions,
        "parts": [ShownPart.of(part) for part in parts],
        "work": ShownWork.of(parts) if len(parts) > 1 else None,
        "left_behind": left_behind(sum(options.questions.values())),
        "collisions": collisions_in(made),
        "unsearched": [part.source.title for part in parts if not part.is_searched],
        "files": shown,
        "file_count": len(made.files) + made.omitted,
        "is_cut": len(made.files) + made.omitted > len(shown),
    }


def _download(
    request: DashboardRequest, target: HandoverTarget, raws: Sequence[dict[str, Any]], decisions: HandoverDecisions
) -> HttpResponse | FileResponse:
    """The zip. The record says who took which assistants where, before the bytes leave."""
    with tempfile.TemporaryDirectory() as folder:
        contents = _contents(request, target, raws, folder)
        options = replace(decisions.options(contents), questions=questions_of(request.workspace.name, raws))
        made = package(target, raws, options)
        archive: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  (closed by the answer)
        made.zip_into(archive)
    record_handover(made, workspace=request.workspace.name, actor=actor_of(request), request_id=request_id(request))
    archive.seek(0)
    return FileResponse(archive, as_attachment=True, filename=f"{made.name}.zip", content_type="application/zip")


def _contents(
    request: DashboardRequest,
    target: HandoverTarget,
    raws: Sequence[dict[str, Any]],
    folder: str,
    *,
    most_bytes: int | None = None,
) -> Contents:
    if not target.takes_files:
        return Contents()
    return gather(request.service, raws, Path(folder), most_bytes=most_bytes)


def in_readers_language(
    part: PackagePart, target: HandoverTarget, source: Source, options: HandoverOptions
) -> PackagePart:
    """One part as its page shows it; the files themselves are in English."""
    # What has nothing to point out in one language has nothing in another.
    findings = findings_in(source) if part.findings else []
    return replace(part, losses=target.losses(source, options), findings=findings)


@dataclass(frozen=True)
class ShownPart:
    """One assistant's account: what is lost first, then changed, to decide and kept."""

    part: PackagePart
    title: str
    summary: str
    groups: list[tuple[str, str, list[Any]]]

    @classmethod
    def of(cls, part: PackagePart) -> ShownPart:
        groups = [
            (outcome.value, str(HEADINGS[outcome]), [loss for loss in part.losses if loss.outcome is outcome])
            for outcome in LossKind
        ]
        return cls(part, part.source.title, summary_of(part.losses), [group for group in groups if group[2]])


@dataclass(frozen=True)
class ShownWork:
    """What is to be done for all of several assistants, by what it is, and what becomes of their fields."""

    summary: str
    tasks: Sequence[Task]
    groups: list[tuple[str, Sequence[SharedLoss]]]

    @classmethod
    def of(cls, parts: Sequence[PackagePart]) -> ShownWork:
        tasks = tasks_of(parts)
        groups = [(str(HEADINGS[outcome]), shared(outcome, parts)) for outcome in (LossKind.LOST, LossKind.CHANGED)]
        # Of an assistant whose texts were not looked through, nobody can say that it is ready.
        is_known = tasks and all(part.is_searched for part in parts)
        return cls(busy_of(tasks, len(parts)) if is_known else "", tasks, [group for group in groups if group[1]])


@dataclass(frozen=True)
class ShownFile:
    """A text file as HTML gives it to the reader without any change, unless it was cut or holds what HTML cannot.

    ``pieces`` are what stands between carriage returns, which a browser keeps only as references.
    """

    path: str
    pieces: Sequence[str]
    is_cut: bool
    is_exact: bool

    @classmethod
    def of(cls, path: str, text: str) -> ShownFile:
        shown = text[:SHOWN_CHARACTERS]
        pieces = shown.replace("\x00", "\ufffd").split("\r")
        is_cut = len(text) > SHOWN_CHARACTERS
        return cls(path, pieces, is_cut, is_exact=not is_cut and "\x00" not in shown)


def _shown(made: Package) -> list[ShownFile]:
    """The first text files."""
    texts = [(path, text) for path, text in made.files.items() if isinstance(text, str)]
    return [ShownFile.of(path, text) for path, text in texts[:SHOWN_FILES]]
