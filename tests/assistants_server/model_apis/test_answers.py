"""What a model server is sent over either API, and how its answers, refusals and faults are understood."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from assistants_client import model_server
from assistants_server.runs.model import End, ModelError, Piece, Reasoning, RefusedText, Text, ToolCall, Turn
from assistants_server.runs.model.server import ServedModel
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
from tests.assistants_server.model_server import serving as serving_model

USER = [{"role": "user", "content": "Hello?"}]
WEATHER = {"type": "function", "function": {"name": "weather", "description": "Tells it."}}
SHAPE: dict[str, Any] = {
    "type": "json_schema",
    "json_schema": {"name": "verdict", "schema": {"type": "object"}, "strict": True},
}
SEALED = {"include": ["reasoning.encrypted_content"]}
THOUGHT = {"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": "sealed"}


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with serving_model() as server:
        yield server


@pytest.fixture
def model(server: ScriptedServer, api: str) -> Iterator[ServedModel]:
    model = ServedModel(server.base_url, "key", api)
    yield model
    model.client.close()


@pytest.fixture(params=["chat", "responses"])
def api(request: pytest.FixtureRequest) -> str:
    return str(request.param)


auto = pytest.mark.parametrize("api", ["auto"])
over_responses = pytest.mark.parametrize("api", ["responses"])


def ask(model: ServedModel, name: str = "local", **fields: Any) -> list[Piece]:
    fields = {"messages": USER, **fields}
    return list(model.stream(Turn(model=name, **fields), seconds=20))


def text_of(pieces: list[Piece]) -> str:
    return "".join(piece.value for piece in pieces if isinstance(piece, Text))


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


@pytest.mark.parametrize(
    ("name", "fields", "chat", "responses"),
    [
        ("local", {"temperature": 0.2, "max_tokens": 300}, {"temperature": 0.2, "max_tokens": 300},
         {"temperature": 0.2, "max_output_tokens": 300}),
        ("local", {"reasoning_effort": "low"}, {"reasoning_effort": "low"}, {"reasoning": {"effort": "low"}}),
        ("gpt-4o", {"temperature": 0.2, "reasoning_effort": "low", "max_tokens": 5},
         {"temperature": 0.2, "max_completion_tokens": 5}, {"temperature": 0.2, "max_output_tokens": 16}),
        ("gpt-5-mini", {"temperature": 0.2, "top_p": 0.5, "reasoning_effort": "minimal"},
         {"reasoning_effort": "minimal"}, {"reasoning": {"effort": "minimal"}, **SEALED}),
        ("gpt-6-luna", {"temperature": 0.2, "reasoning_effort": "minimal"}, {},
         SEALED),
        ("gpt-6-luna", {"temperature": 0.2, "reasoning_effort": "none"},
         {"temperature": 0.2, "reasoning_effort": "none"},
         {"temperature": 0.2, "reasoning": {"effort": "none"}, **SEALED}),
        ("local", {"response_format": SHAPE}, {"response_format": SHAPE},
         {"text": {"format": {"type": "json_schema", **SHAPE["json_schema"]}}}),
        ("local", {"response_format": {"type": "json_object"}}, {"response_format": {"type": "json_object"}},
         {"text": {"format": {"type": "json_object"}}}),
    ],
)  # fmt: skip
def test_settings_are_sent_as_the_family_of_the_model_takes_them(
    model: ServedModel,
    server: ScriptedServer,
    api: str,
    name: str,
    fields: dict[str, Any],
    chat: dict[str, Any],
    responses: dict[str, Any],
) -> None:
    ask(model, name, **fields)
    [body] = server.bodies
    always = {"model", "messages", "input", "stream", "stream_options", "store"}
    assert {key: value for key, value in body.items() if key not in always} == (chat if api == "chat" else responses)
    assert body.get("store", False) is False


IMAGE = {"url": "https://example.com/a.png", "detail": "low"}
CONVERSATION: list[dict[str, Any]] = [
    {"role": "system", "content": "Be brief."},
    {"role": "user", "content": [{"type": "text", "text": "What is this?"}, {"type": "image_url", "image_url": IMAGE}]},
    {"role": "assistant", "content": "A moment.", "reasoning": [THOUGHT]}
    | {"tool_calls": [{"id": "call_1", "type": "function", "function": {"name": "weather", "arguments": "{}"}}]},
    {"role": "tool", "tool_call_id": "call_1", "content": "warm"},
]  # fmt: skip


@over_responses
def test_a_conversation_in_the_items_of_responses(model: ServedModel, server: ScriptedServer) -> None:
    choice = {"type": "function", "function": {"name": "weather"}}
    ask(model, messages=CONVERSATION, tools=[WEATHER], tool_choice=choice, parallel_tool_calls=False)
    [body] = server.bodies
    assert body["instructions"] == "Be brief."
    assert body["input"] == [
        {
            "role": "user",
            "content": [
                {"type": "input_text", "text": "What is this?"},
                {"type": "input_image", "image_url": "https://example.com/a.png", "detail": "low"},
            ],
        },
        THOUGHT,
        {"role": "assistant", "content": [{"type": "output_text", "text": "A moment."}]},
        {"type": "function_call", "call_id": "call_1", "name": "weather", "arguments": "{}"},
        {"type": "function_call_output", "call_id": "call_1", "output": "warm"},
    ]
    assert body["tools"] == [
        {"type": "function", "name": "weather", "description": "Tells it.", "strict": False}
        | {"parameters": {"type": "object", "properties": {}}}
    ]
    assert (body["tool_choice"], body["parallel_tool_calls"]) == ({"type": "function", "name": "weather"}, False)


@pytest.mark.parametrize("api", ["chat"])
def test_a_conversation_in_the_messages_of_chat(model: ServedModel, server: ScriptedServer) -> None:
    ask(model, messages=CONVERSATION, tools=[WEATHER])
    [body] = server.bodies
    assert [set(message) for message in body["messages"]] == [
        {"role", "content"},
        {"role", "content"},
        {"role", "content", "tool_calls"},
        {"role", "content", "tool_call_id"},
    ]
    assert body["tools"] == [WEATHER]


@pytest.mark.parametrize("api", ["chat"])
@pytest.mark.parametrize(("name", "effort"), [("gpt-6-luna", "none"), ("gpt-6.2-sol", None), ("gpt-4o", None)])
def test_functions_over_chat_are_called_without_thinking_or_not_at_all(
    model: ServedModel, server: ScriptedServer, name: str, effort: str | None
) -> None:
    if name == "gpt-6.2-sol":
        with pytest.raises(ModelError, match="only over the Responses API"):
            ask(model, name, tools=[WEATHER], reasoning_effort="high")
        return
    ask(model, name, tools=[WEATHER], reasoning_effort="high")
    assert server.bodies[0].get("reasoning_effort") == effort


@pytest.mark.parametrize(
    ("fields", "chat", "responses"),
    [
        ({"temperature": 0.2}, "temperature", "temperature"),
        ({"reasoning_effort": "low"}, "reasoning_effort", "reasoning.effort"),
        ({"parallel_tool_calls": False, "tools": [WEATHER]}, "parallel_tool_calls", "parallel_tool_calls"),
    ],
)
def test_what_a_server_refuses_is_left_out_from_then_on(
    model: ServedModel, server: ScriptedServer, api: str, fields: dict[str, Any], chat: str, responses: str
) -> None:
    param = chat if api == "chat" else responses
    key = param.partition(".")[0]
    server.scripts.append(refuses(400, {"message": f"Unsupported: {param}", "param": param}))
    ask(model, **fields)
    ask(model, **fields)
    ask(model, "another", **fields)
    assert [key in body for body in server.bodies] == [True, False, False, True]


@pytest.mark.parametrize("api", ["chat"])
@pytest.mark.parametrize(
    ("name", "first", "second"),
    [("local", "max_tokens", "max_completion_tokens"), ("gpt-4o", "max_completion_tokens", "max_tokens")],
)
def test_the_limit_goes_by_its_other_name_where_the_first_is_refused(
    model: ServedModel, server: ScriptedServer, name: str, first: str, second: str
) -> None:
    server.scripts.append(refuses(400, {"message": f"Unsupported parameter: '{first}'", "param": first}))
    ask(model, name, max_tokens=300)
    assert [(first in body, second in body) for body in server.bodies] == [(True, False), (False, True)]
