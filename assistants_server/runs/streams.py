"""Server-sent events of a run, read from its event log."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterator

from django.conf import settings
from django.db import DatabaseError
from django.http import StreamingHttpResponse

from assistants_client import strict_json
from assistants_server.http.authentication import Principal
from assistants_server.http.errors import SERVER_FAULT, Refusal, not_found
from assistants_server.http.routing import Version
from assistants_server.models import Run, RunEvents
from assistants_server.runs import feed, render
from dashboard.server import streams

logger = logging.getLogger(__name__)


# Wrapped like the body of an answer: bare, as the hosted API described it, the official clients do not see it.
def _fault(refusal: Refusal) -> str:
    error = {"message": refusal.message, "type": refusal.kind, "param": None, "code": None}
    return f"event: error\ndata: {json.dumps({'error': error})}\n\n"


FAULT = _fault(SERVER_FAULT)
GONE = _fault(not_found("The thread of this run was deleted, or its events are not kept any more."))
STOPPING = _fault(Refusal(503, "The server is stopping. The run goes on: retrieve it again soon.", kind="server_error"))
DONE = "event: done\ndata: [DONE]\n\n"
# After one of these nothing follows until somebody acts.
LAST = {
    f"thread.run.{status}"
    for status in ("requires_action", "completed", "failed", "incomplete", "cancelled", "expired")
}


def owner(principal: Principal) -> str:
    """Whose streams are counted together: those of one key, or of one workspace inside this process."""
    return f"key {principal.key.pk}" if principal.key is not None else f"workspace {principal.workspace}"


def check_room(principal: Principal) -> None:
    """Raise a 429 when the principal may open no further stream now, before anything is made that it would show."""
    if not streams.has_room(owner(principal)):
        message = "Too many streams are open. Close one, or try again later."
        headers = {"Retry-After": str(streams.RETRY_SECONDS)}
        raise Refusal(429, message, code="rate_limit_exceeded", kind="requests", headers=headers)


def response(
    run: Run, *, first: int, version: Version, with_content: bool, principal: Principal
) -> StreamingHttpResponse:
    """The events of ``run`` from number ``first`` on. Who stops reading does not stop the run."""
    lines = records(run.pk, first=first, version=version, with_content=with_content)
    return streams.event_stream(lines, owner=owner(principal), farewell=STOPPING)


def records(run_pk: int, *, first: int, version: Version, with_content: bool) -> Iterator[str | None]:
    """Each event as it is sent, None while there is none, and ``done`` at the end."""
    try:
        for event in events(run_pk, first=first):
            if event is None:
                yield None
                continue
            _, name, data = event
            shown = render.event(name, json.loads(data), version=version, with_content=with_content)
            yield f"event: {name}\ndata: {strict_json.dumps(shown)}\n\n"
            if name in LAST:
                break
        else:
            yield GONE
    except DatabaseError:
        # A stream that only ended would pass for an answer: the official clients raise nothing then.
        logger.exception("A stream of events was broken off")
        yield FAULT
    yield DONE


def events(run_pk: int, *, first: int) -> Iterator[feed.Event | None]:
    """What happens to the run, from memory or else from the database; None while nothing does."""
    wanted, look = first, 0
    with feed.listen(run_pk, reads=True) as channel:
        found, is_there = channel.take(wanted), True
        if not found:
            # What has happened so far may be in the database alone.
            found, is_there = _stored(run_pk, wanted)
        while found or is_there:
            for event in found:
                wanted = event[0] + 1
                yield event
            found = channel.take(wanted)
            if not found and (later := channel.news(wanted, look=look)) is not None:
                look = later
                found, is_there = _stored(run_pk, wanted)
            elif not found:
                channel.wait(wanted, settings.RUN_LOOK_SECONDS, look=look)
                yield None


def _stored(run_pk: int, wanted: int) -> tuple[list[feed.Event], bool]:
    """The events from number ``wanted`` on, and whether the run is still there to have more."""
    rows = list(RunEvents.objects.filter(run=run_pk, last__gte=wanted).order_by("first"))
    found = [
        (row.first + at, name, data)
        for row in rows
        for at, (name, data) in enumerate(row.events)
        if row.first + at >= wanted
    ]
    # Once nothing more can come, as when the thread was deleted, nobody is kept waiting.
    recent = Run.objects.filter(pk=run_pk).exclude(ended_at__lt=time.time() - feed.LINGER_SECONDS)
    is_there = bool(found) or recent.exists()
    # A stream may wait for minutes, and would keep a connection from everybody else.
    streams.rest()
    return found, is_there
