"""The interpreter's process, seen from the worker that uses it."""

from __future__ import annotations

import json
import logging
import os
import selectors
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistants_server.sandbox import installed
from assistants_server.sandbox.folder import Folder

logger = logging.getLogger(__name__)
CHILD = Path(__file__).with_name("child.py")
LOOK_SECONDS = 0.2
# By the clock, and whatever the machine is busy with; the interpreter stops itself earlier.
START_SECONDS = 60.0
TURN_SECONDS = 60.0
LONGEST_ANSWER = 2 * 2**20
LONGEST_LAST_WORDS = 2000


class SandboxError(Exception):
    """The interpreter is gone; what is told is fit for the model."""


class FullError(SandboxError):
    """The code wrote more than it may."""


@dataclass(frozen=True, kw_only=True)
class CodeResult:
    """What a piece of code said; ``note`` is what the model is told besides."""

    logs: str
    note: str = ""


class Interpreter:
    """One Python whose variables live from one piece of code to the next, until it is closed or stopped."""

    def __init__(self, folder: Folder) -> None:
        self.folder = folder
        self.used_at = time.monotonic()
        self._buffer = b""
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def is_alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def run(self, code: str, *, check: Callable[[], None]) -> CodeResult:
        """Run ``code``; ``check`` is called while waiting, and raises to stop it."""
        self.used_at = time.monotonic()
        try:
            if self._process is None:
                self._start(check)
            said = self._ask({"code": code}, check)
        except SandboxError as error:
            self.close()
            logger.warning("An interpreter was stopped: %s %s", error, self._last_words())
            if isinstance(error, FullError):
                self.folder.clear(self.folder.data, self.folder.tmp)
            return CodeResult(logs=str(error), note="The interpreter was stopped: its variables are gone.")
        except BaseException:
            self.close()
            raise
        finally:
            self.used_at = time.monotonic()
        return self._outcome(said)

    def _outcome(self, said: dict[str, Any]) -> CodeResult:
        logs = said["stdout"] + said["stderr"]
        if said["is_cut"]:
            logs += "\n[The rest of the output was left out.]"
        if not said["has_ended"]:
            return CodeResult(logs=logs)
        self.close()
        why = {"deadline": "The code took too long."}.get(said["stopped"] or "", "The code ended the interpreter.")
        return CodeResult(
            logs=f"{logs}\n{why}".strip(),
            note="The interpreter was stopped: its variables are gone, its files are not.",
        )

    def _start(self, check: Callable[[], None]) -> None:
        arguments = [str(part) for part in (self.folder.data, self.folder.tmp, installed.cache_folder())]
        # What one that was killed has left behind.
        self.folder.clear(self.folder.own)
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(  # noqa: S603  # our own file
                [sys.executable, "-I", str(CHILD), *arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                # Nothing of the site's: its environment holds keys.
                env={"TMPDIR": str(self.folder.own)},
                cwd=self.folder.data,
            )
        self._wait(time.monotonic() + START_SECONDS, check)

    def _ask(self, request: dict[str, Any], check: Callable[[], None]) -> dict[str, Any]:
        process = self._process
        if process is None or process.stdin is None:
            raise SandboxError("The interpreter is not running.")
        try:
            process.stdin.write(json.dumps(request).encode() + b"\n")
            process.stdin.flush()
        except OSError as error:
            raise SandboxError("The interpreter broke down.") from error
        return self._wait(time.monotonic() + TURN_SECONDS, check)

    def _wait(self, until: float, check: Callable[[], None]) -> dict[str, Any]:
        process = self._process
        if process is None or process.stdout is None:
            raise SandboxError("The interpreter is not running.")
        with selectors.DefaultSelector() as selector:
            selector.register(process.stdout, selectors.EVENT_READ)
            while b"\n" not in self._buffer:
                check()
                if time.monotonic() >= until:
                    raise SandboxError("The code took too long.")
                if self.folder.is_full():
                    raise FullError("The code wrote more than 100 MB, so all that it wrote was removed.")
                if selector.select(LOOK_SECONDS):
                    piece = os.read(process.stdout.fileno(), 1 << 16)
                    self._buffer += piece
                    if not piece or len(self._buffer) > LONGEST_ANSWER:
                        raise SandboxError("The interpreter broke down, perhaps for want of memory.")
        line, _, self._buffer = self._buffer.partition(b"\n")
        said: dict[str, Any] = json.loads(line)
        return said

    @property
    def _log(self) -> Path:
        return self.folder.own / "log"

    def _last_words(self) -> str:
        """What the process said of its own end, for the site's log."""
        return self._log.read_text(errors="replace")[-LONGEST_LAST_WORDS:] if self._log.is_file() else ""

    def close(self) -> None:
        """End the process, whatever it is doing."""
        process, self._process, self._buffer = self._process, None, b""
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:
                    # What was still to be written to it has nobody to read it any more.
                    continue
