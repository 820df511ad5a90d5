"""The record in the words of a person: "changed the description (2 lines) and added 1 file".

Facts are stored, sentences are made when they are shown, in the reader's language, so that a better
wording reaches old rows too. A sentence begins with its verb; who acted and on what stands beside it.
Clauses are put together as in "changed the name and removed prices.pdf": in some languages a word
stands before the first of them ("hat den Namen geändert und …"), which :func:`_statement` adds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext, gettext_lazy, ngettext, pgettext

from dashboard.audit.fields import Facts
from dashboard.audit.registry import LogAction, LogRowFacts, registry
from dashboard.lib.texts import as_list

ENDINGS = {
    # Translators: after the name of a person, as in "Maria tried to sign out everywhere else, but it was refused".
    "refused": gettext_lazy("tried to %(infinitive)s, but it was refused"),
    "not_sent": gettext_lazy("tried to %(infinitive)s, but nothing was sent"),
    "unknown": gettext_lazy("tried to %(infinitive)s, and no answer was heard"),
    "": gettext_lazy("tried to %(infinitive)s, and the end is not recorded"),
}
# The outcome of a row whose text cannot be read. No action has it, so no such row counts as done.
DAMAGED = "damaged"


def sentence(head: Facts, *, names: Mapping[str, str] | None = None) -> str:
    """What happened, without who and where. ``head`` is a row's parsed head, ``names`` tells other things by id."""
    if head["outcome"] == DAMAGED:
        # Translators: after "Row 5".
        return gettext("cannot be read: its text is not what was sealed")
    action, outcome = _action(head), str(head["outcome"])
    if outcome != "succeeded":
        attempt = action.attempt(_facts(head, {})) if action.attempt else ""
        return str(ENDINGS.get(outcome, ENDINGS[""]) % {"infinitive": attempt or action.infinitive})
    context = head.get("context") or {}
    clauses = _clauses(head, action, names or {})
    changes = as_list(clauses)
    if context.get("undo_of"):
        return gettext("undid a change: %(changes)s") % {"changes": changes or action.unchanged or action.past}
    if context.get("restored_from") and not clauses:
        return gettext("restored an earlier version")
    if context.get("restored_from"):
        return gettext("restored an earlier version: %(changes)s") % {"changes": changes}
    return _statement(changes) if clauses else str(action.unchanged or action.past)


def _clauses(head: Facts, action: LogAction, names: Mapping[str, str]) -> list[str]:
    """What a success changed, clause by clause; empty where the words of the action say it all."""
    row = _facts(head, names)
    if action.phrase is not None and (clauses := action.phrase(row)):
        return clauses
    is_told = action.is_whole and not row.context.get("restored_from")
    return [] if is_told else describe_changes(row.changes, names=names)


def _facts(head: Facts, names: Mapping[str, str]) -> LogRowFacts:
    return LogRowFacts(
        changes=head.get("changes") or {},
        context=head.get("context") or {},
        detail=head.get("detail") or {},
        target_label=str(head.get("target_label") or ""),
        names=names,
    )


def intention(head: Facts) -> str:
    """What an intent says once another row tells how it ended."""
    return gettext("was about to %(infinitive)s") % {"infinitive": _action(head).infinitive}


def describe_changes(changes: Facts, *, names: Mapping[str, str], first: Sequence[str] = ()) -> list[str]:
    """The clauses of all changes after the ``first`` ones, of which the last may only count the others."""
    clauses = list(first)
    for name, facts in changes.items():
        references = registry.references.get(name)
        clauses += references.clauses(facts, names) if references else registry.field_of(name).clauses(facts)
    if len(clauses) > 4:
        more = len(clauses) - 3
        clauses = [*clauses[:3], ngettext("%(count)d more change", "%(count)d more changes", more) % {"count": more}]
    return clauses


def _statement(clauses: str) -> str:
    """Clauses after the name of whoever did it all."""
    return pgettext("what a person did, after their name", "%(clauses)s") % {"clauses": clauses}


def _action(head: Facts) -> LogAction:
    """The action of a row; one that no app registers any more is told by its name."""
    name = str(head["action"])
    return registry.actions.get(name) or LogAction(name=name, past=name, infinitive=name)
