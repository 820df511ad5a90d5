"""One place for each wire field of an assistant: how the form shows it and how it is written back.

A part reads a wire object into the values of its form fields, its ``inputs``, and writes changed
values back over the same object, keeping whatever the form has no place for.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import assistants_client as wire
from assistants_client.types.base import dicts, mapping
from assistants_ui.assistants.editor.forms.functions import functions_of, is_editable
from assistants_ui.assistants.editor.forms.response_format import FormatText
from assistants_ui.domain.fields import FIELDS
from assistants_ui.domain.tools import BUILT_IN_TOOLS, TOOL_KINDS, kinds_of
from assistants_ui.forms.fields import one_line

State = Mapping[str, Any]


class FieldCodec(Protocol):
    """``wire`` is the wire field, ``inputs`` are the form fields that show it."""

    @property
    def wire(self) -> str: ...

    @property
    def inputs(self) -> tuple[str, ...]: ...

    def read(self, state: State) -> dict[str, Any]: ...

    def write(self, state: State, values: Mapping[str, Any], changed: set[str]) -> Any: ...


class PlainCodec:
    """A wire field that one form field of the same name shows; empty text is written as null.

    What is of another kind than the field, which only a lenient server has, shows as nothing and is kept.
    """

    def __init__(self, name: str) -> None:
        self.wire = name
        self.inputs = (name,)

    def read(self, state: State) -> dict[str, Any]:
        return {self.wire: getattr(wire.Assistant(dict(state)), self.wire)}

    def write(self, state: State, values: Mapping[str, Any], changed: set[str]) -> Any:
        value = values[self.wire]
        return None if value == "" else value


class Metadata:
    """Pairs of texts. Values of other kinds, which only a lenient server has, are kept."""

    wire = "metadata"
    inputs = ("metadata",)

    def read(self, state: State) -> dict[str, Any]:
        return {"metadata": mapping(state.get("metadata"))}

    def write(self, state: State, values: Mapping[str, Any], changed: set[str]) -> Any:
        held = mapping(state.get("metadata"))
        kept = {key: value for key, value in held.items() if not isinstance(value, str)}
        # A browser shows texts without their line ends; what nobody touched keeps them.
        texts = ((key, value) for key, value in held.items() if isinstance(value, str))
        shown = {(one_line(key), one_line(value)): (key, value) for key, value in texts}
        return kept | dict(shown.get(pair, pair) for pair in values["metadata"].items())


class ResponseFormat:
    wire = "response_format"
    inputs = ("response_format",)

    def read(self, state: State) -> dict[str, Any]:
        return {"response_format": FormatText.of(state.get("response_format"))}

    def write(self, state: State, values: Mapping[str, Any], changed: set[str]) -> Any:
        return values["response_format"].wire(state.get("response_format"))


class Tools:
    """Switches for the server's own tools, the settings of file search, and functions.

    Every other kind of tool stays where it is, as it is.
    """

    wire = "tools"
    switches = tuple(BUILT_IN_TOOLS)
    settings = tuple(name for kind in TOOL_KINDS for name in kind.settings)
    inputs = (*switches, *settings, "functions")

    def read(self, state: State) -> dict[str, Any]:
        tools = dicts(state.get("tools"))
        kinds = kinds_of(tools)
        options = next((mapping(tool.get("file_search")) for tool in tools if tool.get("type") == "file_search"), {})
        threshold = mapping(options.get("ranking_options")).get("score_threshold")
        return {
            **{name: name in kinds for name in self.switches},
            "max_num_results": options.get("max_num_results"),
            # A server fills in a threshold of 0 by itself.
            "score_threshold": threshold or None,
            "functions": functions_of(tools),
        }

    def write(self, state: State, values: Mapping[str, Any], changed: set[str]) -> Any:
        held = dicts(state.get("tools"))
        # What is not in the request, or not in this version of the protocol, stays as it is.
        wanted = {name: bool(values.get(name)) for name in self.switches if name in changed}
        tools = []
        functions = values["functions"] if "functions" in changed else None
        by_origin = {function.origin: function for function in functions or []}
        for index, tool in enumerate(held):
            if functions is not None and is_editable(tool):
                if index in by_origin:
                    tools.append(by_origin[index].tool(tool))
            elif wanted.get(str(tool.get("type")), True):
                tools.append(tool)
        kinds = kinds_of(tools)
        tools += [{"type": name} for name, is_on in wanted.items() if is_on and name not in kinds]
        tools += [function.tool(None) for function in functions or [] if not _is_held(function.origin, held)]
        return [self._with_settings(tool, values, changed) for tool in tools]

    def _with_settings(self, tool: dict[str, Any], values: Mapping[str, Any], changed: set[str]) -> dict[str, Any]:
        if tool.get("type") != "file_search" or not changed & set(self.settings):
            return tool
        options = dict(mapping(tool.get("file_search")))
        if "max_num_results" in changed:
            options["max_num_results"] = values["max_num_results"]
        if "score_threshold" in changed:
            threshold = values["score_threshold"]
            ranking = mapping(options.get("ranking_options"))
            options["ranking_options"] = None if threshold is None else ranking | {"score_threshold": threshold}
        options = {name: value for name, value in options.items() if value is not None}
        tool = {name: value for name, value in tool.items() if name != "file_search"}
        return tool | ({"file_search": options} if options else {})


def _is_held(origin: int | None, held: list[dict[str, Any]]) -> bool:
    return origin is not None and origin < len(held) and is_editable(held[origin])


OWN_CODECS: dict[str, FieldCodec] = {codec.wire: codec for codec in (Tools(), ResponseFormat(), Metadata())}
PARTS: tuple[FieldCodec, ...] = tuple(
    OWN_CODECS.get(row.name) or PlainCodec(row.name) for row in FIELDS if row.input or row.name in OWN_CODECS
)
