"""The server and the steps that the tests of the editor share."""

from __future__ import annotations

import threading
from typing import Any

import httpx
from django.conf import settings
from playwright.sync_api import Locator, Page

from assistants_client import Client
from assistants_client.transport import WSGITransport
from assistants_ui.workspaces.connections import embedded_app

NEW = "/w/main/assistants/new/"
KINDS: list[dict[str, Any]] = [{}, {"java_script_enabled": False}]
NAMES = ["with JavaScript", "without JavaScript"]


class Wire(httpx.BaseTransport):
    """The way to the embedded server, which can lose what the server answers to a change."""

    def __init__(self) -> None:
        self.server = WSGITransport(embedded_app, environ={settings.EMBEDDED_WORKSPACE_VARIABLE: "main"})
        self.loses_answers = False
        self.posts = 0
        self.lock = threading.Lock()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        response = self.server.handle_request(request)
        if request.method == "POST":
            with self.lock:
                self.posts += 1
            if self.loses_answers:
                response.close()
                raise httpx.ReadError("the server died", request=request)
        return response


def make(server: Client, **fields: Any) -> str:
    """The address of a new assistant's form."""
    made = server.assistants.create(
        **{"model": "gpt-4.1-mini", "name": "Desk", "instructions": "One.\n\nTwo.", **fields}
    )
    return f"/w/main/assistants/{made.id}/edit/"


def save(page: Page) -> None:
    page.get_by_role("button", name="Save", exact=True).click()


def open_advanced(page: Page) -> None:
    page.get_by_text("Advanced", exact=True).click()


def press_while_shown(page: Page, control: Locator) -> None:
    """Press a control that each page without JavaScript shows for as long as the work behind it goes on."""
    while control.count():
        # A click alone does not wait for the page it asks for, and a page that is gone shows nothing.
        with page.expect_navigation():
            control.click()
