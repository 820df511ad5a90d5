"""What is asked of the database until a reader hears the first word: counted, since times depend on the machine."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assistants_server.models import Run
from assistants_server.runs import worker, writer
from assistants_server.runs.executor import Control, execute
from assistants_server.runs.model import End, Text
from dashboard.lib import durability
from tests.assistants_server.conftest import API
from tests.assistants_server.running import ask, assistant, newest
from tests.assistants_server.scripted import USAGE, ScriptedModel

pytestmark = pytest.mark.services_do_not_matter


# These only fall: whoever needs one more takes away another.
@pytest.mark.django_db(transaction=True)
def test_the_first_word_costs_few_statements(api: API, model: ScriptedModel) -> None:
    asked = assistant(api, instructions="Answer.")
    # The first use of a key is written down.
    api.fetch("/models")
    with CaptureQueriesContext(connection) as request:
        run = ask(api, asked)
    until_queued = len(request)
    heard: list[int] = []
    model.does(Text("One "), lambda: heard.append(len(execution)), Text("two."), End("stop", USAGE))
    row = Run.objects.select_related("thread").get(wire_id=run["id"])
    with CaptureQueriesContext(connection) as execution:
        execute(row, Control(writer.Writer(row, is_claimed=False)))
    until_ended = len(execution)

    assert newest(api, run)["content"][0]["text"]["value"] == "One two."
    assert until_queued <= 16
    assert heard[0] <= 15
    assert until_ended <= 23


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="PostgreSQL waits for its disk at the commit")
@pytest.mark.django_db(transaction=True)
def test_a_run_begins_while_the_disk_is_waited_for_and_is_told_of_after_that(
    api: API, monkeypatch: pytest.MonkeyPatch
) -> None:
    happened: list[str] = []
    asked = assistant(api, instructions="Answer.")
    monkeypatch.setattr(durability, "_sync_sqlite", lambda: happened.append("synced"))
    monkeypatch.setattr(worker.RunWorkers, "take", lambda *_: happened.append("begun"))

    ask(api, asked)

    assert happened == ["begun", "synced"]
