"""import_assistants: what it reads, what it tells of it, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from openai.types.beta import Assistant as SDKAssistant

from assistants_server.models import Assistant
from dashboard.audit.models import Record
from tests.assistants_server.conftest import API
from tests.assistants_server.importing import refused, run, saved, written

SCHEMA: dict[str, Any] = {
    "type": "json_schema",
    "json_schema": {"name": "verdict", "strict": True, "schema": {"type": "object"}},
}

PAGE = {
    "object": "list",
    "data": [saved("asst_b"), saved("asst_a")],
    "first_id": "b",
    "last_id": "a",
    "has_more": False,
}
LINES = "\n".join(json.dumps(saved(wire_id)) for wire_id in ("asst_b", "asst_a"))


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (PAGE, "dump.json"),
        ([PAGE], "dump.json"),
        (PAGE["data"], "dump.json"),
        ({"asst_b": saved("asst_b"), "asst_a": saved("asst_a")}, "dump.json"),
        (LINES, "dump.jsonl"),
        (str(PAGE), "dump.txt"),
        ("\ufeff" + LINES + "\n\n", "dump.txt"),
    ],
)
def test_it_reads_what_people_have(
    api: API, tmp_path: Path, capsys: pytest.CaptureFixture[str], value: Any, name: str
) -> None:
    told = run(capsys, written(tmp_path, value, name=name))
    assert "2 new, 0 replaced, 0 already there" in told
    assert api.fetch("/assistants")["data"] == [saved("asst_b"), saved("asst_a")]


def test_it_reads_one_object_a_folder_and_what_windows_saved(
    api: API, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "folder").mkdir()
    written(tmp_path / "folder", saved("asst_a"), name="1.json")
    (tmp_path / "folder" / "2.json").write_text(json.dumps(saved("asst_b", name="ü")), encoding="utf-16")
    (tmp_path / "folder" / "notes.txt").write_text("not looked at")
    run(capsys, str(tmp_path / "folder"))
    run(capsys, written(tmp_path, saved("asst_c")))
    assert {item["id"]: item["name"] for item in api.fetch("/assistants")["data"]}["asst_b"] == "ü"
    assert Assistant.objects.count() == 3


def test_what_the_sdk_wrote_out_comes_over_exactly(
    api: API, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    function = {"name": "look_up", "parameters": {"type": "object", "properties": {"no": {"type": "string"}}}}
    original = saved(
        tools=[{"type": "function", "function": function}, {"type": "file_search"}], response_format=SCHEMA
    )
    dumped = SDKAssistant.model_validate(original).model_dump()
    assert "schema_" in dumped["response_format"]["json_schema"]
    run(capsys, written(tmp_path, [dumped]))
    seen = api.fetch("/assistants/asst_one")
    seen["tools"][0]["function"].pop("strict", None)
    assert seen == original


def test_every_field_that_changes_is_told(api: API, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    odd = saved(
        created_at=1751370000123,
        metadata={"tier": 2},
        tools=[{"type": "bing_grounding", "bing_grounding": {}}, {"type": "file_search"}],
        tool_resources={"file_search": {"vector_store_ids": "vs_old"}, "azure_ai_search": {}},
        updated_at=5,
    )
    told = run(capsys, written(tmp_path, odd))
    for note in (
        "asst_one “Returns desk”: as it was: name, model, instructions, top_p, temperature, response_format",
        "created_at: 1751370000123 became 1751370000 (Unix seconds)",
        "metadata: became text: tier",
        "tools[0]: left out, because this server does not know the tool “bing_grounding”",
        "tool_resources.azure_ai_search: left out",
        "vector_store_ids: one id became a list",
        "the vector store vs_old is not here; the assistant keeps its id",
        "updated_at: left out, because the protocol has no such field",
    ):
        assert note in told
    seen = api.fetch("/assistants/asst_one")
    assert (seen["created_at"], seen["metadata"], seen["tools"]) == (
        1751370000,
        {"tier": "2"},
        [{"type": "file_search"}],
    )
    assert seen["tool_resources"] == {"file_search": {"vector_store_ids": ["vs_old"]}}


def test_what_is_odd_about_a_file_and_its_numbers_is_told(
    api: API, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    search = {"max_num_results": None, "ranking_options": {"ranker": None, "score_threshold": 0.5}}
    odd = saved(created_at="1751370000", tools=[{"type": "file_search", "file_search": search}])
    told = run(capsys, written(tmp_path, PAGE | {"data": [odd], "has_more": True}))
    assert "this is only a part of the list" in told
    assert "created_at: '1751370000' became 1751370000 (Unix seconds)" in told
    kept = {"type": "file_search", "file_search": {"ranking_options": {"score_threshold": 0.5}}}
    assert api.fetch("/assistants/asst_one")["tools"] == [kept]


def test_a_v1_assistant_comes_over(api: API, api_v1: API, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old = saved(tools=[{"type": "retrieval"}, {"type": "code_interpreter"}], file_ids=["file-gone"])
    for key in ("tool_resources", "temperature", "top_p", "response_format", "reasoning_effort"):
        del old[key]
    told = run(capsys, written(tmp_path, old))
    assert "tools: retrieval became file_search" in told
    assert "upload these files again" in told
    assert api_v1.fetch("/assistants/asst_one") == old
    assert api.fetch("/assistants/asst_one")["tool_resources"] == {"code_interpreter": {"file_ids": ["file-gone"]}}


def test_a_damaged_dump_names_each_bad_object_and_imports_nothing(
    db: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = [
        saved("asst_good"),
        "text",
        {"error": {"message": "Incorrect API key provided."}},
        saved("asst_model", model=None),
        saved("asst_long", name="x" * 257, temperature=7),
        saved("a/b"),
        saved("asst_good", name="Another"),
        {key: value for key, value in saved("asst_none").items() if key != "model"},
        saved("asst_files", file_ids="file-1"),
    ]
    told = refused(capsys, written(tmp_path, bad))
    for problem in (
        "dump.json, object 2 (dump.json, object 2): it is not an object",
        "it is a saved error answer: Incorrect API key provided.",
        "asst_model “Returns desk” (dump.json, object 4): model: Invalid type for 'model'",
        "(dump.json, object 5): name: Invalid 'name': string too long",
        "(dump.json, object 5): temperature: ",
        "(dump.json, object 6): id: it is missing, or not a name",
        "the same id stands at",
        "asst_none “Returns desk” (dump.json, object 8): model: it is missing",
        "asst_files “Returns desk” (dump.json, object 9): file_ids: it is not a list of ids",
        "Nothing was imported, because of what is named above (9).",
    ):
        assert problem in told, told
    assert not Assistant.objects.exists()


@pytest.mark.parametrize("kind", ["agent", "skill"])
def test_another_kind_of_object_is_named_by_its_type(
    db: None, tmp_path: Path, capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    told = refused(capsys, written(tmp_path, [saved("asst_one"), saved("asst_other", object=kind)]))
    assert f"its type is “{kind}”, not “assistant”" in told, told


def test_objects_without_ids_are_counted_and_not_named_one_by_one(
    db: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bare = [{key: value for key, value in saved("x").items() if key != "id"} for _ in range(30)]
    told = refused(capsys, written(tmp_path, [*bare, "text"]))
    assert told.count("id: it is missing") == 1
    assert (
        "Cannot take 30 objects, of which the first is dump.json, object 1 “Returns desk” (dump.json, object 1): id"
        in told
    )
    assert "object 31): it is not an object" in told
    assert "because of what is named above (31)." in told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "is empty"),
        ("{", "cannot be read: it is not valid JSON (line 1, column 2)"),
        ('{\n"id": 1,\n}', "(line 3, column 1)"),
        ('{"id": "asst_x", "model": "a"}\n{broken', "line 2"),
        ('{"model": NaN}', "NaN"),
        ("__import__('os').getcwd()", "it is not valid JSON"),
        ("{'a': " * 5000, "it is not valid JSON"),
    ],
)
def test_a_broken_file_is_told_with_its_place(
    db: None, tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, told: str
) -> None:
    assert told in refused(capsys, written(tmp_path, text))
    assert not Assistant.objects.exists()


def test_a_missing_file_and_an_empty_folder_are_told(
    db: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "No such file" in refused(capsys, str(tmp_path / "none.json"))
    assert "holds no .json" in refused(capsys, str(tmp_path))
    (tmp_path / "latin.json").write_bytes('{"name": "Büro"}'.encode("latin-1"))
    assert "is not text in UTF-8 or UTF-16" in refused(capsys, str(tmp_path / "latin.json"))


def test_it_overwrites_only_when_told_to(api: API, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path, saved())
    run(capsys, path)
    assert "0 new, 0 replaced, 1 already there" in run(capsys, path)
    api.send("/assistants/asst_one", {"name": "Changed here"})
    with pytest.raises(CommandError):
        call_command("import_assistants", path)
    assert "--replace overwrites it" in capsys.readouterr().err
    assert api.fetch("/assistants/asst_one")["name"] == "Changed here"
    assert "1 replaced" in run(capsys, path, "--replace")
    assert api.fetch("/assistants/asst_one") == saved()
    assert Record.objects.filter(action="assistant.update", target_id="asst_one").count() == 2


def test_an_import_is_recorded_as_a_run_and_object_by_object(
    db: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(capsys, written(tmp_path, [saved("asst_a"), saved("asst_b")]))
    assert Record.objects.filter(action="assistant.create").count() == 2
    assert Record.objects.filter(action="import.run").count() == 1
    call_command("export_assistants", str(tmp_path / "out.json"))
    assert Record.objects.filter(action="export.run").count() == 1
    with pytest.raises(CommandError, match="cannot be written"):
        call_command("export_assistants", str(tmp_path / "none" / "out.json"))


def test_one_object_that_stands_there_twice_is_taken_once(
    db: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = run(capsys, written(tmp_path, [saved(), saved()]))
    assert "it stands at dump.json, object 1 too, with the same content; it is taken once" in told
    assert "1 new" in told
