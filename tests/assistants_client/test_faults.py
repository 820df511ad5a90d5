"""What the clients make of servers that misbehave, over real sockets. Both clients, the same table."""

from __future__ import annotations

import gzip
import tracemalloc
from typing import Any

import pytest

from assistants_client import (
    APIConnectionError,
    APIError,
    APIResponseValidationError,
    APITimeoutError,
    Call,
    Client,
    InternalServerError,
    NotFoundError,
    Outcome,
    Reason,
    RedirectError,
    calls,
)
from tests.assistants_client.sending import ASSISTANT, CREATE, EMPTY_LIST, READ, RETRIEVE, UPDATE, Send

from . import faults
from .faults import Line, fault_server, gives, gives_bytes

DELETE = calls.assistants.delete("asst_1")
UNREADABLE = [
    ("a web page", gives_bytes(b"<html>sign in</html>", Content_Type="text/html"), Reason.CONTENT_TYPE),
    ("an array", gives([]), Reason.SHAPE),
    ("null", gives(None), Reason.SHAPE),
    ("an empty object", gives({}), Reason.SHAPE),
    ("an error with status 200", gives({"error": {"message": "no"}}), Reason.SHAPE),
    ("a key given twice", gives_bytes(b'{"id": "asst_1", "id": "asst_2"}'), Reason.JSON),
    ("NaN", gives_bytes(b'{"id": "asst_1", "top_p": NaN}'), Reason.JSON),
    ("an infinity by overflow", gives_bytes(b'{"id": "asst_1", "top_p": 1e999}'), Reason.JSON),
    ("absurd depth", gives_bytes(b'{"id": "asst_1", "a":' + b"[" * 100_000 + b"]" * 100_000 + b"}"), Reason.JSON),
    ("depth 100", gives_bytes(b'{"id": "asst_1", "a":' + b"[" * 100 + b"]" * 100 + b"}"), Reason.JSON),
    ("absurd digits", gives_bytes(b'{"id": "asst_1", "a": ' + b"9" * 5000 + b"}"), Reason.JSON),
    ("bytes that are not UTF-8", gives_bytes(b'{"id": "\xff"}'), Reason.JSON),
    ("a gzip bomb", faults.gzip_bomb(40 * 1024 * 1024), Reason.TOO_LARGE),
    ("a packing not asked for", gives_bytes(b"x", Content_Encoding="br"), Reason.ENCODING),
    ("damaged packing", gives_bytes(b"not gzip", Content_Encoding="gzip"), Reason.ENCODING),
    ("another kind of object", gives({"id": "asst_1", "object": "thread"}), Reason.SHAPE),
]


@pytest.mark.parametrize(("line", "reason"), [case[1:] for case in UNREADABLE], ids=[case[0] for case in UNREADABLE])
@pytest.mark.parametrize("call", [RETRIEVE, CREATE], ids=["retrieve", "create"])
def test_it_refuses_an_answer_that_cannot_be_one_and_asks_only_once(
    send: Send, call: Call[Any], line: Line, reason: Reason
) -> None:
    with fault_server(line) as server:
        with pytest.raises(APIResponseValidationError) as caught:
            send(server, call)
        assert caught.value.reason is reason
        assert caught.value.outcome is Outcome.UNKNOWN
        assert caught.value.status_code == 200 or reason in (Reason.TOO_LARGE, Reason.ENCODING)
        assert len(server.requests) == 1


BROKEN = [
    ("reset", faults.resets, Reason.RESET),
    ("closed", faults.closes, Reason.RESET),
    ("truncated", faults.truncates, Reason.RESET),
    ("unfinished chunk", faults.breaks_off_in_a_chunk, Reason.RESET),
    ("cut without length", faults.closes_without_length, Reason.TRUNCATED),
]


@pytest.mark.parametrize(("line", "reason"), [case[1:] for case in BROKEN], ids=[case[0] for case in BROKEN])
class TestAConnectionThatBreaks:
    def test_a_create_reaches_the_server_exactly_once_and_is_unknown(
        self, send: Send, line: Line, reason: Reason
    ) -> None:
        with fault_server(line) as server:
            with pytest.raises(APIConnectionError) as caught:
                send(server, CREATE)
            assert (caught.value.reason, caught.value.outcome) == (reason, Outcome.UNKNOWN)
            assert server.methods == ["POST"]

    def test_an_update_too(self, send: Send, line: Line, reason: Reason) -> None:
        with fault_server(line) as server:
            with pytest.raises(APIConnectionError):
                send(server, UPDATE)
            assert server.methods == ["POST"]

    def test_a_read_is_repeated_and_heals(self, send: Send, line: Line, reason: Reason) -> None:
        with fault_server(line, line, gives(EMPTY_LIST)) as server:
            assert send(server, READ).data == []
            assert server.methods == ["GET"] * 3
            assert send.pauses == [0.125, 0.25]

    def test_a_read_is_repeated_twice_at_most(self, send: Send, line: Line, reason: Reason) -> None:
        with fault_server(line) as server:
            with pytest.raises(APIConnectionError):
                send(server, READ)
            assert len(server.requests) == 3

    def test_a_delete_that_finds_nothing_after_a_lost_answer_is_done(
        self, send: Send, line: Line, reason: Reason
    ) -> None:
        with fault_server(line, gives({"error": {"message": "gone"}}, status=404)) as server:
            assert send(server, DELETE).id == "asst_1"
            assert server.methods == ["DELETE", "DELETE"]


def test_a_delete_that_finds_nothing_at_once_says_so(send: Send) -> None:
    with fault_server(gives({"error": {"message": "gone"}}, status=404)) as server:
        with pytest.raises(NotFoundError) as caught:
            send(server, DELETE)
        assert caught.value.outcome is Outcome.REFUSED
        assert len(server.requests) == 1


@pytest.mark.parametrize("body", [b"", b"{}", b'{"object": "assistant", "deleted": true}'])
def test_a_delete_is_judged_by_its_status(send: Send, body: bytes) -> None:
    with fault_server(gives_bytes(body, status=204 if not body else 200)) as server:
        assert send(server, DELETE).deleted
        assert len(server.requests) == 1


DRIPS = [("body", faults.drips()), ("headers", faults.drips(headers=True)), ("silence", faults.is_silent)]


@pytest.mark.parametrize("line", [case[1] for case in DRIPS], ids=[case[0] for case in DRIPS])
@pytest.mark.parametrize("call", [READ, CREATE], ids=["list", "create"])
def test_no_dripping_stretches_the_time_of_a_call(send: Send, call: Call[Any], line: Line) -> None:
    with fault_server(line) as server:
        with pytest.raises(APITimeoutError) as caught:
            send(server, call.with_options(timeout=0.4))
        assert caught.value.reason in (Reason.TIMEOUT, Reason.DEADLINE)
        assert caught.value.outcome is Outcome.UNKNOWN
        assert len(server.requests) == 1


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_it_follows_no_redirect_and_takes_the_key_nowhere(send: Send, status: int) -> None:
    with fault_server(gives(ASSISTANT)) as elsewhere:
        with fault_server(gives_bytes(b"", status=status, Location=elsewhere.base_url + "/x?k=1")) as server:
            attempts: tuple[Call[Any], ...] = (READ, CREATE)
            for call in attempts:
                with pytest.raises(RedirectError) as caught:
                    send(server, call, api_key="sk-a-secret-key", headers={"api-key": "another-secret"})
                assert (caught.value.target or "").startswith("http://127.0.0.1")
                assert caught.value.outcome is Outcome.UNKNOWN
            assert len(server.requests) == 2
        assert elsewhere.requests == []


def test_an_answer_about_another_object_is_refused(send: Send) -> None:
    attempts: tuple[Call[Any], ...] = (RETRIEVE, UPDATE, DELETE)
    for call in attempts:
        with fault_server(gives({"id": "asst_other", "object": "assistant"})) as server:
            with pytest.raises(APIResponseValidationError) as caught:
                send(server, call)
            assert caught.value.reason is Reason.WRONG_ID
            assert len(server.requests) == 1


def test_unusable_characters_are_made_visible_and_harm_nothing(send: Send) -> None:
    line = gives_bytes(rb'{"id": "asst_1", "name": "a\ud800b\u0000c \ud83d\ude00", "x\udfff": 1}')
    with fault_server(line) as server:
        assistant = send(server, RETRIEVE)
    assert assistant.name == "a\ufffdb\u2400c \U0001f600"
    assert assistant.raw["x\ufffd"] == 1


def test_one_bad_entry_does_not_hide_the_others(send: Send) -> None:
    with fault_server(gives({"data": [ASSISTANT, None, {"id": 7}, "x"]})) as server:
        page = send(server, READ)
    assert [assistant.id for assistant in page.data] == ["asst_1", "7"]
    assert page.unreadable == [None, "x"]


def test_a_packed_answer_is_unpacked(send: Send) -> None:
    body = gzip.compress(b'{"id": "asst_1", "name": "packed"}')
    with fault_server(gives_bytes(body, Content_Encoding="gzip")) as server:
        assert send(server, RETRIEVE).name == "packed"
    with fault_server(gives_bytes(body[:-4], Content_Encoding="gzip"), gives(ASSISTANT)) as server:
        assert send(server, RETRIEVE).raw == ASSISTANT
        assert len(server.requests) == 2


UNFINISHED = [
    ("too long", gives_bytes(b"<html>" + b"x" * 500_000, status=502, Content_Type="text/html")),
    ("packed as not asked for", gives_bytes(b"x", status=502, Content_Encoding="br")),
    ("broken off", faults.breaks_off_with(502)),
    ("dripping", faults.drips(status=502)),
]


@pytest.mark.parametrize("line", [case[1] for case in UNFINISHED], ids=[case[0] for case in UNFINISHED])
def test_a_status_is_believed_whatever_becomes_of_its_explanation(send: Send, line: Line) -> None:
    with fault_server(line) as server:
        with pytest.raises(InternalServerError) as caught:
            send(server, CREATE.with_options(timeout=0.6))
        assert caught.value.status_code == 502


def test_no_secret_reaches_a_log(send: Send, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(0)
    secrets = {
        "api_key": "sk-a-secret-key",
        "headers": {"api-key": "Key header-secret"},
        "query": {"code": "query-secret"},
    }
    echo = gives({"error": {"message": "No: sk-a-secret-key header-secret query-secret"}}, status=401)
    with fault_server(gives(ASSISTANT), echo, faults.resets) as server:
        send(server, RETRIEVE, **secrets)
        for _ in range(2):
            with pytest.raises(APIError) as caught:
                send(server, CREATE, **secrets)
            told = f"{caught.value} {caught.value!r} {caught.value.__dict__}"
            assert not [each for each in ("sk-a-secret", "header-secret", "query-secret") if each in told]
        assert server.requests[0].headers["api-key"] == "Key header-secret"
    logged = " ".join(record.getMessage() for record in caplog.records)
    assert not [each for each in ("sk-a-secret", "header-secret", "query-secret") if each in logged]


def test_a_bomb_takes_no_more_memory_than_the_cap() -> None:
    bomb = faults.gzip_bomb(100 * 1024 * 1024)
    with fault_server(bomb) as server, Client(base_url=server.base_url) as client:
        tracemalloc.start()
        try:
            with pytest.raises(APIResponseValidationError):
                client.send(RETRIEVE)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert peak < RETRIEVE.max_bytes + 8 * 1024 * 1024
