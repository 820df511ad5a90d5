"""Say what a workspace's server supports."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from assistants_client.probe import ProbeVerdict, lines_of, probe, probe_model_server
from assistants_ui.workspaces.connections import workspace_client
from dashboard.environment import WorkspaceSettings
from dashboard.lib.texts import as_list


class Command(BaseCommand):
    help = (
        "Ask a workspace's server what it supports, and of the embedded one whether its model server answers. "
        "Only reads, and asks no model. Exit code 1 when assistants cannot be listed, 2 when "
        "something else that an editor needs does not work."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", nargs="?", help="the workspace, one of WORKSPACES; without it they are listed")

    def handle(self, *args: Any, **options: Any) -> None:
        name = options["name"]
        if name is None:
            for workspace in settings.WORKSPACES.values():
                self.stdout.write(described(workspace))
            return
        if name not in settings.WORKSPACES:
            raise CommandError(f"There is no workspace {name}. There are: {', '.join(settings.WORKSPACES)}.")
        workspace = settings.WORKSPACES[name]
        self.stdout.write(described(workspace))
        report = probe(workspace_client(name))
        for line in report.lines():
            self.stdout.write(line)
        is_answered = self._check_model(workspace)
        if not report.is_usable:
            hint = ""
            if report.verdict("assistants") is ProbeVerdict.MISSING and "/v1" not in workspace.base_url:
                hint = f" Its address holds no /v1, which most servers want, as in {workspace.base_url}/v1."
            raise CommandError(f"The dashboard cannot work with this server as it is set up.{hint}")
        if report.lacking:
            raise CommandError(
                f"Assistants can be edited, but not with {as_list(report.lacking)}. The pages say so where it matters.",
                returncode=2,
            )
        if not is_answered:
            raise CommandError(
                "Assistants can be edited, but nothing answers when they are tried, "
                "because the model server takes no requests.",
                returncode=2,
            )

    def _check_model(self, workspace: WorkspaceSettings) -> bool:
        """Say over which API the model server of an embedded workspace answers; False where one is set and does not."""
        server = workspace.model
        if not workspace.is_embedded:
            return True
        if not server.base_url or server.is_builtin:
            self.stdout.write("Runs: " + ("the built-in model" if server.is_builtin else "no MODEL_BASE_URL is set"))
            return True
        address = urlsplit(server.base_url)
        self.stdout.write(f"Runs: {address.scheme}://{address.netloc.rpartition('@')[2]}{address.path}")
        found = probe_model_server(server.base_url, server.api_key, api=server.api)
        for line in lines_of(found):
            self.stdout.write(line)
        return any(one.verdict is ProbeVerdict.WORKS for one in found)


def described(workspace: WorkspaceSettings) -> str:
    return f"Workspace {workspace.name}, {workspace.base_url}, API version {workspace.api_version}"
