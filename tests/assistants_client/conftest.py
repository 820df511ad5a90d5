"""The two clients, by which each call is sent."""

from __future__ import annotations

import pytest

from tests.assistants_client.sending import AsyncSend, Send, SyncSend


@pytest.fixture(params=[SyncSend, AsyncSend], ids=["sync", "async"])
def send(request: pytest.FixtureRequest) -> Send:
    sender: Send = request.param()
    return sender
