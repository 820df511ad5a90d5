"""Waits for runs by asking again and again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import calls
from .call import Call
from .errors import APITimeoutError, Outcome, Reason
from .types import Run

if TYPE_CHECKING:
    import httpx

    from .protocols import AsyncCaller, Caller

DEFAULT_INTERVAL = 1.0
MIN_INTERVAL, MAX_INTERVAL = 0.05, 30.0


class Poll:
    """How often to ask, and until when."""

    def __init__(self, clock: Any, *, poll_interval_ms: float | None, seconds: float) -> None:
        self._clock = clock
        self._interval = poll_interval_ms
        self._deadline = clock() + seconds

    def pause(self, headers: httpx.Headers) -> float:
        """Seconds until the next question: as given, else as the server proposes. Raises APITimeoutError."""
        if self._clock() >= self._deadline:
            raise APITimeoutError("The run did not end in time.", reason=Reason.DEADLINE, outcome=Outcome.UNKNOWN)
        proposed = self._interval if self._interval is not None else _number(headers.get("openai-poll-after-ms"))
        return DEFAULT_INTERVAL if proposed is None else min(MAX_INTERVAL, max(MIN_INTERVAL, proposed / 1000))


def poll(
    client: Caller,
    run_id: str,
    *,
    thread_id: str,
    poll_interval_ms: float | None = None,
    seconds: float = calls.threads.runs.RUN_SECONDS,
) -> Run:
    """The run once it has ended or waits for outputs. Raises APITimeoutError after so many seconds."""
    wait = Poll(client.clock, poll_interval_ms=poll_interval_ms, seconds=seconds)
    while True:
        answer = client.respond(calls.threads.runs.retrieve(run_id, thread_id=thread_id))
        run = answer.parse()
        if not run.is_active:
            return run
        client.sleep(wait.pause(answer.headers))


async def poll_async(
    client: AsyncCaller,
    run_id: str,
    *,
    thread_id: str,
    poll_interval_ms: float | None = None,
    seconds: float = calls.threads.runs.RUN_SECONDS,
) -> Run:
    """:func:`poll` for the async client."""
    wait = Poll(client.clock, poll_interval_ms=poll_interval_ms, seconds=seconds)
    while True:
        answer = await client.respond(calls.threads.runs.retrieve(run_id, thread_id=thread_id))
        run = answer.parse()
        if not run.is_active:
            return run
        await client.sleep(wait.pause(answer.headers))


def send_and_poll(client: Caller, call: Call[Run], *, poll_interval_ms: float | None = None) -> Run:
    """The run that the call makes or continues, once it has ended or waits for outputs."""
    run = client.send(call)
    return poll(client, run.id, thread_id=run.thread_id, poll_interval_ms=poll_interval_ms)


async def send_and_poll_async(client: AsyncCaller, call: Call[Run], *, poll_interval_ms: float | None = None) -> Run:
    """:func:`send_and_poll` for the async client."""
    run = await client.send(call)
    return await poll_async(client, run.id, thread_id=run.thread_id, poll_interval_ms=poll_interval_ms)


def _number(value: str | None) -> float | None:
    return float(value) if value and value.isascii() and value.isdigit() and len(value) < 9 else None
