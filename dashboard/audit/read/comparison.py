"""Two states of one thing, field by field, the way a person looks at them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from dashboard.audit.fields import Facts, References, is_blank
from dashboard.audit.read.diff import Pair, side_by_side
from dashboard.audit.registry import registry
from dashboard.lib.matching import Budget


@dataclass(frozen=True, kw_only=True)
class ItemChange:
    """One named thing within a field. ``state`` is how it changed."""

    name: str
    state: str
    pairs: list[Pair] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class FieldChange:
    """One field that differs: either ``pairs`` of lines, or ``entries`` by name."""

    name: str
    label: str
    noun: str
    pairs: list[Pair] = field(default_factory=list)
    entries: list[ItemChange] = field(default_factory=list)


def compare(
    before: Facts | None,
    after: Facts | None,
    *,
    names: Mapping[str, str] | None = None,
    budget: Budget | None = None,
) -> list[FieldChange]:
    """Every field that differs, those that people care about first. ``names`` tells other things by their id.

    A page that compares more than once hands the same ``budget`` to each.
    """
    budget = budget or Budget()
    old, new = before or {}, after or {}
    order = list(registry.fields)
    sources = {name for each in registry.references.values() for name in each.sources}
    fields = sorted(
        (name for name in old.keys() | new.keys() if name not in sources),
        key=lambda name: (order.index(name) if name in order else len(order), name),
    )
    changes = [_field(name, old.get(name), new.get(name), budget) for name in fields]
    changes += [_references(each, old, new, names or {}) for each in registry.references.values()]
    return [change for change in changes if change is not None]


def _field(name: str, old: Any, new: Any, budget: Budget) -> FieldChange | None:
    known = registry.field_of(name)
    if not known.is_recorded or not known.is_compared or old == new or (is_blank(old) and is_blank(new)):
        return None
    before, after = known.items(old), known.items(new)
    if before is not None and after is not None:
        return FieldChange(
            name=name, label=known.title, noun=known.in_a_sentence, entries=_named(before, after, known.shown, budget)
        )
    pairs = side_by_side(known.shown(old), known.shown(new), budget=budget)
    return FieldChange(name=name, label=known.title, noun=known.in_a_sentence, pairs=pairs)


def _named(old: dict[str, Any], new: dict[str, Any], shown: Callable[[Any], str], budget: Budget) -> list[ItemChange]:
    entries = []
    for name in dict.fromkeys([*old, *new]):
        if old.get(name) == new.get(name) and (name in old) == (name in new):
            continue
        state = "added" if name not in old else "removed" if name not in new else "changed"
        # When the page is full they are named alone: to write them down would cost as much as to show them.
        sides = None if budget.is_full else (shown(old.get(name)), shown(new.get(name)))
        pairs = side_by_side(*sides, budget=budget) if sides else []
        entries.append(ItemChange(name=name, state=state, pairs=pairs))
    return entries


def _references(known: References, before: Facts, after: Facts, names: Mapping[str, str]) -> FieldChange | None:
    old, new = dict.fromkeys(known.ids_of(before)), dict.fromkeys(known.ids_of(after))
    added = [ItemChange(name=names.get(item, item), state="added") for item in new if item not in old]
    removed = [ItemChange(name=names.get(item, item), state="removed") for item in old if item not in new]
    return (
        FieldChange(name=known.name, label=str(known.label), noun=str(known.noun), entries=[*added, *removed])
        if added or removed
        else None
    )
