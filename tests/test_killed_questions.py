"""A process that is killed while it asks: nothing is asked twice, and nothing stays on any server."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from assistants_client import Client
from tests.assistants_server.model_server import Handler, ScriptedServer, says, serving
from tests.assistants_ui.pages import read_page
from tests.instance import Instance
from tests.test_killed import PASSWORD, Between, Editor

# Whole sites are started and killed, which takes long: QUESTIONS_TO_ASK=50 pytest tests/test_killed_questions.py
QUESTIONS = int(os.environ.get("QUESTIONS_TO_ASK", "0"))
pytestmark = pytest.mark.skipif(not QUESTIONS, reason="QUESTIONS_TO_ASK says how many")
AT_ONCE = 3
NEVER = 1 << 30
LEFT_OVER = ("thread", "message", "run", "runstep", "file", "vectorstore")


class Asked:
    """What the model was asked and how many at a time; from the ``last`` on it answers when a test wants it to."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.counts: Counter[tuple[str, str]] = Counter()
        self.active = self.most = 0
        self.last = NEVER
        self.is_reached = threading.Event()
        self.go_on = threading.Event()

    def stop_at(self, number: int) -> None:
        self.last = number
        self.is_reached.clear()
        self.go_on.clear()

    def __call__(self, handler: Handler) -> None:
        system, question = (str(message["content"]) for message in handler.body["messages"])
        with self.lock:
            self.counts[system, question] += 1
            self.active += 1
            self.most = max(self.most, self.active)
            is_late = self.counts.total() >= self.last
        if is_late:
            self.is_reached.set()
            self.go_on.wait(60)
        with self.lock:
            self.active -= 1
        says(f"{system} {question}")(handler)


@pytest.fixture
def asked() -> Asked:
    return Asked()


@pytest.fixture
def model(asked: Asked) -> Iterator[ScriptedServer]:
    with serving() as server:
        server.otherwise = asked
        yield server
        asked.go_on.set()


@pytest.fixture
def server(tmp_path: Path, model: ScriptedServer) -> Iterator[Instance]:
    folder = tmp_path / "server"
    folder.mkdir()
    found = Instance(
        folder,
        MODEL_BASE_URL=model.base_url,
        MODEL_API="chat",
        ADMIN_PASSWORD=PASSWORD,
        RUN_WORKERS="8",
        QUESTIONS_AT_ONCE="1",
    )
    yield found
    found.stop()


def changed(folder: Path, *statements: str) -> None:
    database = sqlite3.connect(folder / "dashboard.sqlite3", timeout=20)
    with database:
        for statement in statements:
            database.execute(statement)
    database.close()


def counted(folder: Path) -> dict[str, int]:
    """How many of each thing the server in this folder holds."""
    database = sqlite3.connect(folder / "dashboard.sqlite3", timeout=20)
    found = {
        name: database.execute(f"SELECT count(*) FROM assistants_server_{name}").fetchone()[0] for name in LEFT_OVER
    }
    database.close()
    return found


def until(is_so: Callable[[], bool]) -> None:
    """Wait until it is; a minute at most."""
    late = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < late
        time.sleep(0.1)


MINUTE_LATER = (
    "UPDATE assistants_ui_questionanswer SET lease_until = '2020-01-01 00:00:00' WHERE state = 'asking'",
    "UPDATE assistants_ui_borrowedthread SET lease_until = '2020-01-01 00:00:00'",
)


def has_ended(folder: Path) -> bool:
    database = sqlite3.connect(folder / "dashboard.sqlite3", timeout=20)
    found = database.execute("SELECT count(*) FROM assistants_ui_questionrun WHERE ended_at IS NOT NULL").fetchone()
    database.close()
    return bool(found[0])


def test_each_question_is_asked_once_though_the_dashboard_is_killed(
    tmp_path: Path, server: Instance, asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUESTIONS_AT_ONCE", str(AT_ONCE))
    between = Between(server)
    (tmp_path / "dashboard").mkdir()
    editor = Editor(tmp_path / "dashboard", far_end=server, between=between)
    made = editor.server.assistants.create(model="gpt-4o", name="Desk", instructions="Old.")
    before = counted(tmp_path / "server")
    here = f"/w/main/assistants/{made.id}"
    form = next(form for form in editor.see(f"{here}/edit/").forms if "instructions" in form)
    editor.send(f"{here}/edit/draft/", form | {"instructions": "New.", "dirty": "1"})
    rows = "\n".join(["question", *(f"Question {number}" for number in range(QUESTIONS))])
    editor.send(f"{here}/questions/import/", {}, files={"file": ("questions.csv", rows.encode())})

    asked.stop_at(QUESTIONS)
    editor.send(f"{here}/questions/run/", {"draft": "use", "repeats": "1"})
    until(lambda: asked.active == AT_ONCE)
    editor.dashboard.kill()
    # The server that answers goes on by itself.
    asked.last = NEVER
    asked.go_on.set()
    changed(editor.folder, *MINUTE_LATER)
    editor.dashboard.start()
    editor.see("/")
    until(lambda: has_ended(editor.folder))

    expected = {(state, f"Question {number}") for state in ("Old.", "New.") for number in range(QUESTIONS)}
    assert asked.counts == Counter(dict.fromkeys(expected, 1))
    assert asked.most == AT_ONCE
    until(lambda: counted(tmp_path / "server") == before)
    editor.stop()
    between.shutdown()
    between.server_close()
    between.far_end.close()


def test_nothing_stays_of_an_answer_whose_site_is_killed(tmp_path: Path, server: Instance, asked: Asked) -> None:
    folder = tmp_path / "server"
    with Client(base_url=server.url, api_key=server.key) as client:
        made = client.assistants.create(model="gpt-4o", name="Desk", instructions="Old.")
    browser = httpx.Client(base_url=server.address, follow_redirects=True, timeout=30)

    def send(path: str, **fields: str) -> httpx.Response:
        forms = read_page(browser.get("/").text).forms
        token = next(form["csrfmiddlewaretoken"] for form in forms if "csrfmiddlewaretoken" in form)
        return browser.post(path, data={"csrfmiddlewaretoken": token, **fields})

    send("/login/", username="admin", password=PASSWORD)
    before = counted(folder)
    page = f"/w/main/assistants/{made.id}/try/"
    asked.stop_at(1)

    def ask(path: str) -> None:
        with pytest.raises(httpx.TransportError):
            send(path, message="Who are you?")

    # One waits on a page for its answer, the other hears it word by word.
    asking = [threading.Thread(target=ask, args=(path,)) for path in (page, f"{page}stream/")]
    for one in asking:
        one.start()
    until(lambda: asked.active == 2)
    server.kill()
    for one in asking:
        one.join()
    assert counted(folder)["thread"] == before["thread"] + 2

    changed(folder, *MINUTE_LATER, "UPDATE assistants_server_run SET lease_until = 1 WHERE lease_until IS NOT NULL")
    server.start()
    browser.get("/")
    until(lambda: counted(folder) == before)
    assert asked.counts.total() <= 4
    browser.close()
