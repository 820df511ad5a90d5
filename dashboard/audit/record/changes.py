"""What differs between two states, as a few small facts from which sentences are made."""

from __future__ import annotations

from typing import Any

from dashboard.audit.fields import Facts, is_blank, listed
from dashboard.audit.registry import registry


def changes_between(before: Facts | None, after: Facts | None) -> dict[str, Any]:
    """Field by field, what changed: ``{"description": {"lines": 2}, "name": {"from": …, "to": …}}``.

    Empty unless both states are known. A field that holds references is told by what came and what
    went under the name of those.
    """
    if before is None or after is None:
        return {}
    changes: dict[str, Any] = {}
    for name in sorted(before.keys() | after.keys()):
        old, new, field = before.get(name), after.get(name), registry.field_of(name)
        if not field.is_recorded or old == new or (is_blank(old) and is_blank(new)):
            continue
        references = [each for each in registry.references.values() if name in each.sources]
        for each in references:
            if facts := listed(each.ids_of({name: old}), each.ids_of({name: new})):
                changes[each.name] = facts
        if not references:
            changes[name] = field.summary(old, new)
    return changes
