"""The interpreters of this process: few at a time, each of them the one of a thread."""

from __future__ import annotations

import atexit
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from assistants_server.sandbox import folder as folders
from assistants_server.sandbox.folder import Folder
from assistants_server.sandbox.process import Interpreter

# Each takes about 220 MB.
MOST_ALIVE = 2
IDLE_SECONDS = 900.0
LOOK_SECONDS = 0.2


class Pool:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: dict[str, Interpreter] = {}
        self._busy: dict[str, Interpreter] = {}

    @contextmanager
    def interpreter(self, folder: Folder, *, check: Callable[[], None]) -> Iterator[Interpreter]:
        """The one of this folder, or a new one; waits until there is room, and calls ``check`` meanwhile."""
        while (mine := self._take(folder)) is None:
            check()
            time.sleep(LOOK_SECONDS)
        try:
            yield mine
        finally:
            with self._lock:
                del self._busy[folder.key]
                if mine.is_alive:
                    self._idle[folder.key] = mine

    def _take(self, folder: Folder) -> Interpreter | None:
        closing: Interpreter | None = None
        with self._lock:
            if folder.key in self._busy or len(self._busy) >= MOST_ALIVE:
                return None
            mine = self._idle.pop(folder.key, None)
            if mine is None and len(self._busy) + len(self._idle) >= MOST_ALIVE:
                oldest = min(self._idle, key=lambda key: self._idle[key].used_at)
                closing = self._idle.pop(oldest)
            mine = mine or Interpreter(folder)
            mine.folder = folder
            self._busy[folder.key] = mine
        if closing is not None:
            closing.close()
        return mine

    def sweep(self) -> None:
        """Close what has long been idle, and remove the files of threads that are long over."""
        with self._lock:
            now = time.monotonic()
            over = [key for key, each in self._idle.items() if now - each.used_at > IDLE_SECONDS or not each.is_alive]
            closing = [self._idle.pop(key) for key in over]
            kept = {*self._idle, *self._busy}
        for each in closing:
            each.close()
        folders.sweep(but=kept)

    def close(self) -> None:
        """End them all, also the busy ones."""
        with self._lock:
            every = [*self._idle.values(), *self._busy.values()]
            self._idle.clear()
        for each in every:
            each.close()


pool = Pool()
atexit.register(pool.close)
