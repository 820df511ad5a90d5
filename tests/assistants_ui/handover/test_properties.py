"""What holds for any assistant and every target."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from assistants_ui.domain.fields import SETTINGS
from assistants_ui.handover.losses import ORDER, LossKind
from assistants_ui.handover.options import HandoverOptions
from assistants_ui.handover.package import package
from assistants_ui.handover.source import KINDS, Source
from assistants_ui.handover.targets import TARGETS
from assistants_ui.handover.texts import slug_of
from tests.assistants_ui.handover.strategies import ASSISTANTS

NAMES = list(TARGETS)
OPTIONS = st.builds(
    HandoverOptions,
    models=st.sampled_from([{}, {"gpt-4.1-mini": "new-model", "gpt-5-mini": "gpt-6.2"}]),
    variables=st.sampled_from([None, True, False]),
    code_tools=st.sampled_from([None, True, False]),
)


def paths_in(assistant: dict[str, Any]) -> Iterator[str]:
    """Every field of the source, found without the code under test: to the depth at which the protocol names them."""
    for key, value in assistant.items():
        if key == "tools" and isinstance(value, list) and value:
            for index, tool in enumerate(value):
                yield from below(f"tools[{index}]", tool, 3)
        elif key in ("tool_resources", "response_format"):
            yield from below(key, value, 2)
        else:
            yield key


def below(path: str, value: Any, depth: int) -> Iterator[str]:
    if depth == 0 or not isinstance(value, dict) or not value:
        yield path
        return
    for key, item in value.items():
        yield from below(f"{path}.{key}", item, depth - 1)


@pytest.mark.parametrize("name", NAMES)
def test_every_kind_of_field_has_a_rule(name: str) -> None:
    """A setting without one is lost: it has no place there until somebody finds one."""
    assert set(KINDS) - {row.name for row in SETTINGS} <= set(TARGETS[name].rules) <= set(KINDS)


@settings(max_examples=100, deadline=None)
@given(assistant=ASSISTANTS, name=st.sampled_from(NAMES), options=OPTIONS)
def test_every_field_stands_in_losses_and_the_files_can_be_read(
    assistant: dict[str, Any], name: str, options: HandoverOptions
) -> None:
    files, losses = TARGETS[name].handover(assistant, options)

    told = {loss.field for loss in losses}
    silent = [path for path in paths_in(assistant) if not any(starts(path, field) for field in told)]
    assert silent == []
    assert [ORDER.index(loss.outcome) for loss in losses] == sorted(ORDER.index(loss.outcome) for loss in losses)
    assert all(loss.sentence for loss in losses)
    for path, content in files.items():
        assert isinstance(content, str)
        check(path, content)
    source = Source.of(assistant)
    is_taken = any(loss.field == "instructions" and loss.outcome is not LossKind.LOST for loss in losses)
    assert files.get("instructions.md", "") == (source.instructions if is_taken else "")


def starts(path: str, field: str) -> bool:
    return path == field or path.startswith(f"{field}.") or field.startswith(f"{path}.")


def check(path: str, content: str) -> None:
    """The file is well-formed and its name is safe everywhere."""
    assert re.fullmatch(r"[A-Za-z0-9_-]+(\.[a-z]+)?", path), path
    match PurePosixPath(path).suffix:
        case ".py":
            tree = ast.parse(content)
            compile(tree, path, "exec")
        case ".json":
            json.loads(content)
        case ".prompt":
            assert yaml.safe_load(content.split("\n---\n")[0].removeprefix("---\n"))["model"].startswith("openai/")


@settings(max_examples=30, deadline=None)
@given(assistant=ASSISTANTS, options=OPTIONS)
def test_instructions_come_back_from_each_format_that_claims_so(
    assistant: dict[str, Any], options: HandoverOptions
) -> None:
    come_back(assistant, options)


@pytest.mark.parametrize(
    "text",
    [
        "\ufeff\r\n---\r\n {{a}} \t\u202eשלום\u200f\n---\nuser:\n\u2028\x85 \\ " + "ab \U0001f9f9\r" * 51_000,
        "half \ud83d of a character {{b}}",
        "nul \x00 in it",
    ],
)
def test_long_and_broken_instructions_come_back_too(text: str) -> None:
    come_back({"id": "asst_1", "model": "gpt-6-luna", "instructions": text}, HandoverOptions())


def come_back(assistant: dict[str, Any], options: HandoverOptions) -> None:
    text = Source.of(assistant).instructions
    for target in TARGETS.values():
        files, losses = target.handover(assistant, options)
        verdict = next((loss for loss in losses if loss.field == "instructions"), None)
        if not text or verdict is None or verdict.outcome is LossKind.LOST:
            continue
        is_whole = text == assistant["instructions"]
        assert is_whole or verdict.outcome is not LossKind.KEPT
        assert files["instructions.md"] == text
        for reading in READINGS.get(target.name, ()):
            assert reading(files) == text, target.name


def from_json(path: str, *keys: Any) -> Any:
    def reading(files: dict[str, str]) -> Any:
        value = json.loads(files[path])
        for key in keys:
            value = value[key]
        return value

    return reading


def from_prompt(files: dict[str, str]) -> str:
    text = next(content for path, content in files.items() if path.endswith(".prompt"))
    body = text.split("\n---\n", 1)[1].removeprefix('{{role "system"}}').removesuffix('{{role "user"}}{{question}}\n')
    return body.replace("\\{{", "{{")


READINGS: dict[str, list[Any]] = {
    "bundle": [from_json("assistant.json", "instructions")],
    "responses": [from_json("request.json", "instructions")],
    "foundry": [from_json("definition.json", "definition", "instructions")],
    "agents-api": [from_json("agent.json", "instructions")],
    "mistral": [from_json("agent.json", "instructions")],
    "claude": [from_json("agent.json", "system")],
    "langfuse": [from_json("prompt.json", "prompt", 0, "content")],
    "dotprompt": [from_prompt],
}


@settings(max_examples=30, deadline=None)
@given(assistants=st.lists(ASSISTANTS, min_size=2, max_size=4), name=st.sampled_from(NAMES))
def test_several_have_a_folder_each_whatever_they_are_called(assistants: list[dict[str, Any]], name: str) -> None:
    made = package(TARGETS[name], assistants, HandoverOptions())

    folders = {path.split("/")[0] for path in made.files if "/" in path}
    assert len(folders) == len(assistants) == len({folder.lower() for folder in folders})
    assert {path.count("/") for path in made.files} == {0, 1}
    slugs = [slug_of(part.source) for part in made.parts]
    assert bool(made.collisions) == (len(set(slugs)) < len(slugs))
