"""Make a key for the embedded server's /v1."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from assistants_server.keys import operations as keys
from assistants_server.management.arguments import embedded_workspace
from dashboard.audit import api as audit


class Command(BaseCommand):
    help = "Make an API key for one workspace; the key is the last line printed and is shown only now."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="what the key is for, such as the program that will hold it")
        parser.add_argument("--workspace", help="the workspace it opens; by default the first one")
        parser.add_argument("--read-only", action="store_true", help="refuse every change")

    def handle(self, *args: Any, **options: Any) -> None:
        name = str(options["name"]).strip()
        if not name or len(name) > 100 or not name.isprintable():
            raise CommandError("A key needs a name of at most 100 printable characters.")
        workspace = embedded_workspace(options["workspace"])
        _, text = keys.create(
            actor=audit.command_actor("create_api_key"), name=name, workspace=workspace, read_only=options["read_only"]
        )
        self.stderr.write(f"Key “{name}” for workspace “{workspace}”. It is shown only this once:")
        self.stdout.write(text)
