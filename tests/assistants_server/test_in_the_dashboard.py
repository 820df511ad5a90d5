"""What programs do over /v1, people see at once, and the other way round."""

from __future__ import annotations

from pytest_django import DjangoCaptureOnCommitCallbacks

from tests.assistants_server.conftest import API
from tests.conftest import Person

LIST = "/w/main/assistants/"


def test_a_change_by_a_program_is_on_the_next_page(
    api: API, alice: Person, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    assert "Made by a program" not in alice.get(LIST).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        made = api.send("/assistants", {"model": "gpt-4.1", "name": "Made by a program"}).json()
    assert "Made by a program" in alice.get(LIST).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        api.send(f"/assistants/{made['id']}", {"name": "Renamed by a program"})
    assert "Renamed by a program" in alice.get(LIST).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        api.delete(f"/v1/assistants/{made['id']}")
    assert "by a program" not in alice.get(LIST).content.decode()


def test_a_change_by_a_program_is_in_the_history_under_the_name_of_its_key(
    api: API, alice: Person, carol: Person
) -> None:
    made = api.send("/assistants", {"model": "gpt-4.1", "name": "Desk"}).json()
    api.send(f"/assistants/{made['id']}", {"instructions": "Quote the policy."})
    page = alice.get(f"{LIST}{made['id']}/history/").content.decode()
    assert "tests" in page
    assert "instructions" in page
    assert "outside this dashboard" not in page
    assert "tests" in carol.get("/audit/").content.decode()


def test_a_change_by_a_person_is_seen_by_programs(api: API, alice: Person) -> None:
    made = api.send("/assistants", {"model": "gpt-4.1", "name": "Desk"}).json()
    alice.post(f"{LIST}{made['id']}/delete/", follow=True)
    assert api.get(f"/v1/assistants/{made['id']}").status_code == 404
