from __future__ import annotations

from typing import Any

import httpx
import pytest

from assistants_client import Client
from tests.assistants_ui.conftest import Tap, typed
from tests.assistants_ui.pages import editor_form, read
from tests.conftest import Person

NEW = "/w/main/assistants/new/"


def test_it_works(alice: Person, server: Client, tap: Tap) -> None:
    response = alice.post(
        NEW,
        typed(
            name="Returns desk",
            description="Answers returns.",
            instructions="Be kind.\r\nBe brief.",
            file_search="on",
            temperature="0.3",
            metadata_key=["team", ""],
            metadata_value=["logistics", ""],
        ),
    )
    [created] = server.assistants.list().data
    assert response["Location"] == f"/w/main/assistants/{created.id}/"
    assert tap.written == [
        {
            "name": "Returns desk",
            "description": "Answers returns.",
            "model": "gpt-4.1-mini",
            "instructions": "Be kind.\nBe brief.",
            "temperature": 0.3,
            "tools": [{"type": "file_search"}],
            "metadata": {"team": "logistics"},
        }
    ]
    assert "“Returns desk” was created." in read(alice.get(response["Location"])).text


def test_it_offers_the_models_of_the_server(alice: Person, server: Client) -> None:
    page = alice.get(NEW).content.decode()
    for model in server.models.list().data:
        assert f'<option value="{model.id}"' in page


def test_it_leaves_out_what_was_left_empty(alice: Person, tap: Tap) -> None:
    alice.post(NEW, typed())
    assert tap.written == [{"name": "Support desk", "model": "gpt-4.1-mini"}]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": ""}, "Enter a name."),
        ({"name": "\u3164\u200b"}, "Needs a visible character"),
        ({"name": "invoice\u202efdp.exe"}, "Character 8 is not visible or can mislead"),
        ({"name": "a" * 257}, "Too long by 1: 257 of 256 characters"),
        ({"name": "a\ufffdb"}, "could not be read"),
        ({"description": "a" * 513}, "513 of 512"),
        ({"model": ""}, "Choose a model."),
        ({"model": "gpt-4o\n"}, "not visible or can mislead"),
        ({"temperature": "2.1"}, "Must be from 0 to 2."),
        ({"temperature": "1,5,0"}, "Needs a number from 0 to 2."),
        ({"temperature": "NaN"}, "Needs a number from 0 to 2."),
        ({"temperature": "٢"}, "Needs a number from 0 to 2."),
        ({"top_p": "1e309"}, "Must be from 0 to 1."),
        ({"metadata_key": ["k" * 65], "metadata_value": ["v"]}, "is longer than 64 characters"),
        ({"metadata_key": ["k"], "metadata_value": ["v" * 513]}, "is longer than 512 characters: 513."),
        ({"metadata_key": ["k", "k"], "metadata_value": ["1", "2"]}, "appears twice"),
        (
            {"metadata_key": [f"k{n}" for n in range(17)], "metadata_value": ["v"] * 17},
            "At most 16 pairs; there are 17.",
        ),
        ({"metadata_key": [""], "metadata_value": ["orphan"]}, "The value “orphan” needs a key."),
    ],
)
def test_it_refuses_at_the_field_and_keeps_what_was_typed(
    alice: Person, tap: Tap, fields: dict[str, Any], words: str
) -> None:
    response = alice.post(NEW, typed(instructions="Words that must not be lost.", **fields))
    assert response.status_code == 422
    assert words in read(response).text
    assert editor_form(response)["instructions"] == "Words that must not be lost."
    assert tap.written == []


@pytest.mark.parametrize(
    "fields",
    [
        {"name": "a" * 256},
        {"name": "🦊" * 256},
        {"name": "مساعد الدعم"},
        {"name": "' OR 1=1 --"},
        {"name": "null"},
        {"instructions": "\n  leading and trailing  \n"},
        {"instructions": "🦊" * 256_000},
        {"metadata_key": ["__proto__", "constructor"], "metadata_value": ["1", "<svg onload=x>"]},
    ],
)
def test_it_keeps_odd_but_legal_text_exactly(alice: Person, server: Client, fields: dict[str, Any]) -> None:
    assert alice.post(NEW, typed(**fields)).status_code == 302
    [created] = server.assistants.list().data
    assert created.name == fields.get("name", "Support desk")
    assert (created.instructions or "") == fields.get("instructions", "")
    assert created.metadata == dict(zip(fields.get("metadata_key", []), fields.get("metadata_value", []), strict=True))


def test_a_refusal_of_the_server_stands_at_its_field(alice: Person, tap: Tap) -> None:
    tap.answer = lambda request: (
        httpx.Response(
            400,
            json={
                "error": {
                    "message": "The requested model 'x' cannot be used with the Assistants API.",
                    "type": "invalid_request_error",
                    "param": "model",
                    "code": "unsupported_model",
                }
            },
        )
        if request.method == "POST"
        else None
    )
    response = alice.post(NEW, typed(instructions="Kept."))
    assert response.status_code == 422
    page = read(response)
    assert page.text.count("cannot be used with the Assistants API") == 3  # in the head, at the field, in the details
    assert page.links["Model"] == "#id_model"
    assert 'aria-invalid="true" aria-describedby="id_model_helptext id_model_error"' in response.content.decode()
    assert editor_form(response)["instructions"] == "Kept."


def test_a_viewer_may_not(bob: Person, tap: Tap) -> None:
    assert bob.get(NEW).status_code == 403
    assert bob.post(NEW, typed()).status_code == 403
    assert tap.requests == []
