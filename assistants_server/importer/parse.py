"""Find the objects in a saved file, whatever shape it was saved in.

Read are: one object, a list, the page that the SDK's ``list().model_dump()`` gives, several
pages, a mapping from id to object, JSON Lines of any of these, what Python prints of any of
these, and a folder of such files.
"""

from __future__ import annotations

import ast
import codecs
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistants_server import strict_json

MOST_BYTES = 1 << 30
# Python needs many times the size of a text to parse it as code.
MOST_LITERAL = 1 << 26


class UnreadableFileError(Exception):
    """The file as a whole cannot be read; the message names it and says why."""


@dataclass(frozen=True)
class ParsedObject:
    """One saved object. ``where`` tells a person where it stands; ``problem`` why it is none."""

    where: str
    value: Any
    problem: str = ""


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
        return ParsedFile(
            [found for dump in dumps for found in dump.objects], [note for dump in dumps for note in dump.notes]
        )
    return read_text(text_of(path), name=path.name)


def text_of(path: Path) -> str:
    """The text of a file; what Windows saved as UTF-16 is read too."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise UnreadableFileError(f"{path} is larger than a gigabyte.")
        data = path.read_bytes()
        is_utf16 = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        return data.decode("utf-16" if is_utf16 else "utf-8-sig")
    except OSError as error:
        raise UnreadableFileError(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise UnreadableFileError(f"{path} is not text in UTF-8 or UTF-16.") from error


def read_text(text: str, *, name: str) -> ParsedFile:
    """The objects in a text; ``name`` says in messages where it came from."""
    notes: list[str] = []
    lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    if not lines:
        raise UnreadableFileError(f"{name} is empty.")
    try:
        return ParsedFile(list(_objects(strict_json.loads(text), name, notes)), notes)
    except strict_json.UnreadableError as error:
        if (literal := _python_literal(text)) is not None:
            notes.append(f"{name} is written as Python prints it, not as JSON; it was read all the same.")
            return ParsedFile(list(_objects(literal, name, notes)), notes)
        if len(lines) == 1 or not _is_json(lines[0][1]):
            raise UnreadableFileError(f"{name} cannot be read: {error}{_place(error)}.") from error
    found: list[ParsedObject] = []
    for number, line in lines:
        where = f"{name}, line {number}"
        try:
            found += _objects(strict_json.loads(line), where, notes)
        except strict_json.UnreadableError as error:
            found.append(ParsedObject(where, None, f"{error}"))
    return ParsedFile(found, notes)


def _objects(value: Any, where: str, notes: list[str]) -> Iterator[ParsedObject]:
    if isinstance(value, list):
        for number, item in enumerate(value, 1):
            yield from _objects(item, f"{where}, object {number}", notes)
    elif isinstance(value, dict) and isinstance(value.get("data"), list) and "id" not in value:
        if value.get("has_more") is True:
            notes.append(f"{where} says that there was more (has_more): this is only a part of the list.")
        yield from _objects(value["data"], where, notes)
    elif _is_by_id(value):
        yield from (ParsedObject(f"{where}, {key}", item) for key, item in value.items())
    else:
        yield ParsedObject(where, value)


def _is_by_id(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and bool(value)
        and all(isinstance(item, dict) and item.get("id") == key for key, item in value.items())
    )


def _is_json(line: str) -> bool:
    try:
        strict_json.loads(line)
    except strict_json.UnreadableError:
        return False
    return True


def _python_literal(text: str) -> Any:
    """What ``print(page.model_dump())`` left in a file; None when it is nothing of the kind."""
    if "'" not in text or len(text) > MOST_LITERAL:
        return None
    try:
        return strict_json.loads(json.dumps(ast.literal_eval(text.strip())))
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return None


def _place(error: strict_json.UnreadableError) -> str:
    cause = error.__cause__
    return f" (line {cause.lineno}, column {cause.colno})" if isinstance(cause, json.JSONDecodeError) else ""
