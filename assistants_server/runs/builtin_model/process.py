"""The built-in model as runs use it: its process is started with the site, and again when it has died."""

from __future__ import annotations

import atexit
import json
import logging
import os
import secrets
import select
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import IO, Any

from django.utils.translation import gettext_noop

from assistants_server.runs.builtin_model.quoting import Quote, Quoting, grammar_of, quotes_for
from assistants_server.runs.citations import MARK
from assistants_server.runs.model import End, ModelError, Piece, Stream, Turn
from assistants_server.runs.model.server import ServedModel
from dashboard.environment.models import builtin_folder

logger = logging.getLogger(__name__)
NAME = "smollm2-135m-instruct"
WINDOW = 4096
# On a slow machine the file is read from disk first.
START_SECONDS = 60
# It would go on until its window is full, in circles.
MOST_TOKENS = 200
NOT_STARTED = gettext_noop("The built-in model could not be started. An operator finds the reason in the log.")
PASSAGES = "Answer from these passages:\n\n"


class BuiltinModel:
    """Answers in text. It knows no functions, so it is told of none."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._log: IO[bytes] | None = None
        self._served: ServedModel | None = None
        atexit.register(self.close)

    def stream(self, turn: Turn, *, seconds: float) -> Stream:
        """Ask for an answer; raises :class:`ModelError` when the process cannot be started."""
        if turn.tools:
            logger.info("The built-in model is not told of the functions of a run")
        limit = MOST_TOKENS if turn.max_tokens is None else min(turn.max_tokens, MOST_TOKENS)
        # Quotes are no JSON, which a run may want.
        quotes = quotes_in(turn.messages) if turn.response_format in ("auto", {"type": "text"}) else []
        asked = replace(
            turn,
            model=NAME,
            messages=plain(turn.messages, quotes),
            grammar=grammar_of(quotes) if quotes else "",
            tools=[],
            temperature=0,
            top_p=None,
            reasoning_effort=None,
            max_tokens=limit,
        )
        stream: Stream = self._running().stream(asked, seconds=seconds)
        if quotes:
            stream = Quoting(stream, quotes)
        return stream if turn.max_tokens is not None and turn.max_tokens <= MOST_TOKENS else Shortened(stream)

    def start(self) -> None:
        """Start the process before it is asked; where that cannot be done, whoever asks is told so."""
        try:
            self._running()
        except ModelError as error:
            logger.warning("%s %s", error.message, error.detail)

    def _running(self) -> ServedModel:
        with self._lock:
            if self._served is None or self._process is None or self._process.poll() is not None:
                self._stop()
                self._served = self._start()
            return self._served

    def _start(self) -> ServedModel:
        key = secrets.token_urlsafe(32)
        self._log = tempfile.TemporaryFile()  # noqa: SIM115  # closed with the process
        child = Path(__file__).with_name("child.py")
        # Isolated and with an empty environment: no setting and no secret of the site is in this process.
        self._process = subprocess.Popen(  # noqa: S603  # our own file
            [sys.executable, "-I", str(child), str(self._folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            env={},
            text=True,
        )
        address = self._handshake(self._process, key)
        logger.info("The built-in demonstration model serves runs (process %s)", self._process.pid)
        return ServedModel(f"{address}/v1", key, "chat")

    def _handshake(self, process: subprocess.Popen[str], key: str) -> str:
        given, said = process.stdin, process.stdout
        if given is None or said is None:
            raise ValueError("the process has no pipes")
        try:
            given.write(f"{key}\n")
            given.flush()
            if not select.select([said], [], [], START_SECONDS)[0]:
                raise TimeoutError(f"it said nothing for {START_SECONDS} seconds")
            return str(json.loads(said.readline())["address"])
        except (OSError, ValueError) as error:
            reason = self._last_words() or str(error)
            self._stop()
            raise ModelError(NOT_STARTED, detail=reason) from error

    def _last_words(self) -> str:
        if self._log is None:
            return ""
        size = self._log.seek(0, os.SEEK_END)
        self._log.seek(max(0, size - 2000))
        return self._log.read().decode(errors="replace").strip()

    def _stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            for pipe in (self._process.stdin, self._process.stdout):
                if pipe is not None:
                    pipe.close()
        if self._log is not None:
            self._log.close()
        if self._served is not None:
            self._served.client.close()
        self._process = self._log = self._served = None

    def close(self) -> None:
        """End the process; the next question starts another."""
        with self._lock:
            self._stop()


class Shortened:
    """An answer that was given fewer tokens than its run has: where it is cut, the run ends all the same."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream

    def __iter__(self) -> Iterator[Piece]:
        for piece in self._stream:
            yield replace(piece, reason="stop") if isinstance(piece, End) else piece

    def close(self) -> None:
        self._stream.close()


def quotes_in(messages: list[dict[str, Any]]) -> list[Quote]:
    """The sentences with which it answers the last question, where a search found some."""
    asked = next((one["content"] for one in reversed(messages) if one["role"] == "user"), "")
    return quotes_for(text_in(asked), [one["content"] for one in messages if one["role"] == "tool"])


def text_in(content: Any) -> str:
    """The text of a message, whose content may be parts."""
    parts = content if isinstance(content, list) else [{"text": content}]
    return " ".join(str(part.get("text") or "") for part in parts)


def plain(messages: list[dict[str, Any]], quotes: list[Quote]) -> list[dict[str, Any]]:
    """The conversation without tools: what a search gave goes to the system's text, where it is heeded most.

    Of that the ``quotes`` alone where there are some. Marks of citations are left out: it is led astray by them.
    """
    passages = [quote.text for quote in quotes] or [
        MARK.sub("", message["content"]) for message in messages if message["role"] == "tool"
    ]
    kept = [message for message in messages if message["role"] != "tool" and not message.get("tool_calls")]
    if not passages:
        return kept
    system = [message["content"] for message in kept if message["role"] == "system"]
    text = "\n\n".join([*system, PASSAGES + ("\n" if quotes else "\n\n").join(passages)])
    return [{"role": "system", "content": text}, *(message for message in kept if message["role"] != "system")]


@cache
def builtin_model() -> BuiltinModel:
    """The one of this process."""
    return BuiltinModel(builtin_folder())
