"""How the answers, refusals and faults of a model server are understood, over either API."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from assistants_client import model_server
from assistants_server.runs.model import End, ModelError, Piece, Reasoning, RefusedText, Text, ToolCall, Turn
from assistants_server.runs.model.server import ServedModel
from tests.assistants_server.model_apis.conftest import THOUGHT, USER, WEATHER, ask, auto, over_responses, text_of
from tests.assistants_server.model_server import (
    Handler,
    Script,
    ScriptedServer,
    answers,
    calls,
    drips,
    hangs,
    refuses,
    says,
    sends,
)


def test_an_answer_comes_in_pieces_and_ends_with_its_usage(model: ServedModel, server: ScriptedServer) -> None:
    server.scripts.append(says("Good ", "morning"))
    usage = {"prompt": 10, "completion": 5, "cached": 0, "reasoning": 0}
    assert ask(model) == [Text("Good "), Text("morning"), End("stop", usage)]


def test_a_call_of_a_function_comes_in_pieces(model: ServedModel, server: ScriptedServer) -> None:
    server.scripts.append(calls("weather", '{"at": "Rome"}'))
    first, *pieces, end = ask(model, tools=[WEATHER])
    assert first == ToolCall(0, "call_1", "weather")
    assert "".join(piece.arguments for piece in pieces if isinstance(piece, ToolCall)) == '{"at": "Rome"}'
    assert isinstance(end, End)
    assert end.reason == "tool_calls"


@pytest.mark.parametrize("reason", ["length", "content_filter"])
def test_an_answer_that_is_cut_off_says_why(model: ServedModel, server: ScriptedServer, reason: str) -> None:
    server.scripts.append(says("Half", reason=reason))
    *_, end = ask(model)
    assert isinstance(end, End)
    assert end.reason == reason


MESSAGE = {"type": "message", "content": [{"type": "output_text", "text": "Whole."}]}
CALLED = (ToolCall(2, "call_9", "weather"), ToolCall(2, arguments="{}"))
CALL = {"type": "function_call", "call_id": "call_9", "name": "weather", "arguments": "{}"}


@pytest.mark.parametrize(
    ("api", "body", "expected"),
    [
        ("chat", {"choices": [{"message": {"content": "Whole."}, "finish_reason": "stop"}]}, [Text("Whole."), "stop"]),
        (
            "responses",
            {"object": "response", "status": "completed", "output": [THOUGHT, MESSAGE, CALL]},
            [Reasoning(THOUGHT), Text("Whole."), *CALLED, "tool_calls"],
        ),
        (
            "responses",
            {"object": "response", "status": "completed"}
            | {"output": [{"type": "message", "content": [{"type": "refusal", "refusal": "No."}]}]},
            [RefusedText("No."), "stop"],
        ),
    ],
)
def test_a_server_that_does_not_stream_is_understood(
    model: ServedModel, server: ScriptedServer, body: dict[str, Any], expected: list[Any]
) -> None:
    server.scripts.append(answers(body))
    pieces = ask(model)
    assert [piece.reason if isinstance(piece, End) else piece for piece in pieces] == expected


def choice(**fields: Any) -> dict[str, Any]:
    return {"choices": [{"index": 0, **fields}]}


def streams(*events: dict[str, Any]) -> Script:
    """These events and the end of a stream of chat."""

    def script(handler: Handler) -> None:
        handler.begin()
        for event in events:
            handler.event(event)
        handler.raw("data: [DONE]\n\n")

    return script


FIRST = {"index": 0, "id": "call_1", "function": {"name": "weather", "arguments": {"at": "Rome"}}}
SECOND = {"index": "b", "id": ["call_2"], "function": {"name": "weather", "arguments": 7}}


@pytest.mark.parametrize("api", ["chat"])
@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([choice(delta={"content": "Yes."}), {"choices": 7}, {"choices": [7]}, choice(delta=7)], [Text("Yes.")]),
        ([choice(delta={"tool_calls": {"a": 1}}), choice(delta={"content": 5, "tool_calls": [5]})], []),
        ([choice(delta={"tool_calls": [FIRST]})], [ToolCall(0, "call_1", "weather", '{"at": "Rome"}')]),
    ],
)
def test_what_has_another_shape_is_passed_over(
    model: ServedModel, server: ScriptedServer, events: list[dict[str, Any]], expected: list[Piece]
) -> None:
    usage = {"prompt_tokens": "12", "completion_tokens": -5, "prompt_tokens_details": 7}
    server.scripts.append(streams(*events, choice(delta={}, finish_reason="stop") | {"usage": usage}))
    end = End("stop", {"prompt": 0, "completion": 0, "cached": 0, "reasoning": 0})
    assert ask(model) == [*expected, end]


@pytest.mark.parametrize("api", ["chat"])
def test_a_call_of_another_shape_has_its_place_and_an_id(model: ServedModel, server: ScriptedServer) -> None:
    server.scripts.append(streams(choice(delta={"tool_calls": [FIRST, SECOND]}), choice(finish_reason=["tool_calls"])))
    _, called, end = ask(model)
    assert end == End("stop")
    assert isinstance(called, ToolCall)
    assert (called.index, called.name, called.arguments, called.id[:5]) == (1, "weather", "", "call_")


@over_responses
def test_counts_of_another_shape_are_none(model: ServedModel, server: ScriptedServer) -> None:
    usage = {"input_tokens": "12", "output_tokens": 1.5, "output_tokens_details": [1]}
    response = {"object": "response", "status": "completed", "output": [MESSAGE, 7], "usage": usage}
    server.scripts.append(sends({"type": "response.completed", "response": response}))
    end = End("stop", {"prompt": 0, "completion": 0, "cached": 0, "reasoning": 0})
    assert ask(model) == [Text("Whole."), end]


@over_responses
def test_what_came_in_pieces_is_not_said_again_by_the_whole(model: ServedModel, server: ScriptedServer) -> None:
    def delta(piece: str) -> dict[str, Any]:
        return {"type": "response.output_text.delta", "output_index": 0, "content_index": 0, "delta": piece}

    response = {"object": "response", "status": "completed", "output": [MESSAGE, CALL]}
    server.scripts.append(sends(delta("Who"), delta("le"), {"type": "response.completed", "response": response}))
    pieces = ask(model)
    assert text_of(pieces) == "Whole."
    assert [piece for piece in pieces if isinstance(piece, ToolCall)] == [
        ToolCall(1, "call_9", "weather"),
        ToolCall(1, arguments="{}"),
    ]


def failed(code: str, message: str = "Secret words of http://10.0.0.1") -> dict[str, Any]:
    return {"type": "response.failed", "response": {"status": "failed", "error": {"code": code, "message": message}}}


@over_responses
@pytest.mark.parametrize(
    ("event", "code", "is_passing"),
    [
        (failed("server_error"), "server_error", True),
        (failed("rate_limit_exceeded"), "rate_limit_exceeded", True),
        (failed("insufficient_quota"), "rate_limit_exceeded", False),
        (failed("context_length_exceeded"), "invalid_prompt", False),
        (failed("invalid_prompt"), "invalid_prompt", False),
        ({"type": "error", "code": "rate_limit_exceeded", "message": "Slow down"}, "rate_limit_exceeded", True),
        ({"type": "error", "error": {"code": "server_error", "message": "Oh"}}, "server_error", True),
        (
            {"type": "response.incomplete"}
            | {"response": {"status": "incomplete", "incomplete_details": {"reason": "content_filter"}}},
            "invalid_prompt",
            False,
        ),
    ],
)
def test_an_answer_that_fails_says_why(
    model: ServedModel, server: ScriptedServer, event: dict[str, Any], code: str, is_passing: bool
) -> None:
    server.scripts.append(sends(event))
    with pytest.raises(ModelError) as raised:
        ask(model)
    assert (raised.value.code, raised.value.is_passing) == (code, is_passing)
    assert ("10.0.0.1" in raised.value.message) is (event == failed("insufficient_quota"))


@over_responses
@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("The API key abcd1234 is used up.", "The API key [hidden] is used up."),
        ('{"api_key": "abcdefgh"}', '{"api_key": "[hidden]"}'),
        ("X-Auth-Token: abcdefgh; retry", "X-Auth-Token: [hidden]; retry"),
        ("Authorization: Bearer abcd.efgh", "Authorization: Bearer [hidden]"),
        ("Authorization: Basic dXNlcjpwYXNz", "Authorization: Basic [hidden]"),
        ("Your token budget is used up, password included.", "Your token budget is used up, password included."),
        # Read once, not anew from each of its words, and never to its end.
        ("a-" * 200_000, "a-" * 1000),
    ],
)
def test_what_a_server_says_is_passed_on_without_keys(
    model: ServedModel, server: ScriptedServer, words: str, said: str
) -> None:
    server.scripts.append(sends(failed("insufficient_quota", words)))
    with pytest.raises(ModelError) as raised:
        ask(model)
    assert raised.value.message == said


@auto
def test_a_server_with_both_apis_is_asked_over_responses(model: ServedModel, server: ScriptedServer) -> None:
    server.otherwise = says("Yes.")
    assert [text_of(ask(model)) for _ in range(2)] == ["Yes.", "Yes."]
    assert server.paths == ["/v1/responses"] * 2


def front_page(handler: Handler) -> None:
    handler.begin(200, "text/html")
    handler.raw("<html>Welcome</html>")


@auto
@pytest.mark.parametrize("answer", [None, front_page, refuses(400, {"message": "unknown field input"})])
def test_a_server_without_responses_is_asked_over_chat_from_then_on(
    model: ServedModel, server: ScriptedServer, answer: Script | None
) -> None:
    if answer is None:
        server.apis = ("chat/completions",)
    else:
        server.scripts.append(answer)
    server.otherwise = says("Yes.")
    assert [text_of(ask(model)) for _ in range(2)] == ["Yes.", "Yes."]
    assert server.paths == ["/v1/responses", "/v1/chat/completions", "/v1/chat/completions"]


@auto
def test_a_proxy_is_asked_once_for_what_is_not_behind_it(model: ServedModel, server: ScriptedServer) -> None:
    server.apis = ("chat/completions",)
    server.scripts += [refuses(429, {"message": "Cooling down."}), says("Yes.")]
    with pytest.raises(ModelError) as busy:
        ask(model)

    assert busy.value.is_passing
    assert text_of(ask(model)) == "Yes."
    asked = [path.removeprefix("/v1/") for path in server.paths]
    assert asked == ["responses", "chat/completions", "chat/completions"]


@auto
def test_a_model_that_is_not_there_at_all_is_looked_for_everywhere_again(
    model: ServedModel, server: ScriptedServer
) -> None:
    server.apis = ()
    for _ in range(2):
        with pytest.raises(ModelError):
            ask(model)

    assert [path.removeprefix("/v1/") for path in server.paths] == ["responses", "chat/completions"] * 2


@auto
@pytest.mark.parametrize(("status", "asked"), [(401, 1), (429, 1), (503, 1), (400, 2)])
def test_a_refusal_that_is_not_about_the_api_is_the_answer(
    model: ServedModel, server: ScriptedServer, status: int, asked: int
) -> None:
    server.otherwise = refuses(status, {"message": "No"})
    with pytest.raises(ModelError, match="Rate limit" if status == 429 else "refused|failed"):
        ask(model)
    assert len(server.paths) == asked


def test_answers_one_after_the_other_share_a_connection(model: ServedModel, server: ScriptedServer) -> None:
    server.otherwise = says("Yes.")
    for _ in range(3):
        ask(model)
    server.scripts.append(refuses(503, {"message": "Busy"}))
    with pytest.raises(ModelError):
        ask(model)
    ask(model)
    assert server.connections == 1


def test_a_connection_that_the_server_closed_meanwhile_is_replaced(model: ServedModel, server: ScriptedServer) -> None:
    def hangs_up(handler: Handler) -> None:
        """The request arrives on the connection that was kept, and is not answered."""

    server.scripts += [says("One."), hangs_up, says("Two.")]
    assert [text_of(ask(model)) for _ in range(2)] == ["One.", "Two."]
    assert server.connections == 2
    server.scripts += [hangs_up, hangs_up]
    with pytest.raises(ModelError, match="broke off"):
        ask(model)


def test_two_answers_at_a_time_do_not_wait_for_each_other(model: ServedModel, server: ScriptedServer) -> None:
    meeting = threading.Barrier(2, timeout=10)

    def meets(handler: Handler) -> None:
        meeting.wait()
        says("Yes.")(handler)

    server.otherwise = meets
    said: list[str] = []
    threads = [threading.Thread(target=lambda: said.append(text_of(ask(model)))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert said == ["Yes.", "Yes."]


def test_closing_an_answer_ends_the_wait_and_no_other_answer(model: ServedModel, server: ScriptedServer) -> None:
    asked = threading.Event()

    def tells_and_hangs(handler: Handler) -> None:
        asked.set()
        hangs(handler)

    server.scripts.append(says("First."))
    ask(model)
    server.scripts.append(tells_and_hangs)
    stream = model.stream(Turn(model="local", messages=USER), seconds=20)

    def close_when_asked() -> None:
        assert asked.wait(10)
        stream.close()

    closing = threading.Thread(target=close_when_asked)
    closing.start()
    with pytest.raises(ModelError, match="broke off"):
        list(stream)
    closing.join()
    server.scripts.append(says("Last."))
    late = model.stream(Turn(model="local", messages=USER), seconds=20)
    pieces = list(late)
    stream.close()
    assert text_of(pieces) == "Last."


def test_a_server_that_says_nothing_or_drips_is_given_up_in_time(
    server: ScriptedServer, api: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model_server, "FIRST_BYTE_SECONDS", 0.1)
    model = ServedModel(server.base_url, "key", api)
    for script in (hangs, drips):
        server.scripts.append(script)
        with pytest.raises(ModelError, match="took too long") as raised:
            list(model.stream(Turn(model="local", messages=USER), seconds=0.3))
        assert not raised.value.is_passing
    model.client.close()
