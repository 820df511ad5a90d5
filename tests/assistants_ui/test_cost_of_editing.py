"""What opening and saving the form costs: counted, since times depend on the machine."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from jsonschema import Draft202012Validator

from assistants_client import Client
from dashboard.audit.record import redaction
from tests.assistants_ui.pages import editor_form, read
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


@pytest.mark.django_db(transaction=True)
def test_saving_looks_through_a_long_text_twice_and_checks_no_schema_again(
    alice: Person, server: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For secrets, before the change and after it; twenty functions are checked when they are new."""
    tools = [{"type": "function", "function": {"name": f"f{n}", "parameters": _schema(n)}} for n in range(20)]
    text = "As long as texts can be. " * 10_000
    assistant = server.assistants.create(model="gpt-4.1-mini", name="Long", instructions=text, tools=tools)
    address = f"/w/main/assistants/{assistant.id}/edit/"
    alice.post(address, editor_form(alice.get(address)) | {"name": "Once"})
    form = editor_form(alice.get(address))
    searched: list[str] = []
    checked: list[object] = []
    search, check = redaction.secrets_in, Draft202012Validator.check_schema

    def searching(text: str) -> Any:
        searched.append(text)
        return search(text)

    def checking(schema: Any) -> None:
        checked.append(schema)
        check(schema)

    monkeypatch.setattr(redaction, "secrets_in", searching)
    monkeypatch.setattr(Draft202012Validator, "check_schema", checking)

    assert alice.post(address, form | {"name": "Twice"}).status_code == 302

    assert server.assistants.retrieve(assistant.id).name == "Twice"
    assert sum(len(text) > 10_000 for text in searched) == 2
    assert checked == []
    parameters = next(name for name, value in form.items() if value and '"n7"' in str(value))
    refused = alice.post(address, editor_form(alice.get(address)) | {parameters: '{"type": 7}'})
    assert "Not a JSON schema" in read(refused).text


def _schema(number: int) -> dict[str, object]:
    # Too deep to be shown as rows.
    return {"type": "object", "properties": {f"n{number}": {"anyOf": [{"type": "string"}, {"type": "null"}]}}}


def statements(captured: CaptureQueriesContext) -> list[str]:
    """What was asked of the database, without the brackets of transactions."""
    asked = [query["sql"] for query in captured.captured_queries]
    return [sql for sql in asked if not sql.startswith(TRANSACTION)]
