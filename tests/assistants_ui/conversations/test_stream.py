"""The answer as it is written, for the panel beside the editor."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from assistants_client import Assistant, Client
from assistants_server.models import Run, Thread
from assistants_server.runs import feed
from assistants_server.runs.model import Text
from assistants_server.runs.writer import CancelledError
from assistants_ui.models import BorrowedThread
from dashboard.server import streams
from tests.assistants_server.scripted import ScriptedModel, work
from tests.assistants_ui.conftest import Tap
from tests.assistants_ui.conversations.conftest import FUNCTION, form_of, nothing_is_left, try_page
from tests.assistants_ui.pages import read_page
from tests.conftest import Person


@pytest.fixture(autouse=True)
def _worked_on_while_waiting(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whoever waits for an event of a run lets it be worked on. Streams are counted for the whole process."""
    monkeypatch.setattr(feed.Feed, "wait", lambda *args, **options: work())
    assert not streams._open
    yield
    assert not streams._open


def events(response: Any) -> list[tuple[str, dict[str, Any]]]:
    """The events that a page hears."""
    assert response["Content-Type"].startswith("text/event-stream")
    text = response.getvalue().decode()
    response.close()
    found = []
    for record in text.split("\n\n"):
        if record.startswith("event: "):
            name, _, data = record.removeprefix("event: ").partition("\ndata: ")
            found.append((name, json.loads(data)))
    return found


def test_the_words_come_one_by_one_and_the_whole_answer_at_the_end(
    alice: Person, tap: Tap, model: ScriptedModel, desk: Assistant
) -> None:
    model.says("Sal", "ve.")
    typed = form_of(desk, instructions="Answer in Latin.") | {"message": "Hi"}
    heard = events(alice.post(f"{try_page(desk)}stream/", typed))

    assert (heard[0][0], heard[-1][0]) == ("asked", "answer")
    assert "".join(data["text"] for name, data in heard if name == "text") == "Salve."
    last = read_page(heard[-1][1]["html"])
    assert heard[-1][1]["outcome"] == "answered"
    assert "Salve." in last.text
    assert "15 tokens" in last.text
    assert model.turns[0].messages[0]["content"] == "Answer in Latin."
    assert nothing_is_left()


def test_a_stopped_answer_says_so_and_keeps_its_words(
    alice: Person, tap: Tap, model: ScriptedModel, desk: Assistant
) -> None:
    def stop() -> None:
        Run.objects.update(status=Run.Status.CANCELLING)
        raise CancelledError

    model.does(Text("Half of"), stop)
    heard = events(alice.post(f"{try_page(desk)}stream/", {"message": "Hi"}))

    assert heard[-1][1]["outcome"] == "stopped"
    assert "Half of" in heard[-1][1]["html"]
    assert nothing_is_left()


def test_stop_reaches_the_run(alice: Person, tap: Tap, model: ScriptedModel, desk: Assistant) -> None:
    response: Any = alice.post(f"{try_page(desk)}stream/", {"message": "Hi"})
    lines = iter(response.streaming_content)
    asked = json.loads(next(lines).decode().partition("data: ")[2])["exchange"]
    answer = alice.post(f"{try_page(desk)}stop/", {"exchange": asked}, headers={"HX-Request": "true"})
    assert answer.status_code == 204
    last = b"".join(lines).decode()
    response.close()

    assert '"outcome": "stopped"' in last
    assert model.turns == []
    assert nothing_is_left()


def test_who_leaves_leaves_nothing_behind(alice: Person, tap: Tap, model: ScriptedModel, desk: Assistant) -> None:
    response: Any = alice.post(f"{try_page(desk)}stream/", {"message": "Hi"})
    next(iter(response.streaming_content))
    assert Thread.objects.count() == BorrowedThread.objects.count() == 1
    response.close()

    assert nothing_is_left()


def test_a_function_is_answered_in_the_panel(alice: Person, tap: Tap, model: ScriptedModel, server: Client) -> None:
    made = server.assistants.create(model="gpt-4o", name="Desk", tools=[FUNCTION])
    model.calls(("weather", "{}"))
    model.says("Warm.")
    heard = events(alice.post(f"{try_page(made)}stream/", {"message": "?"}))
    assert heard[-1][1]["outcome"] == "waiting"
    form = read_page(heard[-1][1]["html"]).forms[0]
    output = next(name for name in form if name.startswith("output-"))
    heard = events(alice.post(f"{try_page(made)}stream/", form | {output: "20 degrees"}))

    assert "Warm." in heard[-1][1]["html"]
    assert nothing_is_left()


@pytest.mark.parametrize(
    "body",
    [b'event: thread.message.delta\ndata: {"object":"thread.message.delta","delta":{"con', b"{}", b""],
    ids=["cut", "no stream", "empty"],
)
def test_a_stream_that_breaks_off_is_not_the_end_of_the_answer(
    alice: Person, tap: Tap, model: ScriptedModel, desk: Assistant, body: bytes
) -> None:
    """The run goes on, and is looked at until it has ended."""
    model.says("All of it.")

    def cut(request: httpx.Request) -> httpx.Response | None:
        if request.method == "POST" and request.url.path.endswith("/runs"):
            tap.server.handle_request(request).close()
            kind = "application/json" if body == b"{}" else "text/event-stream"
            return httpx.Response(200, headers={"Content-Type": kind}, stream=httpx.ByteStream(body))
        return None

    tap.answer = cut
    heard = events(alice.post(f"{try_page(desk)}stream/", {"message": "Hi"}))

    assert heard[-1][1]["outcome"] == "answered"
    assert "All of it." in heard[-1][1]["html"]
    assert nothing_is_left()


def test_what_cannot_be_asked_is_told_at_once(alice: Person, tap: Tap, desk: Assistant) -> None:
    where = f"{try_page(desk)}stream/"
    bad = alice.post(where, form_of(desk, temperature="9") | {"message": "Hi"})
    assert (bad.status_code, "Temperature" in bad.content.decode()) == (422, True)
    assert alice.post(where, {"message": ""}).status_code == 422
    tap.answer = lambda request: (
        httpx.Response(400, json={"error": {"message": "Retired."}})
        if (request.url.path.endswith("/runs") and request.method == "POST")
        else None
    )
    told = alice.post(where, {"message": "Hi"})
    assert (told.status_code, "Retired." in told.content.decode()) == (200, True)
    assert nothing_is_left()


def test_there_is_room_for_so_many_streams(alice: Person, tap: Tap, desk: Assistant, settings: Any) -> None:
    settings.MAX_OPEN_STREAMS = 0

    assert alice.post(f"{try_page(desk)}stream/", {"message": "Hi"}).status_code == 429
