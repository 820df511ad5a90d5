"""The account in Markdown: of one assistant field by field, of several as a list of work."""

from __future__ import annotations

from collections import Counter
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
FINDING_TASKS = {"secret": "Take out what looks like a secret", "hidden": "Look at characters that nobody sees"}


def report_of_one(source: Source, label: str, losses: Sequence[Loss]) -> str:
    """Every field of one assistant: what is lost, changed, to decide and kept."""
    lines = [f"# {line(source.title)} to {label}", "", summary_of(losses) + "."]
    if tasks := list(dict.fromkeys(loss.to_do for loss in losses if loss.to_do)):
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
    label: str,
    parts: Sequence[tuple[str, Source, Sequence[Loss]]],
    *,
    to_rename: Sequence[str] = (),
    folders: Sequence[str] = (),
) -> str:
    """A list of work for a whole team: what to do, and for which assistants; then what is lost, told once.

    ``parts`` gives each assistant's folder, source and losses; ``to_rename`` says which have one name there, and
    ``folders`` which have folders with a number for that reason.
    """
    tasks = _tasks(parts)
    busy = len({place for places in tasks.values() for place in places})
    lines = [f"# {len(parts)} assistants to {label}", ""]
    ready = f"{busy} of them; the others are ready" if busy < len(parts) else "each of them"
    lines += [f"There is something to do for {ready}."] * bool(tasks)
    lines += [f"In all their fields: {summary_of(loss for part in parts for loss in part[2])}.", "", "## To do", ""]
    lines += [f"- [ ] {line(text, longest=1000)}" for text in to_rename] + [""] * bool(to_rename)
    if tasks:
        lines += ["Each number stands again beside the assistants that it is for, at the end.", ""]
        lines += _list_of_work(tasks, parts)
    elif not to_rename:
        lines.append("Nothing. Everything that can be handed over is ready.")
    for outcome in (LossKind.LOST, LossKind.CHANGED):
        lines += _grouped(outcome, parts)
    lines += ["", "## Each assistant", "", *_each(tasks, parts)]
    if folders:
        lines += ["", "## Folders with a number", "", *(f"- {line(text, longest=1000)}" for text in folders)]
    return "\n".join(lines) + "\n"


# What to do, and about what, with the places in ``parts`` of the assistants that it is for.
Tasks = dict[tuple[str, str], list[int]]


def _tasks(parts: Sequence[tuple[str, Source, Sequence[Loss]]]) -> Tasks:
    """Secrets first, then what is for most assistants; equal tasks about different things stand together."""
    found: Tasks = {}
    for place, (_, source, losses) in enumerate(parts):
        mine = [(loss.task, loss.about) for loss in losses if loss.task]
        looks = [FINDING_TASKS[finding.kind] for finding in findings_in(source)]
        for task in dict.fromkeys([*((look, "") for look in looks), *mine]):
            found.setdefault(task, []).append(place)
    whole: Counter[str] = Counter()
    for (words, _), places in found.items():
        whole[words] += len(places)

    def rank(key: tuple[str, str]) -> tuple[bool, int, str, int, str]:
        return key[0] not in FINDING_TASKS.values(), -whole[key[0]], key[0], -len(found[key]), key[1]

    return {key: found[key] for key in sorted(found, key=rank)}


def _list_of_work(tasks: Tasks, parts: Sequence[tuple[str, Source, Sequence[Loss]]]) -> list[str]:
    """Each task with a number, under one heading for all that differ only in what they are about."""
    lines, heading = list[str](), ""
    for number, ((task, about), places) in enumerate(tasks.items(), 1):
        if task != heading:
            lines += [*([""] if heading else []), f"### {line(task, longest=300)}", ""]
            heading = task
        named = f"{line(about, longest=300)}: " if about else ""
        lines.append(f"- [ ] {number}. {named}{_links(places, parts)}")
    return lines


def _links(places: Sequence[int], parts: Sequence[tuple[str, Source, Sequence[Loss]]]) -> str:
    if len(places) == len(parts):
        return f"all {len(parts)} assistants"
    named = ", ".join(_link(parts[place]) for place in places[:NAMED])
    if len(places) == 1:
        return named
    more = f" and {len(places) - NAMED} more" if len(places) > NAMED else ""
    return f"{len(places)} assistants ({named}{more})"


def _link(part: tuple[str, Source, Sequence[Loss]], longest: int = 60) -> str:
    return f"[{line(part[1].title, longest=longest)}]({part[0]}/losses.md)"


def _each(tasks: Tasks, parts: Sequence[tuple[str, Source, Sequence[Loss]]]) -> list[str]:
    """Each assistant with the numbers of its tasks, so that one can be finished after the other."""
    numbers: list[list[str]] = [[] for _ in parts]
    for number, places in enumerate(tasks.values(), 1):
        for place in places:
            numbers[place].append(str(number))
    told = [f"to do {', '.join(mine)}; " if mine else "" for mine in numbers]
    return [f"- {_link(part, 120)}: {mine}{summary_of(part[2])}" for part, mine in zip(parts, told, strict=True)]


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
