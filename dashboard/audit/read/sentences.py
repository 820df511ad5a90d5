"""The record in the words of a person: "changed the description (2 lines) and added 1 file".

Facts are stored, sentences are made when they are shown, so that a better wording reaches old
rows too. A sentence begins with its verb; who acted and on what stands beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dashboard.audit.fields import Facts
from dashboard.audit.registry import Happening, LogAction, registry

ENDINGS = {
    "refused": "but it was refused",
    "not_sent": "but nothing was sent",
    "unknown": "and no answer was heard",
    "": "and the end is not recorded",
}
# The outcome of a row whose text cannot be read. No action has it, so no such row counts as done.
DAMAGED = "damaged"


def sentence(head: Facts, *, names: Mapping[str, str] | None = None) -> str:
    """What happened, without who and where. ``head`` is a row's parsed head, ``names`` tells other things by id."""
    if head["outcome"] == DAMAGED:
        return "cannot be read: its text is not what was sealed"
    action, outcome = _action(head), str(head["outcome"])
    if outcome != "succeeded":
        return f"tried to {action.infinitive}, {ENDINGS.get(outcome, ENDINGS[''])}"
    context = head.get("context") or {}
    if context.get("undo_of"):
        rest = {name: value for name, value in context.items() if name != "undo_of"}
        return f"undid a change: {sentence({**head, 'context': rest}, names=names)}"
    row = Happening(
        changes=head.get("changes") or {},
        context=context,
        detail=head.get("detail") or {},
        target_label=str(head.get("target_label") or ""),
        names=names or {},
    )
    if action.phrase is not None and (phrase := action.phrase(row)):
        return phrase
    changes = describe_changes(row.changes, names=row.names)
    if context.get("restored_from"):
        return f"restored an earlier version: {changes}" if changes else "restored an earlier version"
    if action.is_whole:
        return action.past
    return changes or action.unchanged or action.past


def intention(head: Facts) -> str:
    """What an intent says once another row tells how it ended."""
    return f"was about to {_action(head).infinitive}"


def describe_changes(changes: Facts, *, names: Mapping[str, str], first: Sequence[str] = ()) -> str:
    """The clauses of all changes after the ``first`` ones, joined as people join them."""
    clauses = list(first)
    for name, facts in changes.items():
        references = registry.references.get(name)
        clauses += references.clauses(facts, names) if references else registry.field_of(name).clauses(facts)
    if len(clauses) > 4:
        clauses = [*clauses[:3], f"{len(clauses) - 3} more changes"]
    return as_list(clauses)


def as_list(clauses: Sequence[str]) -> str:
    """``a, b and c``."""
    return ", ".join(clauses[:-1]) + " and " + clauses[-1] if len(clauses) > 1 else "".join(clauses)


def _action(head: Facts) -> LogAction:
    """The action of a row; one that no app registers any more is told by its name."""
    name = str(head["action"])
    return registry.actions.get(name) or LogAction(name=name, past=name, infinitive=name)
