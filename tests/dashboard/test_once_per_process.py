"""What is started once in each process."""

from __future__ import annotations

import os

import pytest

from dashboard.lib.once_per_process import once_per_process


def test_only_the_first_call_in_a_process_starts_it(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[int] = []
    ensure_started = once_per_process(lambda: started.append(os.getpid()))

    ensure_started()
    ensure_started()
    assert len(started) == 1

    # As a forked child would: it has the memory of its parent, and none of its threads.
    monkeypatch.setattr(os, "getpid", lambda: 0)
    ensure_started()
    ensure_started()
    assert started[1:] == [0]
