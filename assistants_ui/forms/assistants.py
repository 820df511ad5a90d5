"""What the form of one assistant means, and the change that it asks for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django import forms
from django.http import QueryDict

from assistants_ui import errors, wire
from assistants_ui.editing.submissions import StillUnknown
from assistants_ui.forms.fields import REPLACEMENT, MetadataField, NameField, NumberField, TextField

T = TypeVar("T")

# The wire fields that one form field of the same name holds as it is.
PLAIN_FIELDS = ("name", "description", "model", "instructions", "temperature", "top_p")
TOOL_SWITCHES = ("code_interpreter", "file_search")


class AssistantForm(forms.Form):
    """One assistant's fields, bound to ``base``: the wire object as it was when the form was opened.

    A field that the person did not touch is neither checked nor sent, so a value that a more
    lenient server holds never stands in the way of saving another one.
    """

    name = NameField(max_length=256, label="Name", help_text="What your team calls it.")
    description = TextField(
        max_length=512,
        label="Description",
        help_text="One or two sentences for your colleagues; the assistant does not read them.",
    )
    model = NameField(
        max_length=256,
        label="Model",
        help_text="Choose one that the server offers, or type a name.",
        widget=forms.TextInput(attrs={"list": "models", "autocomplete": "off", "spellcheck": "false"}),
    )
    instructions = TextField(
        max_length=256_000,
        label="Instructions",
        help_text="Tell the assistant who it is, what to do, and what never to do.",
        widget=forms.Textarea(attrs={"rows": 14}),
    )
    code_interpreter = forms.BooleanField(
        required=False, label="Code interpreter", help_text="It may run code, calculate, and open files with it."
    )
    file_search = forms.BooleanField(
        required=False, label="File search", help_text="It looks up answers in the files you attach."
    )
    temperature = NumberField(
        minimum=0, maximum=2, label="Temperature", help_text="0 to 2. Lower repeats itself, higher surprises."
    )
    top_p = NumberField(
        minimum=0, maximum=1, label="Top P", help_text="0 to 1. Change this or the temperature, not both."
    )
    metadata = MetadataField(
        required=False, label="Metadata", help_text="Labels of your own, up to 16. The assistant does not read them."
    )

    def __init__(
        self,
        data: Any = None,
        *,
        base: Mapping[str, Any] | None = None,
        typed: QueryDict | None = None,
        is_new: bool = False,
    ) -> None:
        self.base: Mapping[str, Any] = base or {}
        self.is_new = is_new or not base
        super().__init__(data, initial=self.read(self.base) | self._typed(typed))
        self.problem: errors.Problem | None = None
        for name, field in self.fields.items():
            if field.help_text:
                field.widget.attrs["aria-describedby"] = f"id_{name}_hint"

    @staticmethod
    def read(base: Mapping[str, Any]) -> dict[str, Any]:
        """The form's values of a wire object."""
        kinds = {tool.get("type") for tool in base.get("tools") or [] if isinstance(tool, dict)}
        values: dict[str, Any] = {name: base.get(name) for name in PLAIN_FIELDS}
        values |= {name: name in kinds for name in TOOL_SWITCHES}
        metadata = base.get("metadata")
        values["metadata"] = metadata if isinstance(metadata, dict) else {}
        return values

    def _typed(self, typed: QueryDict | None) -> dict[str, Any]:
        """What stands in the fields of a form that was filled before, whether it can be saved or not."""
        if typed is None:
            return {}
        widgets = {name: field.widget for name, field in self.base_fields.items()}
        return {
            name: widget.value_from_datadict(typed, {}, name)
            for name, widget in widgets.items()
            if not widget.value_omitted_from_data(typed, {}, name)
        }

    def tool_switches(self) -> list[forms.BoundField]:
        return [self[name] for name in TOOL_SWITCHES]

    def other_tools(self) -> list[str]:
        """The tools that this form does not edit, by what a person may call them."""
        others = [tool for tool in self.base.get("tools") or [] if tool.get("type") not in TOOL_SWITCHES]
        return [str((tool.get("function") or {}).get("name") or tool.get("type")) for tool in others]

    def full_clean(self) -> None:
        super().full_clean()
        for name in set() if self.is_new else set(self.errors) - set(self.changed_data):
            del self.errors[name]

    def clean(self) -> dict[str, Any]:
        for name in ("name", "model"):
            must_be_given = self.is_new or name in self.changed_data
            if must_be_given and not self.cleaned_data.get(name) and name not in self.errors:
                self.add_error(name, {"name": "Give it a name.", "model": "Choose a model."}[name])
        for name in PLAIN_FIELDS:
            value = self.cleaned_data.get(name)
            if isinstance(value, str) and REPLACEMENT in value and REPLACEMENT not in str(self.base.get(name)):
                self.add_error(name, "Part of this text could not be read and stands here as \ufffd. Type it again.")
        return self.cleaned_data

    def changes(self) -> dict[str, Any]:
        """The wire fields that the person changed, and only those, with their new values."""
        changed = set(self.changed_data)
        fields: dict[str, Any] = {}
        for name in PLAIN_FIELDS:
            if name in changed:
                value = self.cleaned_data[name]
                fields[name] = None if value == "" else value
        if changed & set(TOOL_SWITCHES):
            fields["tools"] = self._tools()
        if "metadata" in changed:
            kept = {key: value for key, value in self.initial["metadata"].items() if not isinstance(value, str)}
            fields["metadata"] = kept | self.cleaned_data["metadata"]
        return fields

    def _tools(self) -> list[dict[str, Any]]:
        """The base's tools in their order, the switched-off ones left out, the new ones at the end."""
        wanted = {name: self.cleaned_data[name] for name in TOOL_SWITCHES}
        tools = [tool for tool in self.base.get("tools") or [] if wanted.get(tool.get("type"), True)]
        present = {tool.get("type") for tool in tools}
        return tools + [{"type": name} for name, is_wanted in wanted.items() if is_wanted and name not in present]

    def submit(self, action: Callable[[], T]) -> T | None:
        """Run the change; None when the server refused or failed, with the problem put on the form.

        A refusal that names a field stands at that field, so that nothing typed is lost and the
        person sees what to mend.
        """
        try:
            return action()
        except StillUnknown:
            self.problem = errors.STILL_UNKNOWN
            return None
        except wire.APIError as error:
            self.problem = errors.explain(error, writing=True)
            field = (error.param or "").split(".")[0].split("[")[0]
            if error.outcome == wire.Outcome.REFUSED and field in self.fields:
                self.add_error(field, error.message[:300])
            return None
