"""What a piece of work may take, on any machine under any load."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def endless_after(seconds: int = 20) -> Iterator[None]:
    """Fail what takes this much of a processor, instead of waiting for it for hours.

    For what happens inside of one call of a regular expression, which nobody can count. What takes an hour
    at worst and milliseconds at best is told apart by any number between the two.
    """

    def give_up(number: int, frame: FrameType | None) -> None:
        raise AssertionError(f"This took more than {seconds} s of a processor.")

    before = signal.signal(signal.SIGPROF, give_up)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
