"""Find the assistants in a saved value, wherever a tool has put them, and name what else is there."""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy, ngettext_lazy

from assistants_client import strict_json
from assistants_server.importer import prompts, python_text, shapes
from dashboard.bounds import IMPORT_FAULTS
from dashboard.lib.texts import StrOrPromise, as_list_later, filled_later

# A tool may keep JSON as text in JSON; more layers than these nobody has.
MOST_LAYERS = 3
# How other objects call themselves, and what people call them.
OTHERS = {
    "file": ngettext_lazy("%(number)d file", "%(number)d files", "number"),
    "vector_store": ngettext_lazy("%(number)d vector store", "%(number)d vector stores", "number"),
    "vector_store.file": ngettext_lazy(
        "%(number)d file in a vector store", "%(number)d files in vector stores", "number"
    ),
    "assistant.file": ngettext_lazy("%(number)d file of an assistant", "%(number)d files of assistants", "number"),
    "thread": ngettext_lazy("%(number)d thread", "%(number)d threads", "number"),
    "thread.message": ngettext_lazy("%(number)d message", "%(number)d messages", "number"),
    "thread.run": ngettext_lazy("%(number)d run", "%(number)d runs", "number"),
    "thread.run.step": ngettext_lazy("%(number)d run step", "%(number)d run steps", "number"),
    "model": ngettext_lazy("%(number)d model", "%(number)d models", "number"),
    "upload": ngettext_lazy("%(number)d upload", "%(number)d uploads", "number"),
    "fine_tuning.job": ngettext_lazy("%(number)d fine-tuning job", "%(number)d fine-tuning jobs", "number"),
    "batch": ngettext_lazy("%(number)d batch", "%(number)d batches", "number"),
}
OBJECT = gettext_lazy("object %(number)d")
AS_TEXT = gettext_lazy("as text")


@dataclass(slots=True, eq=False)
class ParsedPlace:
    """Where something stands, for people: ``saved.json, object 2, tools``, in the language of whoever reads it.

    There may be as many as there are values in a file, so each is but a step below another.
    """

    name: StrOrPromise
    number: int | None = None
    above: ParsedPlace | None = None

    def below(self, name: StrOrPromise, number: int | None = None) -> ParsedPlace:
        return ParsedPlace(name, number, self)

    def __str__(self) -> str:
        steps: list[str] = []
        place: ParsedPlace | None = self
        while place is not None:
            steps.append(str(place.name) if place.number is None else place.name % {"number": place.number})
            place = place.above
        return ", ".join(reversed(steps))


@dataclass(frozen=True)
class ParsedObject:
    """One saved object. ``where`` tells a person where it stands; ``problem`` why it is none."""

    where: ParsedPlace
    value: Any
    problem: StrOrPromise | None = None


class TooManyFaultsError(Exception):
    """So much of a file is no assistant that nobody reads what is said of each; ``first`` is where that begins."""

    def __init__(self, first: ParsedPlace) -> None:
        super().__init__(str(first))
        self.first = first


@dataclass
class Findings:
    """What one file holds: its ``objects`` in their order, and what is odd about the file itself."""

    objects: list[ParsedObject] = field(default_factory=list)
    notes: list[StrOrPromise] = field(default_factory=list)
    others: Counter[str] = field(default_factory=Counter)
    faults: list[ParsedPlace] = field(default_factory=list)
    cut_page: ParsedPlace | None = None

    def add_fault(self, found: ParsedObject) -> None:
        """Add what stands in the place of an assistant; raises :class:`TooManyFaultsError`."""
        self.faults.append(found.where)
        if len(self.faults) > IMPORT_FAULTS:
            raise TooManyFaultsError(self.faults[0])
        self.objects.append(found)

    def note_once(self, note: StrOrPromise) -> None:
        if note not in self.notes:
            self.notes.append(note)

    def note_rest(self, name: StrOrPromise) -> None:
        """Say what was passed over, and what is missing."""
        if self.cut_page is not None:
            partly = gettext_lazy("%(where)s says that there was more (has_more): this is only a part of the list.")
            self.notes.append(filled_later(partly, where=self.cut_page))
        if self.others:
            what = as_list_later([filled_later(OTHERS[kind], number=number) for kind, number in self.others.items()])
            passed_over = gettext_lazy("%(name)s holds %(what)s too; passed over, because they are no assistants.")
            self.notes.append(filled_later(passed_over, name=name, what=what))


def find(value: Any, where: ParsedPlace, findings: Findings) -> None:
    """Add to ``findings`` every assistant and prompt in ``value``, and what stands in the place of one."""
    value, note = shapes.reshaped(value)
    if note is not None:
        findings.note_once(note)
    if isinstance(value, list):
        for number, item in enumerate(value, 1):
            find(item, where.below(OBJECT, number), findings)
    elif isinstance(value, str) and (loaded := _loaded(value)) is not None:
        find(loaded, where.below(AS_TEXT), findings)
    elif not isinstance(value, dict):
        findings.add_fault(ParsedObject(where, value))
    elif (error := error_in(value)) is not None:
        findings.add_fault(ParsedObject(where, value, error))
    elif (kind := other_kind(value)) is not None:
        findings.others[kind] += 1
    elif is_page(value):
        # Of pages that follow one another the last says whether all were saved.
        findings.cut_page = where if value.get("has_more") is True else None
        find(value["data"], where, findings)
    elif looks_like_assistant(value) or prompts.looks_like_prompt(value):
        findings.objects.append(ParsedObject(where, value))
    else:
        _find_inside(value, where, findings)


def _loaded(text: str) -> Any:
    """The object or list that a text is, or the text in which it was written once more; None for any other text."""
    if text.lstrip()[:1] not in ("{", "[", '"'):
        return None
    try:
        return strict_json.loads(text)
    except strict_json.UnreadableJSONError:
        return None


def _find_inside(value: dict[str, Any], where: ParsedPlace, findings: Findings) -> None:
    inside = list(_inside(value, where, layers=0))
    if not inside:
        # It stands where an assistant should, so somebody wants to know what it lacks.
        findings.add_fault(ParsedObject(where, value))
    is_by_id = all(key == item.get("id") for key, item in value.items() if isinstance(item, dict))
    is_wrapped = not is_by_id and len(inside) > 0
    if is_wrapped:
        wrapped = gettext_lazy("%(where)s is no list of assistants itself; they were found inside of it.")
        findings.notes.append(filled_later(wrapped, where=where))
    for place, found in inside:
        find(found, place, findings)


def _inside(value: Any, where: ParsedPlace, *, layers: int) -> Iterator[tuple[ParsedPlace, Any]]:
    """What is an assistant, a prompt or another known object somewhere in ``value``, the outermost only."""
    if isinstance(value, str):
        if layers < MOST_LAYERS and value.lstrip()[:1] in ("{", "[") and "model" in value:
            try:
                loaded = strict_json.loads(value)
            except strict_json.UnreadableJSONError:
                return
            yield from _inside(loaded, where.below(AS_TEXT), layers=layers + 1)
        return
    if isinstance(value, list):
        if (written := _in_lines(value)) is not None:
            yield from _inside(written, where.below(AS_TEXT), layers=layers + 1)
        for number, item in enumerate(value, 1):
            yield from _inside(item, where.below(OBJECT, number), layers=layers)
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
        yield from _inside(item, where.below(key[:64]), layers=layers)


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
    """Which of ``OTHERS`` a known object that is no assistant is; None for anything else."""
    name = value.get("object")
    if isinstance(name, str):
        return name if name in OTHERS else None
    if isinstance(value.get("filename"), str) and "bytes" in value:
        return "file"
    return "vector_store" if "file_counts" in value else None


def error_in(value: dict[str, Any]) -> StrOrPromise | None:
    """What is told of an error answer that was saved in place of what was asked for; None for anything else."""
    error = value.get("error")
    if "id" in value or not isinstance(error, dict | str):
        return None
    text = error.get("message") if isinstance(error, dict) else error
    if not text:
        return gettext_lazy("it is a saved error answer: it gives no reason")
    return filled_later(gettext_lazy("it is a saved error answer: %(reason)s"), reason=str(text)[:300])
