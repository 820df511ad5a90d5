"""Telling the rest of the site what became of an assistant, inside the transaction that changed it."""

from __future__ import annotations

from typing import cast

from assistants_server import rendering
from assistants_server.http.routing import Version
from assistants_server.models import Assistant
from dashboard.lib.signals import assistant_stored


def announce(workspace: str, wire_id: str) -> None:
    """Tell whoever keeps a copy that this assistant was stored or deleted; nothing is read unless one is kept."""

    def render(version: str) -> str | None:
        row = Assistant.objects.filter(workspace=workspace, wire_id=wire_id).first()
        return None if row is None else rendering.assistant(row, version=cast("Version", version))

    assistant_stored.send(sender=Assistant, workspace=workspace, id=wire_id, render=render)
