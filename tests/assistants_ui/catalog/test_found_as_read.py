"""Whatever is searched for, the index finds and ranks what reading every text would: on SQLite and PostgreSQL alike."""

from __future__ import annotations

import random
from typing import Any

import pytest
from django.db import transaction

from assistants_client import Assistant
from assistants_ui.catalog import entries, ranking
from assistants_ui.catalog.filters import Filters, narrowed
from assistants_ui.catalog.folding import fold, terms_of
from assistants_ui.catalog.search import search
from assistants_ui.models import CatalogWord
from dashboard.bounds import SEARCH_WORDS

PIECES = [
    *(
        "support",
        "desk",
        "support_desk",
        "Größen",
        "Prüfung",
        "Straße",
        "客户服务",
        "服务助手",
        "مُسَاعِدُ",
        "고객",
        "aaaa",
        "aab",
    ),
    *("100%", "no.07", "desk-top", '12"', "\\", "_", "+49", "x"),
]
QUERIES = [
    *(
        "support",
        "desk",
        "sup",
        "port desk",
        '"support desk"',
        '"port des"',
        "support_desk",
        "t_d",
        "grossen",
        "strasse",
    ),
    *(
        "grossenprufung",
        "服务",
        "客户 助手",
        "مساعد",
        "고",
        "aaa",
        "aaaa",
        "aaaaaaaaaaa",
        "ab",
        "a",
        "100%",
        "%",
        "_",
        "\\",
    ),
    *(
        '"no.07 desk"',
        "no.07",
        ".",
        "+49 desk",
        '"desk-top x"',
        "asst_",
        "00000",
        "asst_00001",
        '"top x" s',
        "support gone",
    ),
    *("desk " * 5, "x " * 25, "0", "t", 's" d'),
]


def _made(number: int, *, seed: int = 0) -> Assistant:
    pick = random.Random(number + seed)

    def text(most: int) -> str:
        return "".join(
            pick.choice(PIECES) + pick.choice(["", " ", " ", ", ", "\n"]) for _ in range(pick.randint(0, most))
        )

    function = {"type": "function", "function": {"name": text(1), "parameters": {}}}
    texts: dict[str, Any] = {"name": text(2), "description": text(1), "instructions": text(6)}
    more = {"metadata": {text(1): text(1)}, "tools": [function] * pick.randint(0, 1), "model": "gpt-4.1"}
    return Assistant({"id": f"asst_{number:06}", "created_at": 5 + number // 3, **texts, **more})


def _read_for(made: list[Assistant], query: str) -> list[str]:
    """The ids in the order of their ranks, by nothing but reading."""
    terms = terms_of(query)
    found: list[tuple[int, int, str]] = []
    for number, one in enumerate(made):
        labels = "\n".join(fold(f"{name}: {value}") for name, value in entries.labels_of(one))
        functions = "\n".join(map(fold, entries.function_names(one)))
        texts = [fold(one.name or ""), fold(one.description or ""), labels, functions, fold(one.instructions or "")]
        texts.append(fold(one.id))
        places = [
            next((place for place, text in enumerate(texts) if term in text and (place < 5 or len(term) >= 6)), None)
            for term in terms
        ]
        known = [place for place in places if place is not None]
        if len(known) == len(terms):
            whole = " ".join(terms)
            rank = 0 if texts[0] == whole else 1 if texts[0].startswith(whole) else 2 + max(known)
            found.append((rank, -number, one.id))
    return [name for _, _, name in sorted(found)]


@pytest.mark.django_db
@pytest.mark.parametrize("most", [SEARCH_WORDS, 3])
def test_the_index_finds_what_reading_would(monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    monkeypatch.setattr(ranking, "SEARCH_WORDS", most)
    made = [_made(number) for number in range(70)]
    with transaction.atomic():
        entries.put("main", [_made(number, seed=7) for number in range(70)], read_at=1, place=1)
        entries.put("other", made, read_at=1, place=1)
        # Each is another one now, so that words are taken out of the index as well.
        entries.put("main", made, read_at=2, place=2)
    entries.drop("main", made[50].id)
    kept = made[:50] + made[51:]
    for query in QUERIES:
        wanted = _read_for(kept, query)
        page = search("main", Filters(q=query), limit=200)
        got = [entry.assistant_id for entry in page.entries]
        assert (page.total, got) == (len(wanted), wanted), query
        assert narrowed("main", Filters(q=query)).count() == len(wanted), query
        onward = search("main", Filters(q=query), limit=200, after=got[1]) if len(got) > 2 else None
        assert onward is None or [entry.assistant_id for entry in onward.entries] == wanted[2:], query


@pytest.mark.django_db
def test_words_are_kept_once_for_all_assistants() -> None:
    with transaction.atomic():
        entries.put("main", [_made(number) for number in range(40)], read_at=1)
        before = CatalogWord.objects.count()
        entries.put("other", [_made(number) for number in range(40)], read_at=1)
    assert CatalogWord.objects.count() == before
