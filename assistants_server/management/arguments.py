"""What the commands of the embedded server have in common."""

from __future__ import annotations

from django.conf import settings
from django.core.management.base import CommandError

from assistants_server.keys.operations import embedded_workspaces


def embedded_workspace(name: str | None) -> str:
    """``name`` if this site serves that workspace itself; for None the first that it does.

    Raises ``CommandError`` in words that say what to do instead.
    """
    embedded = embedded_workspaces()
    known = ", ".join(embedded) or "none"
    if name is None:
        if not embedded:
            raise CommandError("No workspace of this site is embedded, so there is nothing to work on.")
        return embedded[0]
    if name not in settings.WORKSPACES:
        raise CommandError(f"There is no workspace “{name}”. Embedded here: {known}.")
    if name not in embedded:
        raise CommandError(
            f"The workspace “{name}” is on a remote server, which this command cannot reach. Embedded here: {known}."
        )
    return name
