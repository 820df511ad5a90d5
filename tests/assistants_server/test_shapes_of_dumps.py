# ruff: noqa: E501  # the lines are what programs wrote
"""Dumps of databases, data frames, notebooks, recordings and other languages: read in full, or called what they are."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from assistants_server.importer import parse
from tests.assistants_server.test_saved_dumps import items_of

DESK: dict[str, Any] = {
    "id": "asst_1",
    "object": "assistant",
    "created_at": 1_720_000_001,
    "name": "Desk",
    "model": "gpt-4o",
    "instructions": "Don't guess.\nAsk.",
    "tools": [{"type": "code_interpreter"}],
    "metadata": {"team": "a"},
}
JSON = json.dumps(DESK)
PRINTED = "Assistant(id='asst_1', created_at=1720000001, instructions=\"Don't guess.\\nAsk.\", model='gpt-4o', name='Desk', object='assistant', metadata={'team': 'a'}, tools=[CodeInterpreterTool(type='code_interpreter')])"
TOOL = {"M": {"type": {"S": "code_interpreter"}}}
DYNAMO = {"id": {"S": "asst_1"}, "created_at": {"N": "1720000001"}, "name": {"S": "Desk"}, "model": {"S": "gpt-4o"}, "instructions": {"S": DESK["instructions"]}, "tools": {"L": [TOOL]}, "metadata": {"M": {"team": {"S": "a"}}}, "description": {"NULL": True}}  # fmt: skip
FIRESTORE = {"id": {"stringValue": "asst_1"}, "created_at": {"integerValue": "1720000001"}, "name": {"stringValue": "Desk"}, "model": {"stringValue": "gpt-4o"}, "instructions": {"stringValue": DESK["instructions"]}, "tools": {"arrayValue": {"values": [{"mapValue": {"fields": {"type": {"stringValue": "code_interpreter"}}}}]}}, "metadata": {"mapValue": {"fields": {"team": {"stringValue": "a"}}}}}  # fmt: skip
JAVA = {"id": "asst_1", "createdAt": 1_720_000_001, "name": "Desk", "model": "gpt-4o", "instructions": DESK["instructions"], "tools": [{"type": "code_interpreter"}], "metadata": {"team": "a"}, "topP": None, "toolResources": {"codeInterpreter": {"fileIds": []}}}  # fmt: skip
DOTNET = {"Id": "asst_1", "CreatedAt": "2024-07-03T09:46:41+00:00", "Name": "Desk", "Model": "gpt-4o", "Instructions": DESK["instructions"], "Tools": [{"Type": "code_interpreter"}], "Metadata": {"team": "a"}}  # fmt: skip
NOTEBOOK = {"nbformat": 4, "cells": [{"cell_type": "code", "source": ["client.beta.assistants.list()"], "outputs": [{"output_type": "execute_result", "data": {"text/plain": [f"[{PRINTED}]"]}}]}]}  # fmt: skip
STREAM = {"nbformat": 4, "cells": [{"outputs": [{"name": "stdout", "text": [f"{line}\n" for line in json.dumps(DESK, indent=2).splitlines()]}]}]}  # fmt: skip
HAR = {"log": {"entries": [{"response": {"content": {"encoding": "base64", "text": base64.b64encode(JSON.encode()).decode()}}}]}}  # fmt: skip
MONGO = {"_id": {"$oid": "66850e"}, **DESK, "created_at": {"$numberInt": "1720000001"}}
ELIXIR = '%{"id" => "asst_1", "created_at" => 1720000001, "name" => "Desk", "model" => "gpt-4o", "instructions" => "Don\'t guess.\\nAsk.", "tools" => [%{"type" => "code_interpreter"}], "metadata" => %{"team" => "a"}}'
ESCAPED = JSON.replace("\\", "\\\\").replace("'", "\\'")
IN_QUOTES = JSON.replace("\\", "\\\\").replace('"', '\\"')
PHP_SHORT = "<?php\nreturn ['id' => 'asst_1', 'created_at' => 1720000001, 'name' => 'Desk', 'model' => 'gpt-4o', 'instructions' => \"Don't guess.\\nAsk.\", 'tools' => [['type' => 'code_interpreter']], 'metadata' => ['team' => 'a']];"
NODE_DATE = "{ id: 'asst_1', created_at: 2024-07-03T09:46:41.000Z, name: 'Desk', model: 'gpt-4o', instructions: \"Don't guess.\\nAsk.\", tools: [ { type: 'code_interpreter' } ], metadata: { team: 'a' }, temperature: .3 }"
OF_TEXTS = {key: value if isinstance(value, str) else json.dumps(value) for key, value in DESK.items()}

SHAPES: dict[str, str] = {
    "DynamoDB": json.dumps({"Items": [DYNAMO], "Count": 1}),
    "DynamoDB, one item a line": f"{json.dumps({'Item': DYNAMO})}\n",
    "Firestore": json.dumps({"documents": [{"name": "projects/x/documents/a/1", "fields": FIRESTORE}]}),
    "MongoDB": json.dumps(MONGO),
    "MongoDB, a date": json.dumps(MONGO | {"created_at": {"$date": "2024-07-03T09:46:41Z"}}),
    "MongoDB, a date of old": json.dumps(MONGO | {"created_at": {"$date": {"$numberLong": "1720000001000"}}}),
    "Java": json.dumps(JAVA),
    ".NET": json.dumps([DOTNET]),
    "pandas, by columns": json.dumps({key: {"0": value} for key, value in DESK.items()}),
    "pandas, split": json.dumps({"columns": list(DESK), "index": [0], "data": [list(DESK.values())]}),
    "a notebook": json.dumps(NOTEBOOK),
    "a notebook that printed JSON": json.dumps(STREAM),
    "a recording of a browser": json.dumps(HAR),
    "Terraform": json.dumps({"version": 4, "resources": [{"instances": [{"attributes": DESK}]}]}),
    "Postman": json.dumps({"item": [{"response": [{"body": JSON}]}]}),
    "Flowise": json.dumps({"AssistantFlow": [], "Assistant": [{"id": "u1", "details": JSON}]}),
    "a batch of calls": json.dumps({"custom_id": "a", "response": {"status_code": 200, "body": DESK}}),
    "server-sent events": f"event: message\ndata: {JSON}\n\ndata: [DONE]\n",
    "a page of a browser": f"<html><body><pre>{JSON}</pre></body></html>",
    "a page with its quotes escaped": f"<pre>{JSON.replace(chr(34), '&quot;')}</pre>",
    "JSONP": f"callback({JSON});",
    "a constant of a script": f"window.__DATA__ = {JSON};",
    "TypeScript": f"import x from 'y';\n\nconst desk: Assistant = {JSON} as const;\n",
    "Python with a date": repr(DESK).replace("1720000001", "datetime.datetime(2024, 7, 3, 9, 46, 41, tzinfo=datetime.timezone.utc)"),
    "Python with an id of its own kind": repr(DESK).replace("'asst_1'", "ObjectId('asst_1')"),
    "Elixir": ELIXIR,
    "a session of a terminal": f"$ curl https://api.example.com/v1/assistants\n{json.dumps(DESK, indent=2)}\n",
    "a line of Python's log": f"INFO:root:Created {PRINTED}",
    "a console of Python": f">>> client.beta.assistants.list().data\n[{PRINTED}]\n>>> ",
    "a notebook that was copied": f"Out[3]: {PRINTED}",
    "an OrderedDict": f"OrderedDict({list(DESK.items())!r})",
    "PHP's short arrays": PHP_SHORT,
    "Node with a date": NODE_DATE,
    "JSON in a text of JavaScript": f"const desk = JSON.parse('{ESCAPED}')",
    "JSON in a text of C#": f'var json = "{IN_QUOTES}";',
    "JSON in quotes of YAML": "body:\n  string: '" + JSON.replace("'", "''") + "'\n",
    "JSON in double quotes of YAML": f'body:\n  string: "{IN_QUOTES}"\n',
    "a log with a field in quotes": f'time="2026" level=info body="{IN_QUOTES}"',
    "JSON as a text twice": json.dumps(json.dumps(JSON)),
    "a database with texts only": json.dumps([OF_TEXTS]),
    "jq in colours": f"\x1b[1;39m{JSON[:1]}\x1b[0m{JSON[1:]}\x1b[0m",
    "two marks of byte order": f"\ufeff{JSON}\n\ufeff",
}  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
def test_an_assistant_is_read_in_full(shape: str) -> None:
    [item] = items_of(SHAPES[shape])
    assert (item.wire_id, item.problems, item.created_at) == ("asst_1", [], 1_720_000_001)
    assert {key: item.content[key] for key in ("name", "model", "instructions", "tools", "metadata")} == {
        key: DESK[key] for key in ("name", "model", "instructions", "tools", "metadata")
    }


@pytest.mark.parametrize("page", ["<html><body><pre>{}</pre></body></html>", "<pre>{}</pre>"])
def test_what_a_page_escapes_is_read_as_it_is_shown(page: str) -> None:
    text = json.dumps(DESK | {"instructions": "Fees & <b>terms</b>"})
    [item] = items_of(page.format(text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")))
    assert item.content["instructions"] == "Fees & <b>terms</b>"


def test_a_backslash_in_a_text_of_a_program_is_read_once() -> None:
    text = json.dumps(DESK | {"instructions": "Split at \\n, or at\na line."})
    [item] = items_of(f"data = json.loads('{text.replace(chr(92), chr(92) * 2)}')")
    assert item.content["instructions"] == "Split at \\n, or at\na line."


def test_a_table_with_numbers_and_headings_for_people() -> None:
    text = "ID,Created At,Name,Model,Instructions,Temperature\nasst_1,1720000001,Desk,gpt-4o,Ask.,0.3\n"
    [item] = items_of(text)
    assert (item.problems, item.created_at, item.content["temperature"]) == ([], 1_720_000_001, 0.3)
    assert "temperature: written as text, read as what it says" in map(str, item.notes)


def test_a_text_that_says_no_number_is_refused() -> None:
    [item] = items_of(json.dumps(DESK | {"temperature": "warm", "tools": "none"}))
    assert {str(problem).partition(":")[0] for problem in item.problems} == {"temperature", "tools"}


def test_a_key_that_is_named_twice_is_refused() -> None:
    text = '{"id": "asst_1", "model": "gpt-4o", "instructions": "Ask.", "instructions": "Guess."}'
    with pytest.raises(parse.UnreadableFileError, match="names the same key twice"):
        parse.read_text(text, name="saved")


def test_the_last_of_several_pages_says_whether_there_was_more() -> None:
    def pages(*more: bool) -> list[str]:
        lines = [
            json.dumps({"object": "list", "data": [DESK | {"id": f"asst_{number}"}], "has_more": has_more})
            for number, has_more in enumerate(more)
        ]
        return [str(note) for note in parse.read_text("\n".join(lines), name="saved").notes]

    assert pages(True, False) == []
    assert pages(True, True) == ["saved, line 2 says that there was more (has_more): this is only a part of the list."]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-8-sig", "utf-16"])
def test_a_dump_in_wide_characters_is_read(encoding: str) -> None:
    assert json.loads(parse.decoded(JSON.encode(encoding), name="saved")) == DESK


def test_a_dump_in_the_encoding_of_windows_says_how_to_save_it() -> None:
    with pytest.raises(parse.UnreadableFileError, match="Set-Content -Encoding utf8"):
        parse.decoded('{"name": "Rückgabe"}'.encode("cp1252"), name="saved")


def test_how_it_was_written_is_told_once() -> None:
    found = parse.read_text(json.dumps([DOTNET, DOTNET | {"Id": "asst_2"}]), name="saved")
    assert found.notes == [
        "What is written with the names that another language has for its fields was read all the same."
    ]


def test_a_table_whose_cells_python_printed() -> None:
    text = "id,name,model,instructions,tools\nasst_1,Desk,gpt-4o,\"Don't guess.\nAsk.\",\"[{'type': 'code_interpreter'}]\"\n"
    [item] = items_of(text)
    assert (item.problems, item.content["tools"]) == ([], DESK["tools"])


def test_names_of_peoples_own_stay_as_they_are() -> None:
    function = {"name": "f", "parameters": {"type": "object", "properties": {"topP": {"type": "string"}}}}
    [item] = items_of(
        json.dumps(JAVA | {"metadata": {"createdAt": "May"}, "tools": [{"type": "function", "function": function}]})
    )
    assert item.content["metadata"] == {"createdAt": "May"}
    assert item.content["tools"][0]["function"]["parameters"] == function["parameters"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("id           : asst_1\nobject       : assistant\nname         : Desk\n", "ConvertTo-Json -Depth 100"),
        ("#< CLIXML\n<Objs/>", "ConvertTo-Json -Depth 100"),
        ('array(2) {\n  ["id"]=>\n  string(6) "asst_1"\n}', "json_encode"),
        ('id = "asst_1"\nmodel = "gpt-4o"\n', "TOML"),
        ("Assistant{id=asst_1, createdAt=1720000001, name=Desk}", "a program's own print"),
        ('#<OpenAI::Models::Beta::Assistant:0x1 id: "asst_1">', "a program's own print"),
        ("{ID:asst_1 Object:assistant Name:0xc000014}", "a program's own print"),
        ('AssistantObject { id: "asst_1", name: Some("Desk"), model: Other }', "a program's own print"),
        ('openai.Assistant{ID:"asst_1", Name:(*string)(0xc0000)}', "a program's own print"),
        ('#<OpenStruct id="asst_1", model="gpt-4o">', "a program's own print"),
        ("[Assistant(id=AssistantId(id=asst_1), model=ModelId(id=gpt-4o))]", "a program's own print"),
        ("@{id=asst_1; object=assistant; name=Desk}", "a program's own print"),
        ('a:2:{s:2:"id";s:6:"asst_1";s:5:"model";s:6:"gpt-4o";}', "serialize"),
        ("object(OpenAI\\Assistant)#12 (3) {\n}", "json_encode"),
        ("OpenAI\\Responses\\AssistantResponse Object\n(\n    [id] => asst_1\n)", "json_encode"),
        ("- created_at: 1720000001\n  id: asst_1\n", "YAML"),
        ("# saved in July\ncreated_at: 1720000001\nid: asst_1\n", "YAML"),
        ("data:\n- id: asst_1\nhas_more: false\n", "YAML"),
        ("{“id”: “asst_1”, “model”: “gpt-4o”}", "curly"),
    ],
)
def test_what_is_not_read_is_called_what_it_is(text: str, said: str) -> None:
    with pytest.raises(parse.UnreadableFileError, match=said):
        parse.read_text(text, name="saved")
