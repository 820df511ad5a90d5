"""The settings that most assistants leave alone: which of them an assistant uses, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from assistants_ui.assistants.editor.forms.response_format import FormatText
from assistants_ui.domain.labels import EFFORT_LABELS

FIELDS = (
    *("reasoning_effort", "temperature", "top_p", "response_format"),
    *("max_num_results", "score_threshold", "metadata"),
)
# What a server stores where nothing was asked for.
USUAL = {"temperature": 1, "top_p": 1}
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
        return " · ".join(parts) or "How it answers, results of file search, metadata"

    def _is_unusual(self, name: str) -> bool:
        value = self._value[name]
        if isinstance(value, FormatText):
            return value.kind not in USUAL_FORMATS
        return value not in (None, "", [], {}, USUAL.get(name), str(USUAL.get(name)))

    def _words(self, name: str) -> str:
        value = self._value[name]
        if name == "metadata":
            count = len(value) if isinstance(value, Mapping | Sequence) else 0
            return f"{count} metadata {'entry' if count == 1 else 'entries'}"
        if name == "reasoning_effort":
            return f"{self._label[name]}: {EFFORT_LABELS.get(value, value)}"
        if isinstance(value, FormatText):
            return f"{self._label[name]}: {value.title}"
        return f"{self._label[name]} {shortened(value)}"


def shortened(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)[:20]
