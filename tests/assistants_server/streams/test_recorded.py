"""Streams have the events, in the order and with the keys, that the hosted service was recorded with."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from openai import OpenAI

from assistants_server.vector_stores import indexing
from tests.assistants_server.model_server import ScriptedServer, calls, says
from tests.assistants_server.streams.asking import WEATHER, ask

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")
RECORDINGS = Path(__file__).resolve().parents[4] / "shared" / "reference" / "recordings"


def collapsed(events: list[dict[str, Any]]) -> list[tuple[str, set[str]]]:
    """Event names in order with the keys of their data, repeated deltas as one."""
    found: list[tuple[str, set[str]]] = []
    for event in events:
        keys = set(event["data"]) if isinstance(event["data"], dict) else set()
        if not (found and found[-1][0] == event["event"] and event["event"].endswith(".delta")):
            found.append((event["event"], keys))
    return found


def streamed(client: OpenAI, path: str, body: dict[str, Any]) -> list[dict[str, Any]]:
    headers = {"OpenAI-Beta": "assistants=v2", "Authorization": f"Bearer {client.api_key}"}
    events: list[dict[str, Any]] = []
    with client._client.stream("POST", f"{client.base_url}{path}", json=body, headers=headers, timeout=20) as response:
        assert response.status_code == 200
        for line in response.iter_lines():
            if line.startswith("event: "):
                events.append({"event": line[7:]})
            elif line.startswith("data: "):
                events[-1]["data"] = line[6:] if line == "data: [DONE]" else json.loads(line[6:])
    return events


def recorded_streams(name: str) -> list[list[dict[str, Any]]]:
    entries = json.loads((RECORDINGS / name).read_text(encoding="utf-8"))
    answers = [entry["response"] for entry in entries if isinstance(entry["response"], dict)]
    return [answer["events"] for answer in answers if "events" in answer]


def compare(ours: list[dict[str, Any]], recorded: list[dict[str, Any]]) -> None:
    mine, theirs = collapsed(ours), collapsed(recorded)
    assert [name for name, _ in mine] == [name for name, _ in theirs]
    missing = [(name, keys - own) for (name, keys), (_, own) in zip(theirs, mine, strict=True) if keys - own]
    assert missing == []


needs_recordings = pytest.mark.skipif(not RECORDINGS.is_dir(), reason="the recordings are beside some clones only")


@needs_recordings
def test_a_streamed_answer_is_as_recorded(client: OpenAI, model: ScriptedServer) -> None:
    model.scripts.append(says("Hel", "lo"))
    assistant, thread = ask(client)
    [recorded] = recorded_streams("StreamingRunWorks.json")
    compare(streamed(client, f"threads/{thread}/runs", {"assistant_id": assistant, "stream": True}), recorded)


@needs_recordings
def test_a_streamed_function_call_is_as_recorded(client: OpenAI, model: ScriptedServer) -> None:
    model.scripts += [calls("weather", "{}"), says("Sunny")]
    assistant, _ = ask(client, tools=[WEATHER])
    first, second = recorded_streams("StreamingToolCall.json")
    thread = {"messages": [{"role": "user", "content": "What to wear?"}]}
    events = streamed(client, "threads/runs", {"assistant_id": assistant, "thread": thread, "stream": True})
    compare(events, first)
    run = events[-2]["data"]
    call = run["required_action"]["submit_tool_outputs"]["tool_calls"][0]
    body = {"tool_outputs": [{"tool_call_id": call["id"], "output": "warm"}], "stream": True}
    compare(streamed(client, f"threads/{run['thread_id']}/runs/{run['id']}/submit_tool_outputs", body), second)


@needs_recordings
def test_a_streamed_search_is_as_recorded(client: OpenAI, model: ScriptedServer) -> None:
    file = client.files.create(file=("foods.txt", b"Filip: cake"), purpose="assistants")
    stores: Any = {"file_search": {"vector_stores": [{"file_ids": [file.id]}]}}
    model.scripts += [calls("file_search", '{"queries": ["Filip"]}'), says("Cake\u30104:0\u2020foods.txt\u3011", ".")]
    assistant, thread = ask(client, tools=[{"type": "file_search"}], tool_resources=stores)
    indexing.wait()
    [recorded] = recorded_streams("FileSearchStreamingWorks.json")
    events = streamed(client, f"threads/{thread}/runs", {"assistant_id": assistant, "stream": True})
    compare(events, recorded)
    cited = [event["data"] for event in events if "file_citation" in str(event["data"]) and "delta" in event["event"]]
    theirs = [
        event["data"] for event in recorded if "file_citation" in str(event["data"]) and "delta" in event["event"]
    ]
    [mine], [other] = (data[0]["delta"]["content"][0]["text"]["annotations"] for data in (cited, theirs))
    assert set(mine) == set(other)
    assert set(mine["file_citation"]) == set(other["file_citation"])


@needs_recordings
def test_the_polled_sessions_have_the_recorded_keys(client: OpenAI, model: ScriptedServer) -> None:
    entries = json.loads((RECORDINGS / "FunctionToolsWork.json").read_text(encoding="utf-8"))
    model.scripts += [calls("weather", "{}"), says("Tacos")]
    assistant, _ = ask(client, tools=[WEATHER])
    run = client.beta.threads.create_and_run_poll(
        assistant_id=assistant, thread={"messages": [{"role": "user", "content": "Eat?"}]}, poll_interval_ms=20
    )
    statuses = [entry["response"]["status"] for entry in entries if entry["response"].get("object") == "thread.run"]
    assert run.status == "requires_action"
    assert "requires_action" in statuses
    recorded = next(entry["response"] for entry in entries if entry["response"].get("object") == "thread.run")
    assert set(recorded) - set(run.to_dict()) == set()
    outputs: Any = [{"tool_call_id": "call_1", "output": "tacos"}]
    again = client.beta.threads.runs.submit_tool_outputs(run.id, thread_id=run.thread_id, tool_outputs=outputs)
    assert again.status == "queued"
    assert client.beta.threads.runs.poll(run.id, thread_id=run.thread_id, poll_interval_ms=20).status == "completed"
    recorded_message = entries[-1]["response"]["data"][0]
    assert set(recorded_message) - set(client.beta.threads.messages.list(run.thread_id).data[0].to_dict()) == set()
