"""When a call is sent again. The only place that decides it."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import Generic, TypeVar

from .answers import Answer, result_of
from .call import Call, Repeat
from .errors import APIError, APIStatusError, APITimeoutError, NotFoundError, Outcome, Reason

T = TypeVar("T")

MOST_REPEATS = 2
FIRST_PAUSE = 0.25
LONGEST_PAUSE = 2.0


class RetryBudget:
    """Keeps repeats to a tenth of a client's calls once `reserve` repeats are used up."""

    def __init__(self, *, reserve: float = 10.0, share: float = 0.1) -> None:
        self._reserve = self._tokens = reserve
        self._share = share
        self._lock = Lock()

    def deposit(self) -> None:
        with self._lock:
            self._tokens = min(self._reserve, self._tokens + self._share)

    def withdraw(self) -> bool:
        with self._lock:
            if self._tokens < 1:
                return False
            self._tokens -= 1
            return True


@dataclass(slots=True, kw_only=True)
class Pace:
    """Where time and chance come from; tests put in their own."""

    clock: Callable[[], float] = time.monotonic
    chance: Callable[[], float] = random.random
    budget: RetryBudget = field(default_factory=RetryBudget)

    def pause(self, repeats: int) -> float:
        """Full jitter below a bound that doubles, in seconds."""
        return self.chance() * min(LONGEST_PAUSE, FIRST_PAUSE * 2.0**repeats)


class Conversation(Generic[T]):
    """One call from its first try to its result, without the sending.

    The client sends, hands what came of it to `hear`, pauses as told and sends again, until `hear`
    returns None: then `result` and `answer` hold what the call gave. `hear` raises the call's error.
    """

    result: T
    answer: Answer

    def __init__(self, call: Call[T], *, pace: Pace, timeout: float, secrets: tuple[str, ...]) -> None:
        self._call = call
        self._pace = pace
        self._secrets = secrets
        self._answer_was_lost = False
        self.repeats = 0
        self.deadline = pace.clock() + timeout
        pace.budget.deposit()

    def hear(self, reply: Answer | APIError) -> float | None:
        """How long to wait before sending again, in seconds, or None when the call has its result."""
        try:
            if isinstance(reply, APIError):
                raise reply
            self.answer = reply
            self.result = result_of(self._call, reply, secrets=self._secrets)
        except APIError as error:
            if self._is_already_deleted(error):
                self.result = self._call.parse(None)
            else:
                return self.pause_after(error)
        return None

    def pause_after(self, error: APIError) -> float:
        """How long to wait before sending again, in seconds. Raises the error when that is not to be done."""
        if self._call.repeat is Repeat.UNSENT:
            may_repeat = error.outcome is Outcome.NOT_SENT and self.repeats == 0
        else:
            may_repeat = self.repeats < MOST_REPEATS
        if not may_repeat or not _is_worth_another_try(error):
            raise error
        pause = self._pace.pause(self.repeats) if error.retry_after is None else error.retry_after
        if self._pace.clock() + pause >= self.deadline or not self._pace.budget.withdraw():
            raise error
        self._answer_was_lost = self._answer_was_lost or error.outcome is Outcome.UNKNOWN
        self.repeats += 1
        return pause

    def _is_already_deleted(self, error: APIError) -> bool:
        return isinstance(error, NotFoundError) and self._answer_was_lost and self._call.repeat is Repeat.DELETION

    def refuse_if_late(self) -> None:
        """Raises APITimeoutError once the time of the call is over, however fast the bytes still drip."""
        if self._pace.clock() >= self.deadline:
            raise late()

    @property
    def seconds_left(self) -> float:
        return max(0.0, self.deadline - self._pace.clock())


def late() -> APITimeoutError:
    return APITimeoutError("The server did not finish its answer in time.", reason=Reason.DEADLINE)


def _is_worth_another_try(error: APIError) -> bool:
    """Whether the same request may go better a moment later."""
    if not isinstance(error, APIStatusError):
        return error.reason in _PASSING
    if error.should_retry is not None:
        return error.should_retry
    if error.status_code == 429:
        return error.code != "insufficient_quota"
    return error.status_code in (408, 409, 425) or (error.status_code >= 500 and error.status_code != 501)


_PASSING = frozenset(
    {
        Reason.DNS,
        Reason.CONNECT,
        Reason.CONNECT_TIMEOUT,
        Reason.POOL,
        Reason.RESET,
        Reason.TIMEOUT,
        Reason.TRUNCATED,
    }
)
