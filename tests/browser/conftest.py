"""A real Chromium in front of a real server, with somebody of the cast signed in."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page
from pytest_django.live_server_helper import LiveServer

from assistants_client import Client
from assistants_ui.workspaces.connections import EMBEDDED_BASE_URL, connected
from tests.browser.editing import Wire
from tests.conftest import Person

# Playwright's event loop runs in this thread, so Django would refuse to use the database in it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

CHROMIUM = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
)

# What the console is told of besides faults: a status of 4xx or 5xx, which is the test's own business, and a request
# that ended because the person went on to another page.
NO_FAULT = ("Failed to load resource", "Response Status Error", "htmx:sendAbort", "htmx:afterRequest")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "/browser/" in str(item.path):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    quiet = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
    return {"executable_path": CHROMIUM, "args": [*quiet, "--disable-component-update", "--disable-sync"]}


Visit = Callable[..., Page]


@pytest.fixture
def visit(live_server: LiveServer, browser: Browser) -> Iterator[Visit]:
    """``visit(alice, "/")`` opens the site in a new browser with alice signed in; ``None`` signs in nobody.

    Further arguments are Playwright's for a context, such as ``java_script_enabled=False``. The test
    fails when a page wrote an error to the console, which is where a broken rule of the CSP shows.
    """
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error" and not any(words in message.text for words in NO_FAULT):
            complaints.append(message.text)

    def open_page(person: Person | None, path: str, **options: Any) -> Page:
        context = browser.new_context(base_url=live_server.url, **options)
        context.set_default_timeout(10_000)
        # The first page of a process is put together from nothing, and on a busy machine that takes a while.
        context.set_default_navigation_timeout(30_000)
        contexts.append(context)
        if person:
            session = person.cookies[settings.SESSION_COOKIE_NAME].value
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
        page = context.new_page()
        page.on("console", note)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def wire(live_server: LiveServer) -> Iterator[Wire]:
    transport = Wire()
    with connected("main", Client(base_url=EMBEDDED_BASE_URL, api_key="", transport=transport)):
        yield transport


@pytest.fixture
def server(wire: Wire) -> Iterator[Client]:
    """Another program that uses the same server."""
    with Client(base_url=EMBEDDED_BASE_URL, api_key="", transport=wire.server) as client:
        yield client
