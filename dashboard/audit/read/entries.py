"""Rows as a page shows them: parsed from their sealed text, never from the searchable columns."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import Max

from dashboard.audit.models import Record
from dashboard.audit.read import undoable
from dashboard.audit.read.comparison import shown
from dashboard.audit.read.sentences import DAMAGED, sentence
from dashboard.audit.read.undoable import circumstances_of
from dashboard.audit.record.canonical import COLUMNS, column
from dashboard.audit.record.changes import file_ids_of, vector_store_ids_of
from dashboard.audit.record.types import JOB_KEY, Kind

KINDS = frozenset(Kind)


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
    assistant_name: str = ""

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
        return ", ".join(self.head.get("roles", ()))

    @property
    def assistant_id(self) -> str:
        """The assistant for whose sake a file was put somewhere or taken away."""
        return str(self.context.get("assistant_id", ""))

    @property
    def file(self) -> str:
        """The file that was attached or removed by changing something else."""
        return str(self.context.get("attached") or self.context.get("detached") or "")

    @property
    def store_id(self) -> str:
        """The vector store that this changed, or into or out of which a file went."""
        if self.target_type == "vector_store":
            return self.target_id
        return str(self.context.get("vector_store", ""))

    @property
    def file_id(self) -> str:
        """The file that this is about."""
        return self.target_id if self.target_type in ("file", "vector_store_file", "assistant_file") else ""

    @property
    def earlier(self) -> int | None:
        """The row that this takes back, or whose version it brings back."""
        seq = self.context.get("undo_of") or self.context.get("restored_from")
        return seq if isinstance(seq, int) else None

    @property
    def notes(self) -> list[tuple[str, Any]]:
        """What else was noted, as words and values; what is told elsewhere on the page is left out."""
        return [
            (name.replace("_", " ").capitalize(), shown(value))
            for name, value in (self.head.get("detail") or {}).items()
            if value not in (None, "", [], {}) and name != "vector_store"
        ]

    @property
    def job(self) -> str:
        """The one act of a person of which this row is a step; empty where it is a whole one."""
        return str(self.context.get(JOB_KEY, ""))

    @property
    def context(self) -> Mapping[str, Any]:
        """What was noted of the circumstances."""
        return circumstances_of(self.head)

    @property
    def is_damaged(self) -> bool:
        """Whether the text of the row could not be read, so that only its number is certain."""
        return self.outcome == DAMAGED

    @property
    def is_assistant(self) -> bool:
        return self.target_type == "assistant" and bool(self.target_id) and bool(self.workspace)

    @property
    def can_be_undone(self) -> bool:
        """Whether this is a change of an assistant that the pages of its history can take back."""
        return undoable.is_of_an_assistant(self.head)

    @property
    def can_be_taken_back(self) -> bool:
        """Whether this is a change of files or stores that the page of undoing can take back."""
        return undoable.is_of_files_or_stores(self.head)

    @property
    def is_final(self) -> str:
        """Why this can never be undone, where somebody might expect it."""
        return undoable.FINAL.get(self.action, "") if self.outcome == "succeeded" else ""


def log_entries(events: Iterable[Record]) -> list[LogEntry]:
    """The rows as lines, with the names of files, of stores and of assistants found in one query each."""
    heads = [head_of(event) for event in events]
    stores = (item for head in heads for item in _moved(head, part="vector_stores"))
    names = _last_names(stores, target_type="vector_store")
    names |= file_names(item for head in heads for item in _moved(head, part="files"))
    assistants = assistant_names(
        context["assistant_id"] for head in heads if _is_nameless(context := circumstances_of(head))
    )
    return [log_entry(head, names=names, assistants=assistants) for head in heads]


def log_entry(
    head: Mapping[str, Any], *, names: Mapping[str, str], assistants: Mapping[str, str] | None = None
) -> LogEntry:
    """One row as a line. ``names`` tells files by their id, ``assistants`` the ones for whose sake it was done."""
    assistant_id = circumstances_of(head).get("assistant_id", "")
    return LogEntry(
        seq=head["seq"],
        at=datetime.fromisoformat(head["at"]),
        actor=head["actor"],
        actor_name=head.get("actor_name", "") or "The dashboard",
        action=head["action"],
        outcome="unfinished" if head["kind"] == Kind.INTENT else head["outcome"],
        sentence=sentence(head, file_names=names | circumstances_of(head).get("file_names", {})),
        workspace=head["workspace"],
        target_type=head["target_type"],
        target_id=head["target_id"],
        target_label=head.get("target_label", ""),
        head=head,
        assistant_name=circumstances_of(head).get("assistant_name")
        or (assistants or {}).get(assistant_id, assistant_id),
    )


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
    stand_in = facts | names | {"kind": Kind.EVENT.value}
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


def file_names(file_ids: Iterable[str]) -> dict[str, str]:
    """What files were called when they were uploaded here, by id; unknown ones are left out."""
    wanted = set(file_ids)
    if not wanted:
        return {}
    uploads = Record.objects.filter(target_id__in=wanted, target_type="file", action="file.create", outcome="succeeded")
    heads = (head_of(event) for event in uploads.defer("body"))
    return {head["target_id"]: head["target_label"] for head in heads if head.get("target_label")}


def assistant_names(assistant_ids: Iterable[str]) -> dict[str, str]:
    """What assistants were called in the last row about each, by id; unknown ones are left out."""
    return _last_names(assistant_ids, target_type="assistant")


def names_in(*states: Mapping[str, Any] | None) -> dict[str, str]:
    """The names of the files and vector stores that these states hold, by id; unknown ones are left out."""
    there = [state for state in states if state]
    stores = _last_names((item for state in there for item in vector_store_ids_of(state)), target_type="vector_store")
    return stores | file_names(item for state in there for item in file_ids_of(state))


def _last_names(ids: Iterable[str], *, target_type: str) -> dict[str, str]:
    wanted = [column(one) for one in set(ids)]
    if not wanted:
        return {}
    rows = Record.objects.filter(target_id__in=wanted, target_type=target_type).order_by()
    last = rows.values("target_id").annotate(last=Max("seq")).values("last")
    heads = (head_of(event) for event in Record.objects.filter(seq__in=last).defer("body"))
    return {head["target_id"]: head["target_label"] for head in heads if head.get("target_label")}


def _is_nameless(context: Mapping[str, Any]) -> bool:
    return bool(context.get("assistant_id")) and not context.get("assistant_name")


def _moved(head: Mapping[str, Any], *, part: str) -> list[str]:
    """The ids of the ``files`` or ``vector_stores`` that came or went."""
    facts = (head.get("changes") or {}).get(part, {})
    return [*facts.get("added", []), *facts.get("removed", [])]
