"""Find out what became of the changes whose end nobody heard."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

import assistants_client as wire
from assistants_ui.assistants.editor.reconcile import LATE, reconcile_operation
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
        operations = audit.open_operations()
        for operation in operations:
            self.stdout.write(
                f"Row {operation.seq}, {operation.action} by {operation.actor.name}: {self.settled(operation)}."
            )
        if not operations:
            self.stdout.write("Every outcome is known.")

    def settled(self, operation: UnresolvedOperation) -> str:
        """What was found out, in words."""
        if operation.workspace not in settings.WORKSPACES:
            return (
                f"there is no workspace {operation.workspace} any more"
                if operation.workspace
                else "it belongs to no workspace"
            )
        try:
            outcome = reconcile_operation(
                service_of(operation.workspace), operation, is_late=datetime.now(UTC) - operation.at >= LATE
            )
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
