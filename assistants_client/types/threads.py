"""Threads, messages, runs and their steps."""

from __future__ import annotations

from typing import Any

from .base import (
    Field,
    WireObject,
    dicts,
    mapping,
    number,
    optional_count,
    optional_seconds,
    optional_text,
    seconds,
    text_or_object,
)
from .base import text as required_text

ACTIVE = frozenset({"queued", "in_progress", "cancelling"})


class Thread(WireObject):
    """A conversation. Its messages and runs have lists of their own."""

    __slots__ = ()

    created_at = Field(seconds)
    metadata = Field(mapping)
    tool_resources = Field(mapping)


def joined_texts(value: Any) -> str:
    """The text parts of a message, one after the other."""
    parts = [mapping(part.get("text")) for part in dicts(value) if part.get("type") == "text"]
    return "\n".join(required_text(part.get("value")) for part in parts)


class Message(WireObject):
    """A message of a thread. `content` holds its parts as the server's own objects."""

    __slots__ = ()

    created_at = Field(seconds)
    thread_id = Field(required_text)
    run_id = Field(optional_text)
    assistant_id = Field(optional_text)
    role = Field(required_text)
    status = Field(required_text)
    """`in_progress`, `incomplete` or `completed`; empty where the server does not say."""
    incomplete_details = Field(mapping)
    content = Field(dicts)
    attachments = Field(dicts)
    metadata = Field(mapping)

    text = Field(joined_texts, "content")
    """The text of the message, without its images."""

    @property
    def annotations(self) -> list[dict[str, Any]]:
        """What the text cites, in order; the indices count within the part that holds the marker."""
        found = [dicts(mapping(part.get("text")).get("annotations")) for part in self.content]
        return [annotation for annotations in found for annotation in annotations]


class Run(WireObject):
    """One answer of an assistant to a thread, from the queue to its end."""

    __slots__ = ()

    created_at = Field(seconds)
    thread_id = Field(required_text)
    assistant_id = Field(required_text)
    status = Field(required_text)
    """`queued`, `in_progress`, `requires_action`, `cancelling`, or an end: `completed`, `incomplete`,
    `failed`, `cancelled`, `expired`."""
    started_at = Field(optional_seconds)
    expires_at = Field(optional_seconds)
    completed_at = Field(optional_seconds)
    cancelled_at = Field(optional_seconds)
    failed_at = Field(optional_seconds)
    model = Field(required_text)
    instructions = Field(optional_text)
    tools = Field(dicts)
    metadata = Field(mapping)
    usage = Field(mapping)
    """`prompt_tokens`, `completion_tokens` and `total_tokens`; empty before the end."""
    last_error_code = Field(optional_text, "last_error", "code")
    last_error_message = Field(optional_text, "last_error", "message")
    incomplete_reason = Field(optional_text, "incomplete_details", "reason")
    temperature = Field(number)
    top_p = Field(number)
    response_format = Field(text_or_object)
    max_prompt_tokens = Field(optional_count)
    max_completion_tokens = Field(optional_count)
    required_tool_calls = Field(dicts, "required_action", "submit_tool_outputs", "tool_calls")
    """The functions that it waits for, when its status is `requires_action`."""

    @property
    def is_active(self) -> bool:
        """Whether it goes on by itself: not ended, and not waiting for the outputs of functions."""
        return self.status in ACTIVE


class RunStep(WireObject):
    """What a run did: wrote a message, or called tools."""

    __slots__ = ()

    created_at = Field(seconds)
    run_id = Field(required_text)
    thread_id = Field(required_text)
    type = Field(required_text)
    """`message_creation` or `tool_calls`."""
    status = Field(required_text)
    step_details = Field(mapping)
    usage = Field(mapping)
    tool_calls = Field(dicts, "step_details", "tool_calls")
    message_id = Field(optional_text, "step_details", "message_creation", "message_id")


class Delta(WireObject):
    """A piece that a stream adds to a message or a step."""

    __slots__ = ()

    delta = Field(mapping)
    text = Field(joined_texts, "delta", "content")
    """The text that it adds."""
