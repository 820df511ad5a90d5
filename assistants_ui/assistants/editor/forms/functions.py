"""The functions of an assistant in its form: what each is called, what it is for, what it is given."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext

from assistants_client.types.base import dicts
from assistants_ui.assistants.editor.forms.schemas import SchemaText, indented, places_in
from assistants_ui.domain.canonical import text_of
from assistants_ui.domain.canonical_values import NO_PROPERTIES, canonical_tool
from assistants_ui.domain.schemas.checks import BadJSONError, object_in
from assistants_ui.domain.schemas.paste import functions_in
from assistants_ui.domain.schemas.strict import RULES
from dashboard.bounds import DESCRIPTION_CHARACTERS, EDITOR_ROWS, SCHEMA_CHARACTERS
from dashboard.lib.texts import number

NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")
MOST = 128


@dataclass(kw_only=True)
class FunctionText:
    """One function as it stands in the form. ``origin`` is its place among the assistant's tools, if it has one."""

    origin: int | None = None
    name: str = ""
    description: str = ""
    is_strict: bool = False
    parameters: SchemaText = field(default_factory=SchemaText)
    errors: list[str] = field(default_factory=list)
    is_misnamed: bool = False
    number: str = ""
    is_new: bool = False

    @property
    def is_blank(self) -> bool:
        rows = [row for row in self.parameters.rows if not row.is_blank]
        return not (self.name or self.description or rows or self.parameters.text)

    def problems(self) -> list[str]:
        if not self.name:
            return [gettext("A function needs a name.")]
        if not NAME.fullmatch(self.name):
            return [
                gettext("The name “%(name)s” may hold only letters, digits, _ and -, at most 64.")
                % {"name": self.name[:70]}
            ]
        return self.parameters.problems(is_strict=self.is_strict)

    def tool(self, original: Mapping[str, Any] | None) -> dict[str, Any]:
        """The wire tool: ``original`` with what the form says, and with everything else it held."""
        tool = dict(original or {"type": "function"})
        function = dict(tool.get("function") or {})
        said = {
            "name": self.name,
            "description": self.description or None,
            "parameters": self.parameters.schema(is_strict=self.is_strict),
            "strict": self.is_strict or None,
        }
        for name, value in said.items():
            if value is not None:
                function[name] = value
            elif function.get(name) and function[name] not in NO_PROPERTIES:
                del function[name]
        tool["function"] = function
        is_same = original is not None and text_of(canonical_tool(tool)) == text_of(canonical_tool(original))
        return dict(original) if is_same and original is not None else tool


def is_editable(tool: Mapping[str, Any]) -> bool:
    """Whether this is a function of the usual shape; any other tool is kept as it is."""
    function = tool.get("function")
    if tool.get("type") != "function" or not isinstance(function, Mapping):
        return False
    texts = (function.get("description"), function.get("name", ""))
    return (
        isinstance(function.get("name"), str)
        and all(text is None or isinstance(text, str) for text in texts)
        and isinstance(function.get("parameters"), dict | None)
        and isinstance(function.get("strict"), bool | None)
    )


def functions_of(tools: Any) -> list[FunctionText]:
    """The functions among the tools, as the form shows them: beyond ``EDITOR_ROWS`` fields in all, as JSON."""
    found: list[FunctionText] = []
    rows = 0
    for index, tool in enumerate(dicts(tools)):
        if not is_editable(tool):
            continue
        # Where there is no room for its rows, they are not even looked for.
        has_room = not rows or rows + _count_in(tool["function"]) <= EDITOR_ROWS
        function = text_of_function(
            tool["function"] if has_room else tool["function"] | {"parameters": None}, origin=index
        )
        count = function.parameters.found.count
        if not has_room or (rows + count > EDITOR_ROWS and function.parameters.text is None):
            count = 0
            function.parameters = SchemaText(
                text=indented(tool["function"].get("parameters") or {}),
                note=gettext(
                    "The functions have more fields than the %(most)d that are shown one by one. "
                    "This one is shown as JSON."
                )
                % {"most": EDITOR_ROWS},
            )
        rows += count
        found.append(function)
    return found


def _count_in(function: Mapping[str, Any]) -> int:
    """How many fields it has at least."""
    properties = (function.get("parameters") or {}).get("properties")
    return len(properties) if isinstance(properties, Mapping) else 0


def text_of_function(function: Mapping[str, Any], *, origin: int | None = None) -> FunctionText:
    return FunctionText(
        origin=origin,
        name=str(function.get("name") or ""),
        description=str(function.get("description") or ""),
        is_strict=bool(function.get("strict")),
        parameters=SchemaText.of(function.get("parameters")),
    )


class FunctionsWidget(forms.Widget):
    """Sent as ``function-0-name`` … beside one ``functions_shown`` that tells that they were on the page."""

    template_name = "assistants/_functions.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self._read: tuple[Any, list[FunctionText]] | None = None

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[FunctionText] | None:
        if self.value_omitted_from_data(data, files, name):
            return None
        # Django asks again for every use, and what was found wrong with the functions is noted on them.
        if self._read is None or self._read[0] is not data:
            self._read = (data, read(data))
        return self._read[1]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return f"{name}_shown" not in data

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        functions = value or []
        for place, function in enumerate(functions):
            function.number = str(place)
        return context | {"functions": functions, "rules": RULES}


class FunctionsField(forms.Field):
    """All functions of an assistant; cleans to those that somebody filled in."""

    widget = FunctionsWidget

    def has_changed(self, initial: Any, data: Any) -> bool:
        if data is None:
            return False
        try:
            return _shape(initial or []) != _shape(_filled(data))
        except BadJSONError:
            return True

    def clean(self, value: Any) -> list[FunctionText]:
        functions = _filled(value or [])
        names = Counter(function.name for function in functions)
        for function in functions:
            function.errors = function.problems()
            function.is_misnamed = not NAME.fullmatch(function.name) or names[function.name] > 1
            if function.name and names[function.name] > 1:
                function.errors.append(gettext("There are two functions called “%(name)s”.") % {"name": function.name})
        if len(functions) > MOST:
            raise ValidationError(
                gettext("At most %(most)d functions; there are %(count)d.") % {"most": MOST, "count": len(functions)}
            )
        if not any(function.errors for function in functions):
            self._check_size(functions)
        if any(function.errors for function in functions):
            raise ValidationError(gettext("Fix what is marked in the functions below."))
        return functions

    @staticmethod
    def _check_size(functions: list[FunctionText]) -> None:
        tools = [function.tool(None) for function in functions]
        count = len(json.dumps(tools, ensure_ascii=False, separators=(",", ":")))
        if count > SCHEMA_CHARACTERS:
            text = gettext("All functions together are too long: %(count)s of %(most)s characters.")
            raise ValidationError(text % {"count": number(count), "most": number(SCHEMA_CHARACTERS)})


def read(data: QueryDict) -> list[FunctionText]:
    """The functions as a browser sent them."""
    found = []
    places = places_in(data)
    for index in places.get("function", ()):
        here = f"function-{index}"
        origin = data.get(f"{here}-origin", "")
        found.append(
            FunctionText(
                origin=int(origin) if re.fullmatch(r"[0-9]{1,4}", origin) else None,
                name=data.get(f"{here}-name", "").strip(),
                description=data.get(f"{here}-description", "").replace("\r\n", "\n"),
                is_strict=f"{here}-strict" in data,
                parameters=SchemaText.read(data, f"{here}-parameter", places),
            )
        )
    return found


def do(functions: list[FunctionText], action: str, *, pasted: str = "") -> str:
    """Work off a button of this part of the form; what to tell the person about it, if anything.

    Raises :class:`BadJSONError`, before anything was added, when what was pasted cannot be used.
    """
    match action.split("-", maxsplit=1):
        case ["add"]:
            functions.append(FunctionText(is_new=True))
        case ["paste"]:
            return _paste(functions, pasted)
        case [index, rest] if index.isdigit() and int(index) < len(functions):
            function = functions[int(index)]
            if rest == "remove":
                functions.remove(function)
            else:
                function.parameters.do(rest.removeprefix("parameter-"))
                function.is_strict = function.is_strict or rest == "parameter-strict"
    return ""


def _paste(functions: list[FunctionText], pasted: str) -> str:
    found = functions_in(object_in(pasted, most=DESCRIPTION_CHARACTERS))
    if not found:
        raise BadJSONError(gettext("No operation was found in it."))
    rows = 0
    for function in found:
        added = text_of_function(function)
        rows += added.parameters.found.count
        if rows > EDITOR_ROWS and added.parameters.text is None:
            added.parameters.do("json")
        functions.append(added)
    names = ", ".join(str(function.get("name") or gettext("one without a name")) for function in found)
    return gettext("Added below: %(names)s. Check them, then save.") % {"names": names}


def _filled(functions: list[FunctionText]) -> list[FunctionText]:
    return [function for function in functions if not function.is_blank]


def _shape(functions: list[FunctionText]) -> list[Any]:
    return [(function.origin, text_of(canonical_tool(function.tool(None)))) for function in functions]
