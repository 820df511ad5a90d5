"""Each field of an assistant once.

The form, the merge of two people's changes, the history, the sentences of the audit log, hand-overs, starters and
tests read these rows. A new field is a row here, its check in ``assistants_server/assistants/schema.py``, and its
parameter and type in ``assistants_client``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from assistants_ui.domain import canonical_values
from assistants_ui.domain.inputs import ChoiceInput, Input, LineInput, NumberInput, TextInput
from assistants_ui.domain.recorded_fields import RecordedResponseFormat, ToolsField
from dashboard.audit.fields import NamedField, RecordedField, RecordedText, TitleField

EFFORT_LABELS = {
    "none": "None",
    "minimal": "Minimal",
    "low": "Low",
    "medium": "Medium",
    "high": "High",
    "xhigh": "Extra high",
    "max": "Max",
}


@dataclass(frozen=True, kw_only=True)
class AssistantField:
    """``recorded`` is how the audit log and the history show it; ``input`` how a person gives it, if one input does.

    ``canonical`` brings a value into the form that all its equals share. ``reaches_model``: a run can be given it in
    the assistant's place. ``is_setting``: it stands among the settings of how the assistant answers.
    """

    name: str
    label: str
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
    name: str, label: str, noun: str, given: Input, *, canonical: Callable[[Any], Any] = canonical_values.unchanged
) -> AssistantField:
    """A setting of how the assistant answers, which one input shows and version 1 does not have."""
    return AssistantField(
        name=name,
        label=label,
        versions=("v2",),
        recorded=RecordedField(name=name, label=label, noun=noun),
        input=given,
        canonical=canonical,
        reaches_model=True,
        is_setting=True,
    )


# In the order of the page.
FIELDS = (
    AssistantField(
        name="name",
        label="Name",
        recorded=TitleField(name="name", label="Name"),
        input=LineInput(max_length=256, required="Give it a name.", help_text="What your team calls it."),
        canonical=canonical_values.text,
    ),
    AssistantField(
        name="description",
        label="Description",
        recorded=RecordedText(name="description", label="Description", noun="the description"),
        input=TextInput(
            max_length={"v1": 512, "v2": 512},
            rows=2,
            help_text="One or two sentences for your colleagues; the assistant does not read them.",
        ),
        canonical=canonical_values.text,
    ),
    AssistantField(
        name="model",
        label="Model",
        recorded=RecordedField(name="model", label="Model", noun="the model"),
        input=LineInput(
            max_length=256,
            suggestions="models",
            required="Choose a model.",
            help_text="The language model that answers. Choose one that the server offers, or type a name.",
        ),
        reaches_model=True,
    ),
    AssistantField(
        name="instructions",
        label="Instructions",
        recorded=RecordedText(name="instructions", label="Instructions", noun="the instructions"),
        input=TextInput(
            max_length={"v1": 32_768, "v2": 256_000},
            rows=16,
            help_text="Tell the assistant who it is, what to do, and what never to do.",
        ),
        canonical=canonical_values.text,
        reaches_model=True,
    ),
    AssistantField(
        name="tools",
        label="Tools",
        recorded=ToolsField(name="tools", label="Tools", noun="tool", article="the ", many="tools"),
        canonical=canonical_values.tools,
        reaches_model=True,
        types=(list,),
    ),
    AssistantField(
        name="tool_resources",
        label="Files",
        versions=("v2",),
        canonical=canonical_values.tool_resources,
        types=(dict,),
    ),
    AssistantField(
        name="file_ids",
        label="Files",
        versions=("v1",),
        canonical=canonical_values.nothing_if_empty,
        types=(list,),
    ),
    setting(
        "reasoning_effort",
        "Reasoning effort",
        "the reasoning effort",
        ChoiceInput(
            choices=EFFORT_LABELS, help_text="How long a reasoning model thinks. More is slower, costs more, errs less."
        ),
    ),
    setting(
        "temperature",
        "Temperature",
        "the temperature",
        NumberInput(minimum=0, maximum=2, usual=1, help_text="0 to 2. Low answers alike each time, high surprises."),
        canonical=canonical_values.number,
    ),
    setting(
        "top_p",
        "Top P",
        "Top P",
        NumberInput(
            minimum=0,
            maximum=1,
            middle=1,
            usual=1,
            help_text="0 to 1. Low keeps to the likeliest words. Change this or the temperature, not both.",
        ),
        canonical=canonical_values.number,
    ),
    AssistantField(
        name="response_format",
        label="Response format",
        versions=("v2",),
        recorded=RecordedResponseFormat(name="response_format", label="Response format", noun="the response format"),
        canonical=canonical_values.response_format,
        reaches_model=True,
        types=(str, dict),
    ),
    AssistantField(
        name="metadata",
        label="Metadata",
        recorded=NamedField(name="metadata", label="Metadata", noun="metadata"),
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
