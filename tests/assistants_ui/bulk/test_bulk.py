"""Changing many assistants: previewed, each with its outcome, one group in the record, taken back as one."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from django.db import OperationalError, connection

from assistants_client import Assistant, Client
from assistants_ui.bulk import jobs
from assistants_ui.models import BulkJob
from dashboard.audit.models import Record
from tests.assistants_ui.conftest import Tap
from tests.assistants_ui.pages import read
from tests.conftest import Person

LIST = "/w/main/assistants/"
CHANGE = f"{LIST}change/"

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def team(server: Client) -> list[Assistant]:
    """Four assistants; three give out a telephone number, one of them with settings that other models refuse."""
    return [
        server.assistants.create(model="gpt-4.1", name="North", instructions="Call 555-0100, or 555-0100 at night."),
        server.assistants.create(model="gpt-4.1", name="South", instructions="Call 555-0100.", temperature=0.4),
        server.assistants.create(model="gpt-4.1", name="West", instructions="Call 555-0100.", metadata={"team": "w"}),
        server.assistants.create(model="gpt-4.1", name="East", instructions="Write letters."),
    ]


def preview(person: Person, chosen: str, **change: Any) -> str:
    """The address of the job that such a change of the chosen ones makes."""
    response = person.post(f"{CHANGE}?{chosen}", change)
    assert response.status_code == 302, read(response).text
    return str(response.headers["Location"])


def states(server: Client, team: list[Assistant]) -> list[dict[str, Any]]:
    return [server.assistants.retrieve(item.id).raw for item in team]


def ids(*items: Assistant) -> str:
    return urlencode([("id", item.id) for item in items])


def test_a_number_is_replaced_in_all_that_match_and_taken_back(
    alice: Person, server: Client, team: list[Assistant], tap: Tap
) -> None:
    listed = read(alice.get(f"{LIST}?q=555-0100"))
    assert listed.links["Change all 3 that match"] == f"{CHANGE}?all=1&q=555-0100"
    job = preview(alice, "all=1&q=555-0100", kind="replace", find="555-0100", replacement="555-0199")
    page = alice.get(job)
    assert "3 assistants will change" in read(page).text
    assert "<del>0100</del>" in page.content.decode()
    assert "<ins>0199</ins>" in page.content.decode()
    assert "POST /v1/assistants/" not in " ".join(tap.sent)
    before = states(server, team)
    # The second is nobody's id: no database stores it.
    done = alice.post(job, {"leave_out": [team[1].id, "asst_\0"]}, follow=True)
    assert "Finished: 2 of 3 done." in read(done).text
    texts = [state["instructions"] for state in states(server, team)]
    assert texts == ["Call 555-0199, or 555-0199 at night.", "Call 555-0100.", "Call 555-0199.", "Write letters."]
    groups = re.findall(
        r'"group":"(\w+)"', "".join(Record.objects.filter(kind="outcome").values_list("head", flat=True))
    )
    assert groups == [job.split("/")[-2]] * 2

    undo = alice.post(f"{job}undo/").headers["Location"]
    assert "2 assistants will change" in read(alice.get(undo)).text
    alice.post(undo)
    assert states(server, team) == before


def test_labels_and_models_are_changed(alice: Person, server: Client, team: list[Assistant]) -> None:
    alice.post(preview(alice, ids(team[0], team[2]), kind="add-label", key="team", value="field"))
    alice.post(preview(alice, ids(team[0]), kind="remove-label", key="team"))
    job = preview(alice, ids(*team), kind="model", model="gpt-5-mini")
    assert "Temperature" in read(alice.get(job)).text
    alice.post(job)
    found = states(server, team)
    assert [state["metadata"] for state in found] == [{}, {}, {"team": "field"}, {}]
    assert {state["model"] for state in found} == {"gpt-5-mini"}


def test_many_are_deleted_and_brought_back(alice: Person, server: Client, team: list[Assistant]) -> None:
    before = states(server, team)
    job = preview(alice, ids(*team), kind="delete")
    done = read(alice.post(job, follow=True))
    assert "Finished: 4 of 4 done." in done.text
    assert server.assistants.list().data == []
    alice.post(alice.post(f"{job}undo/").headers["Location"])
    assert states(server, team) == before


def test_what_somebody_else_changed_meanwhile_is_left_alone(
    alice: Person, server: Client, team: list[Assistant]
) -> None:
    job = preview(alice, ids(*team), kind="replace", find="555-0100", replacement="0")
    server.assistants.update(team[0].id, instructions="Mine now: 555-0100.")
    server.assistants.update(team[1].id, description="Another field.")
    server.assistants.delete(team[2].id)
    page = read(alice.post(job, follow=True))
    assert "Changed by somebody else meanwhile: 1" in page.text
    assert "Deleted meanwhile: 1" in page.text
    assert server.assistants.retrieve(team[0].id).instructions == "Mine now: 555-0100."
    assert server.assistants.retrieve(team[1].id).instructions == "Call 0."


def test_it_goes_on_where_it_stopped_and_says_what_was_refused(
    alice: Person, server: Client, team: list[Assistant], tap: Tap, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "SECONDS", 0)
    job = preview(alice, ids(*team[:3]), kind="add-label", key="team", value="x")
    refused = httpx.Response(400, json={"error": {"message": "No more labels."}})
    tap.answer = lambda request: refused if request.method == "POST" and request.url.path.endswith(team[1].id) else None
    page = read(alice.post(job, follow=True))
    assert "1 of 3 done, 2 to go." in page.text
    for _ in range(2):
        page = read(alice.post(job, follow=True))
    assert "Finished: 2 of 3 done." in page.text
    assert "Refused: 1" in page.text
    assert "Nothing would change" in read(alice.get(preview(alice, ids(team[0]), kind="model", model="gpt-4.1"))).text


@pytest.mark.parametrize("change", [{}, {"kind": "replace"}, {"kind": "model"}, {"kind": "add-label", "key": "x"}])
def test_half_a_wish_is_refused(alice: Person, team: list[Assistant], change: dict[str, str]) -> None:
    response = alice.post(f"{CHANGE}?{ids(*team)}", change)
    assert response.status_code == 422


def test_nothing_chosen_leads_back(alice: Person, team: list[Assistant]) -> None:
    assert "Choose the assistants to change first." in read(alice.get(CHANGE, follow=True)).text


def test_a_change_of_many_is_found_again_and_undone_from_the_list_and_from_the_history(
    alice: Person, server: Client, team: list[Assistant]
) -> None:
    job = preview(alice, "all=1&q=555-0100", kind="add-label", key="team", value="x")
    done = read(alice.post(job, follow=True))
    assert done.links["Back to the assistants"] == f"{LIST}?q=555-0100"
    recent = read(alice.get(read(alice.get(LIST)).links["Recent changes of many"]))
    assert recent.links["Add the label “team: x”"] == job
    assert "3 assistants" in recent.text
    assert "Recent changes of many" in read(alice.get(f"{CHANGE}?{ids(team[3])}")).text
    link = "Part of a change of 3 assistants"
    history = read(alice.get(f"{LIST}{team[0].id}/history/"))
    assert history.links[link] == job
    version = next(address for address in history.links.values() if re.search(r"/history/\d+/$", address))
    assert read(alice.get(version)).links[link] == job
    assert "Undo all 3" in read(alice.get(job)).text


def test_the_words_of_the_search_are_what_to_find(alice: Person, server: Client, team: list[Assistant]) -> None:
    searched = {"CALL": "CALL", '"call 555-0100"': "call 555-0100", "call 555": "call 555"}
    for words, found in searched.items():
        page = read(alice.get(f"{CHANGE}?{urlencode({'all': 1, 'q': words})}"))
        form = next(form for form in page.forms if "find" in form)
        assert (form["find"], form["any_case"]) == (found, "on")
    chosen = urlencode({"id": team[0].id, "from": "q=South"})
    assert next(form for form in read(alice.get(f"{CHANGE}?{chosen}")).forms if "find" in form)["find"] == "South"
    plain = next(form for form in read(alice.get(f"{CHANGE}?{ids(*team)}")).forms if "find" in form)
    assert plain["find"] == ""
    assert "any_case" not in plain


def test_the_reason_stands_in_the_history_of_each_and_so_does_that_of_the_undo(
    alice: Person, server: Client, team: list[Assistant]
) -> None:
    job = preview(alice, ids(*team[:2]), kind="delete")
    alice.post(job, {"why": " The office \n moved. "})
    assert "The office moved." in read(alice.get(f"{LIST}{team[0].id}/history/")).text
    undo = alice.post(f"{job}undo/").headers["Location"]
    alice.post(undo, {"why": "It moved back."})
    for item in team[:2]:
        history = read(alice.get(f"{LIST}{item.id}/history/")).text
        assert "The office moved." in history
        assert "It moved back." in history
    assert "moved" not in read(alice.get(f"{LIST}{team[2].id}/history/")).text


def test_buttons_say_how_many(alice: Person, server: Client, team: list[Assistant]) -> None:
    assert read(alice.get(f"{CHANGE}?{ids(team[0])}")).text.endswith("Preview for 1 assistant")
    assert "Preview for 4 assistants" in read(alice.get(f"{CHANGE}?{ids(*team)}")).text
    german = {"Accept-Language": "de"}
    assert "Vorschau für 4 Assistenten" in read(alice.get(f"{CHANGE}?{ids(*team)}", headers=german)).text
    job = preview(alice, ids(*team), kind="model", model="o3")
    assert "4 Assistenten ändern" in read(alice.get(job, headers=german)).text


def test_past_changes_are_named_in_the_list_as_soon_as_there_is_one(
    alice: Person, server: Client, team: list[Assistant]
) -> None:
    link = "Recent changes of many"
    assert link not in read(alice.get(LIST)).links
    job = preview(alice, ids(*team), kind="delete")
    assert link not in read(alice.get(LIST)).links
    alice.post(job)
    empty = read(alice.get(LIST))
    assert "No assistants yet" in empty.text
    assert link in empty.links
    assert link in read(alice.get(f"{LIST}?q=nothing")).links


def test_what_was_chosen_in_a_filtered_list_leads_back_to_it(alice: Person, team: list[Assistant]) -> None:
    listed = read(alice.get(f"{LIST}?q=555-0100&sort=name"))
    form = next(form for form in listed.forms if "from" in form)
    job = preview(alice, urlencode({"id": team[0].id, "from": form["from"]}), kind="remove-label", key="none")
    assert read(alice.get(job)).links["Back to the assistants"] == f"{LIST}?sort=name&q=555-0100"
    forged = preview(alice, urlencode({"id": team[0].id, "from": "//evil.example"}), kind="remove-label", key="none")
    assert read(alice.get(forged)).links["Back to the assistants"] == LIST


@pytest.mark.parametrize(
    "wrong", ["q=%00", "state=nonsense", "q=" + "x" * 1001, "metadata=" + "x" * 1001, "by=" + "x" * 300]
)
def test_a_filter_that_cannot_be_used_never_means_all(alice: Person, team: list[Assistant], wrong: str) -> None:
    for send in (alice.get, alice.post):
        answer = send(f"{CHANGE}?all=1&{wrong}", {"kind": "delete"} if send == alice.post else {}, follow=True)
        assert "Choose the assistants to change first." in read(answer).text
    assert not BulkJob.objects.exists()


def test_who_chose_only_what_is_gone_is_told_so(alice: Person, team: list[Assistant]) -> None:
    answer = alice.post(f"{CHANGE}?id=asst_gone&id=%00", {"kind": "delete"}, follow=True)
    assert "Choose the assistants to change first." in read(answer).text
    assert not BulkJob.objects.exists()


@pytest.mark.parametrize(
    "place", ["?limit=50&order=asc", "?limit=50&order=asc&q=555-0100", "?limit=10&sort=-name&q=call"]
)
def test_the_way_back_is_to_the_same_list(alice: Person, team: list[Assistant], place: str) -> None:
    listed = read(alice.get(f"{LIST}{place}"))
    form = next(form for form in listed.forms if "from" in form)
    some = read(alice.get(f"{CHANGE}?{urlencode({'id': team[0].id, 'from': form['from']})}"))
    assert some.links["Cancel"] == f"{LIST}{place}"
    if "q=" in place:
        every = next(href for words, href in listed.links.items() if "that match" in words)
        assert read(alice.get(every)).links["Cancel"] == f"{LIST}{place}"


def test_a_change_begins_together_with_what_is_left_out_of_it(
    alice: Person, server: Client, team: list[Assistant]
) -> None:
    job = preview(alice, ids(*team), kind="delete")

    def dies(execute: Any, sql: str, *rest: Any) -> Any:
        if sql.startswith('UPDATE "assistants_ui_bulkitem"'):
            raise OperationalError("the site was killed")
        return execute(sql, *rest)

    alice.raise_request_exception = False
    with connection.execute_wrapper(dies):
        assert alice.post(job, {"leave_out": team[0].id}).status_code == 503
    # Who presses the button of the same page in another window begins nothing that the first did not want.
    assert not BulkJob.objects.get().is_begun
    alice.post(job, {"leave_out": team[0].id})
    assert [item.id for item in server.assistants.list()] == [team[0].id]
