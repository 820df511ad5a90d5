"""What can be done to many assistants, and what it means for each."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext, gettext_lazy

from assistants_ui.domain.model_rules import to_clear

LONGEST = 256_000
DELETE = "delete"
UNDO = "undo"
KINDS = {
    "replace": gettext_lazy("Find and replace in instructions"),
    "add-label": gettext_lazy("Add a label"),
    "remove-label": gettext_lazy("Remove a label"),
    "model": gettext_lazy("Change the model"),
    DELETE: gettext_lazy("Delete"),
}


class OverlongTextError(ValueError):
    """The text would become longer than instructions may be."""


@dataclass(frozen=True, kw_only=True)
class ManyChange:
    """One change for many. ``find`` is looked for letter by letter; with ``any_case`` its case does not count.

    ``why`` is the author's own reason, which the record keeps with each.
    """

    kind: str
    key: str = ""
    value: str = ""
    model: str = ""
    find: str = ""
    replacement: str = ""
    any_case: bool = False
    why: str = ""

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> ManyChange:
        return cls(**json.loads(text))

    @property
    def title(self) -> str:
        """What it does, as a heading says it."""
        return {
            "replace": gettext("Replace “%(find)s” with “%(replacement)s”")
            % {"find": self.find, "replacement": self.replacement},
            "add-label": gettext("Add the label “%(key)s: %(value)s”") % {"key": self.key, "value": self.value},
            "remove-label": gettext("Remove the label “%(key)s”") % {"key": self.key},
            "model": gettext("Change the model to %(model)s") % {"model": self.model},
            DELETE: gettext("Delete assistants"),
        }.get(self.kind, gettext("Undo a change of many assistants"))

    def of(self, state: Mapping[str, Any]) -> dict[str, Any]:
        """The wire fields to send for an assistant in this state; none where it would stay as it is.

        Raises :class:`OverlongTextError`, before the text is made.
        """
        wanted = getattr(self, f"_{self.kind.replace('-', '_')}")(state)
        return {name: value for name, value in wanted.items() if state.get(name) != value}

    def _replace(self, state: Mapping[str, Any]) -> dict[str, Any]:
        text = state.get("instructions")
        if not isinstance(text, str) or not self.find:
            return {}
        found = re.compile(re.escape(self.find), re.IGNORECASE if self.any_case else re.NOFLAG)
        # A megabyte of text could become gigabytes.
        growth = sum(len(self.replacement) - len(match[0]) for match in found.finditer(text))
        if growth > 0 and len(text) + growth > LONGEST:
            raise OverlongTextError
        return {"instructions": found.sub(lambda _: self.replacement, text)}

    def _add_label(self, state: Mapping[str, Any]) -> dict[str, Any]:
        return {"metadata": {**(state.get("metadata") or {}), self.key: self.value}}

    def _remove_label(self, state: Mapping[str, Any]) -> dict[str, Any]:
        labels = state.get("metadata") or {}
        return {"metadata": {name: value for name, value in labels.items() if name != self.key}}

    def _model(self, state: Mapping[str, Any]) -> dict[str, Any]:
        # Settings that the new model refuses go back to the server's default.
        return {"model": self.model, **dict.fromkeys(to_clear(self.model, state))}
