"""Find the objects in a saved file, whatever shape it was saved in.

Read are: one object, a list, the page that the SDK's ``list().model_dump()`` gives, several
pages, a mapping from id to object, values of any of these that follow one another, what Python
prints of any of these and of the SDK's own objects, program code, and a folder of such files.
"""

from __future__ import annotations

import codecs
import csv
import html
import io
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistants_client import strict_json
from assistants_server.importer import loose, python_text, snippets
from assistants_server.importer.find import Findings, ParsedObject, find, looks_like_assistant

MOST_BYTES = 1 << 30
# What stands between values that were joined; somebody may have copied them out of a list.
# What other texts than JSON look like in their first lines, in small letters.
LOOKS = (
    (
        r"(?m)^(id|object|name|model)\s+: ",
        "it is a list for people (PowerShell); save it with ConvertTo-Json -Depth 100",
    ),
    (r"^#< clixml", "it is PowerShell's own XML; save it with ConvertTo-Json -Depth 100"),
    (r"^array\(\d+\) \{", "it is what PHP prints for people (var_dump); save it with json_encode"),
    (r"(?m)^(id|name|model)\s*= ", "it is TOML or a list of settings; save it as JSON"),
    (
        r"^\w*assistant\w*[({\[]id=|^#<[\w:]*assistant|^&?\{id:asst_",
        "it is a program's own print of an object; save it as JSON",
    ),
    (r"[“”]id", "a word processor made its quotation marks curly; save it from where it came as plain text"),
)
BETWEEN = re.compile(r"[\s,]*")


class UnreadableFileError(Exception):
    """The file as a whole cannot be read; the message names it and says why."""


@dataclass(frozen=True)
class ParsedFile:
    """What a file holds, in its order, and what is odd about the file itself."""

    objects: list[ParsedObject]
    notes: list[str]


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
        raise UnreadableFileError(f"{name} holds no assistants. {' '.join(found.notes)}")
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
    is_utf16 = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        return data.decode("utf-16" if is_utf16 else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableFileError(f"{name} is not text in UTF-8 or UTF-16.") from error


def read_text(text: str, *, name: str) -> ParsedFile:
    """The objects in a text; ``name`` says in messages where it came from."""
    if not text.strip():
        raise UnreadableFileError(f"{name} is empty.")
    findings = Findings()
    for where, value in _values(text, name, findings):
        if isinstance(value, strict_json.UnreadableJSONError):
            findings.objects.append(ParsedObject(where, None, f"{value}"))
        else:
            find(value, where, findings)
    findings.note_others(name)
    return ParsedFile(findings.objects, findings.notes)


def _values(text: str, name: str, findings: Findings) -> list[tuple[str, Any]]:
    """The saved values in a text with the places in which they stand; an unreadable line as its error."""
    try:
        return [(name, strict_json.loads(text))]
    except strict_json.UnreadableJSONError as error:
        problem = error
    try:
        printed = [strict_json.loads(json.dumps(value)) for value in python_text.read(text)]
        findings.notes.append(f"{name} is written as Python prints it, not as JSON; it was read all the same.")
        return [(name if len(printed) == 1 else f"{name}, object {n}", value) for n, value in enumerate(printed, 1)]
    except (python_text.NotPythonError, strict_json.UnreadableJSONError):
        pass
    if (joined := _joined(text, name)) is not None:
        return joined
    if calls := snippets.calls_in(text):
        findings.notes.append(f"{name} is program code; what it passes to “create” was read.")
        return [(f"{name}, call {number}", value) for number, value in enumerate(calls, 1)]
    lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    if len(lines) == 1 or not _is_json(lines[0][1]):
        # Not JSON Lines, of which a bad line is told in its place.
        plain = html.unescape(text) if "&quot;" in text else text
        if found := _tabled(text, name) or _loose(plain, name, findings):
            return found
        raise UnreadableFileError(f"{name} cannot be read: {_looks_like(text) or problem}.") from problem
    return [(f"{name}, line {number}", _loaded(line)) for number, line in lines]


def _tabled(text: str, name: str) -> list[tuple[str, Any]]:
    """The rows of a table in CSV that has a column for models, or JSON in a column; none when it is no such table."""
    head = text.lstrip().partition("\n")[0]
    if head[:1] in ("{", "[", "<") or len(text) > loose.MOST_CHARACTERS:
        return []
    mark = max(",;\t", key=head.count)
    names = [column.strip(' "\r') for column in head.split(mark)]
    if len(names) < 2 or not ("model" in names or f'{mark}"{{""' in text or '\n"{""' in text):
        return []
    rows = []
    try:
        for number, row in enumerate(csv.DictReader(io.StringIO(text.lstrip(), newline=""), delimiter=mark), 2):
            cells = {key.strip(): _cell(value) for key, value in row.items() if isinstance(key, str) and value}
            rows.append((f"{name}, row {number}", cells))
    except csv.Error:
        return []
    return rows


def _cell(text: str) -> Any:
    if text.lstrip()[:1] not in ("{", "["):
        return text
    loaded = _loaded(text)
    if not isinstance(loaded, strict_json.UnreadableJSONError):
        return loaded
    try:
        return python_text.read(text)[0]
    except python_text.NotPythonError:
        return text


def _loose(text: str, name: str, findings: Findings) -> list[tuple[str, Any]]:
    """The assistants that are written in a text in another way than JSON; none when there are none."""
    found = []
    line, last = 1, 0
    for at, value in loose.values_in(text):
        line += text.count("\n", last, at)
        last = at
        inside = Findings()
        find(value, name, inside)
        if any(looks_like_assistant(item.value) for item in inside.objects if isinstance(item.value, dict)):
            # What Python's JSON does not take, such as half a character, is refused here as everywhere.
            found.append((f"{name}, line {line}", _loaded(json.dumps(value))))
    if found:
        findings.notes.append(
            f"{name} is not plain JSON; the assistants that are written in it were read all the same."
        )
        if loose.is_cut(text):
            problem = strict_json.UnreadableJSONError(strict_json.JSONFault.CUT)
            found.append((f"{name}, at its end", problem))
    return found


def _looks_like(text: str) -> str:
    """What the text is instead, for people who saved something else than they meant to."""
    head = text.lstrip()[:500].lower()
    if python_text.is_too_much(text) and ("('" in text or "='" in text):
        return "it is too long to be read as what Python prints; save it as JSON, with model_dump_json()"
    if head.startswith(("<!doctype", "<html", "<?xml", "<")):
        return "it is a web page or XML, perhaps a page for signing in that was saved in place of the answer"
    if re.match(r"(---\s*\n|- )?\s*(id|name|model|object|assistants):", head):
        return "it is YAML; save it as JSON"
    if head.startswith("array\n(") or "=> asst_" in head:
        return "it is what PHP prints for people (print_r); save it with json_encode"
    if head.startswith("insert "):
        return "it is SQL; export the table as JSON or CSV"
    return next((what for pattern, what in LOOKS if re.search(pattern, head)), "")


def _loaded(line: str) -> Any:
    try:
        return strict_json.loads(line)
    except strict_json.UnreadableJSONError as error:
        return error


def _joined(text: str, name: str) -> list[tuple[str, Any]] | None:
    """JSON values that follow one another, whatever their line breaks; None when it is not only that."""
    decoder = json.JSONDecoder()
    found: list[tuple[str, Any]] = []
    start = line = 0
    while (gap := BETWEEN.match(text, start)) and gap.end() < len(text):
        line += text.count("\n", start, gap.end())
        start = gap.end()
        try:
            _, end = decoder.raw_decode(text, start)
            found.append((f"{name}, line {line + 1}", strict_json.loads(text[start:end])))
        except (ValueError, RecursionError):
            return None
        line += text.count("\n", start, end)
        start = end
    return found


def _is_json(line: str) -> bool:
    return not isinstance(_loaded(line), strict_json.UnreadableJSONError)
