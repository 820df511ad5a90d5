from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest
from django.urls.resolvers import URLResolver
from pytest_django import Settings

from dashboard.audit import api as audit
from dashboard.audit.models import Record
from dashboard.audit.verify import progress
from dashboard.audit.verify.verification import verify
from tests.conftest import Person, html
from tests.dashboard.audit.logs import MARIA, PETER, SUPPORT, sql, write


def test_it_shows_what_happened_newest_first(carol: Person) -> None:
    write(2)
    response = carol.get("/audit/")
    text = html(response)
    assert response.status_code == 200
    assert text.index("Peter") < text.index("Maria")
    assert "changed the instructions (1 line)" in text


def test_it_works_out_few_addresses_for_a_page_of_rows(carol: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    write(operations=40)
    carol.get("/audit/")
    worked_out: list[str] = []
    reverse: Callable[..., str] = vars(URLResolver)["_reverse_with_prefix"]

    def counted(resolver: URLResolver, name: str, prefix: str, *parts: object, **named: object) -> str:
        worked_out.append(name)
        return reverse(resolver, name, prefix, *parts, **named)

    monkeypatch.setattr(URLResolver, "_reverse_with_prefix", counted)
    page = html(carol.get("/audit/"))
    # Each row leads to what can undo it as well.
    assert page.count("log-line") == 40
    assert len(worked_out) <= 60
    monkeypatch.undo()
    assert page.count("/audit/?actor=") >= 40
    newest = Record.objects.order_by("-seq").values_list("seq", flat=True)[0]
    assert f'href="/audit/{newest}/"' in page


@pytest.mark.parametrize(
    "path",
    ["/audit/", "/audit/1/", "/audit/export/", "/audit/verify/", "/audit/unknown/", "/audit/export/verify_export.py"],
)
def test_it_answers_reviewers_alone(path: str, carol: Person, bob: Person, alice: Person) -> None:
    write(1)
    assert carol.get(path).status_code == 200
    assert bob.get(path).status_code == 403
    assert alice.get(path).status_code == 403


def test_it_shows_before_and_after_word_by_word(carol: Person) -> None:
    write(1)
    text = html(carol.get("/audit/2/"))
    assert "text <del>0</del>" in text
    assert "text <ins>1</ins>" in text
    assert text.count("Seal holds") == 2


def test_it_says_of_a_row_that_was_tampered_with_that_its_seal_does_not_hold(carol: Person) -> None:
    write(1)
    sql("UPDATE audit_event SET head = replace(head, 'Support', 'Other') WHERE seq = 2")
    text = html(carol.get("/audit/2/"))
    assert text.count("Seal holds") == 1
    assert text.count("Seal does not hold") == 1


def test_it_shows_the_same_story_from_its_intent(carol: Person) -> None:
    write(1)
    assert "text <ins>1</ins>" in html(carol.get("/audit/1/"))


def test_it_says_when_there_is_no_such_row(carol: Person) -> None:
    assert carol.get("/audit/99/").status_code == 404
    assert carol.get("/audit/99999999999999999999999/").status_code == 404


def test_it_verifies_on_a_click_and_records_that(carol: Person) -> None:
    write(2)
    text = html(carol.post("/audit/verify/"))
    assert "The record is whole." in text
    assert "4 rows looked at" in text
    assert "verified the audit log: it is whole" in html(carol.get("/audit/"))
    assert verify().is_whole


def test_it_names_the_broken_row_on_a_click(carol: Person) -> None:
    write(3)
    sql("UPDATE audit_event SET actor = 'person:1' WHERE seq = 4")
    text = html(carol.post("/audit/verify/"))
    assert "Row 4 does not hold" in text
    assert "Rows 1 to 3 hold." in text


def test_it_refuses_a_head_that_is_none(carol: Person) -> None:
    response = carol.post("/audit/verify/", {"head": "<b>"})
    assert response.status_code == 422
    assert "A head looks like" in html(response)


def test_it_refuses_a_head_that_is_none_without_a_page_inside_the_page(carol: Person) -> None:
    response = carol.post("/audit/verify/", {"head": "73:1f2574"}, headers={"HX-Request": "true"})
    text = html(response)
    assert response.status_code == 422
    assert "A head looks like" in text
    assert 'value="73:1f2574"' in text
    assert "<html" not in text


def test_it_tells_a_mistyped_head_from_a_broken_record(carol: Person) -> None:
    write(2)
    text = html(carol.post("/audit/verify/", {"head": f"3:{'a' * 64}"}))
    assert "The chain holds, but the head that was noted does not fit it." in text
    assert "The record is broken." not in text
    assert "its chain holds, but a noted head does not fit it" in html(carol.get("/audit/"))


def test_it_says_that_the_noted_head_was_found(carol: Person) -> None:
    write(2)
    head = verify().head
    write(1)
    text = html(carol.post("/audit/verify/", {"head": head}))
    assert f"The head that you noted is that of row {head.partition(':')[0]}, which is still the same." in text
    assert "The head that you noted" not in html(carol.post("/audit/verify/"))


def test_a_long_verification_goes_on_in_slices(carol: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    write(5)
    monkeypatch.setattr(progress, "SLICE", 4)
    rounds = 0
    response = carol.post("/audit/verify/")
    while "The record is whole." not in html(response):
        text = html(response)
        assert f"{4 * (rounds + 1)} of 10 rows looked at." in text
        state = text.partition('name="state" value="')[2].partition('"')[0]
        response = carol.post("/audit/verify/", {"state": state})
        rounds += 1
    assert rounds == 2
    assert Record.objects.filter(action="audit.verify").count() == 1


def test_nobody_begins_a_verification_in_the_middle(carol: Person) -> None:
    write(1)
    response = carol.post("/audit/verify/", {"state": "made up"})
    assert response.status_code == 422
    assert "Start it again." in html(response)


def test_it_says_to_the_minute_when_each_thing_happened(carol: Person) -> None:
    write(1)
    at = Record.objects.get(seq=2).at
    moment = datetime.fromisoformat(at)
    text = html(carol.get("/audit/"))
    assert f"{moment:%-d} {moment:%b %Y, %H:%M}" in text


def test_it_calls_a_workspace_as_people_do_and_one_that_is_gone_by_its_name(carol: Person, settings: Settings) -> None:
    write(1)
    settings.WORKSPACES = {"main": replace(settings.WORKSPACES["main"], label="Northwind")}
    assert "· <bdi>Northwind</bdi>" in html(carol.get("/audit/"))
    assert "<dt>Workspace</dt><dd><bdi>Northwind</bdi></dd>" in html(carol.get("/audit/2/"))
    settings.WORKSPACES = {"other": replace(settings.WORKSPACES["main"], name="other")}
    assert "<dt>Workspace</dt><dd><bdi>main</bdi></dd>" in html(carol.get("/audit/2/"))


def test_it_tells_of_a_file_which_assistant_it_was_taken_from(carol: Person) -> None:
    write(1)
    with audit.operation(
        action="vector_store_file.delete",
        actor=PETER,
        workspace="main",
        target=audit.Target(type="vector_store_file", id="file-1", label="price list.pdf"),
        context={"vector_store": "vs_1", "assistant_id": SUPPORT.id},
    ):
        pass
    text = html(carol.get("/audit/4/"))
    assert "<bdi>removed price list.pdf</bdi>" in text
    assert '<dt>For</dt><dd><a href="/audit/?target=asst_1"><bdi>Support</bdi></a>' in text
    assert 'href="/w/main/assistants/asst_1/"' in text
    assert "only what it can look up changed" in text
    assert "changed no recorded field" not in text


def test_it_warns_above_all_else_when_a_row_is_not_what_was_sealed(carol: Person) -> None:
    write(2)
    assert "Do not trust" not in html(carol.get("/audit/2/"))
    sql("UPDATE audit_event SET head = replace(head, 'Maria', 'Peter') WHERE seq = 2")
    text = html(carol.get("/audit/2/"))
    assert text.index("Do not trust what this page shows.") < text.index("Seal does not hold")
    assert "The seal of row 2 does not hold" in text


DAMAGED_HEADS = {
    "no JSON": "not json",
    "half a letter": "\\ud800",
    "no object": "5",
    "nothing in it": "{}",
    "a number for a name": '{"seq":2,"at":5}',
}


@pytest.mark.parametrize("head", DAMAGED_HEADS.values(), ids=DAMAGED_HEADS)
def test_a_row_that_cannot_be_read_is_shown_as_such_among_the_others(carol: Person, head: str) -> None:
    write(2)
    sql("UPDATE audit_event SET head = %s, body = %s WHERE seq = 2", head, head)

    page = html(carol.get("/audit/"))
    act = html(carol.get("/audit/2/"))
    table = carol.post("/audit/export/", {"format": "csv"}).getvalue().decode()

    assert "cannot be read: its text is not what was sealed" in page
    assert "Damaged" in page
    assert page.count("changed the instructions (1 line)") == 1
    assert "Do not trust what this page shows." in act
    assert "cannot be read: its text is not what was sealed" in table
    assert "Row 2 does not hold" in html(carol.post("/audit/verify/"))


def test_nothing_is_brought_back_from_a_row_that_cannot_be_read(alice: Person) -> None:
    write(2)
    sql("UPDATE audit_event SET head = 'not json' WHERE seq = 4")
    history = html(alice.get("/w/main/assistants/asst_1/history/"))
    assert "/history/2/" in history
    assert "/history/4/" not in history
    assert alice.get("/w/main/assistants/asst_1/history/4/restore/").status_code == 404


def told(carol: Person, action: str) -> str:
    """The page of the one act of this kind."""
    seq = Record.objects.exclude(kind="intent").get(action=action).seq
    return html(carol.get(f"/audit/{seq}/"))


def test_the_page_of_an_act_leads_to_what_it_was_about(carol: Person) -> None:
    file = audit.Target(type="vector_store_file", id="file-1", label="prices.txt")
    context = {"vector_store": "vs_1", "undo_of": 1}
    after = {"id": "file-1", "vector_store_id": "vs_1", "chunking_strategy": {"type": "static"}}
    with audit.operation(
        action="vector_store_file.create", actor=MARIA, workspace="main", target=file, context=context
    ) as operation:
        operation.succeeded(after=after)
    text = told(carol, "vector_store_file.create")
    assert "undid a change: added prices.txt" in text
    for link in ("/w/main/vector-stores/vs_1/", "/w/main/files/file-1/", "/audit/?target=vs_1", "/audit/1/"):
        assert f'href="{link}"' in text
    assert "Chunking strategy" not in text


def test_vector_stores_are_told_by_their_names(carol: Person) -> None:
    store = audit.Target(type="vector_store", id="vs_1", label="Prices")
    with audit.operation(action="vector_store.create", actor=MARIA, workspace="main", target=store):
        pass
    with audit.operation(
        action="assistant.update", actor=MARIA, workspace="main", target=SUPPORT, before={"tool_resources": {}}
    ) as operation:
        operation.succeeded(after={"tool_resources": {"file_search": {"vector_store_ids": ["vs_1"]}}})
    assert "connected Prices" in html(carol.get("/audit/"))
    assert '<bdi>Prices</bdi></span> <span class="chip chip-good">added' in told(carol, "assistant.update")


def test_notes_are_words_and_what_is_empty_is_left_out(carol: Person) -> None:
    detail = {"audit_retention_days": 30, "workspaces": {"main": "embedded"}, "sign_on": "", "filters": ""}
    audit.record(action="site.start", actor=MARIA, target=audit.Target(type="site"), detail=detail)
    text = told(carol, "site.start")
    assert "<dt>Audit retention days</dt><dd><bdi>30</bdi>" in text
    assert "{&#x27;main&#x27;" not in text
    assert "Sign on" not in text
