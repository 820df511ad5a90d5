"""In which form the assistant answers: free text, any JSON, or JSON in a fixed shape."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext, gettext_lazy

from assistants_ui.assistants.editor.forms.functions import NAME
from assistants_ui.assistants.editor.forms.schemas import SchemaText, indented, places_in
from assistants_ui.domain.canonical import same
from assistants_ui.domain.schemas.checks import BadJSONError, object_in
from assistants_ui.domain.schemas.paste import is_schema, schema_of_sample
from assistants_ui.domain.schemas.strict import RULES
from dashboard.lib.texts import StrOrPromise, labelled

CHOICES: list[tuple[str, StrOrPromise, StrOrPromise]] = [
    ("auto", gettext_lazy("Server default"), gettext_lazy("The server decides; usually that is text.")),
    ("text", gettext_lazy("Text"), gettext_lazy("Plain text.")),
    ("json_object", "JSON", gettext_lazy("Always valid JSON, of any shape. Say above that you want JSON.")),
    (
        "json_schema",
        gettext_lazy("JSON in a fixed shape"),
        gettext_lazy("Always JSON with exactly the fields that you list here."),
    ),
]
KINDS = [kind for kind, _, _ in CHOICES]
OTHER = "other"


@dataclass(kw_only=True)
class FormatText:
    """The answer format as it stands in the form. ``original`` is a value that the form has no place for."""

    kind: str = "auto"
    name: str = ""
    description: str = ""
    is_strict: bool = True
    schema: SchemaText = field(default_factory=SchemaText)
    original: Any = None
    note: str = ""
    sample: str = ""
    sample_problem: str = ""

    @classmethod
    def of(cls, value: Any) -> FormatText:
        if value in (None, "auto"):
            return cls()
        kind = value.get("type") if isinstance(value, Mapping) else None
        inner = value.get("json_schema") if isinstance(value, Mapping) else None
        if kind in ("text", "json_object"):
            return cls(kind=kind)
        if kind != "json_schema" or not isinstance(inner, Mapping) or not isinstance(inner.get("schema"), dict | None):
            return cls(kind=OTHER, original=value)
        return cls(
            kind="json_schema",
            name=str(inner.get("name") or ""),
            description=str(inner.get("description") or ""),
            is_strict=bool(inner.get("strict")),
            schema=SchemaText.of(inner.get("schema")),
        )

    @classmethod
    def read(cls, data: QueryDict, name: str) -> FormatText:
        kind = data.get(name, "")
        if kind.lstrip().startswith("{"):
            # A program may send the wire's own value.
            return cls.of(object_in(kind))
        return cls(
            kind=kind,
            name=data.get(f"{name}_name", "").strip(),
            description=data.get(f"{name}_description", "").replace("\r\n", "\n"),
            is_strict=f"{name}_strict" in data,
            schema=SchemaText.read(data, f"{name}_schema", places_in(data)),
        )

    @property
    def title(self) -> str:
        """The words of the choice that is made."""
        return str({kind: words for kind, words, _ in self.shown_choices}.get(self.kind, self.kind))

    @property
    def shown_choices(self) -> list[tuple[str, StrOrPromise, StrOrPromise]]:
        other: list[tuple[str, StrOrPromise, StrOrPromise]] = [
            (
                OTHER,
                gettext("Something else"),
                gettext("This server holds a form that is not known here; it is kept as it is."),
            )
        ]
        return CHOICES + (other if self.kind == OTHER else [])

    @property
    def label(self) -> str:
        words = {kind: words for kind, words, _ in self.shown_choices}[self.kind]
        return labelled(words, self.name) if self.name else str(words)

    @property
    def original_text(self) -> str:
        return indented(self.original)

    @property
    def is_misnamed(self) -> bool:
        """Whether it is a shape whose title cannot be used."""
        return self.kind == "json_schema" and not NAME.fullmatch(self.name)

    def problems(self) -> list[str]:
        if self.kind not in (*KINDS, OTHER):
            return [gettext("Choose one of the forms of an answer.")]
        if self.kind != "json_schema":
            return []
        if self.is_misnamed:
            return [gettext("Enter a title for the schema: letters, digits, _ and -, at most 64.")]
        return self.schema.problems(is_strict=self.is_strict)

    def wire(self, original: Any) -> Any:
        """The wire value: ``original`` with what the form says, and with everything else it held."""
        if self.kind == OTHER:
            return original
        if self.kind == "auto":
            return "auto"
        if self.kind != "json_schema":
            return {"type": self.kind}
        held = original.get("json_schema") if isinstance(original, Mapping) else None
        inner = dict(held) if isinstance(held, Mapping) else {}
        said = {
            "name": self.name,
            "description": self.description or None,
            "schema": self.schema.schema(is_strict=self.is_strict),
            "strict": self.is_strict or None,
        }
        for name, value in said.items():
            if value is not None:
                inner[name] = value
            elif inner.get(name):
                del inner[name]
        return {"type": "json_schema", "json_schema": inner}

    def do(self, action: str, *, sample: str = "") -> None:
        """Work off a button of this part of the form."""
        self.kind = "json_schema"
        if action != "sample":
            self.schema.do(action)
            self.is_strict = self.is_strict or action == "strict"
            return
        try:
            value = object_in(sample)
        except BadJSONError as error:
            self.sample, self.sample_problem = sample, gettext("This cannot be used. %(error)s") % {"error": error}
            return
        self.schema = SchemaText.of(value if is_schema(value) else schema_of_sample(value))
        self.note = gettext("The fields below were made from it. Check them, then save.")


class ResponseFormatWidget(forms.Widget):
    template_name = "assistants/_response_format.html"

    def value_from_datadict(self, data: Any, files: Any, name: str) -> FormatText | None:
        if name not in data:
            return None
        try:
            return FormatText.read(data, name)
        except BadJSONError:
            return FormatText(kind="")

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in data

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        return context | {"format": value or FormatText(), "rules": RULES}


class ResponseFormatField(forms.Field):
    """The wire's ``response_format``; its value is a :class:`FormatText`, its initial one too."""

    widget = ResponseFormatWidget

    def has_changed(self, initial: Any, data: Any) -> bool:
        if data is None or data.kind == OTHER:
            return False
        try:
            return not same("response_format", initial.wire(initial.original), data.wire(None))
        except BadJSONError:
            return True

    def clean(self, value: Any) -> FormatText:
        format_text: FormatText = value or FormatText()
        problems = format_text.problems()
        if format_text.is_misnamed:
            self.widget.attrs["name_problems"] = problems
        if problems:
            raise ValidationError(problems)
        return format_text
