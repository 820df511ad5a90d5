"""Find out what became of the changes whose end nobody heard."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

import assistants_client as wire
from assistants_ui.assistants.editor.reconcile import LATE, settle
from assistants_ui.service import Service
from assistants_ui.workspaces.connections import workspace_client
from dashboard.audit import api as audit
from dashboard.audit.api import UnresolvedOperation

WORDS = {
    audit.OperationOutcome.SUCCEEDED: "it was done",
    audit.OperationOutcome.REFUSED: "it was not done",
    None: "cannot be told yet",
}


class Command(BaseCommand):
    help = "Ask the servers what became of operations without a known outcome, and record it."

    def handle(self, *args: Any, **options: Any) -> None:
        acts = audit.open_operations()
        for act in acts:
            self.stdout.write(f"Row {act.seq}, {act.action} by {act.actor.name}: {self.settled(act)}.")
        if not acts:
            self.stdout.write("Every outcome is known.")

    def settled(self, act: UnresolvedOperation) -> str:
        """What was found out, in words."""
        if act.workspace not in settings.WORKSPACES:
            return f"there is no workspace {act.workspace} any more" if act.workspace else "it belongs to no workspace"
        try:
            outcome = settle(service_of(act.workspace), act, is_late=datetime.now(UTC) - act.at >= LATE)
        except wire.APIError as error:
            return f"the server did not answer ({type(error).__name__})"
        return WORDS[outcome]


def service_of(workspace: str) -> Service:
    return Service(
        client=workspace_client(workspace),
        workspace=workspace,
        api_version=settings.WORKSPACES[workspace].api_version,
        actor=audit.command_actor("settle_operations"),
        request_id=uuid.uuid4().hex,
    )
