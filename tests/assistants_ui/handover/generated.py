"""Assistants that are generated, always the same ones, handed over into folders beside the body that has to be sent."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings

from assistants_ui.handover.options import HandoverOptions
from assistants_ui.handover.source import Source
from assistants_ui.handover.targets import TARGETS, agents_sdk
from tests.assistants_ui.handover.strategies import ASSISTANTS

# What decides nothing about the shape: every question is answered.
OPTIONS = HandoverOptions(variables=False, code_tools=True)
STORED = {
    "responses": "request.json",
    "agents-api": "agent.json",
    "mistral": "agent.json",
    "claude": "agent.json",
    "foundry": "definition.json",
}


def assistants(count: int) -> list[dict[str, Any]]:
    """The first so many that have a model and that every target takes."""
    found: list[dict[str, Any]] = []

    @settings(
        max_examples=3 * count,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(assistant=ASSISTANTS)
    def collect(assistant: dict[str, Any]) -> None:
        if Source.of(assistant).model:
            found.append(assistant)

    collect()
    return list(islice(_different(found), count))


def _different(found: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    seen: set[str] = set()
    for assistant in found:
        text = json.dumps(assistant, sort_keys=True)
        if text not in seen:
            seen.add(text)
            yield assistant


def write(target: str, assistant: dict[str, Any], folder: Path, *, in_node: bool = False) -> None:
    """Hand the assistant over into the folder, with ``expected.json`` beside the files."""
    files, _ = TARGETS[target].handover(assistant, OPTIONS)
    folder.mkdir(parents=True)
    for path, content in files.items():
        assert isinstance(content, str)
        (folder / path).write_bytes(content.encode())
    expected = expected_of(target, Source.of(assistant), folder, in_node=in_node)
    (folder / "expected.json").write_text(json.dumps(expected))


def expected_of(target: str, source: Source, folder: Path, *, in_node: bool) -> dict[str, Any]:
    """The body that has to go over the wire: the one that is stored among the files, with what the call adds."""
    if target == "agents-sdk":
        return _expected_of_sdk(source, in_node=in_node)
    if target == "dotprompt":
        return {"system": source.instructions, "user": "Hello"} if any(folder.glob("*.prompt")) else {}
    stored: dict[str, Any] = json.loads((folder / STORED[target]).read_bytes())
    if target == "responses":
        stored |= {"conversation": "conv_1"}
    elif target == "foundry":
        stored["name in the address"] = stored.pop("name")
    return stored


def _expected_of_sdk(source: Source, *, in_node: bool) -> dict[str, Any]:
    """What the SDK makes of the values in ``agent.py``, as its documentation says."""
    config = agents_sdk.config(source, OPTIONS)
    given = dict(config["settings"])
    # Its functions need a description, if an empty one.
    tools = [{"description": "", **tool} if tool["type"] == "function" else tool for tool in config["tools"]]
    body: dict[str, Any] = {"model": config["model"], "tools": tools, **given.pop("extra_body", {}), **given}
    if source.instructions and not (in_node and agents_sdk.blank(source.instructions)):
        body["instructions"] = source.instructions
    if "effort" in config:
        body["reasoning"] = {"effort": config["effort"]}
    if output := agents_sdk.output(source):
        name = output["name"] if in_node else "final_output"
        body["text"] = {"format": {"type": "json_schema", **output, "name": name}}
    if in_node:
        body["stream"] = False
    return body | {"include": [], "input": [{"content": "Hello", "role": "user"}], "conversation": "conv_1"}
