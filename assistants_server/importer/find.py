"""Find the assistants in a saved value, wherever a tool has put them, and name what else is there."""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from assistants_client import strict_json
from assistants_server.importer import prompts, python_text, shapes
from dashboard.lib.counting import counted

# A tool may keep JSON as text in JSON; more layers than these nobody has.
MOST_LAYERS = 3
# How other objects call themselves, and what people call them.
OTHERS = {
    "file": "file",
    "vector_store": "vector store",
    "vector_store.file": "file in a vector store",
    "assistant.file": "file of an assistant",
    "thread": "thread",
    "thread.message": "message",
    "thread.run": "run",
    "thread.run.step": "run step",
    "model": "model",
    "upload": "upload",
    "fine_tuning.job": "fine-tuning job",
    "batch": "batch",
}


@dataclass(frozen=True)
class ParsedObject:
    """One saved object. ``where`` tells a person where it stands; ``problem`` why it is none."""

    where: str
    value: Any
    problem: str = ""


@dataclass
class Findings:
    """What one file holds: its ``objects`` in their order, and what is odd about the file itself."""

    objects: list[ParsedObject] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    others: Counter[str] = field(default_factory=Counter)

    def note_once(self, note: str) -> None:
        if note not in self.notes:
            self.notes.append(note)

    def note_others(self, name: str) -> None:
        """Say what was passed over."""
        if self.others:
            what = ", ".join(counted(number, kind) for kind, number in self.others.items())
            self.notes.append(f"{name} holds {what} too; passed over, because they are no assistants.")


def find(value: Any, where: str, findings: Findings) -> None:
    """Add to ``findings`` every assistant and prompt in ``value``, and what stands in the place of one."""
    value, shape = shapes.reshaped(value)
    if shape:
        findings.note_once(f"What is written {shape} was read all the same.")
    if isinstance(value, list):
        for number, item in enumerate(value, 1):
            find(item, f"{where}, object {number}", findings)
    elif isinstance(value, str) and (loaded := _loaded(value)) is not None:
        find(loaded, f"{where} (as text)", findings)
    elif not isinstance(value, dict):
        findings.objects.append(ParsedObject(where, value))
    elif (error := error_in(value)) is not None:
        findings.objects.append(ParsedObject(where, value, f"it is a saved error answer: {error}"))
    elif (kind := other_kind(value)) is not None:
        findings.others[kind] += 1
    elif is_page(value):
        if value.get("has_more") is True:
            findings.notes.append(f"{where} says that there was more (has_more): this is only a part of the list.")
        find(value["data"], where, findings)
    elif looks_like_assistant(value) or prompts.looks_like_prompt(value):
        findings.objects.append(ParsedObject(where, value))
    else:
        _find_inside(value, where, findings)


def _loaded(text: str) -> Any:
    """The object or list that a text is; None for any other text."""
    if text.lstrip()[:1] not in ("{", "["):
        return None
    try:
        return strict_json.loads(text)
    except strict_json.UnreadableJSONError:
        return None


def _find_inside(value: dict[str, Any], where: str, findings: Findings) -> None:
    inside = list(_inside(value, where, layers=0))
    if not inside:
        # It stands where an assistant should, so somebody wants to know what it lacks.
        findings.objects.append(ParsedObject(where, value))
    is_by_id = all(key == item.get("id") for key, item in value.items() if isinstance(item, dict))
    is_wrapped = not is_by_id and len(inside) > 0
    if is_wrapped:
        findings.notes.append(f"{where} is no list of assistants itself; they were found inside of it.")
    for place, found in inside:
        find(found, place, findings)


def _inside(value: Any, where: str, *, layers: int) -> Iterator[tuple[str, Any]]:
    """What is an assistant, a prompt or another known object somewhere in ``value``, the outermost only."""
    if isinstance(value, str):
        if layers < MOST_LAYERS and value.lstrip()[:1] in ("{", "[") and "model" in value:
            try:
                loaded = strict_json.loads(value)
            except strict_json.UnreadableJSONError:
                return
            yield from _inside(loaded, f"{where} (as text)", layers=layers + 1)
        return
    if isinstance(value, list):
        if (written := _in_lines(value)) is not None:
            yield from _inside(written, f"{where} (as text)", layers=layers + 1)
        for number, item in enumerate(value, 1):
            yield from _inside(item, f"{where}, object {number}", layers=layers)
        return
    if not isinstance(value, dict):
        return
    found, _ = shapes.reshaped(value)
    if isinstance(found, list):
        yield where, value
        return
    if looks_like_assistant(found) or prompts.looks_like_prompt(found) or other_kind(found):
        yield where, value
        return
    if value.get("encoding") == "base64" and isinstance(value.get("text"), str):
        yield from _inside(_unpacked(value["text"]), where, layers=layers)
    for key, item in value.items():
        yield from _inside(item, f"{where}, {key[:64]}", layers=layers)


def _in_lines(lines: list[Any]) -> Any:
    """What a text says that is kept line by line, as notebooks keep what was printed; None for anything else."""
    if not lines or not all(isinstance(line, str) for line in lines):
        return None
    text = "".join(lines)
    if "model" not in text:
        return None
    if (loaded := _loaded(text)) is not None:
        return loaded
    try:
        return python_text.read(text)
    except python_text.NotPythonError:
        return None


def _unpacked(text: str) -> str:
    """The text that recordings of a browser keep in base64."""
    try:
        return base64.b64decode(text, validate=True).decode("utf-8")
    except ValueError:
        return ""


def is_page(value: dict[str, Any]) -> bool:
    return isinstance(value.get("data"), list) and "id" not in value


def looks_like_assistant(value: dict[str, Any]) -> bool:
    """Whether this says of itself that it is an assistant, or has what makes one."""
    if value.get("object") == "assistant" or str(value.get("id", "")).startswith("asst_"):
        return True
    if "object" in value or str(value.get("id", "")).startswith(prompts.HOSTED):
        return False
    return isinstance(value.get("model"), str) and "instructions" in value and "name" in value


def other_kind(value: dict[str, Any]) -> str | None:
    """What a known object that is no assistant is called; None for anything else."""
    name = value.get("object")
    if isinstance(name, str):
        return OTHERS.get(name)
    if isinstance(value.get("filename"), str) and "bytes" in value:
        return "file"
    return "vector store" if "file_counts" in value else None


def error_in(value: dict[str, Any]) -> str | None:
    """The words of an error answer that was saved in place of what was asked for."""
    error = value.get("error")
    if "id" in value or not isinstance(error, dict | str):
        return None
    text = error.get("message") if isinstance(error, dict) else error
    return str(text or "it gives no reason")[:300]
