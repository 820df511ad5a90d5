"""Form fields made of the rows that describe an assistant's fields and tools."""

from __future__ import annotations

from typing import Any

from django import forms

from assistants_ui.domain.fields import FIELDS
from assistants_ui.domain.inputs import (
    ChoiceInput,
    Input,
    LineInput,
    NumberInput,
    SwitchInput,
    TextInput,
    WholeNumberInput,
)
from assistants_ui.domain.tools import TOOL_KINDS
from assistants_ui.forms.fields import NameField, NumberField, SwitchField, TextField, WholeNumberField, WordField
from dashboard.lib.texts import StrOrPromise


def form_fields(version: str) -> dict[str, forms.Field]:
    """The fields of a form that one input shows, by name, for this version of the protocol."""
    fields = {
        row.name: form_field(row.label, row.input, version) for row in FIELDS if row.input and version in row.versions
    }
    for kind in TOOL_KINDS:
        if kind.switch and version in kind.versions:
            fields[kind.type] = form_field(kind.label, kind.switch, version)
            fields |= {name: form_field(label, each, version) for name, (label, each) in kind.settings.items()}
    return fields


def form_field(label: StrOrPromise, given: Input, version: str) -> forms.Field:
    """The form field for one input."""
    named: dict[str, Any] = {"label": label, "help_text": given.help_text}
    match given:
        case LineInput(max_length=most, suggestions=listed):
            attrs = {"list": listed, "autocomplete": "off", "spellcheck": "false"} if listed else {"dir": "auto"}
            return NameField(max_length=most, widget=forms.TextInput(attrs=attrs), **named)
        case TextInput(max_length=limits, rows=rows):
            return TextField(
                max_length=limits[version], widget=forms.Textarea(attrs={"rows": rows, "dir": "auto"}), **named
            )
        case NumberInput(minimum=low, maximum=high, middle=middle):
            return NumberField(minimum=low, maximum=high, middle=middle, **named)
        case WholeNumberInput(minimum=low, maximum=high):
            return WholeNumberField(minimum=low, maximum=high, **named)
        case ChoiceInput(choices=choices):
            return WordField(choices=choices, **named)
        case SwitchInput():
            return SwitchField(**named)
    raise TypeError(type(given).__name__)
