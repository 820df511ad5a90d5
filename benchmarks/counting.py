"""Work counted in steps that are the same on every machine: lines of Python run, and calls out of Python."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any


class TooMuchWorkError(Exception):
    """What was counted took more steps than were allowed."""


def steps_of(act: Callable[[], object], *, at_most: int = 50_000_000) -> int:
    """How many lines of Python ``act`` runs, and how often it calls what is not written in Python.

    Raises :class:`TooMuchWorkError` instead of going on for ever. What a regular expression does inside of
    one call is not seen here; its time is looked at by ``python -m benchmarks.cost``.
    """
    steps = 0

    def spend() -> None:
        nonlocal steps
        steps += 1
        if steps > at_most:
            raise TooMuchWorkError

    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        if event == "line":
            spend()
        return trace

    def profile(frame: FrameType, event: str, argument: Any) -> None:
        if event == "c_call":
            spend()

    before = sys.gettrace(), sys.getprofile()
    sys.setprofile(profile)
    sys.settrace(trace)
    try:
        act()
    finally:
        sys.settrace(before[0])
        sys.setprofile(before[1])
    return steps
