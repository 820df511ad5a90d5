"""What is asked again, after which pause, and what never is."""

from __future__ import annotations

import pytest

from assistants_client import (
    APIConnectionError,
    APIError,
    ConflictError,
    InternalServerError,
    Outcome,
    RateLimitError,
    Reason,
    RetryBudget,
    RetryPolicy,
    calls,
)
from tests.assistants_client.sending import ASSISTANT, CREATE, EMPTY_LIST, READ, UPDATE, Send

from . import faults
from .faults import Line, fault_server, gives, gives_bytes


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_server_error_leaves_a_create_open_and_repeats_a_read(send: Send, status: int) -> None:
    page = gives_bytes(b"<html>Bad gateway sk-a-secret-key</html>", status=status, Content_Type="text/html")
    with fault_server(page) as server:
        with pytest.raises(InternalServerError) as caught:
            send(server, CREATE)
        assert caught.value.outcome is Outcome.UNKNOWN
        assert "html" not in caught.value.message
        with pytest.raises(InternalServerError):
            send(server, READ)
        assert server.methods == ["POST", "GET", "GET", "GET"]


def test_a_call_the_server_does_not_know_is_refused_once(send: Send) -> None:
    with fault_server(gives({"detail": "not implemented"}, status=501)) as server:
        with pytest.raises(InternalServerError, match="not implemented") as caught:
            send(server, READ)
        assert caught.value.outcome is Outcome.REFUSED
        assert len(server.requests) == 1


def test_a_conflict_is_refused_and_a_read_tries_again(send: Send) -> None:
    with fault_server(gives({"error": {"message": "busy"}}, status=409), gives(EMPTY_LIST)) as server:
        send(server, READ)
        assert len(server.requests) == 2
    with fault_server(gives({"error": {"message": "busy"}}, status=409)) as server:
        with pytest.raises(ConflictError) as caught:
            send(server, UPDATE)
        assert caught.value.outcome is Outcome.REFUSED
        assert len(server.requests) == 1


def throttles(**headers: str) -> Line:
    return gives({"error": {"message": "slow down", "code": "rate_limit_exceeded"}}, status=429, **headers)


def test_a_throttled_read_waits_as_long_as_it_is_asked_to(send: Send) -> None:
    with fault_server(throttles(Retry_After="2"), throttles(retry_after_ms="1500"), gives(EMPTY_LIST)) as server:
        send(server, READ)
        assert send.pauses == [2.0, 1.5]


def test_a_pause_that_does_not_fit_into_the_time_is_not_made(send: Send) -> None:
    with fault_server(throttles(Retry_After="86400")) as server:
        with pytest.raises(RateLimitError) as caught:
            send(server, READ)
        assert caught.value.retry_after == 120.0
        assert len(server.requests) == 1


@pytest.mark.parametrize("value", ["-5", "soon", "Thu, 01 Jan 1970 00:00:00 GMT", "nan", "inf"])
def test_a_pause_that_makes_no_sense_is_ignored(send: Send, value: str) -> None:
    with fault_server(throttles(Retry_After=value), gives(EMPTY_LIST)) as server:
        send(server, READ)
        assert send.pauses == [0.125]


def test_a_throttled_create_is_left_to_the_person(send: Send) -> None:
    with fault_server(throttles(Retry_After="1")) as server:
        with pytest.raises(RateLimitError) as caught:
            send(server, CREATE)
        assert caught.value.outcome is Outcome.REFUSED
        assert len(server.requests) == 1


def test_a_used_up_quota_is_not_asked_again(send: Send) -> None:
    with fault_server(gives({"error": {"message": "quota", "code": "insufficient_quota"}}, status=429)) as server:
        with pytest.raises(RateLimitError):
            send(server, READ)
        assert len(server.requests) == 1


@pytest.mark.parametrize(("hint", "tries"), [("false", 1), ("true", 3)])
def test_it_heeds_the_servers_hint_whether_to_try_again(send: Send, hint: str, tries: int) -> None:
    status = 503 if hint == "false" else 400
    with fault_server(gives({"error": {"message": "no"}}, status=status, x_should_retry=hint)) as server:
        with pytest.raises(APIError):
            send(server, READ)
        assert len(server.requests) == tries


def test_a_storm_is_not_fed_with_repeats(send: Send) -> None:
    retry_policy = RetryPolicy(budget=RetryBudget(reserve=4))
    with fault_server(throttles()) as server:
        for _ in range(100):
            with pytest.raises(RateLimitError):
                send(server, READ, retry_policy=retry_policy)
        assert len(server.requests) <= 100 + 4 + 10


def test_a_create_the_server_never_got_is_tried_once_more(send: Send) -> None:
    with fault_server(gives(ASSISTANT)) as server:
        pass
    with pytest.raises(APIConnectionError) as caught:
        send(server, CREATE)
    assert (caught.value.reason, caught.value.outcome) == (Reason.CONNECT, Outcome.NOT_SENT)
    assert send.pauses == [0.125]


def test_an_upload_whose_answer_is_lost_is_sent_once(send: Send) -> None:
    with fault_server(faults.resets) as server:
        with pytest.raises(APIConnectionError) as caught:
            send(server, calls.files.create(file=("a.bin", b"x" * 3_000_000), purpose="assistants"))
        assert caught.value.outcome is Outcome.UNKNOWN
        assert server.methods == ["POST"]
        assert len(server.requests[0].body) > 3_000_000


@pytest.mark.parametrize(("pause", "tries"), [("3", 3), ("5", 2), ("9", 1)])
def test_pauses_count_towards_the_time_of_the_call(send: Send, pause: str, tries: int) -> None:
    retry_policy = RetryPolicy(clock=lambda: sum(send.pauses))
    with fault_server(throttles(Retry_After=pause)) as server:
        with pytest.raises(RateLimitError):
            send(server, READ, retry_policy=retry_policy)
        assert len(server.requests) == tries
