"""Turns a configured workspace into a connection: one client per workspace and process."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.urls import get_script_prefix, set_script_prefix

from assistants_client import Client
from assistants_client.transport import WSGITransport
from assistants_ui.workspaces.circuit_breaker import BreakerClient, CircuitBreaker
from dashboard.environment import WorkspaceSettings

# In process nothing listens at this address; the host is one that the site allows.
EMBEDDED_BASE_URL = "http://localhost/v1"

_clients: dict[str, Client] = {}
_lock = threading.Lock()


def workspace_client(name: str) -> Client:
    """The client of the workspace called ``name``, made on first use and kept.

    Raises ``KeyError`` when no such workspace is configured.
    """
    with _lock:
        if name not in _clients:
            _clients[name] = connect(settings.WORKSPACES[name])
        return _clients[name]


def connect(workspace: WorkspaceSettings) -> Client:
    """A new client for one workspace, over a socket or into the embedded server."""
    if workspace.is_embedded:
        environ = {settings.EMBEDDED_WORKSPACE_VARIABLE: workspace.name}
        return Client(
            base_url=EMBEDDED_BASE_URL,
            api_key="",
            api_version=workspace.api_version,
            transport=WSGITransport(embedded_app, environ=environ),
        )
    return BreakerClient(
        # Half of the threads stay free for sign-in, health and the audit log.
        guard=CircuitBreaker(max_concurrency=max(1, settings.WEB_THREADS // 2), name=workspace.name),
        base_url=workspace.base_url,
        api_key=workspace.api_key,
        api_version=workspace.api_version,
        query=workspace.query,
        headers=workspace.headers,
        proxy=workspace.proxy or None,
    )


@contextmanager
def connected(name: str, client: Client) -> Iterator[Client]:
    """Let the workspace use ``client`` for a while: how tests and benchmarks replace the far end."""
    with _lock:
        before = _clients.get(name)
        _clients[name] = client
    try:
        yield client
    finally:
        with _lock:
            if before is None:
                del _clients[name]
            else:
                _clients[name] = before


def embedded_app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """The site itself, called while it is already answering a request of this thread.

    Django keeps the URL prefix per thread and the inner request overwrites it, so that links made
    afterwards would lose it: it is put back.
    """
    prefix = get_script_prefix()
    try:
        return _site()(environ, start_response)
    finally:
        set_script_prefix(prefix)


@cache
def _site() -> WSGIHandler:
    return WSGIHandler()
