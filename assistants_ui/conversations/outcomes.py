"""How an answer ended. Each way has words of its own, and only one of them means a whole answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import assistants_client as wire


class Outcome(StrEnum):
    """What became of one question."""

    ANSWERED = "answered"
    REFUSED = "refused"
    CUT_OFF = "cut_off"
    TOO_LONG = "too_long"
    BLOCKED = "blocked"
    STOPPED = "stopped"
    LIMIT_REACHED = "limit_reached"
    FAILED = "failed"
    EXPIRED = "expired"
    EMPTY = "empty"
    WAITING = "waiting"
    RUNNING = "running"
    NOT_ASKED = "not_asked"
    NOT_ACCEPTED = "not_accepted"
    NO_ANSWER = "no_answer"
    GONE = "gone"
    DAY_LIMIT = "day_limit"

    @property
    def is_whole(self) -> bool:
        """Whether the model said all that it had to say in answer to the question."""
        return self is Outcome.ANSWERED

    @property
    def is_open(self) -> bool:
        """Whether something may still come."""
        return self in (Outcome.WAITING, Outcome.RUNNING, Outcome.NO_ANSWER)


@dataclass(frozen=True)
class Words:
    """What a person reads of an outcome; ``tone`` is good, warn, bad or empty, as the parts of a page are called."""

    title: str
    text: str = ""
    tone: str = "warn"


WORDS = {
    Outcome.ANSWERED: Words("Answered", tone="good"),
    Outcome.REFUSED: Words("The model declined to answer", "What it said instead is below."),
    Outcome.CUT_OFF: Words("Cut off", "The answer reached its limit of tokens. Its end is missing."),
    Outcome.TOO_LONG: Words(
        "Too long for the model", "Instructions, tools and question together are longer than the model can read."
    ),
    Outcome.BLOCKED: Words("Blocked by the provider", "The provider's content filter stopped this answer."),
    Outcome.STOPPED: Words("Stopped", "It was stopped before it was complete."),
    Outcome.LIMIT_REACHED: Words("The provider's limit is reached", "Wait a little, or ask who pays for the model."),
    Outcome.FAILED: Words("The model failed to answer", tone="bad"),
    Outcome.EXPIRED: Words("It took too long", "The server gave up waiting for the answer."),
    Outcome.EMPTY: Words("The model ended without an answer", "It was asked, and it said nothing."),
    Outcome.WAITING: Words("It wants to call a function", "Nothing is called for you: answer in the function's place."),
    Outcome.RUNNING: Words("Still being written", tone=""),
    Outcome.NOT_ASKED: Words("Not asked", "The server could not be reached, so nothing was asked.", tone="bad"),
    Outcome.NOT_ACCEPTED: Words("The server refused the question", tone="bad"),
    Outcome.NO_ANSWER: Words(
        "No answer heard",
        "We asked and then heard nothing more. The answer may still be there: look again.",
        tone="bad",
    ),
    Outcome.DAY_LIMIT: Words("Your limit for today is reached", "You can ask again tomorrow (UTC)."),
    Outcome.GONE: Words("No longer there", "Answers are not kept. Ask again to get a new one."),
}


def outcome_of(run: wire.Run, messages: Sequence[wire.Message]) -> Outcome:
    """What a run came to; ``messages`` are those that it wrote."""
    match run.status:
        case "requires_action":
            return Outcome.WAITING
        case "cancelled":
            return Outcome.STOPPED
        case "expired":
            return Outcome.EXPIRED
        case "incomplete":
            return _incomplete(run.incomplete_reason)
        case "failed":
            return _failed(run.last_error_code)
        case "completed":
            return _completed(messages)
        case _:
            return Outcome.RUNNING if run.is_active else Outcome.FAILED


def of_error(error: wire.APIError) -> Outcome:
    """What became of a question that could not be asked, or whose asking nobody heard of."""
    if isinstance(error, wire.RateLimitError):
        return Outcome.LIMIT_REACHED
    if error.outcome is wire.Outcome.NOT_SENT:
        return Outcome.NOT_ASKED
    if error.outcome is wire.Outcome.REFUSED:
        return Outcome.BLOCKED if is_content_filter(error.code) else Outcome.NOT_ACCEPTED
    return Outcome.NO_ANSWER


def is_content_filter(code: str | None) -> bool:
    return code in ("content_filter", "content_policy_violation")


def _incomplete(reason: str | None) -> Outcome:
    if is_content_filter(reason):
        return Outcome.BLOCKED
    return Outcome.TOO_LONG if reason == "max_prompt_tokens" else Outcome.CUT_OFF


def _failed(code: str | None) -> Outcome:
    if is_content_filter(code):
        return Outcome.BLOCKED
    return {"rate_limit_exceeded": Outcome.LIMIT_REACHED, "invalid_prompt": Outcome.TOO_LONG}.get(
        code or "", Outcome.FAILED
    )


def _completed(messages: Sequence[wire.Message]) -> Outcome:
    """A run may be completed with a message that is not."""
    for message in messages:
        reason = str(message.incomplete_details.get("reason") or "")
        if message.status == "incomplete" or reason:
            return Outcome.BLOCKED if is_content_filter(reason) else Outcome.CUT_OFF
        if message.status == "in_progress":
            return Outcome.CUT_OFF
    parts = [part for message in messages for part in message.content]
    if any(part.get("type") == "refusal" for part in parts):
        return Outcome.REFUSED
    has_image = any(part.get("type") in ("image_file", "image_url") for part in parts)
    return Outcome.ANSWERED if has_image or any(message.text.strip() for message in messages) else Outcome.EMPTY
