"""The import page: upload or paste, preview, import; for administrators, and without JavaScript."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from pytest_django import Settings

from assistants_server.assistants import operations
from assistants_server.importer import apply as importing
from assistants_server.importer import jobs, views, worker
from assistants_server.models import Assistant, ImportJob
from dashboard.access import Role
from dashboard.audit.models import Record
from dashboard.environment import WorkspaceSettings
from tests.assistants_server.importing import run, saved, written
from tests.assistants_server.test_processes import moved
from tests.assistants_ui.pages import read
from tests.conftest import Person, person

ADDRESS = "/w/main/import/"


def upload(*values: Any) -> list[SimpleUploadedFile]:
    return [
        SimpleUploadedFile(f"{number}.json", value if isinstance(value, bytes) else json.dumps(value).encode())
        for number, value in enumerate(values)
    ]


def confirm(who: Person, page: Any, **options: str) -> Any:
    """Press the button of a preview, as a browser without scripts would."""
    form = next(form for form in read(page).forms if "seen" in form)
    form = {name: value for name, value in form.items() if name in ("token", "seen", "csrfmiddlewaretoken")}
    return who.post(ADDRESS, form | options)


def detail_of(row: Record) -> dict[str, Any]:
    detail: dict[str, Any] = json.loads(row.head)["detail"]
    return detail


def test_from_upload_to_imported(dora: Person) -> None:
    assert "Import" in read(dora.get("/w/main/assistants/")).text
    preview = dora.post(ADDRESS, {"files": upload([saved("asst_a"), saved("asst_b", metadata=[])], saved("asst_c"))})
    page = read(preview).text
    assert "Import 3 assistants?" in page
    assert "[] became {}, as PHP writes an empty object, in metadata" in page
    assert "As it was: name" in page
    assert not Assistant.objects.exists()
    done = confirm(dora, preview)
    assert done.status_code == 302
    assert Assistant.objects.count() == 3
    assert "3 assistants imported, 0 overwritten, 0 already here." in read(dora.get(done["Location"])).text
    row = Record.objects.get(action="import.run")
    assert row.actor.startswith("person:")


def test_from_paste_to_imported(dora: Person) -> None:
    code = 'client.responses.create(model="gpt-4.1", instructions="Be brief.", prompt={"id": "pmpt_3"})'
    preview = dora.post(ADDRESS, {"text": code})
    assert "it was a prompt (pmpt_3) and becomes an assistant" in read(preview).text
    confirm(dora, preview)
    assert Assistant.objects.get().body["instructions"] == "Be brief."


def test_what_cannot_be_taken_is_named_and_the_sound_ones_are_taken_after_another_look(dora: Person) -> None:
    preview = dora.post(ADDRESS, {"files": upload([saved("asst_a"), "text", saved("asst_b", model=None)])})
    page = read(preview).text
    assert "Not everything can be imported" in page
    assert "object 2): it is not an object" in page
    again = confirm(dora, preview, only_sound="on")
    assert "Import 1 assistant?" in read(again).text
    assert not Assistant.objects.exists()
    done = confirm(dora, again, only_sound="on")
    assert "2 objects left out" in read(dora.get(done["Location"])).text
    assert Assistant.objects.count() == 1


def test_what_changed_since_the_preview_is_shown_anew(dora: Person) -> None:
    preview = dora.post(ADDRESS, {"files": upload([saved("asst_a"), saved("asst_b")])})
    confirm(dora, dora.post(ADDRESS, {"files": upload(saved("asst_a"))}))
    late = confirm(dora, preview)
    assert late.status_code == 409
    assert "This is not what you saw before" in read(late).text
    assert Assistant.objects.count() == 1
    confirm(dora, late)
    assert Assistant.objects.count() == 2


def test_a_piece_is_all_or_nothing(dora: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    store = importing.store

    def fails_at_the_second(workspace: str, item: Any, **options: Any) -> None:
        if item.wire_id == "asst_b":
            raise RuntimeError("the process ends here")
        store(workspace, item, **options)

    monkeypatch.setattr(importing, "store", fails_at_the_second)
    preview = dora.post(ADDRESS, {"files": upload([saved("asst_a"), saved("asst_b")])})
    with pytest.raises(RuntimeError):
        confirm(dora, preview)
    assert not Assistant.objects.exists()
    assert not Record.objects.filter(action__in=("import.run", "assistant.create")).exists()
    monkeypatch.setattr(importing, "store", store)
    worker.work()
    assert Assistant.objects.count() == 2
    assert detail_of(Record.objects.get(action="import.run")) == {"new": 2, "replaced": 0, "unchanged": 0}


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each request stores two assistants and goes no further."""
    monkeypatch.setattr(jobs, "PIECE", 2)
    monkeypatch.setattr(views, "SECONDS", 0)


def begun(who: Person, number: int) -> str:
    """Agree to the import of so many; gives the address of its page."""
    preview = who.post(ADDRESS, {"files": upload([saved(f"asst_{count}") for count in range(number)])})
    address: str = confirm(who, preview)["Location"]
    return address


@pytest.mark.usefixtures("slow")
def test_a_long_import_is_followed_to_its_end(dora: Person) -> None:
    address = begun(dora, 7)
    assert "2 of 7 are done. The import continues if you leave this page." in read(dora.get(address)).text
    partial = dora.post(address, headers={"HX-Request": "true"})
    assert "4 of 7 are done." in partial.text
    assert "<html" not in partial.text
    dora.post(address)
    assert dora.post(address)["Location"] == address
    assert "Finished: all 7 are done." in read(dora.get(address)).text
    assert Assistant.objects.count() == 7
    assert Record.objects.filter(action="import.run").count() == 1
    assert "0.json" in read(dora.get(ADDRESS)).text


@pytest.mark.usefixtures("slow")
def test_a_stopped_import_keeps_what_is_stored_and_can_be_gone_on_with(dora: Person) -> None:
    address = begun(dora, 5)
    dora.post(address, {"stop": "1"})
    dora.post(address)
    worker.work()
    assert Assistant.objects.count() == 2
    assert "Stopped: 2 of 5 are done. The other 3 were not imported." in read(dora.get(address)).text
    assert "stopped" in read(dora.get(ADDRESS)).text.lower()
    dora.post(address, {"resume": "1"})
    worker.work()
    assert Assistant.objects.count() == 5
    details = [detail_of(row) for row in Record.objects.filter(action="import.run").order_by("seq")]
    assert [(detail["new"], detail.get("not_yet", 0)) for detail in details] == [(2, 3), (5, 0)]


@pytest.mark.usefixtures("slow")
def test_agreeing_twice_begins_once(dora: Person) -> None:
    preview = dora.post(ADDRESS, {"files": upload([saved(f"asst_{count}") for count in range(3)])})
    first = confirm(dora, preview)
    assert confirm(dora, preview)["Location"] == first["Location"]
    assert ImportJob.objects.count() == 1


@pytest.mark.usefixtures("slow")
def test_what_others_changed_since_the_preview_is_left_as_it_is(dora: Person) -> None:
    address = begun(dora, 4)
    row = Assistant(workspace="main", wire_id="asst_0", created_at=1)
    operations.write(row, operations.DEFAULTS | {"model": "gpt-4o", "name": "Theirs"})
    worker.work()
    assert Assistant.objects.get(wire_id="asst_0").body["name"] == "Theirs"
    page = read(dora.get(address)).text
    assert "Finished: all 4 are done." in page
    assert "Changed here since the preview, so left as they are" in page


@pytest.mark.usefixtures("slow")
def test_an_import_belongs_to_its_workspace(dora: Person, settings: Settings) -> None:
    address = begun(dora, 3)
    settings.WORKSPACES = settings.WORKSPACES | {"other": WorkspaceSettings(name="other", label="Other")}
    assert dora.get(address.replace("/w/main/", "/w/other/")).status_code == 404


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({}, "Choose a file, or paste what was saved."),
        ({"text": "{"}, "it is not valid JSON (line 1, column 2)"),
        ({"files": b"\xff\xd8\xff\xe0"}, "is not text in UTF-8 or UTF-16"),
        ({"text": '[{"id": "file-1", "object": "file"}]'}, "There are no assistants in it."),
        ({"text": '{"error": {"message": "Incorrect API key."}}'}, "it is a saved error answer: Incorrect API key."),
        ({"token": "old"}, "The preview is more than an hour old."),
    ],
)
def test_what_cannot_be_read_is_told(dora: Person, sent: dict[str, Any], said: str) -> None:
    if "files" in sent:
        sent = {"files": upload(sent["files"])}
    answer = dora.post(ADDRESS, sent)
    assert said in read(answer).text
    assert not Assistant.objects.exists()


def test_a_preview_belongs_to_who_made_it(dora: Person, db: None) -> None:
    preview = dora.post(ADDRESS, {"files": upload(saved())})
    assert "The preview is more than an hour old." in read(confirm(person("erin", Role.ADMINISTRATORS), preview)).text


def test_what_another_server_keeps_is_not_imported_here(dora: Person, settings: Settings) -> None:
    remote = WorkspaceSettings(name="main", label="Main", base_url="http://server.test/v1")
    settings.WORKSPACES = {"main": remote}
    assert "kept on another server" in read(dora.get(ADDRESS)).text


# How many assistants are being imported when a process is killed; IMPORTED=2000 tries it at full size.
NUMBER = int(os.environ.get("IMPORTED", "25"))
DIES = """
import os, signal, sys
import django
django.setup()
from django.core.management import call_command
from assistants_server.importer import apply, jobs

jobs.PIECE = 10
store, left = apply.store, [int(sys.argv[1])]

def store_or_die(*arguments, **options):
    left[0] -= 1
    if not left[0]:
        os.kill(os.getpid(), signal.SIGKILL)
    store(*arguments, **options)

apply.store = store_or_die
if sys.argv[2] == "page":
    jobs.go_on(sys.argv[3], seconds=600)
else:
    call_command("import_assistants", sys.argv[3])
"""


def killed(after: int, *arguments: str) -> None:
    """Let a process import what the arguments name, and kill it when it stores one more than so many."""
    name = str(connection.settings_dict["NAME"])
    url = f"sqlite:///{name}" if connection.vendor == "sqlite" else moved(os.environ["DATABASE_URL"], name)
    environment = os.environ | {"DATABASE_URL": url, "DATA_DIR": str(settings.DATA_DIR)}
    environment["DJANGO_SETTINGS_MODULE"] = "dashboard.settings"
    command = [sys.executable, "-c", DIES, str(after + 1), *arguments]
    died = subprocess.run(command, env=environment, cwd=settings.BASE_DIR, check=False, capture_output=True)
    assert died.returncode == -signal.SIGKILL, died.stderr


@pytest.mark.django_db(transaction=True)
def test_an_import_that_is_killed_becomes_exactly_what_the_preview_said(
    dora: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as nothing_yet:
        nothing_yet.setattr(jobs, "go_on", lambda pk, **options: 0)
        pk = begun(dora, NUMBER).rstrip("/").rpartition("/")[2]
    killed(NUMBER - 11, "page", pk)
    # The piece that was at work when it died is as if it had not begun.
    whole = (NUMBER - 11) // 10 * 10
    records = Record.objects.filter(action="assistant.create")
    assert Assistant.objects.count() == records.count() == jobs.counts(ImportJob.objects.get())["new"] == whole
    worker.work()
    assert set(Assistant.objects.values_list("wire_id", flat=True)) == {f"asst_{number}" for number in range(NUMBER)}
    assert records.count() == NUMBER
    assert detail_of(Record.objects.get(action="import.run")) == {"new": NUMBER, "replaced": 0, "unchanged": 0}


@pytest.mark.django_db(transaction=True)
def test_a_command_that_is_killed_has_imported_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path, [saved(f"asst_{number}") for number in range(NUMBER)])
    killed(NUMBER - 1, "command", path)
    assert not Assistant.objects.exists()
    assert not Record.objects.filter(action__in=("import.run", "assistant.create")).exists()
    assert f"{NUMBER} new" in run(capsys, path)
    assert Assistant.objects.count() == Record.objects.filter(action="assistant.create").count() == NUMBER
