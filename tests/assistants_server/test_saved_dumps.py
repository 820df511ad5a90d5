"""Dumps as people really saved them: printed, wrapped by tools, joined, written by other languages, cut, mixed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from assistants_server.assistants import operations as assistants
from assistants_server.importer import apply as importing
from assistants_server.importer import parse
from assistants_server.importer.convert import ImportItem, convert
from assistants_server.models import Assistant
from tests.assistants_server.importing import refused, run, saved, written

DESK = {"id": "asst_1", "name": "Desk", "model": "gpt-4o", "instructions": "Be brief.", "tools": []}
FUNCTION = {"name": "ping", "description": "Is it up?", "parameters": {"type": "object", "properties": {}}}
PRINTED = (
    "Assistant(id='asst_1', created_at=1720229892, description=None, instructions=\"Don't guess.\\nAsk.\", "
    "metadata={'team': 'a'}, model='gpt-4o', name='Desk', object='assistant', "
    "tools=[CodeInterpreterTool(type='code_interpreter'), FunctionTool(function=FunctionDefinition(name='f', "
    "description=None, parameters={'type': 'object', 'properties': {}}, strict=False), type='function')], "
    "response_format='auto', temperature=-0.0, tool_resources=ToolResources(code_interpreter="
    "ToolResourcesCodeInterpreter(file_ids=[]), file_search=None), top_p=1.0, _request_id='req_1')"
)


def items_of(text: str, *, model: str = "") -> list[ImportItem]:
    return [convert(found, default_model=model) for found in parse.read_text(text, name="saved").objects]


@pytest.mark.parametrize(
    "text",
    [
        PRINTED,
        f"[{PRINTED}]",
        f"SyncCursorPage[Assistant](data=[{PRINTED}], has_more=False, object='list', first_id='asst_1')",
        f"openai.types.beta.assistant.{PRINTED}",
        f"{PRINTED}\n",
        f"({PRINTED},)",
        f"{{'data': [{PRINTED}]}}",
    ],
)
def test_what_python_prints_of_the_objects_of_the_sdk_is_read(text: str) -> None:
    (item,) = items_of(text)
    assert item.problems == []
    assert (item.wire_id, item.created_at) == ("asst_1", 1720229892)
    assert item.content["instructions"] == "Don't guess.\nAsk."
    assert [tool["type"] for tool in item.content["tools"]] == ["code_interpreter", "function"]
    assert item.content["tool_resources"] == {"code_interpreter": {"file_ids": []}}


def test_several_prints_are_several_assistants() -> None:
    second = PRINTED.replace("asst_1", "asst_2")
    assert [item.wire_id for item in items_of(f"{PRINTED}\n{second}\n")] == ["asst_1", "asst_2"]


@pytest.mark.parametrize(
    "value",
    [
        {"exported_at": "2026-08-20", "source": {"org_id": "org-x"}, "assistants": [DESK]},
        {"nodes": [{"data": {"details": json.dumps(DESK)}}]},
        {"details": json.dumps({"assistant": json.dumps(DESK)})},
        {"workspace": {"agents": {"openai": {"items": [DESK]}}}},
        {"assistant": DESK},
        {"result": {"data": [DESK], "has_more": False}},
        [{"assistant": DESK, "exported": True}],
        {"Desk": {key: value for key, value in DESK.items() if key != "id"} | {"assistant_id": "asst_1"}},
        {"status": 200, "body": json.dumps({"object": "list", "data": [DESK]})},
        {"files": [{"id": "file-1", "object": "file", "filename": "a.txt", "bytes": 1}], "assistants": [DESK]},
        {"a": {"b": {"c": {"d": {"e": DESK}}}}},
    ],
)
def test_assistants_are_found_wherever_a_tool_has_put_them(value: Any) -> None:
    (item,) = items_of(json.dumps(value))
    assert (item.wire_id, item.content["name"], item.problems) == ("asst_1", "Desk", [])


ONE, TWO = json.dumps(saved("asst_a"), indent=2), json.dumps(saved("asst_b"), indent=2)


@pytest.mark.parametrize(
    "text",
    [
        f"{ONE}\n{TWO}\n",
        f"{ONE}{TWO}",
        f"{ONE},\n{TWO},\n",
        f"\n\n{ONE}\r\n\r\n{TWO}",
        f"[{ONE}]\n[{TWO}]",
        f'{{"object": "list",\n"data": [{ONE}]}}\n{{"object": "list", "data": [{TWO}]}}',
        f"{json.dumps(saved('asst_a'))}\n{TWO}",
        f"{ONE}\t{TWO}",
        f"{ONE}\n\n\n{json.dumps(saved('asst_b'))}",
        f"[\n{ONE}\n]{TWO}",
    ],
)
def test_values_that_follow_one_another_are_read_whatever_their_line_breaks(text: str) -> None:
    found = parse.read_text(text, name="saved").objects
    assert [item.value["id"] for item in found] == ["asst_a", "asst_b"]


@pytest.mark.parametrize(
    ("changes", "content"),
    [
        ({"metadata": []}, {"metadata": {}}),
        ({"tool_resources": []}, {"tool_resources": {}}),
        ({"tool_resources": {"code_interpreter": []}}, {"tool_resources": {"code_interpreter": {}}}),
        ({"tool_resources": {"file_search": []}}, {"tool_resources": {"file_search": {}}}),
        (
            {"tools": [{"type": "file_search", "file_search": []}]},
            {"tools": [{"type": "file_search", "file_search": {}}]},
        ),
        (
            {"tools": [{"type": "function", "function": {"name": "f", "parameters": []}}]},
            {"tools": [{"type": "function", "function": {"name": "f", "parameters": {}}}]},
        ),
        (
            {"tools": [{"type": "function", "function": FUNCTION | {"parameters": {"properties": []}}}]},
            {"tools": [{"type": "function", "function": FUNCTION | {"parameters": {"properties": {}}}}]},
        ),
        (
            {
                "response_format": {
                    "type": "json_schema",
                    "json_schema": {"name": "a", "schema": {"items": {"properties": [], "required": []}}},
                }
            },
            {
                "response_format": {
                    "type": "json_schema",
                    "json_schema": {"name": "a", "schema": {"items": {"properties": {}, "required": []}}},
                }
            },
        ),
        ({"response_format": "none"}, {"response_format": "auto"}),
        ({"tools": [{"type": "file_search"}, {"type": "file_search"}]}, {"tools": [{"type": "file_search"}]}),
    ],
)
def test_what_other_languages_write_is_repaired_with_a_note(changes: dict[str, Any], content: dict[str, Any]) -> None:
    (item,) = items_of(json.dumps(saved() | changes))
    assert item.problems == []
    assert {key: item.content[key] for key in content} == content
    assert item.notes


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("tools", [{"type": "function", "function": "@{name=ping; parameters=}"}]),
        ("tools", "System.Object[]"),
        ("tool_resources", {"file_search": "System.Collections.Hashtable"}),
        ("tools", [{"type": "function", "function": {"name": "f", "parameters": "[Object]"}}]),
        ("metadata", "@{team=a}"),
    ],
)
def test_a_dump_that_was_cut_is_called_so_and_what_is_sound_of_it_can_be_taken(
    db: None, tmp_path: Path, capsys: pytest.CaptureFixture[str], field: str, value: Any
) -> None:
    path = written(tmp_path, saved(**{field: value}))
    assert "it was cut when it was saved" in refused(capsys, path)
    told = run(capsys, path, "--only-sound")
    assert f"left out: {field}" in told
    assert Assistant.objects.get().body["instructions"] == saved()["instructions"]


def test_neighbours_are_named_and_passed_over(db: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "backup"
    folder.mkdir()
    written(folder, [saved()], name="assistants.json")
    files = [{"id": f"file-{n}", "object": "file", "filename": "a.txt", "bytes": 1} for n in range(2)]
    written(folder, files, name="files.json")
    stores = {"object": "list", "data": [{"id": "vs_1", "object": "vector_store"}]}
    written(folder, stores, name="vector_stores.json")
    told = run(capsys, str(folder))
    assert "files.json holds 2 files too; passed over, because they are no assistants." in told
    assert "vector_stores.json holds 1 vector store too" in told
    assert "1 new" in told
    with pytest.raises(CommandError, match="holds no assistants"):
        call_command("import_assistants", written(tmp_path, files, name="only-files.json"))


def test_a_saved_error_is_called_one(db: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for error in ({"message": "Incorrect API key provided.", "code": 401}, "Incorrect API key provided."):
        told = refused(capsys, written(tmp_path, {"error": error}))
        assert "it is a saved error answer: Incorrect API key provided." in told


def test_the_sound_ones_are_taken_and_ids_are_given(
    db: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    nameless = {key: value for key, value in saved(name="No id").items() if key != "id"}
    mixed = [saved("asst_a"), saved("asst_a", name="Other"), saved("asst_b", model=None), nameless, "text"]
    path = written(tmp_path, mixed)
    assert "--only-sound takes the rest" in refused(capsys, path)
    told = run(capsys, path, "--only-sound", "--new-ids", "--preview")
    assert "An import would bring 3 new, 0 replaced, 0 already there, 2 left out." in told
    assert not Assistant.objects.exists()
    run(capsys, path, "--only-sound", "--new-ids")
    assert sorted(row.body["name"] for row in Assistant.objects.all()) == ["No id", "Other", "Returns desk"]
    assert all(row.wire_id.startswith("asst_") for row in Assistant.objects.all())


def test_an_object_without_a_time_is_not_another_one_the_next_time(db: None) -> None:
    for expected in ("new", "unchanged"):
        plan = importing.plan("main", items_of(json.dumps(DESK)), replace=False)
        assert len(getattr(plan, expected)) == 1
        for item in plan.new:
            Assistant.objects.create(
                workspace="main",
                wire_id=item.wire_id,
                created_at=item.created_at - 5,
                document=assistants.document_of(item.wire_id, item.created_at - 5, item.content),
            )


MESSAGES = [
    {"role": "developer", "content": [{"type": "input_text", "text": "Answer {{customer}}."}]},
    {"role": "user", "content": "Hello"},
]


@pytest.mark.parametrize(
    ("text", "name", "instructions"),
    [
        (
            json.dumps(
                {
                    "id": "pmpt_1",
                    "object": "prompt",
                    "version": "3",
                    "name": "Support",
                    "model": "gpt-4.1",
                    "messages": MESSAGES,
                    "reasoning": {"effort": "low"},
                    "temperature": 0.2,
                    "tools": [{"type": "function", "name": "f", "parameters": {"type": "object"}, "strict": True}],
                }
            ),
            "Support",
            "Answer {{customer}}.",
        ),
        (
            json.dumps({"id": "pmpt_1", "name": "Tone", "model": "gpt-4.1", "instructions": "Be kind."}),
            "Tone",
            "Be kind.",
        ),
        (
            json.dumps({"prompt": {"id": "pmpt_1", "version": "2", "instructions": "Be brief.", "model": "gpt-4.1"}}),
            "Prompt pmpt_1",
            "Be brief.",
        ),
        # Langfuse, both kinds.
        (
            json.dumps(
                {
                    "type": "text",
                    "name": "support",
                    "version": 4,
                    "labels": ["production"],
                    "prompt": "Answer {{customer}}.",
                    "config": {"model": "gpt-4o", "temperature": 0.7},
                }
            ),
            "support",
            "Answer {{customer}}.",
        ),
        (
            json.dumps({"type": "chat", "name": "support", "prompt": [{"role": "system", "content": "Be kind."}]}),
            "support",
            "Be kind.",
        ),
        # OGX
        (
            json.dumps({"data": [{"prompt_id": "pmpt_2", "prompt": "Be calm.", "version": 1, "variables": []}]}),
            "Prompt pmpt_2",
            "Be calm.",
        ),
        # Snippets
        (
            (
                "from openai import OpenAI\nclient = OpenAI()\nresponse = client.responses.create(\n"
                '  model="gpt-4.1", instructions="Be brief.", input=question,\n  tools=[], prompt={"id": "pmpt_3"})\n'
            ),
            "Prompt pmpt_3",
            "Be brief.",
        ),
        (
            f"print(client.responses.create(model='gpt-4.1', input={MESSAGES!r}, temperature=1))",
            None,
            "Answer {{customer}}.",
        ),
        (
            (
                'const response = await openai.responses.create({\n  model: "gpt-4.1",\n input: [\n{ role: "developer",'
                'content: [{ type: "input_text", text: "Say: yes, please." }] },\n  ],\n});'
            ),
            None,
            "Say: yes, please.",
        ),
        (
            (
                "curl https://api.openai.com/v1/responses -H 'Content-Type: application/json' "
                '-d \'{"model": "gpt-4.1", "input": [{"role": "system", "content": "Be short."}]}\''
            ),
            None,
            "Be short.",
        ),
        (
            json.dumps({"prompts": [{"id": "pmpt_9", "name": "Nine", "messages": MESSAGES, "model": "o3"}]}),
            "Nine",
            "Answer {{customer}}.",
        ),
    ],
)
def test_a_prompt_becomes_an_assistant(text: str, name: str | None, instructions: str) -> None:
    (item,) = items_of(text, model="gpt-4o")
    assert item.problems == []
    assert (item.content["name"], item.content["instructions"]) == (name, instructions)
    assert item.content["model"]
    assert item.wire_id.startswith("asst_")
    (again,) = items_of(text, model="gpt-4o")
    assert item.wire_id == again.wire_id


def test_a_call_that_only_names_its_prompt_is_told_so() -> None:
    (item,) = items_of('client.responses.create(prompt={"id": "pmpt_7", "version": "2"}, model="gpt-4.1")')
    assert "it only names the prompt pmpt_7 and holds none of its text" in item.problems[0]


CLONED = {"exported_by": "a cloner", "assistants": [{**DESK, "id": f"asst_{number}"} for number in range(2)]}
# What people reported, each made anew in the shape that it had.
REPORTED = {
    "printed by Python": (PRINTED, 1),
    "a list printed by Python": (f"[{PRINTED}, {PRINTED.replace('asst_1', 'asst_2')}]", 2),
    "the export of a cloner": (json.dumps(CLONED), 2),
    "the export of a flow": (json.dumps({"id": "u1", "details": json.dumps(DESK), "credential": "c"}), 1),
    "what jq wrote": (f"{json.dumps(saved('asst_a'), indent=2)}\n{json.dumps(saved('asst_b'), indent=2)}\n", 2),
    "pages appended": (
        "".join(
            json.dumps({"object": "list", "data": [saved(name)]}, indent=2) + "\n" for name in ("asst_a", "asst_b")
        ),
        2,
    ),
    "saved by PHP": (json.dumps([saved(metadata=[], tool_resources=[])]), 1),
}


@pytest.mark.parametrize("case", REPORTED)
def test_reported_dumps(case: str) -> None:
    text, number = REPORTED[case]
    items = items_of(text)
    assert len({item.wire_id for item in items}) == len(items) == number
    assert not any(item.problems for item in items)
    assert all(item.content["name"] and item.content["model"] and item.content["instructions"] for item in items)
