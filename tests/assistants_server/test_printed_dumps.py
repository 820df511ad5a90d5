"""Assistants as they stand in what people keep besides JSON: consoles, logs, tables, answers with their heads."""

from __future__ import annotations

import json

import pytest

from assistants_server.importer import loose, parse
from tests.assistants_server.test_saved_dumps import items_of

DESK = {"id": "asst_1", "object": "assistant", "created_at": 1_720_000_001, "name": "Desk", "model": "gpt-4o"}
DESK |= {"instructions": "Don't guess.\nAsk.", "tools": [{"type": "code_interpreter"}], "metadata": {}}
JSON, LINES = json.dumps(DESK), json.dumps(DESK, indent=2)
NODE = """{
  id: 'asst_1',
  object: 'assistant',
  created_at: 1720000001,
  name: 'Desk',
  description: null,
  model: 'gpt-4o',
  instructions: "Don't guess.\\n" +
    'Ask.',
  tools: [ { type: 'code_interpreter' } ],
  metadata: {}
}"""
PHP = """array (
  'id' => 'asst_1',
  'object' => 'assistant',
  'created_at' => 1720000001,
  'name' => 'Desk',
  'model' => 'gpt-4o',
  'instructions' => 'Don\\'t guess.
Ask.',
  'tools' => array ( 0 => array ( 'type' => 'code_interpreter', ), ),
  'metadata' => array ( ),
)"""
RUBY = (
    '{"id"=>"asst_1", "object"=>"assistant", "created_at"=>1720000001, "name"=>"Desk", "description"=>nil, '
    '"model"=>"gpt-4o", "instructions"=>"Don\'t guess.\\nAsk.", "tools"=>[{:type=>"code_interpreter"}], "metadata"=>{}}'
)
PAGE = f"AssistantsPage {{\n options: {{ method: 'get' }},\n body: {{ data: [Array] }},\n data: [ {NODE} ] }}"


@pytest.mark.parametrize(
    "text",
    [
        NODE,
        PAGE,
        RUBY,
        PHP,
        f"export const assistants = [\n  {JSON},\n];\n",
        f"[{JSON},]",
        f"// saved in July\n[{JSON} /* the only one */]",
        f"HTTP/2 200 \r\ncontent-type: application/json\r\n\r\n{LINES}",
        f"* Connected\n> GET /v1/assistants HTTP/1.1\n< HTTP/1.1 200 OK\n<\n{LINES}",
        f"Here it is:\n\n```json\n{LINES}\n```\nDone.\n",
        f"2026-07-03 10:00 INFO got {JSON}\n2026-07-03 10:01 INFO done\n",
        json.dumps(LINES),
        json.dumps([JSON]),
        json.dumps({"log": {"entries": [{"response": {"content": {"text": JSON}}}]}}),
    ],
)
def test_an_assistant_is_read_wherever_it_is_written(text: str) -> None:
    [item] = items_of(text)
    assert (item.wire_id, item.problems, item.created_at) == ("asst_1", [], 1_720_000_001)
    assert {key: item.content[key] for key in ("name", "instructions", "tools", "metadata")} == {
        key: DESK[key] for key in ("name", "instructions", "tools", "metadata")
    }


def test_a_table_is_read_by_its_columns() -> None:
    text = 'id;name;model;instructions;tools\r\nasst_1;Desk;gpt-4o;"Be ""brief"".";"[{""type"": ""file_search""}]"\r\n'
    [item] = items_of(text)
    assert item.problems == []
    assert (item.content["instructions"], item.content["tools"]) == ('Be "brief".', [{"type": "file_search"}])


def test_of_a_download_that_broke_off_the_whole_ones_are_offered() -> None:
    whole, damaged = items_of(f"[{JSON}, {JSON.replace('asst_1', 'asst_2')}"[:-40])
    assert (whole.wire_id, whole.problems) == ("asst_1", [])
    assert damaged.problems == ["it ends in the middle of a value; what came after it is missing"]


def test_a_console_that_shows_only_some_levels_is_called_so() -> None:
    [item] = items_of(NODE.replace("{ type: 'code_interpreter' }", "{ type: 'file_search', file_search: [Object] }"))
    assert [problem.partition(":")[0] for problem in item.problems] == ["tools[0].file_search"]


def test_a_date_is_a_time() -> None:
    [item] = items_of(json.dumps(DESK | {"created_at": "2024-07-03T10:00:00Z"}))
    assert item.created_at == 1_720_000_800


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("<!doctype html><p>Sign in", "a web page or XML"),
        ("id: asst_1\nname: Desk\nmodel: gpt-4o\n", "YAML"),
        ("Array\n(\n    [id] => asst_1\n)\n", "print_r"),
        (f"INSERT INTO a VALUES ('{JSON}');", "SQL"),
        ("just words {not: closed", "not valid JSON"),
        ("{a: {b: 'c'}}", "not valid JSON"),
    ],
)
def test_what_holds_none_is_named(text: str, what: str) -> None:
    with pytest.raises(parse.UnreadableFileError, match=what):
        parse.read_text(text, name="saved")


@pytest.mark.parametrize("piece", ["{", "[", "{a:", '{"', "{'", "/*", "[/*", "array(", "a::", "{a:[1,"])
def test_beginnings_without_an_end_are_given_up(piece: str) -> None:
    assert list(loose.values_in(piece * 5_000)) == []
