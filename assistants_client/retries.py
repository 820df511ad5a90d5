"""When a call is sent again. The only place that decides it."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import Generic, TypeVar

from .call import Call, Repeat
from .decoding import ReceivedResponse, result_of
from .errors import APIError, APIStatusError, APITimeoutError, NotFoundError, Outcome, Reason

T = TypeVar("T")

MAX_RETRIES = 2
INITIAL_RETRY_DELAY = 0.25
MAX_RETRY_DELAY = 2.0


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
class RetryPolicy:
    """Where time and chance come from; tests put in their own."""

    clock: Callable[[], float] = time.monotonic
    chance: Callable[[], float] = random.random
    budget: RetryBudget = field(default_factory=RetryBudget)

    def pause(self, repeats: int) -> float:
        """Full jitter below a bound that doubles, in seconds."""
        return self.chance() * min(MAX_RETRY_DELAY, INITIAL_RETRY_DELAY * 2.0**repeats)


class RetryLoop(Generic[T]):
    """One call from its first try to its result, without the sending.

    The client sends, hands what came of it to `record`, pauses for as long as that says and sends again, until `record`
    returns None: then `result` and `answer` hold what the call gave. `record` raises the call's error.
    """

    result: T
    answer: ReceivedResponse

    def __init__(self, call: Call[T], *, policy: RetryPolicy, timeout: float, secrets: tuple[str, ...]) -> None:
        self._call = call
        self._policy = policy
        self._secrets = secrets
        self._answer_was_lost = False
        self.taken = 0
        self.deadline = policy.clock() + timeout
        policy.budget.deposit()

    def record(self, reply: ReceivedResponse | APIError) -> float | None:
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
            may_repeat = error.outcome is Outcome.NOT_SENT and self.taken == 0
        else:
            may_repeat = self.taken < MAX_RETRIES
        if not may_repeat or not _is_worth_another_try(error):
            raise error
        pause = self._policy.pause(self.taken) if error.retry_after is None else error.retry_after
        if self._policy.clock() + pause >= self.deadline or not self._policy.budget.withdraw():
            raise error
        self._answer_was_lost = self._answer_was_lost or error.outcome is Outcome.UNKNOWN
        self.taken += 1
        return pause

    def _is_already_deleted(self, error: APIError) -> bool:
        return isinstance(error, NotFoundError) and self._answer_was_lost and self._call.repeat is Repeat.DELETION

    def raise_if_expired(self) -> None:
        """Raises APITimeoutError once the time of the call is over, however fast the bytes still drip."""
        if self._policy.clock() >= self.deadline:
            raise deadline_exceeded()

    @property
    def seconds_left(self) -> float:
        return max(0.0, self.deadline - self._policy.clock())


def deadline_exceeded() -> APITimeoutError:
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
