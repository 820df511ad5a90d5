"""kill -9 at each step of an upload and of an import: what the next start finds, and what it says of it.

With ``KILL_EVERYWHERE=1`` the long ones are killed at every single step, too.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.conf import settings as site
from django.core.management import call_command

from assistants_server.files import janitor, storage
from assistants_server.importer import jobs
from assistants_server.models import Assistant, File, ImportJob, ImportRow, StoreFile, UploadPart, VectorStore
from dashboard.audit.models import Record
from tests.assistants_server.conftest import API, upload
from tests.assistants_server.importing import saved
from tests.assistants_server.test_import_page import ADDRESS, confirm
from tests.assistants_server.test_uploads import add, begin
from tests.conftest import Person
from tests.killing import KeptDatabase, deaths

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.services_do_not_matter]
CONTENT = b"Thirty days. " * 20_000


def root() -> Path:
    return Path(site.DATA_DIR) / "files"


def on_disk() -> set[str]:
    return {str(path.relative_to(root())) for path in root().rglob("*") if path.is_file()}


def started_again(caplog: pytest.LogCaptureFixture) -> None:
    """The next start of ``serve``: nothing is left without a row or without its bytes, and the log says what was."""
    before = on_disk()
    models = (File, UploadPart)
    rows = {name for model in models for name in model.objects.values_list("storage_name", flat=True)}
    caplog.clear()
    call_command("clean_files", verbosity=0)
    assert on_disk() == rows
    assert ("Removed what an earlier process left behind" in caplog.text) == (before != rows)
    assert janitor.clean() == janitor.Cleaned()
    recorded = set(Record.objects.filter(action="file.create").values_list("target_id", flat=True))
    assert set(File.objects.values_list("wire_id", flat=True)) <= recorded
    if Record.objects.exists():
        call_command("audit_verify", verbosity=0)


def test_an_upload(api: API, caplog: pytest.LogCaptureFixture) -> None:
    storage.root().mkdir(parents=True)

    def act() -> None:
        upload(api, name="plain.txt", content=CONTENT)

    found = set()
    for _ in deaths(act, folder=root(), every=3):
        found.add(len(on_disk()) - File.objects.count())
        started_again(caplog)
    # Some died with half a file, or with a whole one and no row.
    assert found == {0, 1}


def test_an_upload_in_parts(api: API, caplog: pytest.LogCaptureFixture) -> None:
    storage.root().mkdir(parents=True)

    def act() -> None:
        made = begin(api, bytes=2 * len(CONTENT))
        parts = [add(api, made["id"], CONTENT).json()["id"] for _ in range(2)]
        assert api.send(f"/uploads/{made['id']}/complete", {"part_ids": parts}).status_code == 200

    for _ in deaths(act, folder=root(), every=17):
        started_again(caplog)
    assert File.objects.filter(size=2 * len(CONTENT)).exists()


def test_deleting_a_file(api: API, caplog: pytest.LogCaptureFixture) -> None:
    upload(api)

    def act() -> None:
        name = File.objects.latest("pk").wire_id
        assert api.delete(f"/v1/files/{name}").status_code == 200

    for _ in deaths(act, folder=root(), every=4):
        started_again(caplog)
        if not File.objects.exists():
            upload(api)
    started_again(caplog)


@pytest.fixture
def archive(api: API, tmp_path: Path) -> Path:
    """What another site exported: two assistants, a file and a vector store of it."""
    name = upload(api, content=CONTENT)
    store = api.send("/vector_stores", {"file_ids": [name]}).json()["id"]
    for _ in range(2):
        body = {"model": "gpt-4o", "tool_resources": {"file_search": {"vector_store_ids": [store]}}}
        assert api.send("/assistants", body).status_code == 200
    path = tmp_path / "saved.zip"
    call_command("export_assistants", str(path), verbosity=0)
    for model in (Assistant, StoreFile, VectorStore, File):
        model.objects.all().delete()
    janitor.clean()
    return path


def test_an_import_by_command(archive: Path, caplog: pytest.LogCaptureFixture) -> None:
    """All of it is there, or nothing: files, stores, assistants and the record of them."""

    def act() -> None:
        call_command("import_assistants", str(archive), verbosity=0)

    for _ in deaths(act, folder=root(), every=13):
        started_again(caplog)
        brought = [model.objects.count() for model in (File, VectorStore, Assistant)]
        assert brought in ([0, 0, 0], [1, 1, 2])
        assert Record.objects.filter(action="import.run").count() == (brought != [0, 0, 0])
        if brought[0]:
            # What comes after the commit only reads; another import finds everything there already.
            break
    act()
    assert Assistant.objects.count() == 2
    started_again(caplog)


def assert_truthful(job: ImportJob) -> None:
    """Each assistant that is there is recorded once and waits no more, and none that waits is there."""
    ids = list(job.rows.values_list("wire_id", flat=True))
    there = sorted(Assistant.objects.filter(wire_id__in=ids).values_list("wire_id", flat=True))
    recorded = Record.objects.filter(action="assistant.create", target_id__in=ids)
    assert sorted(recorded.values_list("target_id", flat=True)) == there
    assert sorted(job.rows.filter(state=ImportRow.State.NEW).values_list("wire_id", flat=True)) == there


def test_an_import_by_page(dora: Person, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    """In pieces, here of two: whatever was stored is recorded, and who goes on stores the rest, once."""
    monkeypatch.setattr("assistants_server.importer.views.SECONDS", 600)
    monkeypatch.setattr(jobs, "PIECE", 2)
    number = 5
    preview = dora.post(ADDRESS, {"text": "\n".join(json.dumps(saved(f"asst_{index}")) for index in range(number))})
    before = KeptDatabase()
    stored = set()
    for _ in deaths(lambda: confirm(dora, preview), folder=root(), every=7):
        started_again(caplog)
        for job in ImportJob.objects.all():
            assert_truthful(job)
            stored.add(Assistant.objects.count())
            # What the next process does with it, without anybody asking.
            jobs.go_on(job.pk, seconds=600)
            assert_truthful(job)
        assert Assistant.objects.count() == number * ImportJob.objects.count()
        assert Record.objects.filter(action="import.run").count() == ImportJob.objects.count()
        before.bring_back()
    assert Assistant.objects.count() == number
    # Some died before the first piece, some between two, and some after the last.
    assert stored == {0, 2, 4, 5}
