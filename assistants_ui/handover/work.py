"""What several hand-overs have in common: each thing to do once, and each loss once, with those that it is about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext, gettext_lazy

from assistants_ui.handover.findings import TextFinding
from assistants_ui.handover.losses import Loss, LossKind
from assistants_ui.handover.source import Source
from dashboard.lib.texts import labelled

FINDING_TASKS = {
    "secret": gettext_lazy("Take out what looks like a secret"),
    "hidden": gettext_lazy("Look at characters that nobody sees"),
}


@dataclass(frozen=True)
class PackagePart:
    """One assistant of a hand-over. ``folder`` is empty when it is the only one; ``is_searched`` says whether its
    texts were looked through for ``findings``.
    """

    source: Source
    folder: str
    losses: Sequence[Loss]
    findings: Sequence[TextFinding]
    is_searched: bool = True


@dataclass(frozen=True)
class Task:
    """Something to do, about which of several things, and for whom. ``number`` is its place in the list of work."""

    number: int
    text: str
    about: str
    parts: Sequence[PackagePart]


@dataclass(frozen=True)
class SharedLoss:
    """One sentence about one field of all those that it is true of."""

    label: str
    sentence: str
    parts: Sequence[PackagePart]


def tasks_of(parts: Iterable[PackagePart]) -> list[Task]:
    """Secrets first, then what is for most assistants; equal tasks about different things stand together."""
    found: dict[tuple[str, str], list[PackagePart]] = {}
    urgent = {str(task) for task in FINDING_TASKS.values()}
    for part in parts:
        looks = [(str(FINDING_TASKS[finding.kind]), "") for finding in part.findings]
        mine = [(loss.task, loss.about) for loss in part.losses if loss.task]
        for key in dict.fromkeys([*looks, *mine]):
            found.setdefault(key, []).append(part)
    whole: Counter[str] = Counter()
    for (text, _), mine_too in found.items():
        whole[text] += len(mine_too)

    def rank(key: tuple[str, str]) -> tuple[bool, int, str, int, str]:
        return key[0] not in urgent, -whole[key[0]], key[0], -len(found[key]), key[1]

    return [Task(number, *key, found[key]) for number, key in enumerate(sorted(found, key=rank), 1)]


def shared(outcome: LossKind, parts: Iterable[PackagePart]) -> list[SharedLoss]:
    """The losses of one kind, what is true of most first."""
    groups: dict[tuple[str, str], list[PackagePart]] = {}
    for part in parts:
        for key in dict.fromkeys((_general(loss), loss.sentence) for loss in part.losses if loss.outcome is outcome):
            groups.setdefault(key, []).append(part)
    ranked = sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
    return [SharedLoss(*key, mine) for key, mine in ranked]


def _general(loss: Loss) -> str:
    """A label without a function's own name, so that equal losses come together."""
    before, dot, part = loss.field.partition(".function.")
    if before.startswith("tools[") and dot:
        return labelled(gettext("Functions"), part[:64])
    return loss.label
