"""A process that is killed in the middle of an attach: what a person finds afterwards, and that it can be mended."""

from __future__ import annotations

import re
import sqlite3
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from assistants_client import Assistant, Client
from tests.assistants_ui.pages import Page, read_page
from tests.instance import Instance

PASSWORD = "correct horse battery staple"
NAME = "prices.txt"


class Between(ThreadingHTTPServer):
    """Stands between the dashboard and its server; at one call it kills the dashboard."""

    def __init__(self, server: Instance) -> None:
        super().__init__(("127.0.0.1", 0), Passing)
        self.far_end = httpx.Client(base_url=server.address, timeout=30)
        self.dashboard: Instance | None = None
        self.deadly: tuple[str, str] | None = None
        self.url = f"http://127.0.0.1:{self.server_address[1]}/v1"
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def kill_if(self, call: str, *, when: str) -> bool:
        """Kill the dashboard at the call it was told of, once."""
        if not (self.dashboard and self.deadly and when == self.deadly[1] and re.fullmatch(self.deadly[0], call)):
            return False
        self.deadly = None
        self.dashboard.kill()
        return True


class Passing(BaseHTTPRequestHandler):
    server: Between

    def do_GET(self) -> None:
        self.pass_on()

    do_POST = do_DELETE = do_GET  # noqa: N815  (the names are http.server's)

    def pass_on(self) -> None:
        call = f"{self.command} {urlsplit(self.path).path}"
        headers = {name: value for name, value in self.headers.items() if name.lower() not in ("host", "connection")}
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.server.kill_if(call, when="before the server heard it"):
            return
        answer = self.server.far_end.request(self.command, self.path, headers=headers, content=body)
        if self.server.kill_if(call, when="after the server did it"):
            return
        self.send_response(answer.status_code)
        self.send_header("Content-Type", answer.headers.get("Content-Type", "application/json"))
        self.send_header("Content-Length", str(len(answer.content)))
        self.end_headers()
        self.wfile.write(answer.content)

    def log_request(self, code: object = "-", size: object = "-") -> None:
        """Nothing: the test's own output is for what is wrong."""


@pytest.fixture(scope="module")
def far_end(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    server = Instance(tmp_path_factory.mktemp("server"))
    yield server
    server.stop()


@pytest.fixture(scope="module")
def between(far_end: Instance) -> Iterator[Between]:
    proxy = Between(far_end)
    yield proxy
    proxy.shutdown()
    proxy.server_close()
    proxy.far_end.close()


class Editor:
    """A person at the dashboard that will be killed, and the far end as it truly is."""

    def __init__(self, folder: Path, *, far_end: Instance, between: Between) -> None:
        remote = {"WORKSPACE_MAIN_BASE_URL": between.url, "WORKSPACE_MAIN_API_KEY": far_end.key}
        self.folder = folder
        self.between = between
        self.dashboard = between.dashboard = Instance(folder, ADMIN_PASSWORD=PASSWORD, **remote)
        self.browser = httpx.Client(base_url=self.dashboard.address, follow_redirects=True, timeout=30)
        self.send("/login/", {"username": "admin", "password": PASSWORD})
        self.server = Client(base_url=far_end.url, api_key=far_end.key)

    def see(self, path: str) -> Page:
        return read_page(self.browser.get(path).text)

    def send(self, path: str, fields: dict[str, str], *, files: dict[str, tuple[str, bytes]] | None = None) -> Page:
        """Post as a form of the site does."""
        [token, *_] = [form["csrfmiddlewaretoken"] for form in self.see("/").forms if "csrfmiddlewaretoken" in form]
        answer = self.browser.post(path, data={"csrfmiddlewaretoken": token, **fields}, files=files)
        return read_page(answer.text)

    def attach_and_die(self, assistant: Assistant, call: str, when: str) -> None:
        """Attach a file; the dashboard is killed at this call, and started again."""
        self.between.deadly = (call, when)
        # Words of its own: the same ones a second time would be offered the file that is here.
        use, files = {"use": "file_search"}, {"files": (NAME, f"Prices of {assistant.id}".encode())}
        with pytest.raises(httpx.TransportError):
            self.send(f"{page_of(assistant)}files/", use, files=files)
        self.dashboard.start()

    def after(self, seconds: int) -> None:
        """Let the last sign of life of what died be so many seconds ago."""
        until = (datetime.now(UTC) + timedelta(seconds=60 - seconds)).strftime("%Y-%m-%d %H:%M:%S.%f")
        database = sqlite3.connect(self.folder / "dashboard.sqlite3", timeout=20)
        with database:
            database.execute(
                "UPDATE assistants_ui_attachmentjob SET busy_until = ? WHERE busy_until IS NOT NULL", [until]
            )
            database.execute("UPDATE assistants_ui_lock SET until = ?", [until])
        database.close()

    def press(self, assistant: Assistant, action: str) -> Page:
        """Press the button of the one half-finished job."""
        page = self.browser.get(page_of(assistant)).text
        [path] = set(re.findall(rf'action="(/w/main/[^"]*/{action}/)"', page))
        return self.send(path, {})

    def stop(self) -> None:
        self.dashboard.stop()
        self.browser.close()
        self.server.close()


def page_of(assistant: Assistant) -> str:
    return f"/w/main/assistants/{assistant.id}/"


@pytest.fixture(scope="module")
def editor(tmp_path_factory: pytest.TempPathFactory, far_end: Instance, between: Between) -> Iterator[Editor]:
    person = Editor(tmp_path_factory.mktemp("dashboard"), far_end=far_end, between=between)
    yield person
    person.stop()


@pytest.fixture
def assistant(editor: Editor) -> Iterator[Assistant]:
    made = editor.server.assistants.create(model="gpt-4.1-mini", name="Price desk")
    yield made
    editor.server.assistants.delete(made.id)
    for store in editor.server.vector_stores.list().data:
        editor.server.vector_stores.delete(store.id)
    for file in editor.server.files.list().data:
        editor.server.files.delete(file.id)


AFTER, BEFORE = "after the server did it", "before the server heard it"
CALLS = [
    ("POST /v1/files", AFTER),
    ("POST /v1/vector_stores", BEFORE),
    ("POST /v1/vector_stores", AFTER),
    ("POST /v1/vector_stores/[^/]+/files", AFTER),
    ("POST /v1/assistants/[^/]+", AFTER),
]


@pytest.mark.parametrize(("call", "when"), CALLS)
def test_what_was_half_done_is_finished_once(editor: Editor, assistant: Assistant, call: str, when: str) -> None:
    editor.attach_and_die(assistant, call, when)

    editor.after(seconds=15)
    page = editor.see(page_of(assistant))
    assert "Nothing has been heard of this file for a moment." in page.text
    assert NAME in page.text
    editor.after(seconds=61)
    page = editor.see(page_of(assistant))
    assert ("didn't hear whether it arrived" if "files" in call[:15] else "it isn't attached yet") in page.text

    page = editor.press(assistant, "finish")
    assert f"“{NAME}” was attached." in page.text
    assert "isn't attached yet" not in page.text
    [file] = editor.server.files.list().data
    [store] = editor.server.vector_stores.list().data
    assert editor.server.assistants.retrieve(assistant.id).vector_store_ids == [store.id]
    assert [entry.id for entry in editor.server.vector_stores.files.list(store.id)] == [file.id]
    assert "Every outcome is known" in editor.see("/audit/unknown/").text
    editor.dashboard.manage("audit_verify")


def test_what_was_half_done_is_undone_whole(editor: Editor, assistant: Assistant) -> None:
    editor.attach_and_die(assistant, "POST /v1/vector_stores", AFTER)
    editor.after(seconds=61)
    page = editor.press(assistant, "remove")
    assert f"“{NAME}” was removed." in page.text
    assert editor.server.files.list().data == []
    assert editor.server.vector_stores.list().data == []
    assert editor.server.assistants.retrieve(assistant.id).raw == assistant.raw
    editor.dashboard.manage("audit_verify")
