"""Find the objects in a saved file, whatever shape it was saved in.

Read are: one object, a list, the page that the SDK's ``list().model_dump()`` gives, several
pages, a mapping from id to object, values of any of these that follow one another, what Python
prints of any of these and of the SDK's own objects, program code, and a folder of such files.
"""

from __future__ import annotations

import csv
import html
import io
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy

from assistants_client import strict_json
from assistants_client.strict_json import JSONFault, UnreadableJSONError
from assistants_server.importer import loose, python_text, snippets
from assistants_server.importer.find import (
    OBJECT,
    Findings,
    ParsedObject,
    ParsedPlace,
    TooManyFaultsError,
    find,
    looks_like_assistant,
)
from dashboard.bounds import IMPORT_FAULTS
from dashboard.lib.texts import StrOrPromise, filled_later, sentences

MOST_BYTES = 1 << 30
YAML_KEYS = "id|name|model|object|assistants?|data|created_at|description|instructions|tools|metadata|interactions"
# What other texts than JSON look like in their first lines, in small letters.
LOOKS: tuple[tuple[str, StrOrPromise], ...] = (
    (
        r"\A<(?!\?php)",
        gettext_lazy("it is a web page or XML, perhaps a page for signing in that was saved in place of the answer"),
    ),
    (
        rf"\A(#[^\n]*\n|---[^\n]*\n|\s)*(- )?({YAML_KEYS}):(\s|\Z)",
        gettext_lazy("it is YAML; save it as JSON"),
    ),
    (
        r"\A([\w\\]+ object|array)\s*\n\(|=> asst_",
        gettext_lazy("it is what PHP prints for people (print_r); save it with json_encode"),
    ),
    (r"\Ainsert ", gettext_lazy("it is SQL; export the table as JSON or CSV")),
    (
        r"(?m)^(id|object|name|model)\s+: ",
        gettext_lazy("it is a list for people (PowerShell); save it with ConvertTo-Json -Depth 100"),
    ),
    (r"^#< clixml", gettext_lazy("it is PowerShell's own XML; save it with ConvertTo-Json -Depth 100")),
    (
        r"^(array\(\d+\) \{|object\([\w\\]+\)#)",
        gettext_lazy("it is what PHP prints for people (var_dump); save it with json_encode"),
    ),
    (r"^(a:\d+:\{|o:\d+:\")", gettext_lazy("it is what PHP writes for itself (serialize); save it with json_encode")),
    (r"(?m)^(id|name|model)\s*= ", gettext_lazy("it is TOML or a list of settings; save it as JSON")),
    (
        r"^\[?([\w.:\\]+[.:\\])?\w*assistant\w*\s*[({\[]\s*id\s*[=:]|^\[?#<[\w:]*(assistant|openstruct)|^&?\{id:asst_",
        gettext_lazy("it is a program's own print of an object; save it as JSON"),
    ),
    (r"^@\{|^▿|^id='asst_", gettext_lazy("it is a program's own print of an object; save it as JSON")),
    (
        r"[“”]id",
        gettext_lazy("a word processor made its quotation marks curly; save it from where it came as plain text"),
    ),
)
# What makes a text unreadable, as the reader of JSON says it in English.
FAULTS: dict[JSONFault, StrOrPromise] = {
    JSONFault.SYNTAX: gettext_lazy("it is not valid JSON (line %(line)d, column %(column)d)"),
    JSONFault.DUPLICATE: gettext_lazy("it holds an object that names the same key twice"),
    JSONFault.CONSTANT: gettext_lazy("it holds NaN or an infinity, which are not JSON numbers"),
    JSONFault.DEPTH: gettext_lazy("it is nested more than %(most)d levels deep"),
    JSONFault.NUMBER: gettext_lazy("it holds a number that is too large"),
    JSONFault.NUL: gettext_lazy("it holds a NUL character"),
    JSONFault.SURROGATE: gettext_lazy("it holds half of a surrogate pair, which is not a character"),
    JSONFault.CUT: gettext_lazy("it ends in the middle of a value; what came after it is missing"),
}
UNREADABLE = gettext_lazy("%(name)s cannot be read: %(reason)s.")
CALL = gettext_lazy("call %(number)d")
LINE = gettext_lazy("line %(number)d")
ROW = gettext_lazy("row %(number)d")
TOO_MANY_FAULTS = gettext_lazy(
    "Nothing was read: more than %(most)d things in it are no assistants. The first of them is %(where)s."
)
NOT_TEXT = gettext_lazy(
    "%(name)s is not text in UTF-8 or UTF-16. Save it as UTF-8; with PowerShell, by Set-Content -Encoding utf8."
)
AT_ITS_END = gettext_lazy("at its end")
# What stands between values that were joined; somebody may have copied them out of a list.
BETWEEN = re.compile(r"[\s,]*")
# How terminals are told to show colours, which jq and others write into files too.
COLOURS = re.compile(r"\x1b\[[0-9;]*m")


class UnreadableFileError(Exception):
    """The file as a whole cannot be read; the message names it and says why."""


@dataclass(frozen=True)
class ParsedFile:
    """What a file holds, in its order, and what is odd about the file itself."""

    objects: list[ParsedObject]
    notes: list[StrOrPromise]


# Only the command reads paths and archives, and it speaks English.
def read(path: Path) -> ParsedFile:
    """Raises :class:`UnreadableFileError`; a single bad line or object is told in its place instead."""
    if path.is_dir():
        paths = sorted(item for item in path.iterdir() if item.suffix.lower() in {".json", ".jsonl", ".ndjson"})
        if not paths:
            raise UnreadableFileError(f"{path} holds no .json or .jsonl files.")
        dumps = [read_text(text_of(item), name=item.name) for item in paths]
        return _with_some(
            path.name,
            ParsedFile(
                [found for dump in dumps for found in dump.objects], [note for dump in dumps for note in dump.notes]
            ),
        )
    return _with_some(path.name, read_text(text_of(path), name=path.name))


def _with_some(name: str, found: ParsedFile) -> ParsedFile:
    """The same, unless everything in it was passed over."""
    if not found.objects and found.notes:
        raise UnreadableFileError(sentences(f"{name} holds no assistants.", *found.notes))
    return found


def text_of(path: Path) -> str:
    """The text of a file; what Windows saved as UTF-16 is read too."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise UnreadableFileError(f"{path} is larger than a gigabyte.")
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableFileError(f"{path} cannot be read: {error.strerror}.") from error
    return decoded(data, name=str(path))


def decoded(data: bytes, *, name: str) -> str:
    """The text of these bytes; raises :class:`UnreadableFileError`."""
    try:
        # By the mark of byte order, or by where the zeros are, as JSON begins with a sign of ASCII.
        return data.decode(json.detect_encoding(data))
    except UnicodeDecodeError as error:
        raise UnreadableFileError(filled_later(NOT_TEXT, name=name)) from error


def read_text(text: str, *, name: StrOrPromise) -> ParsedFile:
    """The objects in a text; ``name`` says in messages where it came from."""
    if not text.strip():
        raise UnreadableFileError(filled_later(gettext_lazy("%(name)s is empty."), name=name))
    findings = Findings()
    text = COLOURS.sub("", text)
    try:
        for where, value in _values(text, ParsedPlace(name), findings):
            if isinstance(value, UnreadableJSONError):
                findings.add_fault(ParsedObject(where, None, reason_of(value)))
            else:
                find(value, where, findings)
    except TooManyFaultsError as error:
        raise UnreadableFileError(filled_later(TOO_MANY_FAULTS, most=IMPORT_FAULTS, where=error.first)) from error
    findings.note_rest(name)
    return ParsedFile(findings.objects, findings.notes)


def _values(text: str, name: ParsedPlace, findings: Findings) -> Iterable[tuple[ParsedPlace, Any]]:
    """The saved values in a text with the places in which they stand; an unreadable line as its error."""
    try:
        return [(name, strict_json.loads(text))]
    except UnreadableJSONError as error:
        problem = error
    try:
        printed = [strict_json.loads(json.dumps(value)) for value in python_text.read(text)]
        as_python = gettext_lazy("%(name)s is written as Python prints it, not as JSON; it was read all the same.")
        findings.notes.append(filled_later(as_python, name=name))
        return [(name, printed[0])] if len(printed) == 1 else _numbered(OBJECT, name, printed)
    except (python_text.NotPythonError, UnreadableJSONError):
        pass
    if (joined := _joined(text, name)) is not None:
        return joined
    if calls := snippets.calls_in(text):
        as_code = gettext_lazy("%(name)s is program code; what it passes to “create” was read.")
        findings.notes.append(filled_later(as_code, name=name))
        return _numbered(CALL, name, calls)
    lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    if len(lines) == 1 or not _is_json(lines[0][1]):
        # Not JSON Lines, of which a bad line is told in its place.
        is_escaped = "&quot;" in text or re.match(r"\s*<[^>]*>.*?<pre\b|\s*<pre\b", text, re.DOTALL | re.IGNORECASE)
        plain = html.unescape(text) if is_escaped else text
        if found := _tabled(text, name) or _loose(plain, name, findings):
            return found
        raise UnreadableFileError(
            filled_later(UNREADABLE, name=name, reason=_looks_like(text) or reason_of(problem))
        ) from problem
    return ((name.below(LINE, number), _loaded(line)) for number, line in lines)


def _numbered(kind: StrOrPromise, name: ParsedPlace, values: Sequence[Any]) -> list[tuple[ParsedPlace, Any]]:
    return [(name.below(kind, number), value) for number, value in enumerate(values, 1)]


def _tabled(text: str, name: ParsedPlace) -> list[tuple[ParsedPlace, Any]]:
    """The rows of a table in CSV that has a column for models, or JSON in a column; none when it is no such table."""
    head = text.lstrip().partition("\n")[0]
    if head[:1] in ("{", "[", "<") or len(text) > loose.MOST_CHARACTERS:
        return []
    mark = max(",;\t", key=head.count)
    names = [column.strip(' "\r') for column in head.split(mark)]
    if len(names) < 2 or not ("model" in map(str.lower, names) or f'{mark}"{{""' in text or '\n"{""' in text):
        return []
    rows: list[tuple[ParsedPlace, Any]] = []
    try:
        for number, row in enumerate(csv.DictReader(io.StringIO(text.lstrip(), newline=""), delimiter=mark), 2):
            cells = {key.strip(): _cell(value) for key, value in row.items() if isinstance(key, str) and value}
            rows.append((name.below(ROW, number), cells))
    except csv.Error:
        return []
    return rows


def _cell(text: str) -> Any:
    if text.lstrip()[:1] not in ("{", "["):
        return text
    loaded = _loaded(text)
    if not isinstance(loaded, UnreadableJSONError):
        return loaded
    try:
        return python_text.read(text)[0]
    except python_text.NotPythonError:
        return text


def _loose(text: str, name: ParsedPlace, findings: Findings) -> list[tuple[ParsedPlace, Any]]:
    """The assistants that are written in a text in another way than JSON; none when there are none."""
    found: list[tuple[ParsedPlace, Any]] = []
    line, last = 1, 0
    for at, value in loose.values_in(text):
        line += text.count("\n", last, at)
        last = at
        inside = Findings()
        try:
            find(value, name, inside)
        except TooManyFaultsError:
            continue
        if any(looks_like_assistant(item.value) for item in inside.objects if isinstance(item.value, dict)):
            # What Python's JSON does not take, such as half a character, is refused here as everywhere.
            found.append((name.below(LINE, line), _loaded(json.dumps(value))))
    if found:
        not_plain = gettext_lazy(
            "%(name)s is not plain JSON; the assistants that are written in it were read all the same."
        )
        findings.notes.append(filled_later(not_plain, name=name))
        if loose.is_cut(text):
            found.append((name.below(AT_ITS_END), UnreadableJSONError(JSONFault.CUT)))
    return found


def _looks_like(text: str) -> StrOrPromise | None:
    """What the text is instead, for people who saved something else than they meant to."""
    head = text.lstrip()[:500].lower()
    if python_text.is_too_much(text) and ("('" in text or "='" in text):
        return gettext_lazy("it is too long to be read as what Python prints; save it as JSON, with model_dump_json()")
    return next((what for pattern, what in LOOKS if re.search(pattern, head)), None)


def reason_of(error: UnreadableJSONError) -> StrOrPromise:
    """What the error says, in the language of whoever reads it."""
    return filled_later(FAULTS[error.fault], line=error.line, column=error.column, most=strict_json.MAX_DEPTH)


def _loaded(line: str) -> Any:
    try:
        return strict_json.loads(line)
    except UnreadableJSONError as error:
        return error


def _joined(text: str, name: ParsedPlace) -> Iterable[tuple[ParsedPlace, Any]] | None:
    """JSON values that follow one another, whatever their line breaks; None when it is not only that."""
    places: list[tuple[int, int]] = []
    bare = 0
    try:
        for start, end, value in _following(text):
            places.append((start, end))
            bare += not _may_hold_one(value)
            if bare > IMPORT_FAULTS:
                # Nobody reads on behind so many.
                break
        for start, end in places[:1]:
            strict_json.loads(text[start:end])
    except (ValueError, RecursionError):
        return None
    return _at_lines(text, name, places)


def _following(text: str) -> Iterator[tuple[int, int, Any]]:
    """Where each value begins and ends; raises ``ValueError`` at what is none."""
    decoder = json.JSONDecoder()
    end = 0
    while (gap := BETWEEN.match(text, end)) and gap.end() < len(text):
        value, end = decoder.raw_decode(text, gap.end())
        yield gap.end(), end, value


def _may_hold_one(value: Any) -> bool:
    """Whether an assistant may be in it, also as text."""
    if isinstance(value, str):
        return value.lstrip()[:1] in ("{", "[", '"') and value != ""
    return isinstance(value, dict | list) and bool(value)


def _at_lines(text: str, name: ParsedPlace, places: Iterable[tuple[int, int]]) -> Iterator[tuple[ParsedPlace, Any]]:
    line, last = 1, 0
    for start, end in places:
        line += text.count("\n", last, start)
        last = start
        yield name.below(LINE, line), _loaded(text[start:end])


def _is_json(line: str) -> bool:
    return not isinstance(_loaded(line), UnreadableJSONError)
