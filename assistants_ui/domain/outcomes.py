"""How an answer ended. Each way has words of its own, and only one of them means a whole answer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext_lazy

import assistants_client as wire
from dashboard.lib.texts import StrOrPromise

TOO_LONG = re.compile(r"longer than|too long|too many tokens|context|maximum.*tokens", re.IGNORECASE)


class AnswerOutcome(StrEnum):
    """What became of one question."""

    ANSWERED = "answered"
    REFUSED = "refused"
    CUT_OFF = "cut_off"
    TOO_LONG = "too_long"
    BLOCKED = "blocked"
    STOPPED = "stopped"
    LIMIT_REACHED = "limit_reached"
    FAILED = "failed"
    BROKE_OFF = "broke_off"
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
        return self is AnswerOutcome.ANSWERED

    @property
    def is_open(self) -> bool:
        """Whether something may still come."""
        return self in (AnswerOutcome.WAITING, AnswerOutcome.RUNNING, AnswerOutcome.NO_ANSWER)


@dataclass(frozen=True)
class Words:
    """What a person reads of an outcome; ``tone`` is good, warn, bad or empty, as the parts of a page are called."""

    title: StrOrPromise
    text: StrOrPromise = ""
    tone: str = "warn"


WORDS = {
    AnswerOutcome.ANSWERED: Words(gettext_lazy("Answered"), tone="good"),
    AnswerOutcome.REFUSED: Words(
        gettext_lazy("The model declined to answer"), gettext_lazy("What it said instead is below.")
    ),
    AnswerOutcome.CUT_OFF: Words(
        gettext_lazy("Cut off"), gettext_lazy("The answer reached its limit of tokens. Its end is missing.")
    ),
    AnswerOutcome.TOO_LONG: Words(
        gettext_lazy("Too long for the model"),
        gettext_lazy("Shorten the instructions or the question, or choose a model that reads more."),
    ),
    AnswerOutcome.BLOCKED: Words(
        gettext_lazy("Blocked by the provider"), gettext_lazy("The provider's content filter stopped this answer.")
    ),
    AnswerOutcome.STOPPED: Words(gettext_lazy("Stopped"), gettext_lazy("It was stopped before it was complete.")),
    AnswerOutcome.LIMIT_REACHED: Words(
        gettext_lazy("The provider's limit is reached"), gettext_lazy("Wait a little, or ask who pays for the model.")
    ),
    AnswerOutcome.FAILED: Words(gettext_lazy("The model failed to answer"), tone="bad"),
    AnswerOutcome.BROKE_OFF: Words(
        gettext_lazy("The answer broke off"), gettext_lazy("What had come of it is below."), tone="bad"
    ),
    AnswerOutcome.EXPIRED: Words(
        gettext_lazy("It took too long"), gettext_lazy("The server gave up waiting for the answer.")
    ),
    AnswerOutcome.EMPTY: Words(
        gettext_lazy("The model ended without an answer"), gettext_lazy("It was asked, and it said nothing.")
    ),
    AnswerOutcome.WAITING: Words(
        gettext_lazy("It wants to call a function"),
        gettext_lazy("Nothing is called for you: answer in the function's place."),
    ),
    AnswerOutcome.RUNNING: Words(gettext_lazy("Still being written"), tone=""),
    AnswerOutcome.NOT_ASKED: Words(
        gettext_lazy("Not asked"), gettext_lazy("The server could not be reached, so nothing was asked."), tone="bad"
    ),
    AnswerOutcome.NOT_ACCEPTED: Words(gettext_lazy("The server refused the question"), tone="bad"),
    AnswerOutcome.NO_ANSWER: Words(
        gettext_lazy("No answer heard"),
        gettext_lazy("We asked and then heard nothing more. The answer may still be there: look again."),
        tone="bad",
    ),
    AnswerOutcome.DAY_LIMIT: Words(
        gettext_lazy("You have reached today's limit"), gettext_lazy("You can ask again tomorrow (UTC).")
    ),
    AnswerOutcome.GONE: Words(
        gettext_lazy("No longer there"), gettext_lazy("Answers are not kept. Ask again to get a new one.")
    ),
}


def outcome_of(run: wire.Run, messages: Sequence[wire.Message]) -> AnswerOutcome:
    """What a run came to; ``messages`` are those that it wrote."""
    match run.status:
        case "requires_action":
            return AnswerOutcome.WAITING
        case "cancelled":
            return AnswerOutcome.STOPPED
        case "expired":
            return AnswerOutcome.EXPIRED
        case "incomplete":
            return _incomplete(run.incomplete_reason)
        case "failed":
            return _failed(run, messages)
        case "completed":
            return _completed(messages)
        case _:
            return AnswerOutcome.RUNNING if run.is_active else AnswerOutcome.FAILED


def of_error(error: wire.APIError) -> AnswerOutcome:
    """What became of a question that could not be asked, or whose asking nobody heard of."""
    if isinstance(error, wire.RateLimitError):
        return AnswerOutcome.LIMIT_REACHED
    if error.outcome is wire.Outcome.NOT_SENT:
        return AnswerOutcome.NOT_ASKED
    if error.outcome is wire.Outcome.REFUSED:
        return AnswerOutcome.BLOCKED if is_content_filter(error.code) else AnswerOutcome.NOT_ACCEPTED
    return AnswerOutcome.NO_ANSWER


def is_content_filter(code: str | None) -> bool:
    return code in ("content_filter", "content_policy_violation")


def _incomplete(reason: str | None) -> AnswerOutcome:
    if is_content_filter(reason):
        return AnswerOutcome.BLOCKED
    return AnswerOutcome.TOO_LONG if reason == "max_prompt_tokens" else AnswerOutcome.CUT_OFF


def _failed(run: wire.Run, messages: Sequence[wire.Message]) -> AnswerOutcome:
    code = run.last_error_code or ""
    if is_content_filter(code):
        return AnswerOutcome.BLOCKED
    if code == "rate_limit_exceeded":
        return AnswerOutcome.LIMIT_REACHED
    if code == "invalid_prompt":
        # The code says only that the model did not take the conversation; the sentence says why.
        is_long = TOO_LONG.search(run.last_error_message or "")
        return AnswerOutcome.TOO_LONG if is_long else AnswerOutcome.NOT_ACCEPTED
    has_begun = any(message.text.strip() for message in messages)
    return AnswerOutcome.BROKE_OFF if has_begun else AnswerOutcome.FAILED


def _completed(messages: Sequence[wire.Message]) -> AnswerOutcome:
    """A run may be completed with a message that is not."""
    for message in messages:
        reason = str(message.incomplete_details.get("reason") or "")
        if message.status == "incomplete" or reason:
            return AnswerOutcome.BLOCKED if is_content_filter(reason) else AnswerOutcome.CUT_OFF
        if message.status == "in_progress":
            return AnswerOutcome.CUT_OFF
    parts = [part for message in messages for part in message.content]
    if any(part.get("type") == "refusal" for part in parts):
        return AnswerOutcome.REFUSED
    has_image = any(part.get("type") in ("image_file", "image_url") for part in parts)
    return (
        AnswerOutcome.ANSWERED
        if has_image or any(message.text.strip() for message in messages)
        else AnswerOutcome.EMPTY
    )
