"""What opening and saving the form costs: counted, since times depend on the machine."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assistants_client import Client
from tests.assistants_ui.pages import editor_form
from tests.assistants_ui.test_edit import FULL
from tests.conftest import Person

TRANSACTION = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")


@pytest.mark.django_db(transaction=True)
def test_opening_and_saving_cost_few_statements(alice: Person, server: Client) -> None:
    assistant = server.assistants.create(**FULL)
    address = f"/w/main/assistants/{assistant.id}/edit/"
    # So that the version that is opened was not opened before, which costs most. The page that follows says what
    # was saved.
    alice.post(address, editor_form(alice.get(address)) | {"name": "Returns"}, follow=True)

    with CaptureQueriesContext(connection) as opening:
        form = editor_form(alice.get(address))
    with CaptureQueriesContext(connection) as saving:
        alice.post(address, form | {"name": "Returns desk"})

    assert len(statements(opening)) <= 7
    assert len(statements(saving)) <= 23


def statements(captured: CaptureQueriesContext) -> list[str]:
    """What was asked of the database, without the brackets of transactions."""
    asked = [query["sql"] for query in captured.captured_queries]
    return [sql for sql in asked if not sql.startswith(TRANSACTION)]
