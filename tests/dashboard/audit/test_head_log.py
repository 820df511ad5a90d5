"""Heads in the log: at most one a second, and the last one always."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_django import DjangoCaptureOnCommitCallbacks

from dashboard.audit.verify.verification import current_head
from dashboard.lib.head_log import HeadLog, head_log
from tests.dashboard.audit.logs import write

ROOT = Path(__file__).resolve().parent.parent.parent.parent


class Clock:
    """A time that stands still until a test moves it, and what is to be done later."""

    def __init__(self) -> None:
        self.now = 100.0
        self.timers: list[tuple[float, Callable[[], None]]] = []

    def later(self, seconds: float, act: Callable[[], None]) -> None:
        self.timers.append((self.now + seconds, act))

    def move_to(self, moment: float) -> None:
        due = [timer for timer in self.timers if timer[0] <= moment]
        self.timers = [timer for timer in self.timers if timer[0] > moment]
        for self.now, act in due:
            act()
        self.now = moment


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def heads(clock: Clock) -> HeadLog:
    return HeadLog(now=lambda: clock.now, later=clock.later)


def test_a_thousand_rows_are_two_lines(heads: HeadLog, clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    for seq in range(1, 1001):
        heads.note(seq, f"seal-{seq}")
    assert caplog.messages == ["audit head 1:seal-1"]
    assert len(clock.timers) == 1

    clock.move_to(101.0)
    assert caplog.messages == ["audit head 1:seal-1", "audit head 1000:seal-1000"]
    clock.move_to(110.0)
    assert len(caplog.messages) == 2


def test_a_row_now_and_then_is_logged_at_once(heads: HeadLog, clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    for seq in (1, 2, 3):
        heads.note(seq, "seal")
        clock.move_to(clock.now + 1.5)

    assert caplog.messages == [f"audit head {seq}:seal" for seq in (1, 2, 3)]
    assert clock.timers == []


def test_rows_that_go_on_are_a_line_a_second(heads: HeadLog, clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    for tenth in range(31):
        clock.move_to(100 + tenth / 10)
        heads.note(tenth + 1, "seal")

    assert 3 <= len(caplog.messages) <= 4
    heads.flush()
    assert caplog.messages[-1] == "audit head 31:seal"


def test_of_two_threads_the_newer_head_counts(heads: HeadLog, clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    for seq in (1, 3, 2):
        heads.note(seq, "seal")
    clock.move_to(101.0)

    assert caplog.messages == ["audit head 1:seal", "audit head 3:seal"]


def test_a_forked_process_leaves_what_waits_to_its_parent(heads: HeadLog, caplog: pytest.LogCaptureFixture) -> None:
    heads.note(1, "seal")
    heads.note(2, "seal")
    heads.forget()
    heads.flush()

    assert caplog.messages == ["audit head 1:seal"]


@pytest.mark.django_db
def test_what_was_appended_is_what_is_logged(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks, caplog: pytest.LogCaptureFixture
) -> None:
    head_log.flush()
    with django_capture_on_commit_callbacks(execute=True):
        write(5)
    head_log.flush()

    assert caplog.messages[-1] == f"audit head {current_head()}"
    assert len([message for message in caplog.messages if message.startswith("audit head")]) <= 2


def test_the_end_of_a_process_loses_none(tmp_path: Path) -> None:
    program = (
        "import logging, sys; logging.basicConfig(level='INFO', format='%(message)s', stream=sys.stdout); "
        "from dashboard.lib.head_log import head_log; "
        "[head_log.note(seq, 'seal') for seq in range(1, 500)]"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=dict(os.environ), capture_output=True, text=True, check=True
    )

    assert ended.stdout.splitlines() == ["audit head 1:seal", "audit head 499:seal"]
