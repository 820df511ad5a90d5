"""How the fields of what is recorded are told: in a few facts, in a clause of a sentence, side by side.

An app registers its fields with one of these classes, or with one of its own for a field that
none of them tells well.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext, ngettext

from dashboard.lib.readable import readable_json
from dashboard.lib.texts import StrOrPromise, as_list, number

Facts = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class RecordedField:
    """A field told by its value. ``noun`` is its name in a sentence, ``label`` above a comparison.

    ``is_recorded``: whether a difference is somebody's change, and not what the server counts up by
    itself. ``is_compared``: whether two states show it, and not something else in its place.
    """

    name: str
    label: StrOrPromise = ""
    noun: StrOrPromise = ""
    is_recorded: bool = True
    is_compared: bool = True

    @property
    def title(self) -> str:
        return str(self.label) or self.name.replace("_", " ").capitalize()

    @property
    def in_a_sentence(self) -> str:
        """Its name within a sentence."""
        return str(self.noun) or self.title

    def summary(self, old: Any, new: Any) -> dict[str, Any]:
        """The small facts that are kept of a change."""
        if are_words(old) and are_words(new):
            return listed(old, new)
        return {"from": _short(old), "to": _short(new)}

    def clauses(self, facts: Facts) -> list[str]:
        """What :meth:`summary` found, as clauses that begin with a verb."""
        name = str(self.noun) or self.name.replace("_", " ")
        old, new = facts.get("from"), facts.get("to")
        if old is not None and new is not None:
            # Translators: a clause of a sentence such as "Maria changed the name and removed prices.pdf".
            clause = gettext("changed %(field)s from %(old)s to %(new)s")
            return [clause % {"field": name, "old": self.in_words(old), "new": self.in_words(new)}]
        if new is not None:
            return [gettext("set %(field)s to %(new)s") % {"field": name, "new": self.in_words(new)}]
        return [gettext("changed %(field)s") % {"field": name}]

    def in_words(self, value: Any) -> str:
        """A value of the small facts as it is written in a sentence."""
        return _value(value)

    def shown(self, value: Any) -> str:
        """The value as text, to be compared line by line."""
        return shown(value)

    def items(self, value: Any) -> dict[str, Any] | None:
        """What the value holds by name, where that is compared thing by thing."""
        return None


class TitleField(RecordedField):
    """The name of the thing itself."""

    def clauses(self, facts: Facts) -> list[str]:
        if facts.get("to"):
            return [gettext("renamed it to “%(name)s”") % {"name": facts["to"]}]
        return [gettext("changed the name")]


class RecordedText(RecordedField):
    """A text of many lines."""

    def summary(self, old: Any, new: Any) -> dict[str, Any]:
        emptied = ({"added": True} if not old else {}) | ({"removed": True} if not new else {})
        return {"lines": changed_lines(str(old or ""), str(new or ""))} | emptied

    def clauses(self, facts: Facts) -> list[str]:
        lines = facts.get("lines", 0)
        if facts.get("removed") and not facts.get("added"):
            return [gettext("emptied %(field)s") % {"field": self.noun}]
        if facts.get("added"):
            clause = ngettext("wrote %(field)s (%(lines)d line)", "wrote %(field)s (%(lines)d lines)", lines)
        elif lines:
            clause = ngettext("changed %(field)s (%(lines)d line)", "changed %(field)s (%(lines)d lines)", lines)
        else:
            clause = gettext("reordered %(field)s")
        return [clause % {"field": self.noun, "lines": lines}]

    def shown(self, value: Any) -> str:
        return str(value or "")


@dataclass(frozen=True, kw_only=True)
class NamedField(RecordedField):
    """Things by name, of which some come, go or change: the clauses by what became of them.

    ``named`` tells one or two by their ``%(names)s``, ``several`` tells how many there were.
    """

    named: Mapping[str, StrOrPromise] = field(default_factory=dict)
    several: Mapping[str, StrOrPromise] = field(default_factory=dict)

    def by_name(self, value: Any) -> dict[str, Any]:
        """The things under the names that are kept of them."""
        return dict(value) if isinstance(value, Mapping) else {}

    def name_of(self, name: str) -> str:
        """A kept name as it is written in a sentence."""
        return name

    def summary(self, old: Any, new: Any) -> dict[str, Any]:
        before, after = self.by_name(old), self.by_name(new)
        changed = [name for name in after if name in before and before[name] != after[name]]
        return listed(list(before), list(after)) | ({"changed": changed} if changed else {})

    def clauses(self, facts: Facts) -> list[str]:
        clauses = []
        for happened in ("added", "removed", "changed"):
            names = [self.name_of(str(name)) for name in facts.get(happened, [])]
            if len(names) > 2:
                clauses.append(str(self.several[happened] % {"count": len(names)}))
            elif names:
                clauses.append(str(self.named[happened] % {"names": as_list(names)}))
        return clauses

    def items(self, value: Any) -> dict[str, Any] | None:
        return self.by_name(value)


@dataclass(frozen=True, kw_only=True)
class References:
    """The ids of other things that a state holds in its ``sources``: they come and go by their names.

    ``target_type`` is what rows call such a thing. It is called as in the last row about it, or as
    in the row of the action ``named_by``. ``noun`` names all of
    them within a sentence; ``named`` and ``counted`` are the clauses for what was added
    and removed, by ``%(name)s`` or by ``%(count)d``.
    """

    name: str
    label: StrOrPromise
    target_type: str
    sources: frozenset[str]
    ids_of: Callable[[Facts], list[str]]
    noun: StrOrPromise
    named: Mapping[str, StrOrPromise]
    counted: Mapping[str, StrOrPromise]
    named_by: str = ""

    def clauses(self, facts: Facts, names: Mapping[str, str]) -> list[str]:
        """What came and went, by name where one is known."""
        clauses = []
        for happened in ("added", "removed"):
            ids = facts.get(happened, [])
            if len(ids) == 1 and ids[0] in names:
                clauses.append(str(self.named[happened] % {"name": names[ids[0]]}))
            elif ids:
                clauses.append(str(self.counted[happened] % {"count": len(ids)}))
        return clauses


def shown(value: Any) -> str:
    """A value as text: words as they are, anything else as readable JSON."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    if isinstance(value, str):
        return value
    if isinstance(value, float):
        return number(value)
    if are_words(value):
        return "\n".join(value)
    return readable_json(value)


def changed_lines(old: str, new: str) -> int:
    """How many lines differ, whatever their order: the larger of those gone and those come."""
    before, after = Counter(old.splitlines()), Counter(new.splitlines())
    return max(sum((before - after).values()), sum((after - before).values()))


def listed(old: list[str], new: list[str]) -> dict[str, Any]:
    """Which of these words came and which went."""
    before, after = set(old), set(new)
    added, removed = [name for name in new if name not in before], [name for name in old if name not in after]
    return ({"added": added} if added else {}) | ({"removed": removed} if removed else {})


def are_words(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def is_blank(value: Any) -> bool:
    """Whether this says nothing: servers answer null, an empty text and an empty list alike."""
    return value is None or value == "" or value == [] or value == {}


def _short(value: Any) -> Any:
    """The value itself when it fits into a sentence, else nothing."""
    if isinstance(value, str):
        return value if len(value) <= 80 else None
    return value if isinstance(value, (bool, int, float)) else None


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, float):
        return number(value)
    return str(value) or gettext("nothing")
