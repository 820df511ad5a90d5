"""Say what a workspace's server supports."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from assistants_ui.wire.probe import probe
from assistants_ui.workspaces import workspace_client


class Command(BaseCommand):
    help = "Ask a workspace's server what it supports. Only reads; exit code 1 when assistants cannot be listed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="the workspace, one of WORKSPACES")

    def handle(self, *args: Any, **options: Any) -> None:
        name = str(options["name"])
        if name not in settings.WORKSPACES:
            raise CommandError(f"There is no workspace {name}. There are: {', '.join(settings.WORKSPACES)}.")
        workspace = settings.WORKSPACES[name]
        self.stdout.write(f"Workspace {name}, {workspace.base_url}, API version {workspace.api_version}")
        report = probe(workspace_client(name))
        for line in report.lines():
            self.stdout.write(line)
        if not report.is_usable:
            raise CommandError("The dashboard cannot work with this server as it is set up.")
