"""What becomes of each field of an assistant: kept, changed, lost, or for a person to decide."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext, gettext_lazy

from assistants_ui.handover.options import HandoverOptions
from assistants_ui.handover.source import Source, SourceField
from dashboard.lib.texts import StrOrPromise, labelled


class LossKind(StrEnum):
    """In the order in which a person should read them."""

    LOST = "lost"
    CHANGED = "changed"
    DECIDE = "decide"
    KEPT = "kept"


ORDER = list(LossKind)
THE_SAME = gettext_lazy("The same.")


@dataclass(frozen=True)
class FieldVerdict:
    """What becomes of a field and why. ``task`` is what somebody has to do about it, as one short command, and
    ``about`` which of several that is, such as a model.
    """

    outcome: LossKind
    sentence: StrOrPromise
    task: StrOrPromise = ""
    about: StrOrPromise = ""


@dataclass(frozen=True)
class Loss:
    """The verdict on one field of one assistant. ``field`` is its path on the wire, ``label`` its name for people."""

    field: str
    label: str
    outcome: LossKind
    sentence: str
    task: str = ""
    about: str = ""

    @property
    def to_do(self) -> str:
        """The task on one line; empty where there is nothing to do."""
        return labelled(self.task, self.about) if self.about else self.task


@dataclass(frozen=True)
class Case:
    """What a rule may look at."""

    source: Source
    options: HandoverOptions
    field: SourceField


Rule = FieldVerdict | Callable[[Case], FieldVerdict]
Rules = Mapping[str, Rule]


def lost(sentence: StrOrPromise, task: StrOrPromise = "", about: StrOrPromise = "") -> FieldVerdict:
    return FieldVerdict(LossKind.LOST, sentence, task, about)


def changed(sentence: StrOrPromise, task: StrOrPromise = "", about: StrOrPromise = "") -> FieldVerdict:
    return FieldVerdict(LossKind.CHANGED, sentence, task, about)


def decide(sentence: StrOrPromise, task: StrOrPromise, about: StrOrPromise = "") -> FieldVerdict:
    return FieldVerdict(LossKind.DECIDE, sentence, task, about)


def kept(sentence: StrOrPromise = THE_SAME, task: StrOrPromise = "", about: StrOrPromise = "") -> FieldVerdict:
    return FieldVerdict(LossKind.KEPT, sentence, task, about)


def account(source: Source, options: HandoverOptions, rules: Rules) -> list[Loss]:
    """A verdict for every field that the source has, known or not: lost first, then changed, decide and kept."""
    losses = []
    for field in source.fields:
        verdict = verdict_on(Case(source, options, field), rules)
        if field.is_damaged and verdict.outcome is LossKind.KEPT:
            damage = gettext("It held characters that are not valid text. Each became U+FFFD.")
            verdict = changed(damage, verdict.task, verdict.about)
        said = (str(text) for text in (verdict.sentence, verdict.task, verdict.about))
        losses.append(Loss(field.path, field.label, verdict.outcome, *said))
    return in_order(losses)


def in_order(losses: list[Loss]) -> list[Loss]:
    """Lost, changed, decide, kept; within each as the assistant has them."""
    return sorted(losses, key=lambda loss: ORDER.index(loss.outcome))


def refused(source: Source, reason: str) -> list[Loss]:
    """The account of an assistant that a target cannot take at all."""
    return [Loss(field.path, field.label, LossKind.LOST, reason) for field in source.fields]


def verdict_on(case: Case, rules: Rules) -> FieldVerdict:
    """What becomes of one field by a target's rules."""
    field = case.field
    if field.kind == "unknown":
        is_tool = field.path.startswith("tools[") and field.path.endswith("]")
        work = (gettext("Replace by hand"), field.label) if is_tool else ()
        return lost(gettext("Not known here, so it is not handed over."), *work)
    if field.kind == "repeated_tool":
        return lost(gettext("A second tool of the same kind and name is not handed over."))
    if field.kind == "empty" or (field.value is None and field.kind != "function.strict"):
        return kept(gettext("Not set."))
    if unused := _unused(case):
        return lost(unused)
    rule = rules.get(field.kind)
    if rule is None:
        return lost(gettext("There is no place for it, so it is not handed over."))
    return rule(case) if callable(rule) else rule


def _unused(case: Case) -> str:
    """Why this part does nothing where it is, so that it has no place elsewhere."""
    source, kind = case.source, case.field.kind
    if kind == "stores" and source.file_search is None:
        return gettext("The assistant has no file search that would look in it.")
    if kind == "code_files" and source.code_interpreter is None:
        return gettext("The assistant has no code interpreter that would read them.")
    if kind == "file_ids" and source.file_search is None and source.code_interpreter is None:
        return gettext("The assistant has no tool that would read them.")
    return ""
