"""The settings that most assistants leave alone: which of them an assistant uses, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext, ngettext

from assistants_ui.assistants.editor.forms.response_format import FormatText
from assistants_ui.domain.fields import SETTINGS
from assistants_ui.domain.inputs import ChoiceInput, NumberInput
from assistants_ui.domain.tools import TOOL_KINDS
from dashboard.lib.texts import labelled, number

INPUTS = {row.name: row.input for row in SETTINGS} | {
    name: given for kind in TOOL_KINDS for name, (_, given) in kind.settings.items()
}
FIELDS = (
    *(row.name for row in SETTINGS),
    "response_format",
    *(name for kind in TOOL_KINDS for name in kind.settings),
    "metadata",
)
USUAL_FORMATS = ("auto", "text")


class AdvancedSettings:
    """What stands in those fields of a form now."""

    def __init__(self, form: forms.BaseForm) -> None:
        self._label = {name: str(form[name].label) for name in FIELDS if name in form.fields}
        self._value = {name: form[name].value() for name in self._label}
        self._wrong = [name for name in self._label if name in form.errors] if form.is_bound else []

    @property
    def is_open(self) -> bool:
        """Whether a person should see them at once: one is set to something unusual, or is to be mended."""
        return bool(self._wrong) or any(self._is_unusual(name) for name in self._value if name != "metadata")

    @property
    def summary(self) -> str:
        """Those that are set, as in ``Temperature 0.2 · 3 labels``; else what can be found there."""
        parts = [self._words(name) for name in self._value if self._is_unusual(name)]
        return " · ".join(parts) or gettext("How it answers, results of file search, labels")

    def _is_unusual(self, name: str) -> bool:
        value = self._value[name]
        if isinstance(value, FormatText):
            return value.kind not in USUAL_FORMATS
        given = INPUTS.get(name)
        usual = given.usual if isinstance(given, NumberInput) else None
        return value not in (None, "", [], {}, usual, f"{usual:g}" if usual is not None else "")

    def _words(self, name: str) -> str:
        value = self._value[name]
        if name == "metadata":
            count = len(value) if isinstance(value, Mapping | Sequence) else 0
            return ngettext("%(count)d label", "%(count)d labels", count) % {"count": count}
        given = INPUTS.get(name)
        if isinstance(given, ChoiceInput):
            return labelled(self._label[name], given.choices.get(value, value))
        if isinstance(value, FormatText):
            return labelled(self._label[name], value.title)
        return f"{self._label[name]} {shortened(value)}"


def shortened(value: Any) -> str:
    return number(value) if isinstance(value, float) else str(value)[:20]
