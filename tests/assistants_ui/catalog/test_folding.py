from __future__ import annotations

import pytest

from assistants_client import Assistant
from assistants_ui.catalog.excerpts import excerpt_of, marked
from assistants_ui.catalog.folding import Folded, fold, terms_of


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("Größenprüfung", "grossenprufung"),
        ("STRASSE", "straße"),
        ("Straße", "STRASSE"),
        ("Łódź, Ærø", "lodz, aero"),
        ("İstanbul, ısı", "istanbul, isi"),
        ("Cafe\u0301 au lait", "café"),
        ("ﬁnance Ｆｕｌｌ", "finance full"),
        ("客户服务助手", "服务"),
        ("カスタマー", "ｶｽﾀﾏｰ"),
        ("고객 지원", "고객"),
        ("\u1100\u1169", "고"),
        ("مُسَاعِدُ الدَّعْم", "مساعد الدعم"),
        ("إدارة", "اداره"),
        ("مـساعـد", "مساعد"),
        ("Βοηθός", "βοηθοσ"),
        ("two\u00a0 lines\n here", "two lines here"),
        ("soft\u00adhyphen", "softhyphen"),
    ],
)
def test_a_text_is_found_however_it_is_typed(text: str, query: str) -> None:
    assert fold(query) in fold(text)


@pytest.mark.parametrize(("text", "query"), [("고", "가"), ("Tor", "Tür"), ("服务", "务服")])
def test_other_words_stay_other_words(text: str, query: str) -> None:
    assert fold(query) not in fold(text)


@pytest.mark.parametrize(
    ("query", "terms"),
    [
        ('Returns "money BACK"', ["returns", "money back"]),
        ("“money back”", ["money back"]),
        ('12" pipe', ['12"', "pipe"]),
        ('"" a a', ["a"]),
        ("  ", []),
        ("\ud800", []),
    ],
)
def test_a_query_is_words_and_phrases(query: str, terms: list[str]) -> None:
    assert terms_of(query) == terms


def test_what_is_found_is_marked_in_the_text_as_it_was_written() -> None:
    pieces = marked("Die Größenprüfung der STRASSE", ["grossen", "strasse"])
    assert [piece.text for piece in pieces if piece.is_found] == ["Größen", "STRASSE"]
    assert "".join(piece.text for piece in pieces) == "Die Größenprüfung der STRASSE"


def test_places_are_right_after_letters_that_become_more_or_fewer() -> None:
    folded = Folded("ßßß e\u0301 \u0640 Ziel")
    assert [folded.shown[start:stop] for start, stop in folded.places("ziel")] == ["Ziel"]


def test_the_excerpt_shows_the_words_among_their_neighbours() -> None:
    text = "a " * 300 + "call +49 40 1234 now" + " b" * 300
    assistant = Assistant({"id": "asst_1", "name": "Desk", "instructions": text})
    excerpt = excerpt_of(assistant, ["desk", "+49 40 1234"])
    assert excerpt is not None
    assert excerpt.where == "Instructions"
    assert [piece.text for piece in excerpt.pieces if piece.is_found] == ["+49 40 1234"]
    assert len("".join(piece.text for piece in excerpt.pieces)) < 200


def test_the_excerpt_is_the_passage_that_holds_most_of_the_words() -> None:
    text = "You are a desk. " + "Be kind. " * 30 + "Send returns to the returns desk at once. " + "A desk. " * 500
    assistant = Assistant({"id": "asst_1", "name": "One", "description": "A desk.", "instructions": text})
    excerpt = excerpt_of(assistant, ["returns", "desk"])
    assert excerpt is not None
    assert excerpt.where == "Instructions"
    assert [piece.text for piece in excerpt.pieces if piece.is_found][:3] == ["returns", "returns", "desk"]
