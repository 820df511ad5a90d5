"""The account in Markdown: of one assistant field by field, of several as a list of work."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from django.utils.translation import gettext, ngettext, ngettext_lazy, pgettext_lazy

from assistants_ui.handover.findings import TextFinding
from assistants_ui.handover.losses import Loss, LossKind
from assistants_ui.handover.source import Source
from assistants_ui.handover.texts import line
from assistants_ui.handover.work import PackagePart, SharedLoss, Task, shared, tasks_of

HEADINGS = {
    LossKind.LOST: pgettext_lazy("a field in a hand-over", "Lost"),
    LossKind.CHANGED: pgettext_lazy("a field in a hand-over", "Changed"),
    LossKind.DECIDE: pgettext_lazy("a field in a hand-over", "To decide"),
    LossKind.KEPT: pgettext_lazy("a field in a hand-over", "Kept"),
}
COUNTED = {
    LossKind.LOST: ngettext_lazy("%(count)d lost", "%(count)d lost", "count"),
    LossKind.CHANGED: ngettext_lazy("%(count)d changed", "%(count)d changed", "count"),
    LossKind.DECIDE: ngettext_lazy("%(count)d to decide", "%(count)d to decide", "count"),
    LossKind.KEPT: ngettext_lazy("%(count)d kept", "%(count)d kept", "count"),
}
NAMED = 10


def report_of_one(
    source: Source, label: str, losses: Sequence[Loss], findings: Sequence[TextFinding], *, questions: int
) -> str:
    """Every field of one assistant: what is lost, changed, to decide and kept."""
    lines = [f"# {line(source.title)} to {label}", "", summary_of(losses) + ".", left_behind(questions)]
    if tasks := list(dict.fromkeys(loss.to_do for loss in losses if loss.to_do)):
        lines += ["", "## To do", "", *(f"- [ ] {line(task, longest=300)}" for task in tasks)]
    if findings:
        lines += ["", "## Check before you publish", "", *(f"- [ ] {_found(finding)}" for finding in findings)]
    for outcome, heading in HEADINGS.items():
        if rows := [loss for loss in losses if loss.outcome is outcome]:
            lines += ["", f"## {heading}", "", *map(_row, rows)]
    return "\n".join(lines) + "\n"


def summary_of(losses: Iterable[Loss]) -> str:
    """``2 lost, 1 changed, 1 to decide, 14 kept``."""
    outcomes = [loss.outcome for loss in losses]
    counts = [str(COUNTED[each] % {"count": outcomes.count(each)}) for each in LossKind if each in outcomes]
    return ", ".join(counts) or gettext("Nothing to hand over")


def left_behind(questions: int) -> str:
    """What belongs to assistants here and is no part of a hand-over."""
    if not questions:
        return gettext("The history and unsaved drafts stay in this dashboard.")
    words = ngettext(
        "%(count)d test question, the history and unsaved drafts stay in this dashboard; “Export” on the page “Test "
        "questions” gives the question as a file.",
        "%(count)d test questions, the history and unsaved drafts stay in this dashboard; “Export” on the page “Test "
        "questions” gives the questions as a file.",
        questions,
    )
    return words % {"count": questions}


def report_of_several(
    label: str,
    parts: Sequence[PackagePart],
    *,
    to_rename: Sequence[str],
    folders: Sequence[str],
    questions: int,
) -> str:
    """A list of work for a whole team: what to do, and for which assistants; then what is lost, told once.

    ``to_rename`` says which have one name there, and ``folders`` which have folders with a number for that reason.
    """
    tasks = tasks_of(parts)
    lines = [f"# {len(parts)} assistants to {label}", "", *([busy_of(tasks, len(parts))] if tasks else [])]
    lines += [f"In all their fields: {summary_of(loss for part in parts for loss in part.losses)}."]
    lines += [left_behind(questions), "", "## To do", ""]
    lines += [f"- [ ] {line(text, longest=1000)}" for text in to_rename] + [""] * bool(to_rename)
    if tasks:
        lines += ["Each number stands again beside the assistants that it is for, at the end.", ""]
        lines += _list_of_work(tasks, len(parts))
    elif not to_rename:
        lines.append("Nothing. Everything that can be handed over is ready.")
    for outcome in (LossKind.LOST, LossKind.CHANGED):
        if rows := [_shared(loss, len(parts)) for loss in shared(outcome, parts)]:
            lines += ["", f"## {HEADINGS[outcome]}", "", *rows]
    lines += ["", "## Each assistant", "", *(_each(part, tasks) for part in parts)]
    if folders:
        lines += ["", "## Folders with a number", "", *(f"- {line(text, longest=1000)}" for text in folders)]
    return "\n".join(lines) + "\n"


def busy_of(tasks: Sequence[Task], count: int) -> str:
    """For how many of so many assistants there is something to do."""
    busy = len({id(part) for task in tasks for part in task.parts})
    if busy == count:
        return gettext("There is something to do for each of them.")
    words = ngettext(
        "There is something to do for %(busy)d of them; the others are ready.",
        "There is something to do for %(busy)d of them; the others are ready.",
        busy,
    )
    return words % {"busy": busy}


def _list_of_work(tasks: Sequence[Task], count: int) -> list[str]:
    """Each task with its number, under one heading for all that differ only in what they are about."""
    lines: list[str] = []
    for text, mine in groupby(tasks, key=lambda task: task.text):
        lines += [*([""] if lines else []), f"### {line(text, longest=300)}", ""]
        for task in mine:
            named = f"{line(task.about, longest=300)}: " if task.about else ""
            lines.append(f"- [ ] {task.number}. {named}{_links(task.parts, count)}")
    return lines


def _links(parts: Sequence[PackagePart], count: int) -> str:
    if len(parts) == count:
        return f"all {count} assistants"
    named = ", ".join(_link(part) for part in parts[:NAMED])
    if len(parts) == 1:
        return named
    more = f" and {len(parts) - NAMED} more" if len(parts) > NAMED else ""
    return f"{len(parts)} assistants ({named}{more})"


def _link(part: PackagePart, longest: int = 60) -> str:
    return f"[{line(part.source.title, longest=longest)}]({part.folder}/losses.md)"


def _shared(loss: SharedLoss, count: int) -> str:
    whose = "all" if len(loss.parts) == count else f"{len(loss.parts)} assistants"
    if len(loss.parts) <= 3 and len(loss.parts) < count:
        whose = ", ".join(map(_link, loss.parts))
    return f"- **{line(loss.label)}** ({whose}): {line(loss.sentence, longest=600)}"


def _each(part: PackagePart, tasks: Sequence[Task]) -> str:
    """One assistant with the numbers of its tasks, so that one can be finished after the other."""
    numbers = [str(task.number) for task in tasks if any(one is part for one in task.parts)]
    told = f"to do {', '.join(numbers)}; " if numbers else ""
    return f"- {_link(part, 120)}: {told}{summary_of(part.losses)}"


def _row(loss: Loss) -> str:
    return f"- **{line(loss.label)}** ({_path(loss.field)}): {line(loss.sentence, longest=600)}"


def _path(path: str) -> str:
    safe = line(path, longest=200).replace("\\", "")
    return f"`{safe.replace('`', '')}`"


def _found(finding: TextFinding) -> str:
    return f"**{line(finding.label)}**: {line(finding.text, longest=300)}"
