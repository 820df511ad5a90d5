"""The source of a hand-over: an assistant of either version in one normal form, and every field that it has."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext, gettext_lazy

from assistants_client.types.base import mapping, number
from assistants_ui.domain.fields import BY_NAME, FIELD_LABELS
from assistants_ui.domain.tools import TOOL_LABELS
from dashboard.lib.texts import labelled

EMPTY_PARAMETERS: dict[str, Any] = {"type": "object", "properties": {}}
# What servers fill in by themselves, so that it says nothing.
FILLED_IN_RANKER = "default_2024_08_21"


@dataclass(frozen=True)
class SourceField:
    """One field as the source has it. ``kind`` is the name under which a target's rules know it."""

    path: str
    label: str
    kind: str
    value: Any
    is_damaged: bool = False


@dataclass(frozen=True, kw_only=True)
class Function:
    name: str
    description: str
    parameters: dict[str, Any]
    strict: bool


@dataclass(frozen=True, kw_only=True)
class FileSearch:
    """``loose_files`` are in no vector store yet: version 1 attached them to the assistant itself."""

    store_ids: tuple[str, ...] = ()
    loose_files: tuple[str, ...] = ()
    max_num_results: int | None = None
    ranker: str | None = None
    score_threshold: float | None = None


@dataclass(frozen=True, kw_only=True)
class CodeInterpreter:
    file_ids: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Source:
    """An assistant in normal form: what is not set is None, and what a server fills in by itself is not set."""

    raw: Mapping[str, Any]
    fields: tuple[SourceField, ...] = field(repr=False)
    id: str
    name: str | None
    description: str | None
    model: str
    instructions: str
    temperature: float | None
    top_p: float | None
    effort: str | None
    format: dict[str, Any] | None
    functions: tuple[Function, ...]
    file_search: FileSearch | None
    code_interpreter: CodeInterpreter | None
    metadata: dict[str, str]

    @property
    def title(self) -> str:
        return self.name or self.id or gettext("Assistant")

    @property
    def schema(self) -> dict[str, Any] | None:
        """The ``json_schema`` of the response format, with name, schema, description and strict."""
        return self.format["json_schema"] if self.format and self.format["type"] == "json_schema" else None

    @staticmethod
    def of(assistant: Mapping[str, Any] | Source) -> Source:
        """Read an assistant as any server gives it; never raises, since what is odd is told as not known.

        What was read already stays as it is, with its labels in the language of that time.
        """
        if isinstance(assistant, Source):
            return assistant
        is_whole = _is_whole(assistant)
        raw = dict(assistant) if is_whole else sound(dict(assistant))
        # Compared as text, because damage may sit in a key as well.
        fields = tuple(_fields(raw, damaged=frozenset() if is_whole else _damaged_keys(assistant)))
        tools = _tools(raw)
        resources = mapping(raw.get("tool_resources"))
        texts = {name: raw[name] if isinstance(raw.get(name), str) else None for name in BY_NAME}
        return Source(
            raw=raw,
            fields=fields,
            id=raw["id"] if isinstance(raw.get("id"), str) else "",
            name=texts["name"] or None,
            description=texts["description"] or None,
            model=texts["model"] or "",
            instructions=texts["instructions"] or "",
            temperature=number(raw.get("temperature")),
            top_p=number(raw.get("top_p")),
            effort=texts["reasoning_effort"] or None,
            format=_format(raw.get("response_format")),
            functions=tuple(_function(tool["function"]) for kind, tool in tools if kind == "function"),
            file_search=next((_search(tool, raw, resources) for kind, tool in tools if kind == "file_search"), None),
            code_interpreter=next((_code(raw, resources) for kind, _ in tools if kind == "code_interpreter"), None),
            metadata={
                key: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
                for key, value in mapping(raw.get("metadata")).items()
            },
        )


def _is_whole(value: Any) -> bool:
    """Whether no text in a JSON value holds half of a character."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def sound(value: Any) -> Any:
    """The same JSON value with each half of a broken character replaced, so that it can be written as UTF-8."""
    if isinstance(value, str):
        # Replacing would give a question mark, which a person may have typed.
        return (
            "".join("\ufffd" if "\ud800" <= letter <= "\udfff" else letter for letter in value)
            if _bad(value)
            else value
        )
    if isinstance(value, Mapping):
        return {sound(key): sound(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [sound(item) for item in value]
    return value


def _bad(text: str) -> bool:
    return any("\ud800" <= letter <= "\udfff" for letter in text)


def _damaged_keys(raw: Mapping[str, Any]) -> frozenset[str]:
    """The top-level fields in which something had to be replaced."""
    return frozenset(sound(key) for key, value in raw.items() if sound(value) != value)


def _ids(value: Any) -> tuple[str, ...]:
    return tuple(item for item in value if isinstance(item, str) and item) if isinstance(value, list) else ()


def _tool_kind(tool: Any) -> str:
    if not isinstance(tool, dict):
        return "unknown"
    kind = tool.get("type")
    if kind == "function":
        function = tool.get("function")
        name = function.get("name") if isinstance(function, dict) else None
        parameters = function.get("parameters") if isinstance(function, dict) else None
        is_read = isinstance(name, str) and name and isinstance(parameters, dict | None)
        return "function" if is_read else "unknown"
    if kind in ("file_search", "retrieval"):
        return "file_search"
    return "code_interpreter" if kind == "code_interpreter" else "unknown"


def _tools(raw: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Each tool with its kind, in order; the second of one kind and name is a repeated one."""
    seen = set()
    found = []
    for tool in raw["tools"] if isinstance(raw.get("tools"), list) else []:
        kind = _tool_kind(tool)
        key = (kind, tool["function"]["name"] if kind == "function" else "")
        found.append(("repeated_tool" if kind != "unknown" and key in seen else kind, tool))
        seen.add(key)
    return found


def _function(function: dict[str, Any]) -> Function:
    description = function.get("description")
    return Function(
        name=function["name"],
        description=description if isinstance(description, str) else "",
        parameters=function.get("parameters") or EMPTY_PARAMETERS,
        strict=function.get("strict") is True,
    )


def _search(tool: dict[str, Any], raw: Mapping[str, Any], resources: dict[str, Any]) -> FileSearch:
    options = mapping(tool.get("file_search"))
    ranking = mapping(options.get("ranking_options"))
    ranker, threshold = ranking.get("ranker"), number(ranking.get("score_threshold"))
    if not threshold and ranker in (None, FILLED_IN_RANKER):
        ranker = threshold = None
    most = options.get("max_num_results")
    stores = _ids(mapping(resources.get("file_search")).get("vector_store_ids"))
    return FileSearch(
        store_ids=stores,
        loose_files=() if stores else _ids(raw.get("file_ids")),
        max_num_results=most if isinstance(most, int) and not isinstance(most, bool) else None,
        ranker=ranker if isinstance(ranker, str) else None,
        score_threshold=threshold,
    )


def _code(raw: Mapping[str, Any], resources: dict[str, Any]) -> CodeInterpreter:
    given = mapping(resources.get("code_interpreter")).get("file_ids")
    return CodeInterpreter(file_ids=_ids(raw.get("file_ids") if given is None else given))


def _format(value: Any) -> dict[str, Any] | None:
    """None for the default; of a schema only what is known, with its name."""
    kind = mapping(value).get("type")
    if kind in ("text", "json_object"):
        return {"type": kind}
    inner = mapping(mapping(value).get("json_schema"))
    if kind != "json_schema" or not isinstance(inner.get("name"), str):
        return None
    schema: dict[str, Any] = {"name": inner["name"], "schema": mapping(inner.get("schema"))}
    if isinstance(inner.get("description"), str) and inner["description"]:
        schema["description"] = inner["description"]
    return {"type": kind, "json_schema": schema | {"strict": inner.get("strict") is True}}


# What has parts of its own, each with a verdict.
TAKEN_APART = frozenset({"tools", "tool_resources", "response_format"})
# Every kind of field that a target may have a rule for.
KINDS = (
    *("id", "object", "created_at", *(name for name in BY_NAME if name not in TAKEN_APART)),
    *("format", "schema.name", "schema.description", "schema.schema"),
    *("schema.strict", "function", "function.name", "function.description", "function.parameters", "function.strict"),
    *("file_search", "max_num_results", "ranker", "score_threshold", "filled_in", "stores", "code_interpreter"),
    "code_files",
)
# What stands directly on the object, with the names that people know.
PLAIN = {
    "id": gettext_lazy("Id"),
    "object": gettext_lazy("Kind of object"),
    "created_at": gettext_lazy("Created"),
    **{name: label for name, label in FIELD_LABELS.items() if name not in TAKEN_APART},
    "file_ids": gettext_lazy("Attached files"),
}
FUNCTION = ("name", "description", "parameters", "strict")
SCHEMA = {"name": "name", "description": "description", "schema": "schema", "strict": "strict"}


def _fields(raw: Mapping[str, Any], *, damaged: frozenset[str]) -> Iterator[SourceField]:
    for key, value in raw.items():
        match key:
            case "tools" if isinstance(value, list) and value:
                found = [
                    one for index, (kind, tool) in enumerate(_tools(raw)) for one in _tool_fields(index, kind, tool)
                ]
            case "tool_resources" if isinstance(value, dict) and value:
                found = list(_resource_fields(value))
            case "response_format":
                found = list(_format_fields(value))
            case _ if key in PLAIN and _is_of_its_kind(key, value):
                found = [SourceField(key, str(PLAIN[key]), key if value not in ("", [], {}) else "empty", value)]
            case "tools" | "tool_resources" if value in (None, [], {}):
                found = [
                    SourceField(
                        key, gettext("Tools") if key == "tools" else gettext("Files of the tools"), "empty", value
                    )
                ]
            case _:
                found = [SourceField(key, key[:64], "empty" if value is None and key in PLAIN else "unknown", value)]
        for one in found:
            yield SourceField(one.path, one.label, one.kind, one.value, is_damaged=key in damaged)


def _is_of_its_kind(key: str, value: Any) -> bool:
    if key in BY_NAME:
        return BY_NAME[key].accepts(value)
    return isinstance(value, (int, float) if key == "created_at" else str)


def _tool_fields(index: int, kind: str, tool: Any) -> Iterator[SourceField]:
    path = f"tools[{index}]"
    if kind in ("unknown", "repeated_tool"):
        name = str(tool.get("type"))[:64] if isinstance(tool, dict) else f"{index + 1}"
        yield SourceField(path, gettext("Tool %(name)s") % {"name": name}, kind, tool)
        return
    label = str(TOOL_LABELS[kind])
    if kind == "function":
        label = gettext("Function %(name)s") % {"name": tool["function"]["name"][:64]}
    yield SourceField(f"{path}.type", label, kind, tool["type"])
    for key, value in tool.items():
        if key == "function" and kind == "function":
            for name, item in value.items():
                known = f"function.{name}" if name in FUNCTION else "unknown"
                yield SourceField(f"{path}.function.{name}", labelled(label, name[:64]), known, item)
        elif key == "file_search" and kind == "file_search" and isinstance(value, dict):
            yield from _search_fields(f"{path}.file_search", value)
        elif key != "type":
            unset = value is None and key == "file_search"
            yield SourceField(f"{path}.{key}", labelled(label, key[:64]), "empty" if unset else "unknown", value)


def _search_fields(path: str, options: dict[str, Any]) -> Iterator[SourceField]:
    if not options:
        yield SourceField(path, gettext("File search: options"), "empty", options)
    for key, value in options.items():
        if key == "ranking_options" and isinstance(value, dict):
            yield from _ranking_fields(f"{path}.{key}", value)
            continue
        is_known = key == "max_num_results" and isinstance(value, int | None)
        unset = key == "ranking_options" and value is None
        kind = "max_num_results" if is_known else "empty" if unset else "unknown"
        label = gettext("File search: most results") if is_known else labelled(gettext("File search"), key[:64])
        yield SourceField(f"{path}.{key}", label, kind, value)


def _ranking_fields(path: str, ranking: dict[str, Any]) -> Iterator[SourceField]:
    is_filled_in = not ranking.get("score_threshold") and ranking.get("ranker") in (None, FILLED_IN_RANKER)
    if not ranking:
        yield SourceField(path, gettext("File search: ranking"), "empty", ranking)
    for key, value in ranking.items():
        kind = key if key in ("ranker", "score_threshold") else "unknown"
        if kind != "unknown" and is_filled_in:
            kind = "filled_in"
        yield SourceField(f"{path}.{key}", labelled(gettext("File search"), key[:64].replace("_", " ")), kind, value)


def _resource_fields(resources: dict[str, Any]) -> Iterator[SourceField]:
    known = {
        ("file_search", "vector_store_ids"): ("stores", gettext("Vector stores")),
        ("code_interpreter", "file_ids"): ("code_files", gettext("Files of the code interpreter")),
    }
    for tool, part in resources.items():
        path = f"tool_resources.{tool}"
        is_known = tool in ("file_search", "code_interpreter")
        if is_known and part in (None, {}):
            yield SourceField(path, gettext("Files of %(tool)s") % {"tool": tool}, "empty", part)
        elif not is_known or not isinstance(part, dict):
            yield SourceField(path, gettext("Files of %(tool)s") % {"tool": tool[:64]}, "unknown", part)
        else:
            for key, value in part.items():
                kind, label = known.get((tool, key), ("unknown", labelled(tool, key[:64])))
                yield SourceField(f"{path}.{key}", label, "empty" if value == [] else kind, value)


def _format_fields(value: Any) -> Iterator[SourceField]:
    if value is None or value == "auto":
        yield SourceField("response_format", gettext("Response format"), "empty", value)
        return
    if _format(value) is None:
        yield SourceField("response_format", gettext("Response format"), "unknown", value)
        return
    yield SourceField("response_format.type", gettext("Response format"), "format", value["type"])
    for key, item in value.items():
        if key == "json_schema" and value["type"] == "json_schema":
            for name, part in item.items():
                kind = f"schema.{name}" if name in SCHEMA else "unknown"
                yield SourceField(
                    f"response_format.json_schema.{name}", labelled(gettext("Response format"), name[:64]), kind, part
                )
        elif key != "type":
            yield SourceField(f"response_format.{key}", labelled(gettext("Response format"), key[:64]), "unknown", item)
