"""Each field of an assistant once.

The form, the merge of two people's changes, the history, the sentences of the audit log, hand-overs, starters and
tests read these rows. A new field is a row here, its check in ``assistants_server/assistants/schema.py``, and its
parameter and type in ``assistants_client``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy, ngettext_lazy, pgettext_lazy

from assistants_ui.domain import canonical_values
from assistants_ui.domain.inputs import ChoiceInput, Input, LineInput, NumberInput, TextInput
from assistants_ui.domain.recorded_fields import RecordedChoice, RecordedResponseFormat, ToolsField
from dashboard.audit.fields import NamedField, RecordedField, RecordedText, TitleField
from dashboard.lib.texts import StrOrPromise

EFFORT_LABELS = {
    "none": pgettext_lazy("reasoning effort", "None"),
    "minimal": pgettext_lazy("reasoning effort", "Minimal"),
    "low": pgettext_lazy("reasoning effort", "Low"),
    "medium": pgettext_lazy("reasoning effort", "Medium"),
    "high": pgettext_lazy("reasoning effort", "High"),
    "xhigh": pgettext_lazy("reasoning effort", "Extra high"),
    "max": pgettext_lazy("reasoning effort", "Max"),
}


@dataclass(frozen=True, kw_only=True)
class AssistantField:
    """``recorded`` is how the audit log and the history show it; ``input`` how a person gives it, if one input does.

    ``canonical`` brings a value into the form that all its equals share. ``reaches_model``: a run can be given it in
    the assistant's place. ``is_setting``: it stands among the settings of how the assistant answers.
    """

    name: str
    label: StrOrPromise
    versions: tuple[str, ...] = ("v1", "v2")
    recorded: RecordedField | None = None
    input: Input | None = None
    canonical: Callable[[Any], Any] = canonical_values.unchanged
    reaches_model: bool = False
    is_setting: bool = False
    types: tuple[type, ...] = ()

    @property
    def is_text(self) -> bool:
        return isinstance(self.input, LineInput | TextInput)

    def accepts(self, value: Any) -> bool:
        """Whether the value is of a kind that the protocol allows here."""
        return isinstance(value, self.input.types if self.input else self.types)


def setting(
    name: str,
    label: StrOrPromise,
    noun: StrOrPromise,
    given: Input,
    *,
    canonical: Callable[[Any], Any] = canonical_values.unchanged,
    reaches_model: bool = False,
) -> AssistantField:
    """A setting of how the assistant answers, which one input shows and version 1 does not have."""
    return AssistantField(
        name=name,
        label=label,
        versions=("v2",),
        recorded=(
            RecordedChoice(name=name, label=label, noun=noun, choices=given.choices)
            if isinstance(given, ChoiceInput)
            else RecordedField(name=name, label=label, noun=noun)
        ),
        input=given,
        canonical=canonical,
        reaches_model=reaches_model,
        is_setting=True,
    )


# In the order of the page.
FIELDS = (
    AssistantField(
        name="name",
        label=gettext_lazy("Name"),
        recorded=TitleField(name="name", label=gettext_lazy("Name"), noun=gettext_lazy("the name")),
        input=LineInput(
            max_length=256, required=gettext_lazy("Enter a name."), help_text=gettext_lazy("What your team calls it.")
        ),
        canonical=canonical_values.text,
    ),
    AssistantField(
        name="description",
        label=gettext_lazy("Description"),
        recorded=RecordedText(
            name="description", label=gettext_lazy("Description"), noun=gettext_lazy("the description")
        ),
        input=TextInput(
            max_length={"v1": 512, "v2": 512},
            rows=2,
            help_text=gettext_lazy("One or two sentences for your colleagues; the assistant does not read them."),
        ),
        canonical=canonical_values.text,
    ),
    AssistantField(
        name="model",
        label=gettext_lazy("Model"),
        recorded=RecordedField(name="model", label=gettext_lazy("Model"), noun=gettext_lazy("the model")),
        input=LineInput(
            max_length=256,
            suggestions="models",
            required=gettext_lazy("Choose a model."),
            help_text=gettext_lazy("The model that answers. Choose one or type a name."),
        ),
        reaches_model=True,
    ),
    AssistantField(
        name="instructions",
        label=gettext_lazy("Instructions"),
        recorded=RecordedText(
            name="instructions", label=gettext_lazy("Instructions"), noun=gettext_lazy("the instructions")
        ),
        input=TextInput(
            max_length={"v1": 32_768, "v2": 256_000},
            rows=16,
            help_text=gettext_lazy("Tell the assistant who it is, what to do, and what never to do."),
        ),
        canonical=canonical_values.text,
        reaches_model=True,
    ),
    AssistantField(
        name="tools",
        label=gettext_lazy("Tools"),
        recorded=ToolsField(
            name="tools",
            label=gettext_lazy("Tools"),
            noun=gettext_lazy("the tools"),
            named={
                "added": gettext_lazy("added the tool %(names)s"),
                "removed": gettext_lazy("removed the tool %(names)s"),
                "changed": gettext_lazy("changed the tool %(names)s"),
            },
            several={
                "added": ngettext_lazy("added %(count)d tool", "added %(count)d tools", "count"),
                "removed": ngettext_lazy("removed %(count)d tool", "removed %(count)d tools", "count"),
                "changed": ngettext_lazy("changed %(count)d tool", "changed %(count)d tools", "count"),
            },
        ),
        canonical=canonical_values.tools,
        reaches_model=True,
        types=(list,),
    ),
    AssistantField(
        name="tool_resources",
        label=gettext_lazy("Files"),
        versions=("v2",),
        canonical=canonical_values.tool_resources,
        types=(dict,),
    ),
    AssistantField(
        name="file_ids",
        label=gettext_lazy("Files"),
        versions=("v1",),
        canonical=canonical_values.nothing_if_empty,
        types=(list,),
    ),
    setting(
        "reasoning_effort",
        gettext_lazy("Reasoning effort"),
        gettext_lazy("the reasoning effort"),
        ChoiceInput(
            choices=EFFORT_LABELS,
            help_text=gettext_lazy("How long a reasoning model thinks. More is slower, costs more, errs less."),
        ),
        reaches_model=True,
    ),
    setting(
        "temperature",
        gettext_lazy("Temperature"),
        gettext_lazy("the temperature"),
        NumberInput(
            minimum=0,
            maximum=2,
            usual=1,
            help_text=gettext_lazy("0 to 2. Low answers alike each time, high surprises."),
        ),
        canonical=canonical_values.number,
        reaches_model=True,
    ),
    setting(
        "top_p",
        gettext_lazy("Top P"),
        gettext_lazy("Top P"),
        NumberInput(
            minimum=0,
            maximum=1,
            middle=1,
            usual=1,
            help_text=gettext_lazy(
                "0 to 1. Low keeps to the likeliest words. Change this or the temperature, not both."
            ),
        ),
        canonical=canonical_values.number,
        reaches_model=True,
    ),
    AssistantField(
        name="response_format",
        label=gettext_lazy("Response format"),
        versions=("v2",),
        recorded=RecordedResponseFormat(
            name="response_format", label=gettext_lazy("Response format"), noun=gettext_lazy("the response format")
        ),
        canonical=canonical_values.response_format,
        reaches_model=True,
        types=(str, dict),
    ),
    AssistantField(
        name="metadata",
        label=gettext_lazy("Labels"),
        recorded=NamedField(
            name="metadata",
            label=gettext_lazy("Labels"),
            noun=gettext_lazy("the labels"),
            named={
                "added": gettext_lazy("added the label %(names)s"),
                "removed": gettext_lazy("removed the label %(names)s"),
                "changed": gettext_lazy("changed the label %(names)s"),
            },
            several={
                "added": gettext_lazy("added %(count)d labels"),
                "removed": gettext_lazy("removed %(count)d labels"),
                "changed": gettext_lazy("changed %(count)d labels"),
            },
        ),
        canonical=canonical_values.nothing_if_empty,
        types=(dict,),
    ),
)
BY_NAME = {field.name: field for field in FIELDS}
FIELD_LABELS = {field.name: field.label for field in FIELDS}
SETTINGS = tuple(field for field in FIELDS if field.is_setting)
TEXTS = tuple(field.name for field in FIELDS if field.is_text)
# The order in which people look at a comparison: the texts first, then what is under them.
_COMPARED = ("name", "description", "instructions", "model", "tools", "metadata")
RECORDED = tuple(recorded for name in dict.fromkeys([*_COMPARED, *BY_NAME]) if (recorded := BY_NAME[name].recorded))


def names_of(version: str) -> tuple[str, ...]:
    """What a server takes when an assistant is made; it refuses its own facts (the id, the time) sent back."""
    return tuple(field.name for field in FIELDS if version in field.versions)


def run_fields(version: str) -> tuple[str, ...]:
    """What of an assistant a run can be given in its place."""
    return tuple(field.name for field in FIELDS if field.reaches_model and version in field.versions)
