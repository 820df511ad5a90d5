"""The text of a stored file, or why there is none."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import PurePath
from typing import BinaryIO

from django.conf import settings

from assistants_server.files.text import reader
from assistants_server.files.text.document import UnreadableDocumentError, gettext_noop
from assistants_server.files.text.encodings import JAPANESE_MARKS
from assistants_server.files.text.formats.kinds import PLAIN, kind_of
from assistants_server.files.text.formats.plain import CONTROL
from dashboard.bounds import READ_BYTES, READ_CHARACTERS, READ_SECONDS

TOO_LARGE = gettext_noop("The file holds too much text to be searched. Split it and attach the parts.")
TOO_LONG = gettext_noop("Reading the file took too long.")

__all__ = ["Extraction", "UnreadableDocumentError", "extract"]


@dataclass(frozen=True, kw_only=True)
class Extraction:
    """``left_out`` are phrases such as "2 pictures"; ``encoding`` is empty for UTF-8."""

    text: str
    left_out: list[str]
    encoding: str = ""


def extract(file: BinaryIO, *, filename: str) -> Extraction:
    """Raises :class:`UnreadableDocumentError`; the text has at least one visible character."""
    if os.fstat(file.fileno()).st_size > READ_BYTES:
        raise UnreadableDocumentError("invalid_file", gettext_noop("The file is too large to be read for search."))
    suffix = PurePath(filename).suffix.lower()
    if suffix in PLAIN and (text := _plain(file, suffix)) is not None:
        return Extraction(text=text, left_out=[])
    file.seek(0)
    return _apart(file, suffix)


def _plain(file: BinaryIO, suffix: str) -> str | None:
    """The text of what is plainly UTF-8, for which no process of its own is needed; else None."""
    data = file.read()
    is_japanese = any(mark in data for mark in JAPANESE_MARKS)
    if is_japanese or kind_of(data, suffix=suffix) != "plain" or data[:5] == b"<?xml":
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    if CONTROL.search(text) or not text.strip():
        return None
    if len(text) > READ_CHARACTERS:
        raise UnreadableDocumentError("invalid_file", TOO_LARGE)
    return text


def _apart(file: BinaryIO, suffix: str) -> Extraction:
    # Of the name only the ending matters, and the rest is a stranger's.
    command = [sys.executable, "-m", "assistants_server.files.text.reader", f"file{suffix}"]
    try:
        done = subprocess.run(  # noqa: S603  # our own module; no shell sees the ending
            command,
            stdin=file,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=READ_SECONDS,
            cwd=settings.BASE_DIR,
            # The reader of a stranger's file has no business with our keys.
            env={"PYTHONPATH": str(settings.BASE_DIR), "PYTHONDONTWRITEBYTECODE": "1"},
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise UnreadableDocumentError("invalid_file", TOO_LONG) from error
    if done.returncode == -signal.SIGXCPU:
        raise UnreadableDocumentError("invalid_file", TOO_LONG)
    if done.returncode == reader.TOO_MUCH:
        raise UnreadableDocumentError("invalid_file", TOO_LARGE)
    if done.returncode == reader.REFUSED:
        code, message = json.loads(done.stdout)
        raise UnreadableDocumentError(code, message)
    if done.returncode != 0:
        raise UnreadableDocumentError("invalid_file", gettext_noop("The file could not be read."))
    text, _, facts = done.stdout.rpartition(b"\0")
    return Extraction(text=text.decode("utf-8", errors="replace"), **json.loads(facts))
