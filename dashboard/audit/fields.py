"""How the fields of what is recorded are told: in a few facts, in a clause of a sentence, side by side.

An app registers its fields with one of these classes, or with one of its own for a field that
none of them tells well.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from dashboard.lib.counting import counted

Facts = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class RecordedField:
    """A field told by its value. ``noun`` is its name in a sentence, ``label`` above a comparison.

    ``is_recorded``: whether a difference is somebody's change, and not what the server counts up by
    itself. ``is_compared``: whether two states show it, and not something else in its place.
    """

    name: str
    label: str = ""
    noun: str = ""
    is_recorded: bool = True
    is_compared: bool = True

    @property
    def title(self) -> str:
        return self.label or self.name.replace("_", " ").capitalize()

    def summary(self, old: Any, new: Any) -> dict[str, Any]:
        """The small facts that are kept of a change."""
        if are_words(old) and are_words(new):
            return listed(old, new)
        return {"from": _short(old), "to": _short(new)}

    def clauses(self, facts: Facts) -> list[str]:
        """What :meth:`summary` found, as clauses that begin with a verb."""
        name = self.noun or self.name.replace("_", " ")
        old, new = facts.get("from"), facts.get("to")
        if old is not None and new is not None:
            return [f"changed {name} from {_value(old)} to {_value(new)}"]
        if new is not None:
            return [f"set {name} to {_value(new)}"]
        return [f"changed {name}"]

    def shown(self, value: Any) -> str:
        """The value as text, to be compared line by line."""
        return shown(value)

    def items(self, value: Any) -> dict[str, Any] | None:
        """What the value holds by name, where that is compared thing by thing."""
        return None


class TitleField(RecordedField):
    """The name of the thing itself."""

    def clauses(self, facts: Facts) -> list[str]:
        return [f"renamed it to “{facts['to']}”" if facts.get("to") else "changed the name"]


class RecordedText(RecordedField):
    """A text of many lines."""

    def summary(self, old: Any, new: Any) -> dict[str, Any]:
        emptied = ({"added": True} if not old else {}) | ({"removed": True} if not new else {})
        return {"lines": changed_lines(str(old or ""), str(new or ""))} | emptied

    def clauses(self, facts: Facts) -> list[str]:
        lines = counted(facts.get("lines", 0), "line")
        if facts.get("added"):
            return [f"wrote {self.noun} ({lines})"]
        if facts.get("removed"):
            return [f"emptied {self.noun}"]
        return [f"changed {self.noun} ({lines})" if facts.get("lines") else f"reordered {self.noun}"]

    def shown(self, value: Any) -> str:
        return str(value or "")


@dataclass(frozen=True, kw_only=True)
class NamedField(RecordedField):
    """Things by name, of which some come, go or change. ``many`` is the word for several of them."""

    article: str = ""
    many: str = ""

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
        for verb in ("added", "removed", "changed"):
            names = [self.name_of(str(name)) for name in facts.get(verb, [])]
            if len(names) > 2:
                clauses.append(f"{verb} {len(names)} {self.many or self.noun}")
            elif names:
                clauses.append(f"{verb} {self.article}{self.noun} {' and '.join(names)}")
        return clauses

    def items(self, value: Any) -> dict[str, Any] | None:
        return self.by_name(value)


@dataclass(frozen=True, kw_only=True)
class References:
    """The ids of other things that a state holds in its ``sources``: they come and go by their names.

    ``target_type`` is what rows call such a thing. It is called as in the last row about it, or as
    in the row of the action ``named_by``.
    """

    name: str
    label: str
    noun: str
    target_type: str
    sources: frozenset[str]
    ids_of: Callable[[Facts], list[str]]
    verbs: tuple[str, str] = ("added", "removed")
    named_by: str = ""

    def clauses(self, facts: Facts, names: Mapping[str, str]) -> list[str]:
        """What came and went, by name where one is known."""
        clauses = []
        for verb, ids in zip(self.verbs, (facts.get("added", []), facts.get("removed", [])), strict=True):
            if len(ids) == 1 and ids[0] in names:
                clauses.append(f"{verb} {names[ids[0]]}")
            elif ids:
                clauses.append(f"{verb} {counted(len(ids), self.noun)}")
        return clauses


def shown(value: Any) -> str:
    """A value as text: words as they are, anything else as readable JSON."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, str):
        return value
    if are_words(value):
        return "\n".join(value)
    return json.dumps(value, indent=2, ensure_ascii=False)


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
        return "yes" if value else "no"
    return str(value) or "nothing"
