"""How far an export is, in the page from which it was started."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache

from dashboard.audit.export import exports
from tests.assistants_ui.pages import read
from tests.conftest import Person
from tests.dashboard.audit.logs import write

TOKEN = "a-token-of-the-page-01"
PAGE = f"/audit/export/{TOKEN}/"


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    monkeypatch.setattr(exports, "BATCH", 4)
    write(5)


def started(person: Person, kind: str, token: str = TOKEN) -> Any:
    response = person.post("/audit/export/", {"format": kind, "token": token})
    assert response.status_code == 200
    return response


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_it_tells_the_rows_that_were_taken_and_when_it_is_done(carol: Person, kind: str) -> None:
    assert "Nothing is sent yet." in read(carol.get(PAGE)).text
    response = started(carol, kind)
    pieces = iter(response.streaming_content)
    seen = []
    for _ in pieces:
        page = read(carol.get(PAGE)).text
        seen.append(page.rpartition(" of 10 rows sent.")[0].rpartition(" ")[2])
    assert seen == (["0", "0", "4", "8"] if kind == "csv" else ["0", "4", "8", "10"])
    assert "All 10 rows sent." in read(carol.get(PAGE)).text


def test_it_says_that_a_broken_off_file_is_not_complete(carol: Person) -> None:
    response = started(carol, "csv")
    pieces = iter(response.streaming_content)
    for _ in range(3):
        next(pieces)
    response.close()
    assert "It stopped after 4 of 10 rows. The file is not complete; export it again." in read(carol.get(PAGE)).text


def test_the_page_looks_again_by_itself_and_without_a_script_by_a_link(carol: Person) -> None:
    assert read(carol.get(PAGE)).links["Look again"] == PAGE
    part = carol.get(f"{PAGE}?looks=1", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert "every 1s" in part
    started(carol, "csv").getvalue()
    for headers in ({}, {"HX-Request": "true"}):
        assert "every 1s" not in carol.get(PAGE, headers=headers).content.decode()


def test_it_does_not_look_for_ever(carol: Person) -> None:
    page = carol.get(f"{PAGE}?looks=60").content.decode()
    assert "Nothing is known about this export." in page
    assert "every 1s" not in page


def test_the_form_carries_the_token_that_its_page_follows(carol: Person) -> None:
    page = read(carol.get("/audit/export/"))
    token = next(form["token"] for form in page.forms if "token" in form)
    assert page.links["See how far it is."] == f"/audit/export/{token}/"


def test_nobody_follows_the_export_of_another(carol: Person, dora: Person) -> None:
    started(carol, "csv").getvalue()
    assert "Nothing is sent yet." in read(dora.get(PAGE)).text


@pytest.mark.parametrize("token", ["", "short", "x" * 65, "with space and more", "ü" * 20])
def test_a_file_comes_without_a_token_too(carol: Person, token: str) -> None:
    assert started(carol, "csv", token).getvalue().count(b"\r\n") == 11


def test_a_file_comes_when_the_cache_is_down(carol: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    def down(*_: Any, **__: Any) -> None:
        raise ConnectionError

    response = started(carol, "csv")
    monkeypatch.setattr(cache, "set", down)
    assert response.getvalue().count(b"\r\n") == 11


def test_an_export_begins_anew(carol: Person) -> None:
    started(carol, "csv").getvalue()
    response = started(carol, "jsonl")
    assert "All 10 rows sent." not in read(carol.get(PAGE)).text
    response.close()
