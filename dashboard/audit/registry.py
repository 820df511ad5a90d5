"""What the apps of the site tell the record about themselves: their actions, fields, things, links and undo.

Each app registers in its ``AppConfig.ready``. The record knows none of their words: what is not
registered cannot be written down by mistake, and a row whose app is gone is still shown as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import KW_ONLY, dataclass, field
from typing import Any, Protocol

from dashboard.audit.fields import Facts, RecordedField, References
from dashboard.lib.texts import StrOrPromise


@dataclass(frozen=True, kw_only=True)
class LogRowFacts:
    """What a row holds to make a sentence from. ``names`` tells other things by their id."""

    changes: Facts
    context: Facts
    detail: Facts
    target_label: str
    names: Mapping[str, str]


@dataclass(frozen=True)
class LogAction:
    """One action that may be recorded: a dotted name, what it was done to and then what was done.

    ``past`` and ``infinitive`` are its words, translated when they are read; ``unchanged`` those for a
    success that changed no field. ``is_whole`` tells that the words say it all, as of what was made or
    deleted: its fields are not listed. ``phrase`` may make better clauses from the facts, or None.
    ``irreversible`` says why this can never be undone, where somebody might expect it. ``attempt`` may
    make a better infinitive from the facts of a row that did not succeed, or nothing.
    """

    name: str
    past: StrOrPromise
    infinitive: StrOrPromise
    _: KW_ONLY
    unchanged: StrOrPromise = ""
    is_whole: bool = False
    irreversible: StrOrPromise = ""
    phrase: Callable[[LogRowFacts], list[str] | None] | None = None
    attempt: Callable[[LogRowFacts], str] | None = None


@dataclass(frozen=True, kw_only=True)
class Subject:
    """The kind of thing for whose sake other things are changed, so that its history tells of them too.

    Rows about those others name it in their context: its id as ``id_key``, its name as ``name_key``.
    Rows about a ``part_types`` target tell that something was given to it or taken from it.
    ``unchanged`` says of a named one that only such things changed; it is said of rows about ``means_types`` alone.
    """

    type: str
    label: StrOrPromise
    id_key: str
    name_key: str
    part_types: frozenset[str]
    means_types: frozenset[str]
    unchanged: Callable[[str], str]


class LogRow(Protocol):
    """What links and undo may read of a row as it is shown."""

    @property
    def head(self) -> Facts: ...
    @property
    def context(self) -> Facts: ...
    @property
    def seq(self) -> int: ...
    @property
    def action(self) -> str: ...
    @property
    def outcome(self) -> str: ...
    @property
    def workspace(self) -> str: ...
    @property
    def target_type(self) -> str: ...
    @property
    def target_id(self) -> str: ...


@dataclass(frozen=True, kw_only=True)
class Related:
    """Something to show beside a row: a term, what it says, and links as texts and addresses.

    Without a ``term`` the links belong to what the row is about. ``id`` is one to filter the log by.
    """

    term: str = ""
    text: str = ""
    id: str = ""
    links: list[tuple[str, str]] = field(default_factory=list)


@dataclass(kw_only=True)
class Registry:
    """Everything that was registered. A second registration under the same name is refused."""

    actions: dict[str, LogAction] = field(default_factory=dict)
    groups: dict[str, StrOrPromise] = field(default_factory=dict)
    without: dict[str, StrOrPromise] = field(default_factory=dict)
    nouns: dict[str, set[str]] = field(default_factory=dict)
    fields: dict[str, RecordedField] = field(default_factory=dict)
    references: dict[str, References] = field(default_factory=dict)
    shown_elsewhere: set[str] = field(default_factory=set)
    notes: dict[str, StrOrPromise] = field(default_factory=dict)
    note_words: dict[str, dict[str, StrOrPromise]] = field(default_factory=dict)
    subject: Subject | None = None
    related: list[Callable[[LogRow], Iterable[Related]]] = field(default_factory=list)
    undo: list[Callable[[LogRow], str]] = field(default_factory=list)

    def register_actions(
        self, group: str, label: StrOrPromise, *actions: LogAction, without: StrOrPromise = ""
    ) -> None:
        """Actions and the word for them among the filters, which finds every action of the same nouns.

        ``without`` is the word for the filter that leaves out those that succeeded, for actions that crowd the others.
        """
        self.groups.setdefault(group, label)
        if without:
            self.without[f"-{group}"] = without
        for action in actions:
            self.nouns.setdefault(group, set()).add(action.name.partition(".")[0])
            _add(self.actions, action.name, action)

    def register_fields(self, *fields: RecordedField) -> None:
        """Fields in the order in which people look at them."""
        for each in fields:
            _add(self.fields, each.name, each)

    def register_references(self, *references: References) -> None:
        """Lists of other things within the states that are recorded."""
        for each in references:
            _add(self.references, each.name, each)

    def register_subject(self, subject: Subject) -> None:
        if self.subject is not None:
            raise ValueError(f"The subject of the log is {self.subject.type!r} already.")
        self.subject = subject

    def register_related(self, find: Callable[[LogRow], Iterable[Related]], *, details: Iterable[str]) -> None:
        """What to show beside a row. ``details`` are notes of a row that it shows in its own way."""
        self.related.append(find)
        self.shown_elsewhere |= set(details)

    def register_notes(self, **labels: StrOrPromise) -> None:
        """What the notes of a row are called; apps that note the same use the same word."""
        self.notes |= labels

    def register_note_words(self, name: str, words: Mapping[str, StrOrPromise]) -> None:
        """What people call the values of that note which are codes; other values are shown as they are."""
        self.note_words.setdefault(name, {}).update(words)

    def register_undo(self, address: Callable[[LogRow], str]) -> None:
        """Where a row's change can be undone; empty where it cannot, or not by this app."""
        self.undo.append(address)

    def action(self, name: str) -> LogAction:
        """The registered action of that name; ``ValueError`` for any other, so that no row tells of it."""
        if name not in self.actions:
            raise ValueError(f"{name!r} is not a registered action of the record.")
        return self.actions[name]

    def field_of(self, name: str) -> RecordedField:
        """How that field is told; a field that nobody registered by its value."""
        return self.fields.get(name) or RecordedField(name=name)


def _add(entries: dict[str, Any], name: str, entry: object) -> None:
    if name in entries:
        raise ValueError(f"{name!r} is registered already.")
    entries[name] = entry


registry = Registry()
