"""What only looks like something else is told apart."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from assistants_ui.forms.fields import MetadataField
from dashboard.lib.characters import mixed_alphabets, skeleton
from dashboard.lib.filenames import disguised_ending
from tests.assistants_ui.pages import read
from tests.conftest import Person

pytestmark = pytest.mark.django_db(transaction=True)
CYRILLIC_A = "\u0430"


@pytest.mark.parametrize(
    ("text", "mixed"),
    [
        ("admin", []),
        (f"{CYRILLIC_A}dmin", ["Cyrillic", "Latin"]),
        ("\u0430\u0434\u043c\u0438\u043d", []),
        ("\u041c\u0430\u0440\u0438\u044f admin", []),
        ("m\u00fcller", []),
        ("\uff41dmin", ["Fullwidth", "Latin"]),
        ("\u65e5\u672cteam", []),
    ],
)
def test_a_word_of_two_alphabets_is_seen(text: str, mixed: list[str]) -> None:
    assert mixed_alphabets(text) == mixed


def test_what_looks_alike_has_one_skeleton() -> None:
    assert skeleton("\u0430\u0440\u0435") == skeleton("APE") == skeleton("\uff41pe") == "ape"
    assert skeleton("apes") != skeleton("ape")


@pytest.mark.parametrize(
    ("name", "ending"),
    [
        ("invoice.pdf.exe", "exe"),
        ("Invoice.PDF .EXE", "exe"),
        ("a.b.docx.js", "js"),
        ("setup.exe", ""),
        ("archive.tar.gz", ""),
        ("report.v2.pdf", ""),
        ("pdf.exe", ""),
        ("", ""),
    ],
)
def test_an_ending_behind_that_of_a_document_is_seen(name: str, ending: str) -> None:
    assert disguised_ending(name) == ending


def test_it_is_said_in_the_list_and_on_the_page_of_the_file(alice: Person) -> None:
    alice.post("/w/main/files/new/", {"upload_token": "click-0001", "files": SimpleUploadedFile("bill.pdf.exe", b"MZ")})
    listed = read(alice.get("/w/main/files/"))
    assert "Ends in .exe, so it is not a document" in listed.text
    assert "This file only looks like a document." in read(alice.get(listed.links["bill.pdf.exe"])).text


@pytest.mark.parametrize(
    ("username", "problem"),
    [(f"{CYRILLIC_A}lice", "It mixes Cyrillic and Latin letters"), ("\u0430\u0441\u0435", "It looks like “ace”")],
)
def test_a_new_username_is_like_no_other(dora: Person, username: str, problem: str) -> None:
    dora.post("/team/invite/", {"name": "A", "username": "ace", "roles": ["Viewers"]})
    answer = dora.post("/team/invite/", {"name": "B", "username": username, "roles": ["Viewers"]})
    assert problem in read(answer).text


def test_keys_that_look_alike_are_pointed_out() -> None:
    field = MetadataField()
    with pytest.raises(ValidationError, match="look alike: one of them mixes Latin and Cyrillic letters"):
        field.clean([("team", "a"), (f"te{CYRILLIC_A}m", "b")])
    assert field.clean([("team", "a"), ("Team", "b"), ("\u043a\u043e\u043c\u0430\u043d\u0434\u0430", "c")])
