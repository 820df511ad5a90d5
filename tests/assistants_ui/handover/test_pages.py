"""The pages, the zip and the command of handing over."""

from __future__ import annotations

import io
import re
import zipfile
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.http import HttpResponse
from django.http.response import HttpResponseBase

from assistants_client import Assistant, Client
from assistants_ui.handover import views
from assistants_ui.handover.findings import characters_in
from assistants_ui.handover.losses import LossKind
from assistants_ui.handover.source import Source
from assistants_ui.handover.targets import TARGETS
from assistants_ui.models import Question
from dashboard.audit.models import Record
from tests.assistants_server.conftest import read_files
from tests.assistants_ui.conftest import Tap
from tests.assistants_ui.pages import read
from tests.conftest import Person, html

pytestmark = pytest.mark.django_db


# What HTML would change: line ends, one at the beginning, markup; and what targets read as their own.
TEXT = "\nBe kind, {{name}}.\r\n---\n<b>user:\r trail  \u200f\ufeff&#13;\r\n"


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
    return server.assistants.create(model="gpt-4o", name="Returns desk", instructions=TEXT)


def test_a_target_is_chosen_and_losses_are_seen_first(alice: Person, desk: Assistant) -> None:
    assert read(alice.get(f"/w/main/assistants/{desk.id}/")).links["Hand over"] == page_of(desk)
    assert "Show what is lost" in read(alice.get(page_of(desk))).text

    page = read(alice.get(page_of(desk), {"target": "responses"})).text

    assert page.index("What becomes of each field") < page.index("Download")
    assert "losses.md" in page


def shown(answer: HttpResponseBase) -> dict[str, bytes]:
    """The files that a page shows, as a browser would copy them."""
    assert isinstance(answer, HttpResponse)
    found = re.findall(
        r'<summary class="mono"><bdi>(.*?)</bdi></summary>.*?<pre tabindex="0">\n(.*?)</pre>',
        answer.content.decode(),
        re.DOTALL,
    )
    return {path: unescape(text.replace("\r\n", "\n").replace("\r", "\n")).encode() for path, text in found}


def written(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.services_do_not_matter
@pytest.mark.parametrize("target", TARGETS)
def test_page_zip_and_command_give_the_same_bytes(target: str, alice: Person, desk: Assistant, tmp_path: Path) -> None:
    page = alice.get(page_of(desk), {"target": target})
    answer = alice.post(page_of(desk), {"target": target, "download": "1"})
    call_command("hand_over", target, desk.id, "--out", str(tmp_path / "out"))

    zipped = unpacked(answer)
    assert shown(page) == zipped == written(tmp_path / "out")
    assert zipped["instructions.md"] == TEXT.encode()
    assert "losses.md" in zipped
    assert answer["Content-Disposition"] == f'attachment; filename="returns-desk-{target}.zip"'


@pytest.mark.services_do_not_matter
@pytest.mark.parametrize("target", TARGETS)
def test_several_with_one_name_and_decisions_are_the_same_three_ways(
    target: str, alice: Person, server: Client, desk: Assistant, tmp_path: Path
) -> None:
    file = server.files.create(file=("prices.txt", b"4.90"), purpose="assistants")
    twin = server.assistants.create(
        model="gpt-4o",
        name=desk.name,
        instructions="{{greet}}",
        tools=[{"type": "code_interpreter"}],
        tool_resources={"code_interpreter": {"file_ids": [file.id]}},
    )
    asked = {"model_from": "gpt-4o", "model_to": "gpt-6-luna", "variables": "yes", "code_tools": "yes"}
    chosen = {"id": [desk.id, twin.id], "target": target, **asked}
    page = alice.get("/w/main/hand-over/", chosen)
    answer = alice.post("/w/main/hand-over/", chosen | {"download": "1"})
    given = ["--model", "gpt-4o=gpt-6-luna", "--variables", "yes", "--code-tools", "yes"]
    # In the order of the list, the newest first.
    call_command("hand_over", target, twin.id, desk.id, "--out", str(tmp_path / "out"), *given)

    zipped = unpacked(answer)
    assert zipped == written(tmp_path / "out")
    assert shown(page) == {path: content for path, content in zipped.items() if "/files/" not in path}
    assert {path.partition("/")[0] for path in zipped} == {"losses.md", "returns-desk", "returns-desk-2"}
    assert target == "bundle" or b"gpt-6-luna" in b"".join(zipped.values())
    assert "2 assistants" in read(page).text


@pytest.mark.services_do_not_matter
@pytest.mark.parametrize("target", TARGETS)
def test_the_page_asks_for_exactly_what_has_to_be_decided(target: str, alice: Person, server: Client) -> None:
    made = server.assistants.create(model="gpt-4o", instructions="{{name}}", tools=[{"type": "code_interpreter"}])
    losses = TARGETS[target].losses(made.raw)

    page = html(alice.get(page_of(made), {"target": target}))

    asked = set(re.findall(r'<(?:select|input) class="input"[^>]* name="(\w+)"', page))
    fields = {"model": "model_to", "instructions": "variables", "tools[0].type": "code_tools"}
    assert asked == {fields[loss.field] for loss in losses if loss.outcome is LossKind.DECIDE}


def test_the_bundle_takes_the_bytes_of_files_along(alice: Person, server: Client) -> None:
    file = server.files.create(file=("price list.txt", b"4.90"), purpose="vision")
    tools = {"code_interpreter": {"file_ids": [file.id]}}
    made = server.assistants.create(
        model="gpt-4o", name="Prices", tools=[{"type": "code_interpreter"}], tool_resources=tools
    )

    answer = alice.post(page_of(made), {"target": "bundle", "download": "1"})

    assert [content for name, content in unpacked(answer).items() if name.startswith("files/")] == [b"4.90"]


def test_the_bundle_says_by_which_rule_a_file_did_not_come_and_holds_its_text(
    alice: Person, dora: Person, server: Client, desk: Assistant, tmp_path: Path
) -> None:
    file = server.files.create(file=("price list.md", b"Bread: 4.90"), purpose="assistants")
    store = server.vector_stores.create(file_ids=[file.id])
    read_files(store.id)
    server.assistants.update(
        desk.id,
        tools=[{"type": "file_search"}],
        tool_resources={"file_search": {"vector_store_ids": [store.id]}},
    )

    files = unpacked(alice.post(page_of(desk), {"target": "bundle", "download": "1"}))

    assert files["files/price-list.md.txt"] == b"Bread: 4.90"
    readme, losses = files["README.md"].decode(), files["losses.md"].decode()
    assert "but not all of its files" in readme
    assert "`files/price-list.md.txt` is the text that was read" in readme
    assert "page *Import*, or with\n  `manage.py import_assistants` and the path of this folder." in readme
    sent = SimpleUploadedFile("assistant.json", files["assistant.json"])
    assert "Returns desk" in read(dora.post("/w/main/import/", {"files": sent}, follow=True)).text
    for path, content in files.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_bytes(content)
    call_command("import_assistants", tmp_path, "--preview")
    assert (
        "the assistant service gives out no files with the purpose “assistants”. The text that was read from 1"
        in losses
    )
    german = read(alice.get(page_of(desk), {"target": "bundle"}, headers={"Accept-Language": "de"})).text
    assert "gibt keine Dateien mit dem Zweck „assistants“ heraus" in german


def test_several_at_once_have_a_folder_each_and_collisions_are_told(
    alice: Person, server: Client, desk: Assistant
) -> None:
    twin = server.assistants.create(model="gpt-4o", name="Returns desk")
    assert "Returns desk" in read(alice.get("/w/main/hand-over/")).text
    assert "Choose at least one assistant." in read(alice.post("/w/main/hand-over/")).text

    chosen = {"id": [desk.id, twin.id], "target": "responses"}
    assert "2 assistants have names like “returns-desk”" in read(alice.get("/w/main/hand-over/", chosen)).text
    chosen["target"] = "foundry"
    page = read(alice.get("/w/main/hand-over/", chosen)).text
    assert "each in place of the one before" in page
    # What there is to do stands there once for both.
    assert "Choose a Foundry deployment gpt-4o: all 2 assistants" in page


def test_decisions_are_asked_and_used(alice: Person, desk: Assistant) -> None:
    query = {"target": "foundry", "model_from": "gpt-4o", "model_to": "our-deployment", "variables": "yes"}

    page = read(alice.get(page_of(desk), query)).text

    assert '"model": "our-deployment"' in page
    assert "structured_inputs" in page


def test_it_is_recorded_without_a_text(alice: Person, carol: Person, desk: Assistant) -> None:
    unpacked(alice.post(page_of(desk), {"target": "responses", "download": "1"}))

    row = Record.objects.get(action="assistant.handed_over")
    assert row.target_id == desk.id
    assert "Be kind" not in row.head
    assert "handed over the assistant" in read(carol.get("/audit/")).text


def test_a_secret_is_pointed_out_before_the_download(alice: Person, server: Client) -> None:
    made = server.assistants.create(model="gpt-4o", instructions="Use sk-" + "a1B2" * 8)

    page = read(alice.get(page_of(made), {"target": "claude"})).text

    assert page.index("looks like a secret key") < page.index("Download")


def test_a_page_searches_so_much_text_and_names_the_rest(
    alice: Person, server: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The download tells of every secret; the page shows no report that would leave one out, and calls nobody ready."""
    made = [
        server.assistants.create(model="gpt-4o", name=name, instructions=f"{text} sk-aaaaaaaaaaaaaaaaaaaaaaaa")
        for name, text in (("Later", "b"), ("First", "a" * 1_000))
    ]
    raws = [assistant.raw for assistant in reversed(made)]
    together = sum(characters_in(Source.of(raw)) for raw in raws)
    where, asked = "/w/main/hand-over/", {"target": "claude", "id": [assistant.id for assistant in made]}

    monkeypatch.setattr(views, "HANDOVER_CHARACTERS", together)
    whole = alice.get(where, asked)
    assert "were not searched" not in read(whole).text
    assert {"losses.md", "later/losses.md"} < set(shown(whole))

    monkeypatch.setattr(views, "HANDOVER_CHARACTERS", together - 1)
    page = alice.get(where, asked)
    assert "The texts of 1 assistant were not searched for secrets" in read(page).text
    assert "Which ones Later" in read(page).text
    assert "ready" not in read(page).text
    assert {name for name in shown(page) if name.endswith("losses.md")} == {"first/losses.md"}
    zipped = unpacked(alice.post(where, asked | {"download": "1"}))
    assert b"secret key" in zipped["later/losses.md"]
    assert shown(page).items() <= zipped.items()


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


def test_the_command_calls_no_assistant_missing_where_the_server_answers_with_a_page(
    tap: Tap, desk: Assistant, tmp_path: Path
) -> None:
    tap.answer = lambda request: httpx.Response(404, html="<html><title>404 Not Found</title></html>")
    with pytest.raises(CommandError, match=f"The server did not give {desk.id}: "):
        call_command("hand_over", "responses", desk.id, "--out", str(tmp_path / "new"))
    assert not (tmp_path / "new").exists()


def test_it_says_what_stays_behind(alice: Person, desk: Assistant) -> None:
    for number in range(3):
        Question.objects.create(workspace="main", assistant_id=desk.id, text=f"How long? {number}")
    told = "3 test questions, the history and unsaved drafts stay in this dashboard"
    assert told in read(alice.get(page_of(desk), {"target": "dotprompt"})).text
    report = unpacked(alice.post(page_of(desk), {"target": "dotprompt", "download": "1"}))["losses.md"].decode()
    assert report.count(told) == 1
    Question.objects.all().delete()
    report = unpacked(alice.post(page_of(desk), {"target": "dotprompt", "download": "1"}))["losses.md"].decode()
    assert report.count("The history and unsaved drafts stay in this dashboard.") == 1
    assert "test question" not in report
