from __future__ import annotations

import re
from typing import Any

import httpx
import pytest
from django.test import Client as Browser

from assistants_client import Assistant, Client
from assistants_server.http.authentication import new_key
from assistants_server.vector_stores import indexing
from dashboard.audit.models import Record
from dashboard.audit.verify.verification import verify
from tests.assistants_ui.attaching import page_of, sent, upload
from tests.assistants_ui.conftest import Tap
from tests.assistants_ui.pages import editor_form, read
from tests.conftest import Person
from tests.dashboard.audit.logs import sql
from tests.dashboard.audit.test_operations import the_record_fails

HOME = "/w/main/assistants"


@pytest.fixture
def assistant(alice: Person, tap: Tap) -> str:
    """The id of an assistant that alice made, then gave other instructions, then another name."""
    form = {"name": "Support desk", "model": "gpt-4.1-mini", "instructions": "Be kind.\nBe brief."}
    made = alice.post(f"{HOME}/new/", form)
    assistant_id = str(made["Location"]).rstrip("/").rpartition("/")[2]
    save(alice, assistant_id, instructions="Be kind.\nBe thorough.")
    save(alice, assistant_id, name="Help desk")
    tap.clear()
    return assistant_id


def save(person: Person, assistant_id: str, **fields: Any) -> None:
    address = f"{HOME}/{assistant_id}/edit/"
    response = person.post(address, editor_form(person.get(address)) | fields)
    assert response.status_code == 302, read(response).text


def rows(assistant_id: str) -> list[int]:
    """The revisions' numbers, oldest first."""
    found = Record.objects.filter(target_id=assistant_id, outcome="succeeded").order_by("seq")
    return list(found.values_list("seq", flat=True))


def forged(seq: int) -> None:
    """Another text in the recorded states, as somebody writes it who has the database and not the key."""
    body = Record.objects.get(seq=seq).body
    assert "Be thorough." in body
    sql("UPDATE audit_event SET body = %s WHERE seq = %s", body.replace("Be thorough.", "Promise refunds."), seq)


@pytest.mark.parametrize("page", ["", "restore/", "undo/"])
def test_nothing_is_shown_or_restored_of_a_version_that_was_forged(
    alice: Person, server: Client, assistant: str, page: str
) -> None:
    seq = rows(assistant)[1]
    forged(seq)
    for response in (alice.get(f"{HOME}/{assistant}/history/{seq}/{page}"), post(alice, assistant, seq, page)):
        if response.status_code != 405:
            assert response.status_code == 409
            assert "The record cannot vouch for this" in read(response).text
            assert "refunds" not in response.content.decode()
    assert "refunds" not in (server.assistants.retrieve(assistant).instructions or "")
    assert alice.get(f"{HOME}/{assistant}/history/{rows(assistant)[0]}/restore/").status_code == 200


def post(person: Person, assistant_id: str, seq: int, page: str) -> Any:
    return person.post(f"{HOME}/{assistant_id}/history/{seq}/{page}")


def test_a_change_is_not_undone_by_what_was_forged_before_it(alice: Person, assistant: str) -> None:
    _, before, last = rows(assistant)
    sql("UPDATE audit_event SET body = '' WHERE operation = (SELECT operation FROM audit_event WHERE seq = %s)", last)
    forged(before)
    assert alice.post(f"{HOME}/{assistant}/history/{last}/undo/").status_code == 409


def test_a_deleted_assistant_does_not_come_back_forged(alice: Person, server: Client, assistant: str) -> None:
    server.assistants.retrieve(assistant)
    alice.post(f"{HOME}/{assistant}/delete/", read(alice.get(f"{HOME}/{assistant}/delete/")).forms[-1])
    intent = Record.objects.get(action="assistant.delete", kind="intent")
    forged(intent.seq)
    assert alice.get(f"{HOME}/{assistant}/undelete/").status_code == 409
    assert alice.post(f"{HOME}/{assistant}/undelete/").status_code == 409
    assert server.assistants.list().data == []


@pytest.mark.parametrize("body", ["no JSON", "[1]", '{"after": 5}'])
def test_a_state_that_cannot_be_read_fails_no_page(alice: Person, assistant: str, body: str) -> None:
    seq = rows(assistant)[-1]
    sql("UPDATE audit_event SET body = %s WHERE seq = %s", body, seq)
    assert alice.get(f"{HOME}/{assistant}/").status_code == 200
    assert alice.get(f"{HOME}/{assistant}/history/").status_code == 200
    assert alice.get(f"{HOME}/{assistant}/history/{seq}/").status_code == 409


def test_it_tells_every_change_in_a_sentence(bob: Person, assistant: str) -> None:
    text = read(bob.get(f"{HOME}/{assistant}/history/")).text
    assert "renamed it to “Help desk”" in text
    assert "changed the instructions (1 line)" in text
    assert "created the assistant" in text
    assert text.index("renamed it") < text.index("created the assistant")


def test_it_shows_one_version_whole_and_what_it_changed(bob: Person, assistant: str) -> None:
    response = bob.get(f"{HOME}/{assistant}/history/{rows(assistant)[1]}/")
    page = response.content.decode()
    assert "Be <del>brief</del>." in page
    assert "Be <ins>thorough</ins>." in page
    assert "Support desk" in page


def test_it_compares_any_two(bob: Person, assistant: str) -> None:
    first, _, last = rows(assistant)
    response = bob.get(f"{HOME}/{assistant}/history/compare/", {"from": last, "to": first})
    page = response.content.decode()
    assert "<del>Support</del> desk" in page
    assert "<ins>Help</ins> desk" in page


def test_it_restores_a_version_and_sends_only_what_differs(
    alice: Person, assistant: str, server: Client, tap: Tap
) -> None:
    address = f"{HOME}/{assistant}/history/{rows(assistant)[0]}/restore/"
    form = next(form for form in read(alice.get(address)).forms if "field" in form)
    tap.clear()
    assert alice.post(address, form).status_code == 302
    assert tap.written == [{"name": "Support desk", "instructions": "Be kind.\nBe brief."}]
    assert server.assistants.retrieve(assistant).name == "Support desk"
    assert "restored an earlier version" in read(alice.get(f"{HOME}/{assistant}/history/")).text


def test_it_restores_a_single_field(alice: Person, assistant: str, server: Client, tap: Tap) -> None:
    address = f"{HOME}/{assistant}/history/{rows(assistant)[0]}/restore/"
    response = alice.post(address, {"field": "instructions"})
    told = read(alice.get(response["Location"])).text
    assert "“Help desk” has the instructions of the earlier version again." in told
    restored = server.assistants.retrieve(assistant)
    assert (restored.name, restored.instructions) == ("Help desk", "Be kind.\nBe brief.")


def test_it_saves_nothing_when_somebody_was_quicker(alice: Person, assistant: str, server: Client, tap: Tap) -> None:
    address = f"{HOME}/{assistant}/history/{rows(assistant)[0]}/restore/"
    form = next(form for form in read(alice.get(address)).forms if "field" in form)
    server.assistants.update(assistant, description="New")
    tap.clear()
    response = alice.post(address, form)
    assert response.status_code == 409
    assert "It changed while you were looking." in read(response).text
    assert tap.written == []


def test_it_undoes_one_change_and_keeps_the_later_ones(alice: Person, assistant: str, server: Client) -> None:
    address = f"{HOME}/{assistant}/history/{rows(assistant)[1]}/undo/"
    response = alice.post(address)
    undone = server.assistants.retrieve(assistant)
    assert "The change of the instructions was undone." in read(alice.get(response["Location"])).text
    assert (undone.name, undone.instructions) == ("Help desk", "Be kind.\nBe brief.")
    assert "undid a change" in read(alice.get(f"{HOME}/{assistant}/history/")).text


def test_it_asks_before_undoing_what_was_changed_again(alice: Person, assistant: str, tap: Tap) -> None:
    save(alice, assistant, instructions="Be kind.\nBe quick.")
    address = f"{HOME}/{assistant}/history/{rows(assistant)[1]}/undo/"
    tap.clear()
    response = alice.post(address)
    assert "Changed again since" in read(response).text
    assert tap.written == []
    assert alice.post(address, {"field": "instructions"}).status_code == 302
    assert tap.written == [{"instructions": "Be kind.\nBe brief."}]


def test_it_brings_a_deleted_assistant_back_under_its_own_id(alice: Person, assistant: str, server: Client) -> None:
    before = server.assistants.retrieve(assistant).raw
    alice.post(f"{HOME}/{assistant}/delete/")
    assert read(alice.get(f"{HOME}/deleted/")).links["Help desk"] == f"{HOME}/{assistant}/history/"
    response = alice.post(f"{HOME}/{assistant}/undelete/")
    assert response["Location"] == f"{HOME}/{assistant}/"
    assert server.assistants.retrieve(assistant).raw == before
    assert "Nothing was deleted" in read(alice.get(f"{HOME}/deleted/")).text
    history = alice.get(f"{HOME}/{assistant}/history/")
    assert "brought the deleted assistant back" in read(history).text
    chosen = [form for form in read(history).forms if "from" in form]
    assert [form["from"] != form["to"] for form in chosen] == [True], "two versions can be compared at once"


def test_each_change_offers_its_own_way_back(alice: Person, assistant: str, server: Client) -> None:
    save(alice, assistant, description="Wrong")
    undo = f"{HOME}/{assistant}/history/{rows(assistant)[-1]}/undo/"
    assert f'action="{undo}"' in alice.get(f"{HOME}/{assistant}/").content.decode()
    alice.post(undo)
    assert server.assistants.retrieve(assistant).description is None
    alice.post(f"{HOME}/{assistant}/delete/")
    assert f'action="{HOME}/{assistant}/undelete/"' in alice.get(f"{HOME}/").content.decode()


def test_its_history_is_still_there_after_its_deletion(alice: Person, bob: Person, assistant: str) -> None:
    alice.post(f"{HOME}/{assistant}/delete/")
    text = read(bob.get(f"{HOME}/{assistant}/history/")).text
    assert "deleted the assistant" in text
    assert "Bring it back" not in text
    assert bob.post(f"{HOME}/{assistant}/undelete/").status_code == 403


def test_only_the_dashboard_gets_a_deleted_id_back(alice: Person, assistant: str, server: Client) -> None:
    alice.post(f"{HOME}/{assistant}/delete/")
    _, key = new_key(name="tests", workspace="main")
    made = Browser().post(
        "/v1/assistants",
        {"model": "gpt-4.1-mini"},
        content_type="application/json",
        HTTP_AUTHORIZATION=f"Bearer {key}",
        HTTP_DASHBOARD_UNDELETE=assistant,
    )
    assert made.json()["id"] != assistant


def test_nothing_is_sent_when_it_cannot_be_recorded(alice: Person, assistant: str, tap: Tap) -> None:
    address = f"{HOME}/{assistant}/history/{rows(assistant)[0]}/restore/"
    tap.clear()
    with the_record_fails(from_row=1):
        response = alice.post(address)
    assert response.status_code == 503
    assert "Changes are paused because the activity record can't be written" in read(response).text
    assert tap.written == []


def test_it_names_the_files_that_are_gone_before_bringing_it_back(alice: Person, server: Client, tap: Tap) -> None:
    file = server.files.create(file=("prices.txt", b"1, 2, 3"), purpose="assistants")
    made = server.assistants.create(
        model="gpt-4.1-mini",
        name="Sales",
        tools=[{"type": "code_interpreter"}],
        tool_resources={"code_interpreter": {"file_ids": [file.id]}},
    )
    alice.post(f"{HOME}/{made.id}/delete/")
    server.files.delete(file.id)
    assert file.id in read(alice.get(f"{HOME}/{made.id}/undelete/")).text
    alice.post(f"{HOME}/{made.id}/undelete/")
    assert server.assistants.retrieve(made.id).code_interpreter_file_ids == []


def test_it_records_what_somebody_changed_past_the_dashboard(alice: Person, assistant: str, server: Client) -> None:
    server.assistants.update(assistant, instructions="Be rude.")
    alice.get(f"{HOME}/{assistant}/edit/")
    alice.get(f"{HOME}/{assistant}/edit/")
    text = read(alice.get(f"{HOME}/{assistant}/history/")).text
    assert text.count("Someone outside this dashboard changed the instructions (2 lines)") == 1
    assert alice.post(f"{HOME}/{assistant}/history/{rows(assistant)[-1]}/undo/").status_code == 302
    assert server.assistants.retrieve(assistant).instructions == "Be kind.\nBe thorough."
    assert verify().is_whole


def test_what_a_server_counts_by_itself_is_nobodys_change(alice: Person, assistant: str, tap: Tap) -> None:
    def counting(request: httpx.Request) -> httpx.Response | None:
        if request.method != "GET" or not request.url.path.endswith(assistant):
            return None
        answer = tap.server.handle_request(request)
        answer.read()
        return httpx.Response(200, json=answer.json() | {"last_used_at": len(tap.requests)})

    tap.answer = counting
    alice.get(f"{HOME}/{assistant}/edit/")
    assert not Record.objects.filter(action="assistant.changed_outside").exists()


def test_it_does_not_call_its_own_changes_foreign(alice: Person, assistant: str) -> None:
    alice.get(f"{HOME}/{assistant}/edit/")
    alice.get(f"{HOME}/{assistant}/")
    assert not Record.objects.filter(action="assistant.changed_outside").exists()


def test_an_assistant_made_elsewhere_has_its_first_state_as_a_version(alice: Person, server: Client, tap: Tap) -> None:
    made: Assistant = server.assistants.create(model="gpt-4.1-mini", name="Old hand", instructions="First.")
    assert "No change is recorded yet" in read(alice.get(f"{HOME}/{made.id}/history/")).text
    save(alice, made.id, instructions="Second.")
    page = read(alice.get(f"{HOME}/{made.id}/history/"))
    assert "Before the first recorded change" in page.text
    first = page.links["Before the first recorded change"]
    assert "First." in read(alice.get(first)).text
    assert alice.post(f"{first}restore/").status_code == 302
    assert server.assistants.retrieve(made.id).instructions == "First."


def test_it_keeps_a_key_out_and_says_so_when_restoring(alice: Person, assistant: str, tap: Tap) -> None:
    key = "sk-proj-abcdefghijklmnopqrstuvwxyz123456"
    save(alice, assistant, instructions=f"Use {key}.")
    with_key = rows(assistant)[-1]
    save(alice, assistant, instructions="Use nothing.")
    text = read(alice.get(f"{HOME}/{assistant}/history/{with_key}/restore/")).text
    assert "looks like a key" in text
    assert key not in text


def test_a_version_of_another_assistant_is_not_found(alice: Person, assistant: str, server: Client) -> None:
    assert alice.get(f"{HOME}/asst_other/history/{rows(assistant)[0]}/").status_code == 404
    assert alice.get(f"{HOME}/{assistant}/history/99999/").status_code == 404


@pytest.mark.parametrize("way", ["restore", "undo"])
def test_a_viewer_may_look_and_not_touch(bob: Person, assistant: str, way: str) -> None:
    seq = rows(assistant)[0]
    assert bob.get(f"{HOME}/{assistant}/history/{seq}/").status_code == 200
    assert bob.get(f"{HOME}/{assistant}/history/{seq}/{way}/").status_code == 403


def test_it_tells_of_files_that_only_the_store_took_or_gave_back(
    alice: Person, bob: Person, server: Client, tap: Tap
) -> None:
    made = server.assistants.create(model="gpt-4.1-mini", name="Sales")
    files_page = page_of(made, "files")
    for number, name in enumerate(("first.txt", "second.txt")):
        alice.post(files_page, sent(upload(name, name.encode()), token=f"click-000{number}"))
    indexing.wait()
    first = next(file for file in server.files.list() if file.filename == "first.txt")
    alice.post(page_of(made, "files", first.id, "detach"), {"use": "file_search"})

    page = read(alice.get(page_of(made, "history")))
    for told in ("attached first.txt", "attached second.txt", "removed first.txt"):
        assert page.text.count(told) == 1
    assert page.links["Attach files"] == files_page
    assert "Attach files" not in read(bob.get(page_of(made, "history"))).links


def test_it_calls_tools_stores_and_formats_as_people_know_them(alice: Person, server: Client, tap: Tap) -> None:
    made = server.assistants.create(model="gpt-4.1-mini", name="Sales", response_format={"type": "json_object"})
    save(alice, made.id, name="Sales desk")
    alice.post(page_of(made, "files"), sent(upload("prices.txt", b"4.90"), token="click-0001"))
    indexing.wait()
    first = rows(made.id)[0]

    shown = read(alice.get(page_of(made, "history", str(first), "restore"))).text
    whole = read(alice.get(page_of(made, "history", str(first)))).text

    assert "File search" in shown
    assert "Files of Sales desk" in shown
    assert "file_search" not in shown
    assert "vs_" not in shown
    assert "JSON" in whole
    assert "json_object" not in whole


def test_versions_are_counted_from_the_oldest(alice: Person, assistant: str) -> None:
    page = read(alice.get(f"{HOME}/{assistant}/history/"))
    assert re.findall(r"Version \d", page.text) == ["Version 3", "Version 2", "Version 1"]
    newest = next(link for link in page.links.values() if re.search(r"/history/\d+/$", link))
    shown = read(alice.get(newest)).text
    assert "Version 3 · Current · just now" in shown
    assert "Restore this version" not in shown, "it is the one that holds"


def test_the_reason_for_a_change_is_kept_shown_and_found(alice: Person, carol: Person, assistant: str) -> None:
    save(alice, assistant, name="Help", why="  The team was\trenamed in May. ")
    assert "The team was renamed in May." in read(alice.get(f"{HOME}/{assistant}/history/")).text
    found = read(carol.get("/audit/?q=renamed+in+May")).text
    assert "The team was renamed in May." in found
    last = Record.objects.filter(action="assistant.update").latest("seq")
    assert "Why The team was renamed in May." in read(carol.get(f"/audit/{last.seq}/")).text
    # Only looking at the form says nothing of it, and nothing else may be slipped into the record by it.
    assert editor_form(alice.get(f"{HOME}/{assistant}/edit/"))["why"] == ""
