"""The pages, the zip and the command of handing over."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from assistants_client import Assistant, Client
from assistants_ui.handover.targets import TARGETS
from dashboard.audit.models import Record
from tests.assistants_ui.pages import read
from tests.conftest import Person

pytestmark = pytest.mark.django_db


def unpacked(answer: Any) -> dict[str, bytes]:
    """The files in a zip that was downloaded, by their paths."""
    content = answer.getvalue()
    answer.close()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def page_of(assistant: Assistant) -> str:
    return f"/w/main/assistants/{assistant.id}/hand-over/"


@pytest.fixture
def desk(server: Client) -> Assistant:
    return server.assistants.create(model="gpt-4o", name="Returns desk", instructions="Be kind, {{name}}.\r\n")


def test_a_target_is_chosen_and_losses_are_seen_first(alice: Person, desk: Assistant) -> None:
    assert read(alice.get(f"/w/main/assistants/{desk.id}/")).links["Hand over"] == page_of(desk)
    assert "Show what is lost" in read(alice.get(page_of(desk))).text

    page = read(alice.get(page_of(desk), {"target": "responses"})).text

    assert page.index("What becomes of each field") < page.index("Download")
    assert "losses.md" in page


@pytest.mark.parametrize("target", TARGETS)
def test_page_zip_and_command_give_the_same_bytes(target: str, alice: Person, desk: Assistant, tmp_path: Path) -> None:
    shown = alice.get(page_of(desk), {"target": target})
    answer = alice.post(page_of(desk), {"target": target})
    call_command("hand_over", target, desk.id, "--out", str(tmp_path / "out"))

    zipped = unpacked(answer)
    written = {
        str(path.relative_to(tmp_path / "out")): path.read_bytes()
        for path in (tmp_path / "out").rglob("*")
        if path.is_file()
    }
    assert shown.status_code == 200
    assert zipped == written
    assert any("losses" in name for name in zipped)
    assert answer["Content-Disposition"] == f'attachment; filename="returns-desk-{target}.zip"'


def test_the_bundle_takes_the_bytes_of_files_along(alice: Person, server: Client) -> None:
    file = server.files.create(file=("price list.txt", b"4.90"), purpose="vision")
    tools = {"code_interpreter": {"file_ids": [file.id]}}
    made = server.assistants.create(
        model="gpt-4o", name="Prices", tools=[{"type": "code_interpreter"}], tool_resources=tools
    )

    answer = alice.post(page_of(made), {"target": "bundle"})

    assert [content for name, content in unpacked(answer).items() if name.startswith("files/")] == [b"4.90"]


def test_several_at_once_have_a_folder_each_and_collisions_are_told(
    alice: Person, server: Client, desk: Assistant
) -> None:
    twin = server.assistants.create(model="gpt-4o", name="Returns desk")
    assert "Returns desk" in read(alice.get("/w/main/hand-over/")).text
    assert "Choose at least one assistant." in read(alice.get("/w/main/hand-over/", {"chosen": "1"})).text

    chosen = {"id": [desk.id, twin.id], "target": "responses"}
    assert "2 assistants are called" in read(alice.get("/w/main/hand-over/", chosen)).text
    answer = alice.post("/w/main/hand-over/", chosen)

    folders = {name.partition("/")[0] for name in unpacked(answer)}
    assert folders == {"losses.md", "returns-desk", "returns-desk-2"}


def test_decisions_are_asked_and_used(alice: Person, desk: Assistant) -> None:
    query = {"target": "foundry", "model_from": "gpt-4o", "model_to": "our-deployment", "variables": "yes"}

    page = read(alice.get(page_of(desk), query)).text

    assert '"model": "our-deployment"' in page
    assert "structured_inputs" in page


def test_it_is_recorded_without_a_text(alice: Person, carol: Person, desk: Assistant) -> None:
    unpacked(alice.post(page_of(desk), {"target": "responses"}))

    row = Record.objects.get(action="assistant.handed_over")
    assert row.target_id == desk.id
    assert "Be kind" not in row.head
    assert "handed over the assistant" in read(carol.get("/audit/")).text


def test_a_secret_is_pointed_out_before_the_download(alice: Person, server: Client) -> None:
    made = server.assistants.create(model="gpt-4o", instructions="Use sk-" + "a1B2" * 8)

    page = read(alice.get(page_of(made), {"target": "claude"})).text

    assert "a secret" in page.lower()


def test_an_unknown_target_or_assistant_is_not_found(alice: Person, desk: Assistant) -> None:
    assert alice.get(page_of(desk), {"target": "elsewhere"}).status_code == 404
    assert alice.get("/w/main/assistants/asst_none/hand-over/").status_code == 404


def test_the_command_writes_nothing_over_anything(desk: Assistant, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")

    with pytest.raises(CommandError, match="not an empty folder"):
        call_command("hand_over", "responses", desk.id, "--out", str(tmp_path))
    with pytest.raises(CommandError, match="has no assistant asst_none"):
        call_command("hand_over", "responses", "asst_none", "--out", str(tmp_path / "new"))
    assert not (tmp_path / "new").exists()
