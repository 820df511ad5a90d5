"""The import page: upload or paste, preview, import; for administrators, and without JavaScript."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import Settings

from assistants_server.importer import apply as importing
from assistants_server.models import Assistant
from dashboard.access import Role
from dashboard.audit.models import Record
from dashboard.environment import WorkspaceSettings
from tests.assistants_server.test_importer import saved
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


def test_it_is_all_or_nothing(dora: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    store = importing._store

    def fails_at_the_second(workspace: str, item: Any, **options: Any) -> None:
        if item.wire_id == "asst_b":
            raise RuntimeError("the process ends here")
        store(workspace, item, **options)

    monkeypatch.setattr(importing, "_store", fails_at_the_second)
    preview = dora.post(ADDRESS, {"files": upload([saved("asst_a"), saved("asst_b")])})
    with pytest.raises(RuntimeError):
        confirm(dora, preview)
    assert not Assistant.objects.exists()
    assert not Record.objects.filter(action__in=("import.run", "assistant.create")).exists()


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
