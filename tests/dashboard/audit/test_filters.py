from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from dashboard.audit import api as audit
from dashboard.audit.models import Record
from dashboard.audit.read import pages
from dashboard.audit.read.filters import FilterForm, LogFilters, choices
from dashboard.audit.read.histogram import histogram
from dashboard.audit.read.pages import page_of
from tests.conftest import Person, html
from tests.dashboard.audit.logs import MARIA, PETER, SUPPORT, write

pytestmark = pytest.mark.django_db


def shown(**filters: Any) -> list[int]:
    return [line.seq for line in page_of(LogFilters(**filters)).lines]


def one(*, actor: audit.Actor = MARIA, name: str = "b", **given: Any) -> None:
    usual: dict[str, Any] = {"action": "assistant.update", "workspace": "main", "target": SUPPORT}
    with audit.operation(actor=actor, before={"name": "a"}, **(usual | given)) as operation:
        operation.succeeded(after={"name": name})


def test_one_line_stands_for_each_act() -> None:
    write(2)
    assert shown() == [4, 2]


def test_an_act_without_an_end_is_shown_too() -> None:
    write(1)
    with audit.operation(action="assistant.update", actor=MARIA, target=SUPPORT):
        assert shown() == [3, 2]
    assert shown() == [4, 2]


def test_filters_combine() -> None:
    one()
    one(actor=PETER)
    one(actor=PETER, workspace="second")
    one(actor=PETER, target=audit.Target(type="assistant", id="asst_2"))
    audit.record(action="session.sign_in", actor=PETER, target=audit.Target(type="member", id="8"))
    assert shown(actor="person:8") == [9, 8, 6, 4]
    assert shown(actor="person:8", workspace="main") == [8, 4]
    assert shown(actor="person:8", workspace="main", target="asst_1") == [4]
    assert shown(action="assistant") == [8, 6, 4, 2]
    assert shown(action="session.sign_in") == [9]
    assert shown(outcome="refused") == []
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    assert shown(hour=today, actor="person:7") == [2]
    assert shown(hour="2020-01-01T10") == []


def test_the_word_of_a_group_finds_all_its_actions() -> None:
    for action in ("question.create", "question_run.judge", "saved_view.create", "question_run.start"):
        audit.record(action=action, actor=PETER, target=audit.Target(type="question", id="1"))
    one(action="vector_store_file.create", target=audit.Target(type="vector_store_file", id="file-1"))
    assert shown(action="question") == [4, 2, 1]
    assert shown(action="question_run.judge") == [2]
    assert shown(action="vector_store") == [6]


def test_sign_ins_are_left_out_by_one_choice_of_the_page_and_of_its_export(carol: Person) -> None:
    """Signing in as Carol has been recorded already, and what is left out stays in the log."""
    one()
    audit.record(action="session.sign_out", actor=PETER, target=audit.Target(type="member", id="8"))
    everything = shown()
    assert carol.get("/audit/?action=-session").context["filters"].action == "-session"
    page = html(carol.get("/audit/?action=-session"))
    assert '<option value="-session" selected>Everything but sign-ins</option>' in re.sub(
        r"\s+selected", " selected", page
    )
    assert "signed in" not in page
    assert "changed the name" in page or "renamed it" in page
    assert "?action=-session" in page.partition("/audit/export/")[2][:40]
    file = b"".join(carol.post("/audit/export/?action=-session", {"format": "jsonl"}))
    assert b"assistant.update" in file
    assert b"session.sign_" not in file
    assert shown()[-len(everything) :] == everything


def test_failed_sign_ins_and_lock_outs_stay_when_sign_ins_are_left_out(carol: Person) -> None:
    for _ in range(6):
        Client().post("/login/", {"username": "maria", "password": "not the password"})
    page = html(carol.get("/audit/?action=-session"))
    assert "tried to sign in" in page
    assert "too many attempts" in page
    file = b"".join(carol.post("/audit/export/?action=-session", {"format": "jsonl"}))
    assert [file.count(action) for action in (b'"session.sign_in_failed"', b'"session.sign_in"')] == [5, 0]


def test_api_keys_that_acted_can_be_chosen_from_the_start() -> None:
    write(1)
    for name, key in (("Nightly import", "sk-b"), ("Old name", "sk-a"), ("CI", "sk-a")):
        audit.record(action="file.create", actor=audit.Actor(kind="api_key", id=key, name=name), target=SUPPORT)
    keys = [choice for choice in choices(LogFilters())["actors"] if choice[0].startswith("api_key:")]
    assert keys == [("api_key:sk-a", "CI"), ("api_key:sk-b", "Nightly import")]


@pytest.mark.parametrize("text", ["Ünïcode", "ünïcode", "100%", "under_score", 'quo"te', "back\\slash", "Zeile"])
def test_free_text_finds_literally_what_was_typed(text: str) -> None:
    one(name="something else")
    one(name='Ünïcode 100% under_score quo"te back\\slash\nZeile')
    assert shown(q=text) == [4]


def test_free_text_finds_the_change_that_took_the_words_away() -> None:
    """They stand in the row of the intent, which is no line of its own."""
    with audit.operation(
        actor=MARIA, action="assistant.update", target=SUPPORT, before={"instructions": "Return it within 14 days."}
    ) as operation:
        operation.succeeded(after={"instructions": "Return it within 30 days."})
    audit.record(action="session.sign_in", actor=PETER, target=audit.Target(type="member", id="8"))
    assert shown(q="within 14") == [2]
    assert shown(q="within 30") == [2]
    assert shown(q="within 15") == []


def test_a_wildcard_is_only_itself() -> None:
    one(name="nothing special")
    assert shown(q="%") == []
    assert shown(q="a_sistant.update") == []


def test_free_text_looks_back_in_bounded_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    one(name="needle")
    write(5)
    monkeypatch.setattr(pages, "REACH", 6)
    page = page_of(LogFilters(q="needle"))
    assert (page.lines, page.searched_back_to, page.older) == ([], 7, 7)
    page = page_of(LogFilters(q="needle"), before=page.older)
    assert [line.seq for line in page.lines] == [2]


def test_pages_lead_back_and_forth_without_a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    write(7)
    monkeypatch.setattr(pages, "SIZE", 3)
    first = page_of(LogFilters())
    assert ([line.seq for line in first.lines], first.newer) == ([14, 12, 10], None)
    second = page_of(LogFilters(), before=first.older)
    third = page_of(LogFilters(), before=second.older)
    assert [line.seq for line in third.lines] == [2]
    assert third.older is None
    assert [line.seq for line in page_of(LogFilters(), after=third.newer).lines] == [8, 6, 4]
    assert [line.seq for line in page_of(LogFilters(), after=second.newer).lines] == [14, 12, 10]
    back = page_of(LogFilters(), after=third.newer)
    assert [line.seq for line in page_of(LogFilters(), before=back.older).lines] == [2]
    beyond = page_of(LogFilters(), after=14)
    assert beyond.lines == []
    assert page_of(LogFilters(), before=beyond.older).lines == first.lines


NONSENSE = ["hour=nonsense", "hour=2026-13-45", "hour=0000-01-01", "since=x&until=y", "outcome=<b>", "actor=%00"]
NONSENSE += ["before=x&after=-1", "before=99999999999999999999", "q=%F0%9F%8E%88%00", f"q={'x' * 10_000}"]
EDGES = ["since=0001-01-01&until=0001-01-02", "since=9999-12-31", "until=9999-12-31"]
EDGES += ["hour=9999-12-31T23", "hour=0001-01-01", "hour=0001-01-01T00"]


@pytest.mark.parametrize("query", NONSENSE + EDGES)
def test_an_address_that_means_nothing_is_no_fault(carol: Person, query: str) -> None:
    write(1)
    assert carol.get(f"/audit/?{query}").status_code == 200


def test_the_address_says_all_and_gives_it_back(carol: Person) -> None:
    query = "q=a%26b&actor=person%3A8&outcome=refused&since=2026-11-01&hour=2026-11-21T20"
    filters = FilterForm(
        {"q": "a&b", "actor": "person:8", "outcome": "refused", "since": "2026-11-01", "hour": "2026-11-21T20"}
    )
    assert filters.filters().query() == query
    assert "There is no" not in html(carol.get(f"/audit/?{query}"))


def test_an_hour_is_said_in_words() -> None:
    assert LogFilters(hour="2026-11-21T20").hour_label == "21 November 2026, 20:00 to 20:59 UTC"
    assert LogFilters(hour="2026-11-21").hour_label == "21 November 2026"
    assert LogFilters().hour_label == ""


def test_whoever_is_in_the_log_can_be_chosen(carol: Person) -> None:
    one(actor=PETER)
    usual = choices(LogFilters())
    assert ("person:8", "Peter") not in usual["actors"]
    assert {("command:", "A command"), (f"person:{carol.user.pk}", "Carol")} <= set(usual["actors"])
    assert ("assistant.update", "assistant.update") not in usual["actions"]
    chosen = choices(LogFilters(actor="person:8", action="assistant.update"))
    assert chosen["actors"][-1] == ("person:8", "Peter")
    assert chosen["actions"][-1] == ("assistant.update", "assistant.update")
    assert choices(LogFilters(actor="command:", action="file")) == usual


def test_the_picture_counts_each_hour_and_leads_there() -> None:
    write(3)
    drawn = histogram(LogFilters(actor="person:7"))
    assert len(drawn.bars) == 48
    assert [bar.count for bar in drawn.bars if bar.count] == [2]
    now = drawn.bars[-1]
    assert f"hour={datetime.now(UTC):%Y-%m-%d}T" in now.query
    assert "actor=person%3A7" in now.query


def test_the_picture_shows_days_when_the_last_hours_hold_nothing_that_fits() -> None:
    write(3)
    drawn = histogram(LogFilters(actor="person:7"), now=datetime.now(UTC) + timedelta(days=9))
    assert drawn.unit == "day"
    assert [bar.count for bar in drawn.bars if bar.count] == [2]
    assert drawn.bars[-10].query == f"actor=person%3A7&hour={datetime.now(UTC):%Y-%m-%d}"


def test_an_empty_picture_says_that_it_is_empty(carol: Person) -> None:
    write(1)
    assert "Nothing in this time" not in html(carol.get("/audit/"))
    assert "Nothing in this time" in html(carol.get("/audit/?q=nothing+holds+this"))


def test_only_results_go_to_htmx(carol: Person) -> None:
    write(1)
    response = carol.get("/audit/", HTTP_HX_REQUEST="true")
    assert "<html" not in html(response)
    assert "changed the instructions" in html(response)


def test_unknown_outcomes_are_counted_live(carol: Person) -> None:
    assert carol.get("/audit/unknown/", HTTP_HX_REQUEST="true").content.strip() == b""
    with (
        pytest.raises(ZeroDivisionError),
        audit.operation(action="assistant.update", actor=MARIA, target=SUPPORT),
    ):
        raise ZeroDivisionError
    assert "1 operation has an unknown outcome" in html(carol.get("/audit/unknown/", HTTP_HX_REQUEST="true"))
    assert "Maria" in html(carol.get("/audit/unknown/"))


def test_hostile_words_are_shown_and_do_nothing(carol: Person) -> None:
    one(name='</title><script>alert(1)</script>"><img src=x onerror=alert(1)>\ud800\x00{{ 7|add:7 }}')
    for path in ("/audit/", "/audit/2/", "/audit/?q=script"):
        text = html(carol.get(path))
        assert "<script>alert" not in text
        assert "<img src=x" not in text


def test_a_form_without_its_token_is_recorded(bob: Person) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(bob.user)
    assert strict.post("/w/main/assistants/new/").status_code == 403
    told = Record.objects.get(action="security.csrf_refused")
    assert (told.actor, told.outcome) == (f"person:{bob.user.pk}", "refused")


def test_the_form_stays_as_it_is_while_its_results_come(carol: Person) -> None:
    write(1)
    whole = html(carol.get("/audit/"))
    assert whole.index("</form>") < whole.index('id="results"')
    partial = html(carol.get("/audit/", {"since": "2026-01-02"}, headers={"HX-Request": "true"}))
    assert "<form" not in partial
    assert 'href="/audit/export/?since=2026-01-02" hx-swap-oob="true"' in partial


def test_a_number_that_several_things_have_leads_to_the_one_that_was_meant() -> None:
    for type_ in ("member", "question"):
        audit.record(action="session.sign_in", actor=PETER, target=audit.Target(type=type_, id="1"))
    assert shown(target="1") == [2, 1]
    assert shown(target="1", type="question") == [2]


def test_words_that_repeat_themselves_are_found_without_beginning_anew_at_each_place() -> None:
    for name in ("a" * 300, "A" * 299 + "b", "ba" * 150, "%_" * 100, "Straße " * 40, "bab" + "." * 200):
        one(name=name)
    found = {
        "a" * 199 + "b": [4],
        "b" + "a" * 199: [],
        "AB" * 99: [6],
        "%_" * 90: [8],
        "STRASSE " * 20: [],
        "straße " * 20: [10],
        "." * 150: [12],
        "a" * 200: [4, 2],
    }
    assert {text: shown(q=text) for text in found} == found


def test_like_is_asked_for_words_only_that_cost_no_more_than_the_length_of_the_texts() -> None:
    for text, how_often in (
        ("parcels come back", 4),
        ("aaab", 4),
        ("ä", 8),
        ("aaaab", 0),
        ("The parcel, the other", 0),
    ):
        assert str(LogFilters(q=text).rows().query).upper().count(" LIKE ") == how_often, text
