"""Typed text is never lost: not by a crash, a sign-out, an expired session or a deleted assistant."""

from __future__ import annotations

from copy import copy
from typing import Any

import pytest
from django.test import Client as Browser
from django.utils import timezone

from assistants_client import Assistant, Client
from assistants_ui.models import Draft
from dashboard.bounds import DRAFTS
from tests.assistants_ui.conftest import Tap
from tests.assistants_ui.pages import editor_form, read
from tests.assistants_ui.test_edit import FULL, address
from tests.conftest import PASSWORD, Person

NEW = "/w/main/assistants/new/"
WORDS = "Words that must not be lost."


@pytest.fixture
def assistant(server: Client) -> Assistant:
    return server.assistants.create(**FULL)


def type_into(person: Person, assistant: Assistant, **fields: Any) -> dict[str, Any]:
    """What stands in the form after somebody typed, kept as a draft by the page itself."""
    form = editor_form(person.get(address(assistant))) | fields
    person.post(f"{address(assistant)}draft/", form | {"dirty": "1"})
    return form


def test_what_was_typed_is_offered_again_with_its_age(alice: Person, assistant: Assistant) -> None:
    type_into(alice, assistant, instructions=WORDS)
    response = alice.get(address(assistant))
    assert "You have text from just now that was never saved." in read(response).text
    assert editor_form(response)["instructions"] != WORDS
    assert editor_form(alice.get(f"{address(assistant)}?draft=use"))["instructions"] == WORDS


def test_it_goes_on_from_what_was_opened_then(alice: Person, server: Client, assistant: Assistant) -> None:
    type_into(alice, assistant, instructions=WORDS)
    server.assistants.update(assistant.id, name="Changed meanwhile")
    form = editor_form(alice.get(f"{address(assistant)}?draft=use"))
    assert alice.post(address(assistant), form).status_code == 302
    now = server.assistants.retrieve(assistant.id)
    assert (now.name, now.instructions) == ("Changed meanwhile", WORDS)


def test_a_text_on_offer_stays_while_another_is_typed_and_saved(alice: Person, assistant: Assistant) -> None:
    type_into(alice, assistant, description="DRAFT ONE")
    form = type_into(alice, assistant, instructions="DRAFT TWO")
    page = alice.get(address(assistant))
    assert read(page).text.count("that was never saved.") == 2
    second, first = Draft.objects.order_by("-saved_at")
    assert editor_form(alice.get(f"{address(assistant)}?draft={first.pk}"))["description"] == "DRAFT ONE"
    assert editor_form(alice.get(f"{address(assistant)}?draft={second.pk}"))["instructions"] == "DRAFT TWO"
    alice.post(address(assistant), form)
    assert read(alice.get(address(assistant))).text.count("that was never saved.") == 1
    alice.post(f"{address(assistant)}draft/discard/", {"draft": first.pk})
    assert not Draft.objects.exists()


def test_going_on_with_a_text_keeps_it_as_the_same_draft(alice: Person, assistant: Assistant) -> None:
    type_into(alice, assistant, instructions=WORDS)
    form = editor_form(alice.get(f"{address(assistant)}?draft=use"))
    alice.post(f"{address(assistant)}draft/", form | {"instructions": f"{WORDS} More.", "dirty": "1"})
    [draft] = Draft.objects.all()
    assert "More." in draft.body


def test_so_many_texts_of_a_person_are_kept(alice: Person, dora: Person, assistant: Assistant) -> None:
    type_into(dora, assistant, instructions="Dora's.")
    old = Draft(user=alice.user, workspace="main", assistant_id="asst_other", body="[]", saved_at=timezone.now())
    Draft.objects.bulk_create([replaced(old, f"{number}") for number in range(DRAFTS - 1)])
    type_into(alice, assistant, instructions="The last that is kept beside all others.")
    assert Draft.objects.filter(user=alice.user).count() == DRAFTS

    type_into(alice, assistant, instructions="One more.")

    assert Draft.objects.filter(user=alice.user).count() == DRAFTS
    assert Draft.objects.filter(user=dora.user).count() == 1
    assert read(alice.get(address(assistant))).text.count("that was never saved.") == 2


def replaced(draft: Draft, op: str) -> Draft:
    """The same of another opening."""
    made = copy(draft)
    made.op = op
    return made


def test_it_belongs_to_its_author_alone(alice: Person, dora: Person, assistant: Assistant) -> None:
    type_into(alice, assistant, instructions=WORDS)
    assert "never saved" not in read(dora.get(address(assistant))).text


def test_saving_ends_the_draft_and_so_does_discarding(alice: Person, assistant: Assistant) -> None:
    form = type_into(alice, assistant, instructions=WORDS)
    alice.post(address(assistant), form)
    assert not Draft.objects.exists()
    type_into(alice, assistant, instructions="Others.")
    alice.post(f"{address(assistant)}draft/discard/")
    assert not Draft.objects.exists()


def test_what_arrives_late_after_a_save_makes_no_draft(alice: Person, assistant: Assistant) -> None:
    form = type_into(alice, assistant, instructions=WORDS)
    alice.post(address(assistant), form)
    alice.post(f"{address(assistant)}draft/", form | {"dirty": "1"})
    assert not Draft.objects.exists()


def test_only_looking_keeps_no_draft(alice: Person, assistant: Assistant) -> None:
    alice.post(f"{address(assistant)}draft/", editor_form(alice.get(address(assistant))))
    assert not Draft.objects.exists()


def test_a_new_assistant_has_a_draft_too(alice: Person, tap: Tap) -> None:
    alice.post(f"{NEW}draft/", editor_form(alice.get(NEW)) | {"instructions": WORDS, "dirty": "1"})
    assert editor_form(alice.get(f"{NEW}?draft=use"))["instructions"] == WORDS


def test_a_text_for_a_new_assistant_stays_on_offer_beside_a_template(alice: Person, tap: Tap) -> None:
    alice.post(f"{NEW}draft/", editor_form(alice.get(NEW)) | {"instructions": WORDS, "dirty": "1"})
    alice.post(f"{NEW}draft/", editor_form(alice.get(NEW)) | {"instructions": "DRAFT TWO", "dirty": "1"})
    first = Draft.objects.earliest("saved_at")
    assert editor_form(alice.get(f"{NEW}?draft={first.pk}"))["instructions"] == WORDS


def sign_in_again(person: Person, response: Any) -> Any:
    """Sign in where the site leads to, and go on where it leads then."""
    login = response["Location"]
    answer = person.post(login, {"username": person.user.username, "password": PASSWORD})
    return person.get(answer["Location"])


def test_a_session_that_ended_leads_to_sign_in_and_back_to_the_text(
    alice: Person, server: Client, assistant: Assistant, tap: Tap
) -> None:
    form = editor_form(alice.get(address(assistant)))
    alice.cookies.clear()
    tap.clear()
    response = alice.post(address(assistant), form | {"instructions": WORDS})
    assert response["Location"].startswith("/login/?next=")
    assert tap.written == []
    page = sign_in_again(alice, response)
    assert editor_form(page)["instructions"] == WORDS
    alice.post(address(assistant), editor_form(page))
    assert server.assistants.retrieve(assistant.id).instructions == WORDS


def test_htmx_is_led_to_sign_in_with_the_whole_window(alice: Person, assistant: Assistant) -> None:
    form = editor_form(alice.get(address(assistant)))
    alice.cookies.clear()
    response = alice.post(address(assistant), form | {"do": "function-add"}, headers={"HX-Request": "true"})
    assert response.status_code == 204
    assert response["HX-Redirect"].startswith("/login/?next=")


def test_a_page_older_than_its_session_keeps_the_text(alice: Person, assistant: Assistant) -> None:
    browser = Browser(enforce_csrf_checks=True)
    browser.force_login(alice.user)
    form = editor_form(browser.get(address(assistant)))
    browser.cookies["csrf"] = "a" * 32
    response = browser.post(address(assistant), form | {"instructions": WORDS})
    assert response.status_code == 403
    page = read(response)
    assert "your text is kept" in page.text
    assert editor_form(browser.get(page.links["Back to your text"]))["instructions"] == WORDS


def test_a_browser_that_forgot_everything_is_told_that_it_was_signed_out(alice: Person, assistant: Assistant) -> None:
    browser = Browser(enforce_csrf_checks=True)
    browser.force_login(alice.user)
    form = editor_form(browser.get(address(assistant)))
    browser.cookies.clear()
    response = browser.post(address(assistant), form | {"instructions": WORDS})
    page = read(response)
    assert response.status_code == 403
    assert "You were signed out" in page.text
    assert "signed in again" not in page.text
    browser.force_login(alice.user)
    assert editor_form(browser.get(page.links["Back to your text"]))["instructions"] == WORDS


def test_a_stranger_without_a_token_keeps_nothing(stranger: Browser, assistant: Assistant, db: None) -> None:
    stranger.post(address(assistant), {"instructions": WORDS, "opened": "forged"})
    assert not Draft.objects.exists()


def test_an_assistant_deleted_meanwhile_gives_its_text_to_a_new_one(
    alice: Person, dora: Person, server: Client, assistant: Assistant
) -> None:
    form = editor_form(alice.get(address(assistant)))
    dora.post(f"/w/main/assistants/{assistant.id}/delete/", editor_token(dora, assistant))
    response = alice.post(address(assistant), form | {"instructions": WORDS})
    page = read(response)
    assert response.status_code == 404
    assert "Dora deleted it" in page.text
    address_of_new = page.links["Make a new one from your text"]
    again = editor_form(alice.get(address_of_new))
    assert again["instructions"] == WORDS
    alice.post(address_of_new, again)
    [made] = server.assistants.list().data
    assert made.instructions == WORDS
    assert {key: made.raw[key] for key in ("tools", "metadata", "temperature", "response_format")} == {
        key: assistant.raw[key] for key in ("tools", "metadata", "temperature", "response_format")
    }


def editor_token(person: Person, assistant: Assistant) -> dict[str, Any]:
    return {"opened": editor_form(person.get(address(assistant)))["opened"]}


def test_who_else_has_the_page_open_is_shown(alice: Person, dora: Person, assistant: Assistant) -> None:
    type_into(dora, assistant, instructions=WORDS)
    text = read(alice.get(address(assistant))).text
    assert "Dora is editing too" in text
    assert "Alice has" not in text


def test_one_who_saved_is_not_here_any_more(alice: Person, dora: Person, assistant: Assistant) -> None:
    dora.post(address(assistant), type_into(dora, assistant, instructions=WORDS))
    assert "Dora " not in read(alice.get(address(assistant))).text
