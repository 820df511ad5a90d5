"""Something to look at in a site that holds nothing yet."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from assistants_ui.assistants.starters import starters, with_model
from assistants_ui.service import Service
from assistants_ui.workspaces.connections import workspace_client
from dashboard.accounts.first_administrator import make_first_administrator
from dashboard.audit.api import Actor

ACTOR = Actor(kind="command", id="load_samples", name="manage.py load_samples")


class Command(BaseCommand):
    help = "Make the first administrator, and the starters as assistants in each embedded workspace that has none."

    def handle(self, *args: Any, **options: Any) -> None:
        administrator = make_first_administrator()
        if administrator is not None:
            shown = administrator.password or "the one in ADMIN_PASSWORD"
            self.stdout.write(f"First administrator: {administrator.username}, password: {shown}")
        for name, workspace in settings.WORKSPACES.items():
            # Nobody wants samples among the assistants of a server that others use too, and version 1 lacks settings.
            if workspace.is_embedded and workspace.api_version == "v2":
                self._fill(name)

    def _fill(self, name: str) -> None:
        service = Service(
            client=workspace_client(name),
            workspace=name,
            api_version=settings.WORKSPACES[name].api_version,
            actor=ACTOR,
            request_id=uuid.uuid4().hex,
        )
        if service.assistants.page(limit=1).items:
            return
        offered, samples = service.models.list(), starters()
        for sample in samples:
            service.assistants.create(with_model(sample, offered))
        self.stdout.write(f"Workspace {name} holds {len(samples)} sample assistants.")
