"""An answer sent to the page as it is written; at its end the same part of a page that a page without script shows."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext_lazy

import assistants_client as wire
from assistants_client import EventStream, ThreadEvent
from assistants_client.types.base import dicts, mapping
from assistants_ui.conversations import asking, borrowed
from assistants_ui.conversations.exchange import MARK, Exchange
from assistants_ui.conversations.tokens import AskToken
from assistants_ui.domain.outcomes import AnswerOutcome
from assistants_ui.service import Service
from dashboard.server.streams import rest

log = logging.getLogger(__name__)

BEAT_SECONDS = 15.0
LOOK_SECONDS = 0.5
DOING = {
    "file_search": gettext_lazy("Searching the files…"),
    "code_interpreter": gettext_lazy("Running code…"),
    "function": gettext_lazy("Calling a function…"),
}
READING = gettext_lazy("Reading what it was given…")


def events(
    service: Service, token: AskToken, stream: EventStream, *, render: Callable[[Exchange], str]
) -> Iterator[str | None]:
    """``asked`` with the token by which it is stopped, ``text`` and ``doing`` as they come, and ``answer`` at the end.

    The thread is deleted at the end, and also when whoever reads this leaves before it.
    """
    has_ended = False
    try:
        yield _event("asked", exchange=token.sign())
        token = yield from _listen(token, stream)
        found = yield from _ended(service, token)
        has_ended = True
        answer = _event("answer", html=render(found), outcome=found.outcome.value)
        rest()
        yield answer
    finally:
        stream.close()
        if not has_ended:
            borrowed.give_back(service, token.key)


def _listen(token: AskToken, stream: EventStream) -> Generator[str | None, None, AskToken]:
    """What the stream tells, as far as it goes; gives the token with the run in it."""
    beat = time.monotonic()
    try:
        for event in stream:
            if isinstance(event.data, wire.Run) and not token.run:
                token = replace(token, run=event.data.id)
            if time.monotonic() - beat > BEAT_SECONDS:
                beat = time.monotonic()
                borrowed.prolong(token.key)
                rest()
            yield _shown(event)
    except wire.APIError as error:
        # It broke off, or was no stream at all. The run goes on by itself, so the end can be looked up.
        log.info("A stream of workspace %s broke off: %s", token.workspace, error.message)
    return token


def _ended(service: Service, token: AskToken) -> Generator[None, None, Exchange]:
    """Look until there is an end, or somebody has to answer for a function."""
    late = time.monotonic() + asking.LONGEST_SECONDS
    while True:
        found = asking.look_again(service, token)
        if found.outcome is not AnswerOutcome.RUNNING or time.monotonic() > late:
            return found
        rest()
        yield None
        service.runs.wait(LOOK_SECONDS)


def _shown(event: ThreadEvent) -> str | None:
    data = event.data
    if isinstance(data, wire.Delta) and event.event == "thread.message.delta" and data.text:
        text = MARK.sub("", data.text)
        return _event("text", text=text) if text else None
    if isinstance(data, wire.Delta) and event.event == "thread.run.step.delta":
        kinds = [call.get("type") for call in dicts(mapping(data.delta.get("step_details")).get("tool_calls"))]
        return next((_event("doing", text=str(DOING[kind])) for kind in kinds if kind in DOING), None)
    if event.event == "thread.run.step.completed" and isinstance(data, wire.RunStep) and data.tool_calls:
        return _event("doing", text=str(READING))
    return None


def _event(name: str, **data: Any) -> str:
    return f"event: {name}\ndata: {json.dumps(data)}\n\n"
