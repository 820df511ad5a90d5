"""Turn one saved assistant into one that can be stored, and say what became of each field."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext_lazy

from assistants_client.strict_json import dumps
from assistants_server.assistants import operations as assistants
from assistants_server.assistants import v1
from assistants_server.assistants.schema import TOOLS_V1, TOOLS_V2, V2, resources
from assistants_server.http.errors import Refusal
from assistants_server.http.validation import ABSENT
from assistants_server.importer import prompts, repair
from assistants_server.importer.find import ParsedObject, ParsedPlace, looks_like_assistant
from dashboard.lib.texts import StrOrPromise, filled_later, labelled_later

WIRE_ID = re.compile(r"[A-Za-z0-9._:-]{1,128}")
OURS = {"id", "assistant_id", "object", "created_at", "created", "file_ids"}
NO_ID = gettext_lazy("id: it is missing, or not a name that an address can hold")
NOT_AN_OBJECT = gettext_lazy("it is not an object")
# The fields in which a tool may have cut off what is nested too deep for it.
NESTED = {"tools", "tool_resources", "response_format"}
CUT = gettext_lazy(
    "%(place)s: it was cut when it was saved, at so many levels of nesting; "
    "with PowerShell, save it again with ConvertTo-Json -Depth 100"
)
NO_SUCH_FIELD = gettext_lazy("%(field)s: left out, because the protocol has no such field")
IN_MILLISECONDS = 10**11


@dataclass(kw_only=True)
class ImportItem:
    """A saved assistant. It can be stored when it has no ``problems``.

    ``content`` is a whole stored assistant; ``links`` the files that v1 knows of it; ``taken``
    names the fields that came over as they were; ``notes`` tell each one that did not. Those of the
    problems that concern a field it can do without are ``losses`` too. ``before`` is the fingerprint of the stored
    assistant that it would overwrite.
    """

    where: ParsedPlace | str
    wire_id: str = ""
    created_at: int = 0
    content: dict[str, Any] = field(default_factory=dict)
    links: list[str] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)
    notes: list[StrOrPromise] = field(default_factory=list)
    problems: list[StrOrPromise] = field(default_factory=list)
    losses: list[StrOrPromise] = field(default_factory=list)
    has_time: bool = True
    before: str = ""

    @property
    def needs_id(self) -> bool:
        # Not by what it says, which is another text for each reader.
        return any(problem is NO_ID for problem in self.problems)

    @property
    def is_sound_in_part(self) -> bool:
        """Whether there is an assistant in it, if the fields that are damaged are left out."""
        return bool(self.problems) and self.problems == self.losses

    def lose(self, problem: StrOrPromise) -> None:
        """Note a problem of a field that an assistant can do without."""
        self.problems.append(problem)
        self.losses.append(problem)

    @property
    def title(self) -> StrOrPromise:
        name = self.content.get("name")
        key = self.wire_id or filled_later("%(where)s", where=self.where)
        return filled_later(gettext_lazy("%(id)s “%(name)s”"), id=key, name=name) if name else key


def convert(found: ParsedObject, *, default_model: str = "") -> ImportItem:
    """Never raises: what is wrong stands in ``problems``, all of it.

    ``default_model`` is that of objects that name none, as prompts do not have to.
    """
    item = ImportItem(where=found.where)
    value = found.value
    if found.problem is not None:
        item.problems.append(found.problem)
    elif not isinstance(value, dict):
        item.problems.append(NOT_AN_OBJECT)
    elif value.get("object", "assistant") not in ("assistant", "prompt"):
        another = gettext_lazy("its type is “%(kind)s”, not “assistant”")
        item.problems.append(filled_later(another, kind=str(value["object"])[:40]))
    if item.problems:
        return item
    if prompts.looks_like_prompt(value) and not looks_like_assistant(value):
        if prompts.is_only_named(value):
            only_named = gettext_lazy(
                "it only names the prompt %(name)s and holds none of its text; save the prompt itself"
            )
            item.problems.append(filled_later(only_named, name=prompts.name_of(value)))
            return item
        value = prompts.as_assistant(value, item.notes)
    if default_model and not value.get("model"):
        value = {**value, "model": default_model}
        item.notes.append(filled_later(gettext_lazy("model: it named none, so it is %(model)s"), model=default_model))
    value = repair.written_as_text(value, item.notes)
    value = repair.emptied_objects(value, item.notes)
    _identify(item, value)
    _take_fields(item, value)
    return item


def _identify(item: ImportItem, value: dict[str, Any]) -> None:
    wire_id = value.get("id") or value.get("assistant_id")
    if isinstance(wire_id, int) and not isinstance(wire_id, bool):
        wire_id = str(wire_id)
        item.notes.append(filled_later(gettext_lazy("id: the number %(number)s became text"), number=wire_id))
    if isinstance(wire_id, str) and WIRE_ID.fullmatch(wire_id):
        item.wire_id = wire_id
    else:
        item.problems.append(NO_ID)
    stamp = value.get("created_at") or value.get("created")
    if isinstance(stamp, str):
        stamp = _seconds(stamp)
    if isinstance(stamp, bool) or not isinstance(stamp, int | float) or not 0 < stamp < IN_MILLISECONDS * 1000:
        item.created_at, item.has_time = int(time.time()), False
        item.notes.append(gettext_lazy("created_at: it was missing or no time, so it is now"))
        return
    item.created_at = int(stamp / 1000 if stamp >= IN_MILLISECONDS else stamp)
    if item.created_at != value.get("created_at"):
        became = gettext_lazy("created_at: %(before)s became %(seconds)d (Unix seconds)")
        before = repr(value.get("created_at", stamp))
        item.notes.append(filled_later(became, before=before, seconds=item.created_at))


def _seconds(text: str) -> float | str:
    """Digits, or a date with its time as ISO 8601 has it, which is UTC where it names no zone."""
    if text.isascii() and text.isdecimal():
        return int(text)
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return text
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _take_fields(item: ImportItem, value: dict[str, Any]) -> None:
    value = dict(value)
    _from_v1(item, value)
    checks = V2 | {"tool_resources": resources}
    content = dict(assistants.DEFAULTS)
    for key, given in value.items():
        if key in OURS:
            continue
        if key not in checks:
            item.notes.append(filled_later(NO_SUCH_FIELD, field=key))
            continue
        if given is None and key in assistants.DEFAULTS:
            content[key] = assistants.NULLS.get(key)
            continue
        cut = repair.cut_parts(given, key) if key in NESTED else []
        if cut or (key == "metadata" and repair.cut_parts(given)):
            item.lose(filled_later(CUT, place=(cut or [key])[0]))
            continue
        tidied = _tidied(key, given, item.notes)
        try:
            checked = checks[key](tidied, key)
        except Refusal as refusal:
            problem = labelled_later(f"{refusal.param}", refusal.message)
            if key == "model":
                item.problems.append(problem)
            else:
                item.lose(problem)
            continue
        if checked is ABSENT:
            says_nothing = gettext_lazy("%(field)s: %(value)s says nothing, so it was left out")
            item.notes.append(filled_later(says_nothing, field=key, value=dumps(given)[:64]))
            continue
        content[key] = checked
        if key == "tools" and len(checked) < len(tidied):
            item.notes.append(gettext_lazy("tools: what was named twice was taken once"))
        elif tidied == given:
            item.taken.append(key)
    if "model" not in value:
        item.problems.append(gettext_lazy("model: it is missing"))
    item.content = {key: content.get(key) for key in assistants.ORDER}


def _from_v1(item: ImportItem, value: dict[str, Any]) -> None:
    """Bring the fields of a v1 object into their places in v2."""
    file_ids = value.get("file_ids")
    tools = value.get("tools")
    if not isinstance(tools, list):
        tools = []
    elif any(isinstance(tool, dict) and tool.get("type") == "retrieval" for tool in tools):
        known = [tool for tool in tools if isinstance(tool, dict) and tool.get("type") in TOOLS_V1]
        others = [tool for tool in tools if tool not in known]
        value["tools"] = v1.tools_from_v1(known, []) + others
        item.notes.append(gettext_lazy("tools: retrieval became file_search"))
        if file_ids:
            needs_store = gettext_lazy(
                "file_ids: file_search needs a vector store; upload these files again and put them into one: %(ids)s"
            )
            item.notes.append(filled_later(needs_store, ids=", ".join(str(file_id)[:64] for file_id in file_ids)))
    if not file_ids:
        return
    if not isinstance(file_ids, list) or not all(isinstance(item, str) for item in file_ids):
        item.lose(gettext_lazy("file_ids: it is not a list of ids"))
        return
    item.links = list(dict.fromkeys(file_ids))
    has_interpreter = any(isinstance(tool, dict) and tool.get("type") == "code_interpreter" for tool in tools)
    if has_interpreter and value.get("tool_resources") is None:
        value["tool_resources"] = {"code_interpreter": {"file_ids": item.links}}
        item.notes.append(gettext_lazy("file_ids: became tool_resources.code_interpreter.file_ids"))


def _tidied(key: str, value: Any, notes: list[StrOrPromise]) -> Any:
    """What the SDK's objects add when they are written out is taken off; odd types become right ones."""
    match key, value:
        case "tools", list():
            return [_tool(tool) for index, tool in enumerate(value) if _is_known(tool, index, notes)]
        case "tool_resources", dict():
            return _resources(value, notes)
        case "response_format", {"type": "json_schema", "json_schema": dict() as schema}:
            # pydantic cannot have an attribute of that name, so the SDK calls it schema_.
            renamed = {("schema" if name == "schema_" else name): item for name, item in schema.items()}
            return value | {"json_schema": _without_nulls(renamed, keep=("strict",))}
        case "metadata", dict():
            wrong = [name for name, item in value.items() if not isinstance(item, str)]
            if wrong:
                became_text = gettext_lazy("metadata: became text: %(names)s")
                notes.append(filled_later(became_text, names=", ".join(name[:64] for name in wrong)))
            return {name: item if isinstance(item, str) else dumps(item) for name, item in value.items()}
    return value


def _is_known(tool: Any, index: int, notes: list[StrOrPromise]) -> bool:
    kind = tool.get("type") if isinstance(tool, dict) else None
    if not isinstance(kind, str) or kind in TOOLS_V2:
        # What is no tool at all is for the check to refuse.
        return True
    unknown = gettext_lazy("tools[%(index)d]: left out, because this server does not know the tool “%(kind)s”")
    notes.append(filled_later(unknown, index=index, kind=kind[:64]))
    return False


def _tool(tool: Any) -> Any:
    if not isinstance(tool, dict):
        return tool
    tool = _without_nulls(tool)
    if isinstance(tool.get("function"), dict):
        tool["function"] = _without_nulls(tool["function"], keep=("strict",))
    if isinstance(tool.get("file_search"), dict):
        search = tool["file_search"] = _without_nulls(tool["file_search"])
        if isinstance(search.get("ranking_options"), dict):
            search["ranking_options"] = _without_nulls(search["ranking_options"])
    return tool


def _resources(value: dict[str, Any], notes: list[StrOrPromise]) -> dict[str, Any]:
    found = {
        key: _without_nulls(part) if isinstance(part, dict) else part for key, part in value.items() if part is not None
    }
    for key in [key for key in found if key not in {"code_interpreter", "file_search"}]:
        unknown = gettext_lazy("tool_resources.%(key)s: left out, because this server does not know it")
        notes.append(filled_later(unknown, key=key[:64]))
        del found[key]
    search = found.get("file_search")
    if isinstance(search, dict) and isinstance(search.get("vector_store_ids"), str):
        search["vector_store_ids"] = [search["vector_store_ids"]]
        notes.append(gettext_lazy("tool_resources.file_search.vector_store_ids: one id became a list"))
    return found


def _without_nulls(value: dict[str, Any], *, keep: tuple[str, ...] = ()) -> dict[str, Any]:
    return {key: item for key, item in value.items() if item is not None or key in keep}
