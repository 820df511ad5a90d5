"""Streams of events: how their bytes are cut, what ends them, and what a server may do in the middle."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator
from typing import Any

import anyio
import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistants_client import (
    APIConnectionError,
    APIError,
    APITimeoutError,
    AsyncClient,
    Client,
    RetryPolicy,
    Run,
    Thread,
    streaming,
)
from assistants_client.errors import APIResponseValidationError, BadRequestError, Reason
from assistants_client.streaming import EventDecoder, ServerSentEvent
from tests.work import endless_after

RUN = {"id": "run_1", "object": "thread.run", "thread_id": "thread_1", "status": "completed"}


def record(event: str, data: Any) -> bytes:
    text = data if isinstance(data, str) else json.dumps(data)
    return f"event: {event}\ndata: {text}\n\n".encode()


def delta(text: str) -> bytes:
    part = {"index": 0, "type": "text", "text": {"value": text}}
    return record("thread.message.delta", {"id": "m", "object": "thread.message.delta", "delta": {"content": [part]}})


WHOLE = [
    record("thread.created", {"id": "thread_1", "object": "thread"}),
    record("thread.run.created", RUN | {"status": "queued"}),
    b": ping\n\n",
    delta("Grüß "),
    delta("Gott"),
    record("thread.run.completed", RUN),
    record("done", "[DONE]"),
]


class Pieces(httpx.SyncByteStream, httpx.AsyncByteStream):
    def __init__(self, pieces: list[bytes | Callable[[], None]]) -> None:
        self.pieces = pieces
        self.is_closed = False

    def __iter__(self) -> Iterator[bytes]:
        for piece in self.pieces:
            if callable(piece):
                piece()
            else:
                yield piece

    async def __aiter__(self) -> Any:
        for piece in self:
            yield piece

    def close(self) -> None:
        self.is_closed = True

    async def aclose(self) -> None:
        self.is_closed = True


def client_of(body: Pieces, kind: str = "text/event-stream; charset=utf-8", **more: Any) -> Client:
    transport = httpx.MockTransport(lambda request: httpx.Response(200, headers={"content-type": kind}, stream=body))
    return Client(base_url="http://server.example/v1", transport=transport, **more)


def test_the_words_come_as_they_are_written_and_the_run_at_the_end() -> None:
    body = Pieces([*WHOLE])
    with client_of(body).threads.create_and_run_stream(assistant_id="asst_1") as stream:
        events = list(stream)
    assert [event.event for event in events[:2]] == ["thread.created", "thread.run.created"]
    assert isinstance(events[0].data, Thread)
    assert stream.run == Run(RUN)
    assert body.is_closed
    assert list(client_of(Pieces([*WHOLE])).threads.runs.stream("t", assistant_id="a").text_deltas()) == [
        "Grüß ",
        "Gott",
    ]


def test_the_async_client_reads_the_same() -> None:
    async def words() -> list[str]:
        transport = httpx.MockTransport(
            lambda request: httpx.Response(200, headers={"content-type": "text/event-stream"}, stream=Pieces([*WHOLE]))
        )
        client = AsyncClient(base_url="http://server.example/v1", transport=transport)
        async with client.threads.runs.stream("t", assistant_id="a") as stream:
            return [word async for word in stream.text_deltas()]

    assert anyio.run(words) == ["Grüß ", "Gott"]


@given(cuts=st.lists(st.integers(0, 400), max_size=12), end=st.sampled_from([b"\n", b"\r\n", b"\r"]))
def test_it_does_not_matter_where_the_bytes_are_cut(cuts: list[int], end: bytes) -> None:
    whole = b"\xef\xbb\xbf" + b"".join(WHOLE).replace(b"\n", end)
    decoder, places = EventDecoder(), sorted({0, len(whole), *cuts})
    cut = [whole[a:b] for a, b in itertools.pairwise(places)]
    assert [found for chunk in cut for found in decoder.feed(chunk)] == [*EventDecoder().feed(b"".join(WHOLE))]


def test_data_of_several_lines_is_joined_and_what_is_unknown_passed_over() -> None:
    text = b"id: 7\nretry: 5\n: note\ndata: a\ndata:b\nnonsense\n\nevent: empty\n\n"
    assert [*EventDecoder().feed(text)] == [ServerSentEvent("message", "a\nb")]


def test_an_event_without_end_is_refused() -> None:
    with pytest.raises(APIResponseValidationError) as caught:
        [*EventDecoder().feed(b"data: " + b"x" * (33 * 2**20))]
    assert caught.value.reason is Reason.TOO_LARGE


@pytest.mark.parametrize("piece", [b"x" * 10_000, (b"data: " + b"a" * 993 + b"\n") * 10], ids=["line", "lines"])
def test_an_event_that_comes_in_many_pieces_is_copied_once(piece: bytes) -> None:
    pieces = itertools.repeat(piece, 2 * streaming.MOST_BYTES // len(piece))
    with endless_after(10), pytest.raises(APIResponseValidationError):
        list(itertools.chain.from_iterable(map(EventDecoder().feed, pieces)))


def test_the_events_before_do_not_count() -> None:
    decoder = EventDecoder()
    event = b"data: " + b"x" * 1_000_000 + b"\n\n"
    assert sum(len(list(decoder.feed(event))) for _ in range(50)) == 50


@pytest.mark.parametrize(
    "data", [{"error": {"message": "Out of tokens", "code": "rate_limit_exceeded"}}, {"message": "Out of tokens"}]
)
def test_an_error_in_the_stream_is_raised_wrapped_or_bare(data: dict[str, Any]) -> None:
    stream = client_of(Pieces([WHOLE[0], record("error", data)])).threads.runs.stream("t", assistant_id="a")
    with pytest.raises(APIError, match="Out of tokens"):
        stream.until_done()


def test_a_stream_that_breaks_off_is_not_an_end() -> None:
    stream = client_of(Pieces([*WHOLE[:-1]])).threads.runs.stream("t", assistant_id="a")
    with pytest.raises(APIConnectionError) as caught:
        list(stream)
    assert caught.value.reason is Reason.TRUNCATED


def test_a_drip_does_not_stretch_the_time() -> None:
    now = [0.0]

    def later() -> None:
        now[0] += 3

    drip: list[bytes | Callable[[], None]] = [part for _ in range(50) for part in (later, b": ping\n\n")]
    stream = client_of(Pieces(drip), retry_policy=RetryPolicy(clock=lambda: now[0])).threads.runs.stream(
        "t", assistant_id="a", timeout=10
    )
    with pytest.raises(APITimeoutError):
        list(stream)
    assert now[0] <= 12


def test_a_page_instead_of_events_is_said_to_be_one() -> None:
    stream = client_of(Pieces([b"<html>"]), kind="text/html").threads.runs.stream("t", assistant_id="a")
    with pytest.raises(APIResponseValidationError) as caught:
        list(stream)
    assert caught.value.reason is Reason.CONTENT_TYPE


def test_a_refusal_is_raised_before_any_event() -> None:
    refused = httpx.MockTransport(lambda request: httpx.Response(400, json={"error": {"message": "No"}}))
    with pytest.raises(BadRequestError, match="No"):
        Client(base_url="http://server.example/v1", transport=refused).threads.runs.stream("t", assistant_id="a")


def test_polling_keeps_to_what_the_server_proposes() -> None:
    states, pauses = iter(["queued", "in_progress", "completed"]), list[float]()

    def answer(request: httpx.Request) -> httpx.Response:
        status = "queued" if request.method == "POST" else next(states)
        return httpx.Response(200, json=RUN | {"status": status}, headers={"openai-poll-after-ms": "250"})

    client = Client(base_url="http://server.example/v1", transport=httpx.MockTransport(answer), sleep=pauses.append)
    assert client.threads.runs.create_and_poll("thread_1", assistant_id="a").status == "completed"
    assert pauses == [0.25, 0.25]


def test_a_run_that_never_ends_is_given_up() -> None:
    now = [0.0]

    def sleep(seconds: float) -> None:
        now[0] += seconds

    answer = httpx.MockTransport(lambda request: httpx.Response(200, json=RUN | {"status": "in_progress"}))
    client = Client(
        base_url="http://server.example/v1",
        transport=answer,
        sleep=sleep,
        retry_policy=RetryPolicy(clock=lambda: now[0]),
    )
    with pytest.raises(APITimeoutError):
        client.threads.runs.poll("run_1", thread_id="thread_1")
    assert 600 < now[0] < 700
