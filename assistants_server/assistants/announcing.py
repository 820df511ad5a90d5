"""Telling the rest of the site what became of an assistant, inside the transaction that changed it."""

from __future__ import annotations

from typing import Any, cast

from django.dispatch import receiver

from assistants_server import rendering
from assistants_server.http.mutations import object_changed
from assistants_server.http.routing import Version
from assistants_server.models import Assistant
from dashboard.lib.signals import assistant_stored


@receiver(object_changed)
def announce_change(*, action: str, workspace: str, wire_id: str, **_: Any) -> None:
    if action.startswith("assistant."):
        announce(workspace, wire_id)


def announce(workspace: str, wire_id: str) -> None:
    """Tell whoever keeps a copy that this assistant was stored or deleted; nothing is read unless one is kept."""

    def render(version: str) -> str | None:
        row = Assistant.objects.filter(workspace=workspace, wire_id=wire_id).first()
        return None if row is None else rendering.assistant(row, version=cast("Version", version))

    assistant_stored.send(sender=Assistant, workspace=workspace, id=wire_id, render=render)
