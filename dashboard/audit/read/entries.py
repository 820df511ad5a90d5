"""Rows as a page shows them: parsed from their sealed text, never from the searchable columns."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext, gettext_lazy

from dashboard.access import role_label
from dashboard.audit.fields import References, are_words, shown
from dashboard.audit.models import Record
from dashboard.audit.read.sentences import DAMAGED, sentence
from dashboard.audit.record.canonical import COLUMNS, column
from dashboard.audit.record.types import COMMAND_JOINT, JOB_KEY, NAMES, RecordKind
from dashboard.audit.registry import Related, registry
from dashboard.lib.stored_texts import reword
from dashboard.lib.texts import as_list

KINDS = frozenset(RecordKind)
OUTCOME_LABELS = {
    "succeeded": gettext_lazy("succeeded"),
    "refused": gettext_lazy("refused"),
    "not_sent": gettext_lazy("not sent"),
    "unknown": gettext_lazy("unknown"),
    "unfinished": gettext_lazy("not finished"),
    DAMAGED: gettext_lazy("damaged"),
}


@dataclass(frozen=True, kw_only=True)
class LogEntry:
    """One thing that happened, ready to be read. ``head`` holds everything else that was sealed with it."""

    seq: int
    at: datetime
    actor: str
    actor_name: str
    action: str
    outcome: str
    sentence: str
    workspace: str
    target_type: str
    target_id: str
    target_label: str
    head: Mapping[str, Any]
    subject_name: str = ""

    @property
    def target_name(self) -> str:
        return self.target_label or self.target_id

    @property
    def is_unnamed(self) -> bool:
        """Whether the sentence leaves out what it was done to, which then stands beside it."""
        return bool(self.target_name) and self.target_name not in self.sentence

    @property
    def day(self) -> str:
        """The UTC day, as the filter names it."""
        return f"{self.at:%Y-%m-%d}"

    @property
    def account_id(self) -> int | None:
        """The account of a person who had one."""
        kind, _, account = self.actor.partition(":")
        return int(account) if kind == "person" and account.isdecimal() else None

    @property
    def roles(self) -> str:
        return ", ".join(role_label(role) for role in self.head.get("roles", ()))

    @property
    def subject_id(self) -> str:
        """For whose sake this was done to something else."""
        return str(self.context.get(registry.subject.id_key, "")) if registry.subject else ""

    @property
    def subject_unchanged(self) -> str:
        """What to say where this changed nothing of the subject itself, only something that is a means to it."""
        subject = registry.subject
        is_means = subject is not None and self.subject_id and self.target_type in subject.means_types
        return subject.unchanged(self.subject_name) if subject and is_means else ""

    @property
    def related(self) -> list[Related]:
        """What to show beside this row."""
        return [related for find in registry.related for related in find(self)]

    @property
    def earlier(self) -> int | None:
        """The row that this takes back, or whose version it brings back."""
        seq = self.context.get("undo_of") or self.context.get("restored_from")
        return seq if isinstance(seq, int) else None

    @property
    def notes(self) -> list[tuple[str, Any]]:
        """What else was noted, as words and values; what is told elsewhere on the page is left out."""
        return [
            (str(registry.notes.get(name) or name.replace("_", " ").capitalize()), _note(name, value))
            for name, value in (self.head.get("detail") or {}).items()
            if value not in (None, "", [], {}) and name not in registry.shown_elsewhere
        ]

    @property
    def job(self) -> str:
        """The one act of a person of which this row is a step; empty where it is a whole one."""
        return str(self.context.get(JOB_KEY, ""))

    @property
    def reason(self) -> str:
        """Why it ended as it did, in the reader's language where it is a sentence of ours."""
        return reword(str(self.head.get("reason") or ""))

    @property
    def outcome_label(self) -> str:
        """How it ended, in a word."""
        return str(OUTCOME_LABELS.get(self.outcome, self.outcome))

    @property
    def context(self) -> Mapping[str, Any]:
        """What was noted of the circumstances."""
        return circumstances_of(self.head)

    @property
    def why(self) -> str:
        """The reason that its author gave; mostly none."""
        why = self.context.get("why")
        return why if isinstance(why, str) else ""

    @property
    def is_damaged(self) -> bool:
        """Whether the text of the row could not be read, so that only its number is certain."""
        return self.outcome == DAMAGED

    @property
    def undo_address(self) -> str:
        """The page that can undo this; empty where none can."""
        return next((address for find in registry.undo if (address := find(self))), "")

    @property
    def irreversible(self) -> str:
        """Why this can never be undone, where somebody might expect it."""
        known = registry.actions.get(self.action)
        return str(known.irreversible) if known and self.outcome == "succeeded" else ""


def log_entries(events: Iterable[Record]) -> list[LogEntry]:
    """The rows as lines, with the names of what they refer to found in one query for each kind."""
    heads = [head_of(event) for event in events]
    names: dict[str, str] = {}
    for each in registry.references.values():
        names |= _names_of(each, (item for head in heads for item in _moved(head, part=each.name)))
    subjects = subject_names(nameless_subjects(heads))
    return [log_entry(head, names=names, subjects=subjects) for head in heads]


def log_entry(
    head: Mapping[str, Any], *, names: Mapping[str, str], subjects: Mapping[str, str] | None = None
) -> LogEntry:
    """One row as a line. ``names`` tells other things by their id, ``subjects`` those for whose sake it was done."""
    context = circumstances_of(head)
    subject_id = context.get(registry.subject.id_key, "") if registry.subject else ""
    subject_name = context.get(registry.subject.name_key, "") if registry.subject else ""
    label = str(head.get("target_label", ""))
    return LogEntry(
        seq=head["seq"],
        at=datetime.fromisoformat(head["at"]),
        actor=head["actor"],
        actor_name=actor_name(head),
        action=head["action"],
        outcome="unfinished" if head["kind"] == RecordKind.INTENT else head["outcome"],
        sentence=sentence(head, names=names | context.get("file_names", {})),
        workspace=head["workspace"],
        target_type=head["target_type"],
        target_id=head["target_id"],
        target_label=gettext(label) if label and head.get("target_type") == "audit_log" else label,
        head=head,
        subject_name=subject_name or (subjects or {}).get(subject_id, subject_id),
    )


def actor_name(head: Mapping[str, Any]) -> str:
    """Who acted, as they were called then; the names that the record itself gives are in the reader's language."""
    name, kind = str(head.get("actor_name", "")), str(head["actor"]).partition(":")[0]
    if head.get("damaged"):
        return gettext("Row %(number)s") % {"number": head["seq"]}
    if kind == "command":
        person, joint, command = name.partition(COMMAND_JOINT)
        joined = gettext("%(person)s with manage.py %(command)s") % {"person": person, "command": command}
        return joined if joint else name
    is_ours = kind == "system" or head["actor"] == "person:"
    return gettext(name) if is_ours and name in NAMES else name or gettext("The dashboard")


def head_of(event: Record) -> dict[str, Any]:
    """A row's head, safe to put on a page: half a surrogate pair becomes a visible mark.

    The text of a row that somebody tampered with may be anything. Where it is no head, what the
    searchable columns say stands in for it, marked as ``damaged`` and with an outcome that no act has.
    """
    try:
        head = json.loads(visible(event.head))
    except ValueError:
        head = None
    return head if _is_head(head) else _stand_in(event)


def _is_head(head: Any) -> bool:
    if not isinstance(head, dict) or not isinstance(head.get("seq"), int):
        return False
    if not all(isinstance(head.get(name), str) for name in COLUMNS if name != "seq"):
        return False
    if not all(isinstance(head.get(name) or {}, dict) for name in ("changes", "context", "detail")):
        return False
    try:
        datetime.fromisoformat(head["at"])
    except ValueError:
        return False
    return head["kind"] in KINDS


def _stand_in(event: Record) -> dict[str, Any]:
    facts = {name: getattr(event, name) for name in COLUMNS}
    names = {"actor_name": f"Row {event.seq}", "target_label": "", "damaged": True, "outcome": DAMAGED}
    stand_in = facts | names | {"kind": RecordKind.EVENT.value}
    try:
        datetime.fromisoformat(event.at)
    except ValueError:
        stand_in["at"] = datetime.min.replace(tzinfo=UTC).isoformat()
    return stand_in


def states_of(event: Record) -> dict[str, Any]:
    """A row's full states: ``before``, ``after``, or nothing, as where somebody made its text unreadable."""
    try:
        states = json.loads(visible(event.body)) if event.body else {}
    except ValueError:
        return {}
    sides = [states.get(side) for side in ("before", "after")] if isinstance(states, dict) else [states]
    return states if all(side is None or isinstance(side, dict) for side in sides) else {}


def visible(text: str) -> str:
    """Canonical JSON whose lone surrogates are replaced, since no page can hold one; any other text as it is."""
    if "\\ud" not in text:
        return text
    try:
        value = json.dumps(json.loads(text), ensure_ascii=False)
    except ValueError:
        return text
    return value.encode("utf-8", "replace").decode("utf-8")


def circumstances_of(head: Mapping[str, Any]) -> Mapping[str, Any]:
    """What was noted of the circumstances, by the dashboard or, of a program's call, by the server."""
    return {**(head.get("detail") or {}), **(head.get("context") or {})}


def subject_names(ids: Iterable[str]) -> dict[str, str]:
    """What subjects were called in the last row about each, by id; unknown ones are left out."""
    return _last_names(ids, target_type=registry.subject.type) if registry.subject else {}


def names_in(*states: Mapping[str, Any] | None) -> dict[str, str]:
    """The names of what these states refer to, by id; unknown ones are left out."""
    names: dict[str, str] = {}
    for each in registry.references.values():
        names |= _names_of(each, (item for state in states if state for item in each.ids_of(state)))
    return names


def _names_of(references: References, ids: Iterable[str]) -> dict[str, str]:
    if not references.named_by:
        return _last_names(ids, target_type=references.target_type)
    wanted = set(ids)
    if not wanted:
        return {}
    made = Record.objects.filter(
        target_id__in=wanted, target_type=references.target_type, action=references.named_by, outcome="succeeded"
    )
    heads = (head_of(event) for event in made.defer("body"))
    return {head["target_id"]: head["target_label"] for head in heads if head.get("target_label")}


def _last_names(ids: Iterable[str], *, target_type: str) -> dict[str, str]:
    wanted = [column(one) for one in set(ids)]
    if not wanted:
        return {}
    rows = Record.objects.filter(target_id__in=wanted, target_type=target_type).order_by()
    last = rows.values("target_id").annotate(last=Max("seq")).values("last")
    heads = (head_of(event) for event in Record.objects.filter(seq__in=last).defer("body"))
    return {head["target_id"]: head["target_label"] for head in heads if head.get("target_label")}


def nameless_subjects(heads: Iterable[Mapping[str, Any]]) -> list[str]:
    """The ids of the subjects whose rows do not name them."""
    known = registry.subject
    if known is None:
        return []
    contexts = [circumstances_of(head) for head in heads]
    return [
        context[known.id_key] for context in contexts if context.get(known.id_key) and not context.get(known.name_key)
    ]


def _moved(head: Mapping[str, Any], *, part: str) -> list[str]:
    """The ids of the references of this kind that came or went."""
    facts = (head.get("changes") or {}).get(part, {})
    return [*facts.get("added", []), *facts.get("removed", [])]


def _note(name: str, value: Any) -> str:
    words = registry.note_words.get(name, {})
    if words and are_words(value):
        return as_list([words.get(word, word) for word in value])
    return str(words[value]) if isinstance(value, str) and value in words else shown(value)
