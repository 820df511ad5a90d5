"""Why a file could not be read, and what was left out of it, in the reader's language; rows keep it in English."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from assistants_client import Client
from assistants_server.files.text.document import PLURALS, Document
from assistants_server.files.text.formats import AS_TEXT, UNREAD
from assistants_server.files.text.formats.kinds import ADVICE
from dashboard.lib.stored_texts import reword
from tests.assistants_server.conftest import read_files
from tests.assistants_ui.pages import read
from tests.conftest import Person

SENTENCES = [*ADVICE.values(), *UNREAD.values(), AS_TEXT]


@pytest.mark.parametrize("language", ["de", "fr"])
def test_each_sentence_is_known_in_every_language(language: str) -> None:
    phrases = []
    for what in PLURALS:
        for count in (1, 2):
            document = Document()
            document.leave_out(what, count, name="prices.pdf")
            phrases += document.left_out_phrases()
    with override(language):
        assert [text for text in (*SENTENCES, *phrases) if reword(text) == text] == []


def test_a_file_that_cannot_be_read_says_why_on_a_german_page(alice: Person, server: Client) -> None:
    file = server.files.create(file=("scan.png", b"\x89PNG\r\n\x1a\n" + bytes(40)), purpose="assistants")
    store = server.vector_stores.create(name="Scans", file_ids=[file.id])
    read_files(store.id)
    assistant = server.assistants.create(
        model="gpt-4o",
        name="Desk",
        tools=[{"type": "file_search"}],
        tool_resources={"file_search": {"vector_store_ids": [store.id]}},
    )
    german = {"Accept-Language": "de"}
    for address in (f"/w/main/assistants/{assistant.id}/", f"/w/main/vector-stores/{store.id}/"):
        assert "Ein Bild hat keinen durchsuchbaren Text." in read(alice.get(address, headers=german)).text
