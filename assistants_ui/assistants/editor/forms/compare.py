"""The page on which a person decides what becomes of fields that somebody else changed too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext

from assistants_ui.assistants.editor.merge import ABSENT, Conflict
from assistants_ui.assistants.editor.paragraphs import DuplicatePassage, together
from assistants_ui.domain.canonical import same
from assistants_ui.domain.fields import FIELD_LABELS, TEXTS
from assistants_ui.domain.tools import TOOL_LABELS
from dashboard.audit.read.diff import Pair, side_by_side
from dashboard.lib.matching import Budget
from dashboard.lib.readable import readable_json
from dashboard.lib.texts import labelled


@dataclass(frozen=True, kw_only=True)
class Card:
    """One thing in dispute as the page shows it. ``changes`` are the lines of theirs beside those of mine."""

    id: str
    title: str
    mine: str
    theirs: str
    before: str | None
    changes: list[Pair]
    is_long: bool
    can_join: bool
    joined: str
    twice: list[DuplicatePassage]
    is_coarse: bool
    chosen: str
    problems: list[str]


class CompareDecisions:
    """What was chosen on the compare page, by the id of each conflict; nothing is chosen for anybody."""

    def __init__(self, data: QueryDict | None = None, *, fields: Mapping[str, forms.Field]) -> None:
        self.are_given = data is not None
        self._data = data or QueryDict()
        self._fields = fields
        self._problems: dict[str, list[str]] = {}

    def __call__(self, conflict: Conflict) -> Any:
        """The decided value; raises LookupError while there is none, or none that can be used."""
        match self._chosen(conflict):
            case "mine":
                return conflict.mine
            case "theirs":
                return conflict.theirs
            case "together" if can_join(conflict):
                return self._text(conflict)
        raise LookupError(conflict.id)

    def cards(self, conflicts: list[Conflict]) -> list[Card]:
        budget = Budget()
        return [self._card(conflict, budget) for conflict in conflicts]

    @property
    def count(self) -> int:
        return sum(1 for name in self._data if name.startswith("decide-"))

    def _chosen(self, conflict: Conflict) -> str:
        return self._data.get(f"decide-{conflict.id}", "")

    def _text(self, conflict: Conflict) -> Any:
        text = self._data.get(f"together-{conflict.id}", "")
        if conflict.field == "metadata":
            return text.replace("\r\n", "\n")
        try:
            cleaned = self._fields[conflict.field].clean(text)
        except ValidationError as error:
            self._problems[conflict.id] = list(error.messages)
            raise LookupError(conflict.id) from None
        return cleaned or None

    def _card(self, conflict: Conflict, budget: Budget) -> Card:
        mine, theirs = display(conflict, conflict.mine), display(conflict, conflict.theirs)
        before = None if conflict.before is ABSENT else display(conflict, conflict.before)
        typed = self._data.get(f"together-{conflict.id}")
        proposed = None
        if can_join(conflict) and conflict.field == "instructions":
            proposed = together(before or "", mine, theirs, budget)
        if typed is None and can_join(conflict):
            typed = proposed.text if proposed else mine
        return Card(
            id=conflict.id,
            title=title_of(conflict),
            mine=mine,
            theirs=theirs,
            before=before,
            changes=side_by_side(theirs, mine, budget=budget),
            is_long=conflict.field == "instructions",
            can_join=can_join(conflict),
            joined=typed or "",
            twice=proposed.twice if proposed else [],
            is_coarse=proposed is not None and proposed.is_coarse,
            chosen=self._chosen(conflict),
            problems=self._problems.get(conflict.id, []),
        )


def can_join(conflict: Conflict) -> bool:
    """Whether both versions are texts, which can be written into one."""
    sides = (conflict.mine, conflict.theirs)
    is_text = conflict.field in TEXTS or conflict.field == "metadata"
    return is_text and all(side is None or isinstance(side, str) for side in sides)


def title_of(conflict: Conflict) -> str:
    """``Instructions``, ``Metadata: team``, ``Function: lookup_order``."""
    if conflict.field == "tools":
        kind, _, name = conflict.key.partition(" ")
        return labelled(TOOL_LABELS.get(kind, kind), name) if name else str(TOOL_LABELS.get(kind, conflict.key))
    name = str(FIELD_LABELS.get(conflict.field, conflict.field))
    return labelled(name, conflict.key) if conflict.key else name


def display(conflict: Conflict, value: Any) -> str:
    """The value as the page shows it: texts as they are, no value in words, the rest as indented JSON."""
    if value is ABSENT:
        return gettext("(removed)") if conflict.before is not ABSENT else gettext("(not there)")
    if conflict.field == "tools" and same("tools", [value], [{"type": conflict.key}]):
        return gettext("On")
    if value is None:
        return "" if conflict.field in TEXTS else gettext("Server default")
    return value if isinstance(value, str) else readable_json(value)
