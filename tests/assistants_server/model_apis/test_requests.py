"""What a model server is sent over either API."""

from __future__ import annotations

from typing import Any

import pytest

from assistants_server.runs.model import ModelError
from assistants_server.runs.model.server import ServedModel
from tests.assistants_server.model_apis.conftest import THOUGHT, WEATHER, ask, over_responses
from tests.assistants_server.model_server import ScriptedServer, refuses

SHAPE: dict[str, Any] = {
    "type": "json_schema",
    "json_schema": {"name": "verdict", "schema": {"type": "object"}, "strict": True},
}
SEALED = {"include": ["reasoning.encrypted_content"]}


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
