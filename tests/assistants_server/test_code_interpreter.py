"""code_interpreter: what a run does with an interpreter. The sandbox itself is not installed in tests."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from assistants_server.models import File
from assistants_server.runs import code_tool
from assistants_server.runs.citations import CitationReader, CitedText, PlainText
from assistants_server.runs.writer import CancelledError
from assistants_server.sandbox import folder as folders
from assistants_server.sandbox import installed, process
from assistants_server.sandbox.folder import Folder
from assistants_server.sandbox.pool import Pool
from tests.assistants_server.conftest import API, upload
from tests.assistants_server.running import MESSAGE, ask, assistant, look, names, newest, steps
from tests.assistants_server.scripted import ScriptedModel, work

pytestmark = pytest.mark.django_db
CODE = {"type": "code_interpreter"}


@pytest.fixture(autouse=True)
def pool(monkeypatch: pytest.MonkeyPatch) -> Iterator[Pool]:
    own = Pool()
    monkeypatch.setattr(installed, "is_ready", lambda: True)
    monkeypatch.setattr(process, "CHILD", Path(__file__).with_name("fake_interpreter.py"))
    monkeypatch.setattr(code_tool, "pool", own)
    yield own
    own.close()


def runs(model: ScriptedModel, code: str) -> None:
    model.calls(("code_interpreter", json.dumps({"code": code})))


def test_code_runs_and_its_files_reach_the_user(api: API, model: ScriptedModel) -> None:
    file_id = upload(api, name="sales.csv", content=b"1\n2\n")
    made = assistant(api, tools=[CODE], tool_resources={"code_interpreter": {"file_ids": [file_id]}})
    runs(model, "rows = open('sales.csv').read().split(); print(sum(map(int, rows)))")
    runs(model, "open('plot.png', 'wb').write(b'png'); open('the sum.txt', 'w').write(rows[0])")
    model.says("It is 3: [the sum](sand", "box:/mnt/data/the%20sum.t", "xt). Not sandbox:/mnt/data/other.")
    run = ask(api, made)
    work()

    assert look(api, run)["status"] == "completed"
    assert "/mnt/data/sales.csv" in model.turns[0].messages[0]["content"]
    first, second, _ = (step["step_details"] for step in steps(api, run))
    assert first["tool_calls"][0]["code_interpreter"] == {
        "input": "rows = open('sales.csv').read().split(); print(sum(map(int, rows)))",
        "outputs": [{"type": "logs", "logs": "3\n"}],
    }
    [image] = second["tool_calls"][0]["code_interpreter"]["outputs"]
    picture, text = newest(api, run)["content"]
    assert (image["type"], picture) == ("image", {"type": "image_file", "image_file": image["image"]})
    value, [link] = text["text"]["value"], text["text"]["annotations"]
    assert value.endswith("Not sandbox:/mnt/data/other.")
    assert value[link["start_index"] : link["end_index"]] == link["text"] == "sandbox:/mnt/data/the%20sum.txt"
    kept = File.objects.get(wire_id=link["file_path"]["file_id"])
    assert (kept.filename, kept.purpose, kept.size) == ("the sum.txt", "assistants_output", 1)
    assert b"".join(api.get(f"/v1/files/{kept.wire_id}/content").streaming_content) == b"1"  # type: ignore[attr-defined]
    # What nobody was shown is not kept.
    assert File.objects.filter(purpose="assistants_output").count() == 2
    deltas = ["run.step.created", "run.step.in_progress", "run.step.delta", "run.step.completed"]
    opening = ["run.created", "run.queued", "run.in_progress"]
    assert names(run)[1:] == [*opening, *deltas, *deltas, *MESSAGE, "run.completed"]


def test_variables_stay_for_the_thread_until_the_interpreter_ends(api: API, model: ScriptedModel) -> None:
    for code in ("x = 1", "print(x + 1)", "raise SystemExit", "print('x' in globals())"):
        runs(model, code)
    model.says("Done.")
    run = ask(api, assistant(api, tools=[CODE]))
    work()

    logs = [step["step_details"]["tool_calls"][0]["code_interpreter"]["outputs"] for step in steps(api, run)[:4]]
    assert [output[0]["logs"] if output else "" for output in logs] == [
        "",
        "2\n",
        "The code ended the interpreter.",
        "False\n",
    ]
    assert "variables are gone" in model.turns[3].messages[-1]["content"]


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("import time; time.sleep(9)", "The code took too long."),
        ("import os; os._exit(3)", "broke down"),
        ("import time; open('big', 'wb').write(bytes(2000)); time.sleep(9)", "wrote more than"),
    ],
)
def test_code_that_goes_too_far_is_stopped_and_the_run_goes_on(
    api: API, model: ScriptedModel, monkeypatch: pytest.MonkeyPatch, code: str, told: str
) -> None:
    monkeypatch.setattr(process, "TURN_SECONDS", 0.4)
    monkeypatch.setattr(process, "LOOK_SECONDS", 0.05)
    monkeypatch.setattr(folders, "QUOTA_BYTES", 1000)
    runs(model, code)
    model.says("Sorry.")
    run = ask(api, assistant(api, tools=[CODE]))
    work()

    assert told in model.turns[1].messages[-1]["content"]
    assert Folder("main", run["thread_id"]).files() == []
    assert look(api, run)["status"] == "completed"


def test_a_run_that_is_cancelled_stops_its_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "LOOK_SECONDS", 0.05)
    looks = iter(range(100))

    def check() -> None:
        if next(looks) == 20:
            raise CancelledError

    interpreter = process.Interpreter(Folder("main", "thread_1"))
    with pytest.raises(CancelledError):
        interpreter.run("import time; time.sleep(60)", check=check)
    assert not interpreter.is_alive


def test_few_interpreters_are_alive_at_a_time(pool: Pool) -> None:
    one, two, three = (Folder("main", name) for name in ("one", "two", "three"))
    alive = []
    for folder in (one, two, three):
        with pool.interpreter(folder, check=lambda: None) as interpreter:
            interpreter.run("x = 1", check=lambda: None)
            alive.append(interpreter)

    assert [each.is_alive for each in alive] == [False, True, True]


def test_links_and_foreign_names_lead_out_of_no_folder(tmp_path: Path, settings: Any) -> None:
    secret = tmp_path / "secret"
    secret.write_text("key")
    folder = Folder("main", "../../thread")
    (folder.data / "link.png").symlink_to(secret)
    (folder.data / "up").symlink_to(tmp_path)
    os.mkfifo(folder.data / "pipe.png")
    (folder.data / "in").mkdir()
    (folder.data / "in" / "deep.txt").write_text("1")

    assert folder.path.parent == Path(settings.DATA_DIR) / "code-interpreter" / "threads"
    assert [found.path for found in folder.files()] == ["in/deep.txt"]
    for name in ("link.png", "pipe.png"):
        with pytest.raises(OSError, match=r".+"):
            folder.open(folders.Found(name, 0, 0))
    with secret.open("rb") as source:
        folder.give("link.png", source, 3)
    assert secret.read_text() == "key"


def test_folders_without_end_are_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    folder = Folder("main", "deep")
    try:
        nested(folder.data, 1500)
        assert not folder.is_full()
        assert folder.files() == []
        monkeypatch.setattr(folders, "MOST_ENTRIES", 1000)
        assert folder.is_full()
    finally:
        # Whoever tidies up after the tests cannot remove it.
        folder.clear(folder.data)
    assert not folder.is_full()


def nested(folder: Path, depth: int) -> None:
    """Folders in folders, deeper than a path can be written in one go."""
    here = os.open(folder, os.O_RDONLY)
    for _ in range(depth):
        os.mkdir("d", dir_fd=here)
        below = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)


def test_the_files_of_a_thread_go_an_hour_after_their_last_use() -> None:
    old, kept, alive = (Folder("main", name) for name in ("old", "kept", "alive"))
    for folder in (old, alive):
        os.utime(folder.path, (1, 1))
    folders.sweep(but={alive.key})

    assert [folder.path.exists() for folder in (old, kept, alive)] == [False, True, True]


@pytest.mark.parametrize("size", [1, 3, 100])
def test_links_are_found_however_the_text_is_cut(size: int) -> None:
    text = "A sandbox:/mnt/data/a.csv.gz, sandbox:/mnt/data/a.csv, sandbox:/mnt/data/gone and sand "
    text += "\u30104:0\u2020x\u3011 sandbox:"
    reader = CitationReader(
        {"4:0": "file-x"},
        paths={"/mnt/data/a.csv", "/mnt/data/a.csv.gz", "/mnt/data/gone"},
        file_of=lambda path: None if path.endswith("gone") else f"file-{path[-2:]}",
    )
    shown: list[PlainText | CitedText] = []
    for start in range(0, len(text), size):
        shown += reader.take(text[start : start + size])
    shown += reader.rest()

    assert "".join(each.text for each in shown) == reader.value == text
    cited = [(note["text"], note[note["type"]]["file_id"]) for note in reader.annotations]
    assert cited == [
        ("sandbox:/mnt/data/a.csv.gz", "file-gz"),
        ("sandbox:/mnt/data/a.csv", "file-sv"),
        ("\u30104:0\u2020x\u3011", "file-x"),
    ]
    assert all(text[note["start_index"] : note["end_index"]] == note["text"] for note in reader.annotations)
