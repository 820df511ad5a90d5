"""Keeps a server that does not answer from taking the whole dashboard with it."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from assistants_client import (
    APIConnectionError,
    APIError,
    APIResponse,
    APIResponseValidationError,
    APIStatusError,
    Call,
    Client,
    Outcome,
    Reason,
    StreamedResponse,
)

log = logging.getLogger(__name__)
T = TypeVar("T")

# How long a call waits for a seat before it is told that it was not sent.
SLOT_SECONDS = 2.0
# After so many calls in a row without an answer the server is left alone for a while.
FAILURES = 3
COOLDOWN_SECONDS = 15.0


class CircuitBreaker:
    """Lets calls to one server through as long as that leaves threads for everything else.

    Only ``max_concurrency`` calls may be under way at once; and once the server has not answered three times in
    a row, calls fail at once for fifteen seconds, until the next one may try again. Both are told as
    an ``APIConnectionError`` whose outcome is ``not_sent``, which is then the truth.

    What the operator can mend is logged under the server's ``name``: no answer, a fault, a refused key.
    """

    def __init__(self, *, max_concurrency: int, name: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._name = name
        self._slots = threading.BoundedSemaphore(max_concurrency)
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._cooldown_until = 0.0

    def run(self, call: Callable[[], T]) -> T:
        """What ``call`` returns; raises what it raises, or ``APIConnectionError`` without calling it."""
        if self._is_cooling_down():
            raise not_sent("The server has not been answering, so it is left alone for a few seconds.")
        if not self._slots.acquire(timeout=SLOT_SECONDS):
            raise not_sent("Too many requests are already waiting for the server.")
        try:
            result = call()
        except APIConnectionError as error:
            log.warning("The server of workspace %s does not answer: %s", self._name, error.message)
            self._note_failure()
            raise
        except (APIStatusError, APIResponseValidationError) as error:
            # A refusal is an answer too. Whatever else is raised, as when somebody cancels an upload, came of none.
            self._note_answer()
            if is_for_the_operator(error):
                log.warning(
                    "The server of workspace %s answered with %s, status %s, its request %s",
                    self._name,
                    type(error).__name__,
                    error.status_code,
                    error.request_id or "unnamed",
                )
            raise
        finally:
            self._slots.release()
        self._note_answer()
        return result

    def _is_cooling_down(self) -> bool:
        with self._lock:
            if self._failures < FAILURES:
                return False
            if self._clock() < self._cooldown_until:
                return True
            # This call may try; whoever comes while it does, rests on.
            self._cooldown_until = self._clock() + COOLDOWN_SECONDS
            return False

    def _note_failure(self) -> None:
        with self._lock:
            self._failures += 1
            self._cooldown_until = self._clock() + COOLDOWN_SECONDS

    def _note_answer(self) -> None:
        with self._lock:
            rested, self._failures = self._failures >= FAILURES, 0
        if rested:
            log.info("The server of workspace %s answers again", self._name)


class BreakerClient(Client):
    """A client whose calls pass a guard."""

    def __init__(self, *, guard: CircuitBreaker, **options: Any) -> None:
        super().__init__(**options)
        self._guard = guard

    def respond(self, call: Call[T]) -> APIResponse[T]:
        return self._guard.run(partial(super().respond, call))

    def open(self, call: Call[T]) -> StreamedResponse[T]:
        return self._guard.run(partial(super().open, call))


def is_for_the_operator(error: APIError) -> bool:
    """Whether the server has a fault, refuses the key or is another one; what else it refuses, its user can mend."""
    status = error.status_code or 0
    return status < 400 or status in {401, 403} or status >= 500


def not_sent(message: str) -> APIConnectionError:
    """The error of a call that was held back."""
    return APIConnectionError(message, reason=Reason.POOL, outcome=Outcome.NOT_SENT)
