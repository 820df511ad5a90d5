"""Puts two people's changes of one assistant together; where both changed the same thing, says so.

Pure functions over wire objects. The unit of a dispute is what people see as one thing: a field,
one metadata key, one tool.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from assistants_ui.domain.canonical import digest_of, same, text_of, tools_by_key
from assistants_ui.domain.canonical_values import canonical_tool
from assistants_ui.domain.fields import BY_NAME


class Absent:
    """The type of `ABSENT`: no such key or tool, where None would be a value."""

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT: Final = Absent()


@dataclass(frozen=True, kw_only=True)
class Conflict:
    """One thing that two people changed differently. ``key`` names the tool or the metadata key, if it is one."""

    field: str
    key: str = ""
    before: Any
    mine: Any
    theirs: Any

    @property
    def id(self) -> str:
        """Names the dispute together with their side of it: a decision holds for what was shown, no longer."""
        theirs = None if self.theirs is ABSENT else [self.theirs]
        return digest_of([self.field, self.key, theirs])[:16]


@dataclass(frozen=True, kw_only=True)
class Merge:
    """``changes`` may be sent unless one of the ``conflicts`` is still open; in ``kept`` stand others' fields."""

    changes: dict[str, Any] = field(default_factory=dict)
    conflicts: list[Conflict] = field(default_factory=list)
    open: list[Conflict] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)


Decide = Callable[[Conflict], Any]
"""What a person decided about a conflict: a value, ``ABSENT`` to remove it; raises LookupError while undecided."""


def undecided(conflict: Conflict) -> Any:
    raise LookupError(conflict.id)


def merge(
    base: Mapping[str, Any] | None, theirs: Mapping[str, Any], mine: Mapping[str, Any], *, decide: Decide = undecided
) -> Merge:
    """The change that brings ``mine`` into ``theirs``, the server's state, both made from ``base``.

    ``mine`` holds the changed wire fields alone. Without a ``base`` nobody can tell who changed
    what, so every difference is a conflict.
    """
    result = Merge()
    for name, value in mine.items():
        now = theirs.get(name)
        if same(name, now, value):
            continue
        if base is not None and same(name, base.get(name), now):
            result.changes[name] = value
        elif name in KEYED:
            _merge_keyed(result, name, base, now, value, decide)
        else:
            before = ABSENT if base is None else base.get(name)
            _resolve(result, Conflict(field=name, before=before, mine=value, theirs=now), decide)
    if base is not None:
        changed = (name for name in BY_NAME if not same(name, base.get(name), theirs.get(name)))
        result.kept.extend(name for name in changed if name not in mine or name in KEYED)
    return result


def _resolve(result: Merge, conflict: Conflict, decide: Decide) -> None:
    result.conflicts.append(conflict)
    try:
        decided = decide(conflict)
    except LookupError:
        result.open.append(conflict)
        return
    if not same(conflict.field, decided, conflict.theirs):
        result.changes[conflict.field] = decided


def _merge_keyed(
    result: Merge, name: str, base: Mapping[str, Any] | None, theirs: Any, mine: Any, decide: Decide
) -> None:
    by_key, join = KEYED[name]
    before, now, wanted = by_key((base or {}).get(name)), by_key(theirs), by_key(mine)
    merged = dict(now)
    is_open = False
    for key in [*before, *(key for key in wanted if key not in before)]:
        old, new, current = (state.get(key, ABSENT) for state in (before, wanted, now))
        if _equal(old, new) and base is not None:
            continue
        if not _equal(old, current) and not _equal(new, current):
            conflict = Conflict(field=name, key=key, before=old, mine=new, theirs=current)
            result.conflicts.append(conflict)
            try:
                new = decide(conflict)
            except LookupError:
                result.open.append(conflict)
                is_open = True
                continue
        if new is ABSENT:
            merged.pop(key, None)
        elif not _equal(new, current):
            merged[key] = new
    value = join(merged)
    if not is_open and not same(name, value, theirs):
        result.changes[name] = value


def _equal(one: Any, other: Any) -> bool:
    if one is ABSENT or other is ABSENT:
        return one is other
    return text_of(canonical_tool(one)) == text_of(canonical_tool(other))


def _pairs(value: Any) -> dict[str, Any]:
    return dict(value) if isinstance(value, dict) else {}


# The fields of which two people may change different entries: how to take them apart and join them.
KEYED: dict[str, tuple[Callable[[Any], dict[str, Any]], Callable[[dict[str, Any]], Any]]] = {
    "metadata": (_pairs, dict),
    "tools": (tools_by_key, lambda tools: list(tools.values())),
}
