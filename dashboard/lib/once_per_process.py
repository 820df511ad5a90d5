"""What each process has to do for itself, such as starting threads: a forked child has none of its parent's."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable


def once_per_process(start: Callable[[], None]) -> Callable[[], None]:
    """``start``, which only the first call in each process runs."""
    lock, started_in = threading.Lock(), 0

    def ensure_started() -> None:
        nonlocal started_in
        if started_in == os.getpid():
            return
        with lock:
            if started_in != os.getpid():
                started_in = os.getpid()
                start()

    return ensure_started
