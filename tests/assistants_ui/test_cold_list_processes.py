"""Many who open the list at once where nothing is known of it, in two processes that share Redis."""

from __future__ import annotations

import json
import multiprocessing
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier

import pytest
from django.conf import settings
from django.core.cache import caches
from django.db import connections
from django.test import Client as Browser

from assistants_client import Client
from assistants_ui.workspaces.connections import connected
from tests.assistants_ui.catalog.far_end import body
from tests.conftest import Person

LIST = "/w/main/assistants/"
PROCESSES, EACH = 2, 10
SECONDS = 0.3
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        not settings.CACHES["default"]["BACKEND"].endswith("RedisCache"), reason="without Redis each has its own cache"
    ),
]


class Slow(BaseHTTPRequestHandler):
    """A remote server that takes a while for its list and counts how often it is asked."""

    asked: list[str]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        time.sleep(SECONDS)
        answer = json.dumps({"object": "list", "data": [body(1), body(0)], "has_more": False}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (the name that its class gives it)
        """Nothing on the console."""


@pytest.fixture
def slow() -> Iterator[ThreadingHTTPServer]:
    Slow.asked = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Slow)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def look(address: str, session: str, ready: Barrier, told: Queue[list[str]]) -> None:
    """Open the list in several threads at once; what each of them sees."""
    seen: list[str] = []

    def one() -> None:
        browser = Browser()
        browser.cookies[settings.SESSION_COOKIE_NAME] = session
        ready.wait(30)
        page = browser.get(LIST).content.decode()
        seen.append("Assistant 1" if "Assistant 1" in page and "Assistant 0" in page else page)
        connections.close_all()

    with connected("main", Client(base_url=address, api_key="k")):
        threads = [threading.Thread(target=one) for _ in range(EACH)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    told.put(seen)


def test_twenty_at_once_in_two_processes_ask_the_server_once(slow: ThreadingHTTPServer, alice: Person) -> None:
    session = alice.cookies[settings.SESSION_COOKIE_NAME].value
    address = f"http://127.0.0.1:{slow.server_address[1]}/v1"
    # No connection may be in two processes.
    connections.close_all()
    caches.close_all()
    forked = multiprocessing.get_context("fork")
    ready, told = forked.Barrier(PROCESSES * EACH), forked.Queue()
    processes = [forked.Process(target=look, args=(address, session, ready, told)) for _ in range(PROCESSES)]
    for process in processes:
        process.start()
    seen = [page for _ in processes for page in told.get(timeout=60)]
    for process in processes:
        process.join(20)
    assert seen == ["Assistant 1"] * PROCESSES * EACH
    assert [path.partition("?")[0] for path in Slow.asked] == ["/v1/assistants"]
