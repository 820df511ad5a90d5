"""export_assistants, and the archives that bring files and vector stores along."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from assistants_server.models import File, VectorStore
from dashboard.audit.models import Record
from tests.assistants_server.conftest import API, read_files, upload
from tests.assistants_server.importing import refused, run, written

SCHEMA: dict[str, Any] = {
    "type": "json_schema",
    "json_schema": {"name": "verdict", "strict": True, "schema": {"type": "object"}},
}


@pytest.mark.parametrize("name", ["out.json", "out.jsonl", "out.zip", "folder"])
def test_what_one_instance_exports_another_imports_equal(
    api: API, other: API, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    for number in range(12):
        tools: list[Any] = [{"type": "code_interpreter"}, {"type": "file_search"}]
        function = {"name": "f", "description": "", "parameters": {"a": [1, 1.0, None]}, "strict": None}
        tools.append({"type": "function", "function": function})
        api.send(
            "/assistants",
            {"model": "gpt-4.1", "name": f"ü {number}", "tools": tools, "tool_resources": {"file_search": {}}}
            | ({"response_format": SCHEMA, "temperature": None} if number % 2 else {}),
        )
    path = tmp_path / name
    if name == "folder":
        path.mkdir()
    call_command("export_assistants", str(path), "--workspace", "main")
    assert "12 assistants" in capsys.readouterr().out
    assert "12 new" in run(capsys, str(path), "--workspace", "second")
    assert other.get("/v1/assistants").content == api.get("/v1/assistants").content
    assert "12 already there" in run(capsys, str(path), "--workspace", "second")


def test_the_ending_says_in_which_shape_it_is_written(api: API, tmp_path: Path) -> None:
    for name in ("first", "second"):
        api.send("/assistants", {"model": "gpt-4.1", "name": name})
    page = api.fetch("/assistants")
    (tmp_path / "folder").mkdir()
    for name in ("out.json", "out.jsonl", "folder"):
        call_command("export_assistants", str(tmp_path / name), "--workspace", "main")
    assert json.loads((tmp_path / "out.json").read_text()) == page
    assert [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()] == page["data"]
    files = sorted((tmp_path / "folder").iterdir())
    assert [json.loads(file.read_text()) for file in files] == page["data"]
    assert [file.name[:7] for file in files] == ["1-asst_", "2-asst_"]


def test_a_zip_brings_files_and_vector_stores_along(
    api: API, api_v1: API, other: API, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    picture = upload(api, name="bild ü.png", content=b"\x89PNG" * 1000, purpose="vision")
    policy = upload(api, name="policy.txt", content=b"Damaged parcels within five days.")
    store = api.send("/vector_stores", {"name": "Policies", "metadata": {"a": "b"}}).json()["id"]
    api.send(f"/vector_stores/{store}/files", {"file_id": policy, "attributes": {"year": 2025}})
    read_files(store)
    resources = {"file_search": {"vector_store_ids": [store]}}
    api.send("/assistants", {"model": "gpt-4.1", "tools": [{"type": "file_search"}], "tool_resources": resources})
    tools = [{"type": "code_interpreter"}]
    api_v1.send("/assistants", {"model": "gpt-4", "tools": tools, "file_ids": [policy]})
    path = tmp_path / "whole.zip"
    call_command("export_assistants", str(path), "--workspace", "main")

    told = run(capsys, str(path), "--workspace", "second")
    assert "2 new, 0 replaced, 0 already there, 2 files and 1 vector store." in told
    assert "is not here" not in told
    for address in ("/assistants", "/files", f"/files/{picture}", "/vector_stores", f"/vector_stores/{store}/files"):
        assert other.fetch(address) == api.fetch(address)
    old = {"OpenAI-Beta": "assistants=v1"}
    assert other.get("/v1/assistants", headers=old).json() == api_v1.fetch("/assistants")
    found = other.send(f"/vector_stores/{store}/search", {"query": "parcel"}).json()["data"]
    assert [item["filename"] for item in found] == ["policy.txt"]
    assert other.get(f"/v1/files/{picture}/content").getvalue() == b"\x89PNG" * 1000
    assert "2 already there, 0 files and 0 vector stores" in run(capsys, str(path), "--workspace", "second")


def test_a_zip_overwrites_files_and_vector_stores_only_when_told_to(
    api: API, other: API, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    policy = upload(api, content=b"Thirty days.")
    store = api.send("/vector_stores", {"name": "Policies", "file_ids": [policy]}).json()["id"]
    path = str(tmp_path / "whole.zip")
    call_command("export_assistants", path, "--workspace", "main")
    run(capsys, path, "--workspace", "second")
    File.objects.filter(workspace="second").update(sha256="0" * 64)
    other.send(f"/vector_stores/{store}", {"name": "Changed here"})
    Record.objects.filter(action="import.run").delete()

    told = refused(capsys, path, "--workspace", "second")
    assert f"the file {policy}: it is here already with other content (--replace overwrites it)" in told
    assert f"the vector store {store}: it is here already with other content (--replace overwrites it)" in told
    assert other.fetch(f"/vector_stores/{store}")["name"] == "Changed here"

    assert "1 file and 1 vector store" in run(capsys, path, "--workspace", "second", "--replace")
    assert other.fetch(f"/vector_stores/{store}")["name"] == "Policies"
    assert File.objects.get(workspace="second").sha256 == File.objects.get(workspace="main").sha256


def test_a_damaged_zip_brings_nothing(
    api: API, other: API, tmp_path: Path, capsys: pytest.CaptureFixture[str], settings: Settings
) -> None:
    upload(api, content=b"a" * 1000)
    last = upload(api, content=b"c" * 1000)
    path, bad = tmp_path / "whole.zip", tmp_path / "bad.zip"
    call_command("export_assistants", str(path), "--workspace", "main")
    (Path(settings.DATA_DIR) / "files").mkdir(exist_ok=True)
    already = {item for item in (Path(settings.DATA_DIR) / "files").rglob("*") if item.is_file()}
    for damage, problem in (
        ({"manifest.json": b"{}"}, "was not written by export_assistants"),
        ({"files.json": b"[1]"}, "files.json, object 1"),
        ({"assistants.json": b"["}, "cannot be read"),
        ({"vector_stores.json": b"{}"}, "is not a list"),
        ({f"files/{last}": b"b" * 1000}, "are damaged"),
        ({f"files/{last}": b"b"}, "its bytes are not in the archive"),
        ({"manifest.json": b"\xff"}, "holds no readable manifest.json"),
    ):
        with zipfile.ZipFile(path) as source, zipfile.ZipFile(bad, "w") as target:
            for name in source.namelist():
                (key,) = damage
                target.writestr(name, damage[key] if name.startswith(key) else source.read(name))
        assert problem in refused(capsys, str(bad), "--workspace", "second"), damage
    written(tmp_path, "no zip", name="no.zip")
    assert "cannot be read as a zip" in refused(capsys, str(tmp_path / "no.zip"), "--workspace", "second")
    assert not File.objects.filter(workspace="second").exists()
    assert not VectorStore.objects.exists()
    assert {item for item in (Path(settings.DATA_DIR) / "files").rglob("*") if item.is_file()} == already


def test_an_export_never_mixes_with_what_is_there(db: None, tmp_path: Path) -> None:
    folder, file = tmp_path / "folder", tmp_path / "saved.json"
    folder.mkdir()
    (folder / "1-asst_deleted.json").write_text("{}")
    file.write_text("precious")

    for path, told in (
        (folder, "is not empty"),
        (file, "There is a file .* already"),
        (tmp_path / "saved.txt", r"must end in \.json, \.jsonl or \.zip"),
        (tmp_path / "nowhere", "or be an empty folder that exists"),
    ):
        with pytest.raises(CommandError, match=told):
            call_command("export_assistants", str(path))
    assert file.read_text() == "precious"
    assert not Record.objects.filter(action="export.run").exists()
