"""Numbers are shown as the reader's language writes them, and taken with a comma as with a point."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from assistants_client import Client
from assistants_ui.question_results.checks import Checks
from dashboard.lib.stored_texts import reword
from tests.assistants_ui.pages import editor_form, read
from tests.conftest import Person

DECIMALS = {"en": "0.3", "de": "0,3", "fr": "0,3"}


@pytest.mark.parametrize("language", DECIMALS)
def test_settings_are_read_in_the_reader_s_language(alice: Person, server: Client, language: str) -> None:
    made = server.assistants.create(model="gpt-4o", name="Desk", temperature=0.1)
    page, there = f"/w/main/assistants/{made.id}/", {"Accept-Language": language}
    form = editor_form(alice.get(f"{page}edit/"))
    alice.post(f"{page}edit/", form | {"temperature": "0.3"})
    shown = {
        "the assistant": alice.get(page, headers=there),
        "the summary of the settings": alice.get(f"{page}edit/", headers=there),
        "the history": alice.get(f"{page}history/", headers=there),
    }
    unread = [name for name, answer in shown.items() if DECIMALS[language] not in read(answer).text]

    assert unread == []


def test_a_comma_is_taken_for_the_point_that_it_stands_for(alice: Person, server: Client) -> None:
    made = server.assistants.create(model="gpt-4o", name="Desk")
    page = f"/w/main/assistants/{made.id}/edit/"
    alice.post(page, editor_form(alice.get(page)) | {"temperature": "0,3"})
    assert server.assistants.retrieve(made.id).temperature == 0.3


def test_a_time_that_a_row_keeps_is_told_in_the_reader_s_language() -> None:
    with override("de"):
        assert reword("It took 3.2.") == "Es hat 3,2 gedauert."
        [finding] = Checks(most_seconds=1.5).described()
        assert finding.check == "höchstens 1,5 Sekunden"
