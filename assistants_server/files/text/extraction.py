"""The text of a stored file, or why there is none."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import PurePath
from typing import BinaryIO

from django.conf import settings

from assistants_server.files.text import reader

SECONDS = 60
MOST_BYTES = 100 * 2**20
PARSED = {".pdf": "pdf", ".docx": "docx", ".html": "html", ".htm": "html", ".xhtml": "html"}
PLAIN = frozenset(
    f".{name}"
    for group in (
        "txt text md markdown rst tex json jsonl csv tsv log xml yaml yml toml ini cfg conf ipynb srt vtt eml",
        "py js mjs ts tsx jsx java kt c h cc cpp hpp cs go rs rb php pl swift scala lua r sh bash ps1 bat",
        "sql css scss vue graphql proto tf",
    )
    for name in group.split()
)
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")


class UnreadableError(Exception):
    """``code`` and message as ``last_error`` of a vector store file tells them."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def text_of(file: BinaryIO, *, filename: str) -> str:
    """Raises :class:`UnreadableError`; the text has at least one visible character."""
    suffix = PurePath(filename).suffix.lower()
    if os.fstat(file.fileno()).st_size > MOST_BYTES:
        raise UnreadableError("invalid_file", "The file is too large to be read for search.")
    text = _parsed(file, PARSED[suffix]) if suffix in PARSED else _plain(file.read(), is_known=suffix in PLAIN)
    # NUL is the one character that the database does not store; parsers do emit it.
    text = text.replace("\x00", "")
    if not text.strip():
        raise UnreadableError("invalid_file", "The file holds no text. A scan has to be made searchable first.")
    return text


def _plain(data: bytes, *, is_known: bool) -> str:
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        if not is_known:
            raise _unsupported() from error
        raise UnreadableError("invalid_file", "The file is not text in UTF-8 or UTF-16.") from error
    if len(text) > reader.MOST_TEXT:
        raise UnreadableError("invalid_file", "The file holds too much text to be searched.")
    if _CONTROL.search(text):
        raise _unsupported() if not is_known else UnreadableError("invalid_file", "The file is not plain text.")
    return text


def _unsupported() -> UnreadableError:
    return UnreadableError("unsupported_file", "The file type is not supported for retrieval.")


def _parsed(file: BinaryIO, kind: str) -> str:
    command = [sys.executable, "-m", "assistants_server.files.text.reader", kind]
    try:
        done = subprocess.run(  # noqa: S603  # our own module; the name of the format is ours too
            command,
            stdin=file,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=SECONDS,
            cwd=settings.BASE_DIR,
            # The reader of a stranger's file has no business with our keys.
            env={"PYTHONPATH": str(settings.BASE_DIR), "PYTHONDONTWRITEBYTECODE": "1"},
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise UnreadableError("invalid_file", "Reading the file took too long.") from error
    if done.returncode == -signal.SIGXCPU:
        raise UnreadableError("invalid_file", "Reading the file took too long.")
    if done.returncode == reader.TOO_MUCH:
        raise UnreadableError("invalid_file", "The file holds too much text to be searched.")
    if done.returncode != 0:
        raise UnreadableError("invalid_file", f"The file could not be read as {kind.upper()}.")
    return done.stdout.decode("utf-8", errors="replace")
