"""What the form of one assistant means, and the change that it asks for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext, gettext_lazy

from assistants_client.types.base import dicts
from assistants_ui.assistants.editor.forms import functions
from assistants_ui.assistants.editor.forms.advanced import AdvancedSettings
from assistants_ui.assistants.editor.forms.codecs import PARTS, Tools
from assistants_ui.assistants.editor.forms.functions import FunctionsField
from assistants_ui.assistants.editor.forms.inputs import form_fields
from assistants_ui.assistants.editor.forms.response_format import ResponseFormatField
from assistants_ui.assistants.editor.forms.schemas import indented
from assistants_ui.domain.canonical import same
from assistants_ui.domain.fields import BY_NAME, FIELDS, SETTINGS, TEXTS
from assistants_ui.domain.inputs import LineInput
from assistants_ui.domain.labels import tool_name
from assistants_ui.domain.model_rules import null_when_new, to_clear
from assistants_ui.domain.schemas.checks import BadJSONError
from assistants_ui.forms.api_form import ApiForm, ErrorLink
from assistants_ui.forms.fields import REPLACEMENT, MetadataField


class AssistantForm(ApiForm):
    """One assistant's fields, bound to ``base``: the wire object as it was when the form was opened.

    A field that the person did not touch is neither checked nor sent, so a value that a more
    lenient server holds never stands in the way of saving another one. ``typed`` fills an unbound
    form with what stood in it before; ``do`` is the button of a part of it that was pressed.
    """

    functions = FunctionsField(required=False, label=gettext_lazy("Functions"))
    response_format = ResponseFormatField(required=False, label=gettext_lazy("Response format"))
    metadata = MetadataField(
        required=False,
        label=gettext_lazy("Labels"),
        help_text=gettext_lazy(
            "Up to 16, for people and programs, which know them as metadata. The assistant does not read them."
        ),
    )

    # The order of the page, in which what is wrong is listed too.
    field_order = tuple(name for part in PARTS for name in part.inputs)
    wire_names: ClassVar = {"tools": "functions"}

    def __init__(
        self,
        data: Any = None,
        *,
        base: Mapping[str, Any] | None = None,
        typed: QueryDict | None = None,
        do: str = "",
        is_new: bool = False,
        version: str = "v2",
    ) -> None:
        self.base: Mapping[str, Any] = base or {}
        self.is_new = is_new or not base
        initial = {name: value for part in PARTS for name, value in part.read(self.base).items()}
        super().__init__(data, initial=initial)
        self.cleared: tuple[str, ...] = ()
        self.fields |= form_fields(version)
        self.order_fields(self.field_order)
        if version not in BY_NAME["response_format"].versions:
            del self.fields["response_format"]
        if typed is not None:
            self.initial = {**self.initial, **self._typed(typed)}
            self._do(do, typed)

    def _typed(self, typed: QueryDict) -> dict[str, Any]:
        """What stands in the fields of a form that was filled before, whether it can be saved or not."""
        widgets = {name: field.widget for name, field in self.fields.items()}
        return {
            name: widget.value_from_datadict(typed, {}, name)
            for name, widget in widgets.items()
            if not widget.value_omitted_from_data(typed, {}, name)
        }

    def _do(self, action: str, typed: QueryDict) -> None:
        """Work off a button that changes the shape of a part of the form and saves nothing."""
        part, _, rest = action.partition("-")
        if part == "function":
            attrs = self.fields["functions"].widget.attrs
            pasted = typed.get("paste", "")
            try:
                attrs["note"] = functions.do(self.initial["functions"], rest, pasted=pasted)
            except BadJSONError as error:
                attrs["paste_problem"] = gettext("This cannot be used. %(error)s") % {"error": error}
            # What is pasted and not yet used stays, whichever button was pressed.
            attrs["pasted"] = "" if "note" in attrs and rest == "paste" else pasted
        elif part == "format" and "response_format" in self.fields:
            self.initial["response_format"].do(rest, sample=typed.get("sample", ""))

    def places_of(self, name: str, *, text: str) -> Iterator[ErrorLink]:
        wrong = [one for one in self[name].value() or () if one.errors] if name == "functions" else []
        for function in wrong:
            # The widget numbers the functions by their place in the form.
            place = f"function-{self[name].value().index(function)}"
            yield ErrorLink(
                id=f"{place}-name" if function.is_misnamed else place,
                label=(gettext("Function %(name)s") % {"name": function.name}).strip(),
                text=function.errors[0],
            )
        if self.fields[name].widget.attrs.get("name_problems"):
            yield ErrorLink(id=f"{name}_name", label=gettext("Title of the schema"), text=text)
        elif not wrong:
            yield from super().places_of(name, text=text)

    @property
    def advanced(self) -> AdvancedSettings:
        """The settings that stand folded up below the others."""
        return AdvancedSettings(self)

    def tool_switches(self) -> list[forms.BoundField]:
        return [self[name] for name in Tools.switches if name in self.fields]

    def settings(self) -> list[forms.BoundField]:
        """How the assistant answers, as far as one input shows it."""
        return [self[row.name] for row in SETTINGS if row.name in self.fields]

    def other_tools(self) -> list[dict[str, str]]:
        """The tools that this form does not edit, each with what people may call it."""
        edited = (*Tools.switches, "function")
        return [
            {"name": tool_name(tool), "json_text": indented(tool)}
            for tool in dicts(self.base.get("tools"))
            if tool.get("type") not in edited or (tool.get("type") == "function" and not functions.is_editable(tool))
        ]

    def full_clean(self) -> None:
        super().full_clean()
        if self.is_bound and not self.is_new:
            for name in set(self.errors) - set(self.changed_data):
                del self.errors[name]
                self.fields[name].widget.attrs.pop("name_problems", None)

    def clean(self) -> dict[str, Any]:
        for name, missing in ((row.name, row.input.required) for row in FIELDS if isinstance(row.input, LineInput)):
            must_be_given = missing and (self.is_new or name in self.changed_data)
            if must_be_given and not self.cleaned_data.get(name) and name not in self.errors:
                self.add_error(name, missing)
        for name in TEXTS:
            value = self.cleaned_data.get(name)
            if isinstance(value, str) and REPLACEMENT in value and REPLACEMENT not in str(self.base.get(name)):
                self.add_error(
                    name, gettext("Part of this text could not be read and appears here as \ufffd. Type it again.")
                )
        return self.cleaned_data

    def changes(self) -> dict[str, Any]:
        """The wire fields that the person changed, and only those, with their new values.

        A new model brings along the settings that it refuses, as null: ``cleared`` names them.
        """
        changed = set(self.changed_data)
        fields: dict[str, Any] = {}
        for part in PARTS:
            if changed & set(part.inputs):
                value = part.write(self.base, self.cleaned_data, changed)
                if not same(part.wire, self.base.get(part.wire), value):
                    fields[part.wire] = value
        if fields.get("model"):
            settings = {**self.base, **fields}
            refused = null_when_new(fields["model"], settings) if self.is_new else ()
            self.cleared = tuple(name for name in to_clear(fields["model"], settings) if name not in fields)
            fields |= dict.fromkeys(
                name for name in (*self.cleared, *refused) if name in self.fields and name not in fields
            )
        return fields

    @property
    def is_gone(self) -> bool:
        """Whether the server said that there is no such assistant any more."""
        return not self.is_new and self.problem is not None and self.problem.status == 404
