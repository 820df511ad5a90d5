"""The account in Markdown: of one assistant field by field, of several as a list of work."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext, ngettext_lazy, pgettext_lazy

from assistants_ui.handover.findings import TextFinding, findings_in
from assistants_ui.handover.losses import Loss, LossKind
from assistants_ui.handover.source import Source
from assistants_ui.handover.texts import line

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


def report_of_one(source: Source, label: str, losses: Sequence[Loss]) -> str:
    """Every field of one assistant: what is lost, changed, to decide and kept."""
    lines = [f"# {line(source.title)} to {label}", "", summary_of(losses) + "."]
    if tasks := list(dict.fromkeys(loss.task for loss in losses if loss.task)):
        lines += ["", "## To do", "", *(f"- [ ] {line(task, longest=300)}" for task in tasks)]
    if findings := findings_in(source):
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


def report_of_several(
    label: str, parts: Sequence[tuple[str, Source, Sequence[Loss]]], *, collisions: Sequence[str]
) -> str:
    """A list of work for a whole team: what to do, and for which assistants; then what is lost, told once.

    ``parts`` gives each assistant's folder, source and losses.
    """
    lines = [f"# {len(parts)} assistants to {label}", "", summary_of(loss for part in parts for loss in part[2]) + "."]
    lines += _tasks(parts, collisions)
    for outcome in (LossKind.LOST, LossKind.CHANGED):
        lines += _grouped(outcome, parts)
    lines += ["", "## Each assistant", ""]
    lines += [f"- [{line(source.title)}]({folder}/losses.md): {summary_of(losses)}" for folder, source, losses in parts]
    return "\n".join(lines) + "\n"


def _tasks(parts: Sequence[tuple[str, Source, Sequence[Loss]]], collisions: Sequence[str]) -> list[str]:
    work: dict[str, list[str]] = {}
    for _, source, losses in parts:
        for task in dict.fromkeys(loss.task for loss in losses if loss.task):
            work.setdefault(line(task, longest=300), []).append(line(source.title, longest=60))
        for finding in findings_in(source):
            task = "Take out what looks like a secret" if finding.kind == "secret" else "Look at characters nobody sees"
            name = f"{line(source.title, longest=60)} ({finding.label.lower()})"
            work.setdefault(task, []).append(name)
    lines = ["", "## To do", ""]
    lines += [f"- [ ] {line(collision, longest=400)}" for collision in collisions]
    for task, names in sorted(work.items(), key=lambda item: (-len(item[1]), item[0])):
        lines.append(f"- [ ] {task}: {_names(names)}")
    return lines if len(lines) > 3 else [*lines, "Nothing. Everything that can be handed over is ready."]


def _grouped(outcome: LossKind, parts: Sequence[tuple[str, Source, Sequence[Loss]]]) -> list[str]:
    """The same sentence about the same kind of field once, with how many assistants it is about."""
    groups: dict[tuple[str, str], list[str]] = {}
    for _, source, losses in parts:
        mine = {(_general(loss), loss.sentence): None for loss in losses if loss.outcome is outcome}
        for key in mine:
            groups.setdefault(key, []).append(line(source.title, longest=60))
    if not groups:
        return []
    ranked = sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
    rows = [
        f"- **{label}** ({_count(names, len(parts))}): {line(text, longest=600)}" for (label, text), names in ranked
    ]
    return ["", f"## {HEADINGS[outcome]}", "", *rows]


def _general(loss: Loss) -> str:
    """A label without a function's own name, so that equal losses come together."""
    if loss.label.startswith("Function "):
        return f"Functions: {loss.label.rpartition(': ')[2]}" if ": " in loss.label else "Functions"
    return line(loss.label)


def _count(names: Sequence[str], total: int) -> str:
    return "all" if len(names) == total else _names(names) if len(names) <= 3 else f"{len(names)} assistants"


def _names(names: Sequence[str]) -> str:
    if len(names) == 1:
        return names[0]
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return f"{len(names)} assistants ({', '.join(names[:NAMED])}{more})"


def _row(loss: Loss) -> str:
    return f"- **{line(loss.label)}** ({_path(loss.field)}): {line(loss.sentence, longest=600)}"


def _path(path: str) -> str:
    safe = line(path, longest=200).replace("\\", "")
    return f"`{safe.replace('`', '')}`"


def _found(finding: TextFinding) -> str:
    return f"**{line(finding.label)}**: {line(finding.text, longest=300)}"
