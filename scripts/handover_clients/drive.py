"""Drives the code that a hand-over wrote, with the official client of its target, over a transport that records.

    python drive.py TARGET FOLDER

In FOLDER, each folder holds what was handed over, and `expected.json`, the body that has to be sent. Prints a JSON
object with the folders for which another body was sent, and what that was. Needs nothing but the target's client.
"""

from __future__ import annotations

import asyncio
import importlib
import importlib.util
import json
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import Any

ANSWER = {
    "id": "resp_1",
    "object": "response",
    "created_at": 1,
    "status": "completed",
    "model": "m",
    "output": [
        {
            "id": "msg_1",
            "type": "message",
            "role": "assistant",
            "status": "completed",
            "content": [{"type": "output_text", "text": "{}", "annotations": []}],
        }
    ],
    "parallel_tool_calls": True,
    "tool_choice": "auto",
    "tools": [],
    "usage": {
        "input_tokens": 1,
        "output_tokens": 1,
        "total_tokens": 2,
        "input_tokens_details": {"cached_tokens": 0},
        "output_tokens_details": {"reasoning_tokens": 0},
    },
}
AGENT = {"id": "agent_1", "object": "agent", "name": "n", "version": 1, "created_at": 1, "model": "m"}


def loaded(path: Path) -> ModuleType:
    """The module in this file, run anew."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Recorder:
    """Answers every request over httpx with the same object, and keeps the bodies."""

    def __init__(self, answer: dict[str, Any]) -> None:
        def respond(request: Any) -> Any:
            self.bodies.append(json.loads(request.content))
            return self.http.Response(200, json=answer)

        self.bodies: list[Any] = []
        # The clients have moved to httpx2 one after another.
        self.http = importlib.import_module("httpx2" if importlib.util.find_spec("httpx2") else "httpx")
        self.transport = self.http.MockTransport(respond)
        self.client = self.http.Client(transport=self.transport)

    def asynchronous(self) -> Any:
        return self.http.AsyncClient(transport=self.transport)


def responses(folder: Path) -> Any:
    from openai import OpenAI

    recorder = Recorder(ANSWER)
    client = OpenAI(api_key="none", base_url="https://example.com/v1", http_client=recorder.client)
    loaded(folder / "responses.py").answer(client, "conv_1", "Hello")
    return recorder.bodies[0]


def agents_sdk(folder: Path) -> Any:
    from agents import Runner, set_default_openai_client, set_tracing_disabled
    from openai import AsyncOpenAI

    recorder = Recorder(ANSWER)
    client = AsyncOpenAI(api_key="none", base_url="https://example.com/v1", http_client=recorder.asynchronous())
    set_tracing_disabled(True)
    set_default_openai_client(client, use_for_tracing=False)
    agent = loaded(folder / "agent.py").make_agent()
    asyncio.run(Runner.run(agent, "Hello", conversation_id="conv_1"))
    return recorder.bodies[0]


def agents_api(folder: Path) -> Any:
    from openai import OpenAI

    recorder = Recorder(AGENT)
    client = OpenAI(api_key="none", base_url="https://example.com/v1", http_client=recorder.client)
    loaded(folder / "create_agent.py").create(client)
    return recorder.bodies[0]


def claude(folder: Path) -> Any:
    from anthropic import Anthropic

    recorder = Recorder(AGENT)
    client = Anthropic(api_key="none", base_url="https://example.com", http_client=recorder.client)
    loaded(folder / "create_agent.py").create(client)
    return recorder.bodies[0]


def mistral(folder: Path) -> Any:
    from mistralai.client import Mistral

    answer = AGENT | {"created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z", "versions": [1]}
    recorder = Recorder(answer | {"deployment_chat": False, "source": "api", "tools": []})
    client = Mistral(api_key="none", server_url="https://example.com", client=recorder.client)
    loaded(folder / "create_agent.py").create(client)
    return recorder.bodies[0]


def foundry(folder: Path) -> Any:
    from azure.ai.projects import AIProjectClient
    from azure.core.credentials import AccessToken
    from azure.core.pipeline.transport import RequestsTransport

    class Token:
        def get_token(self, *scopes: str, **options: Any) -> AccessToken:
            return AccessToken("none", 2**40)

    class Sent(Exception):  # noqa: N818  (it ends the call, and is no error)
        pass

    class Recording(RequestsTransport):
        body: Any = None

        def send(self, request: Any, **options: Any) -> Any:
            content = request.content if hasattr(request, "content") else request.data
            self.body = json.loads(content)
            self.body["name in the address"] = request.url.split("/agents/")[1].split("/versions")[0]
            raise Sent

    transport = Recording()
    endpoint = "https://example.services.ai.azure.com/api/projects/p"
    project = AIProjectClient(endpoint=endpoint, credential=Token(), transport=transport)
    with suppress(Sent):
        loaded(folder / "create_agent.py").create(project)
    return transport.body


DRIVERS: dict[str, Callable[[Path], Any]] = {
    "responses": responses,
    "agents-sdk": agents_sdk,
    "agents-api": agents_api,
    "claude": claude,
    "mistral": mistral,
    "foundry": foundry,
}


def main(target: str, parent: Path) -> dict[str, Any]:
    """What was sent where it was not the stored body."""
    sys.dont_write_bytecode = True
    wrong: dict[str, Any] = {}
    for folder in sorted(path for path in parent.iterdir() if path.is_dir()):
        expected = json.loads((folder / "expected.json").read_bytes())
        try:
            sent = DRIVERS[target](folder)
        except Exception as error:
            wrong[folder.name] = {"error": repr(error)[:500], "expected": expected}
            continue
        if sent != expected:
            wrong[folder.name] = {
                name: [expected.get(name, "(nothing)"), sent.get(name, "(nothing)")]
                for name in {**expected, **sent}
                if expected.get(name, "(nothing)") != sent.get(name, "(nothing)")
            }
    return wrong


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], Path(sys.argv[2]))))
