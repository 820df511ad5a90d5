"""Make and revoke keys; each act and its audit row are one transaction."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from assistants_server.http.authentication import new_key
from assistants_server.models import APIKey
from dashboard.audit import api as audit


def create(*, actor: audit.Actor, name: str, workspace: str, read_only: bool) -> tuple[APIKey, str]:
    """The key and its text, which nobody can be told a second time."""
    with transaction.atomic():
        key, text = new_key(name=name, workspace=workspace, read_only=read_only)
        _record("api_key.create", actor, key)
    return key, text


def revoke(*, actor: audit.Actor, key: APIKey) -> None:
    """From now on nobody gets in with it. Harmless when it was revoked before."""
    with transaction.atomic():
        if APIKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=timezone.now()):
            _record("api_key.revoke", actor, key)


def embedded_workspaces() -> list[str]:
    """The workspaces that keys can open: those this site serves itself."""
    return [workspace.name for workspace in settings.WORKSPACES.values() if workspace.is_embedded]


def _record(action: str, actor: audit.Actor, key: APIKey) -> None:
    audit.record(
        action=action,
        actor=actor,
        workspace=key.workspace,
        target=audit.Target(type="api_key", id=key.prefix, label=key.name),
        detail={"rights": "read-only" if key.read_only else "full"},
    )
