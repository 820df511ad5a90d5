"""Write the assistants of an embedded workspace to a file, a folder or a zip."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from assistants_server.importer import export as exporting
from assistants_server.management.arguments import embedded_workspace
from dashboard.audit import api as audit


class Command(BaseCommand):
    help = (
        "Write the assistants of one embedded workspace: FILE.json as the API lists them, FILE.jsonl with one a line, "
        "FILE.zip with files and vector stores too, or one file each into an empty folder."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="where to write; its ending says what")
        parser.add_argument("--workspace", help="the workspace to export; by default the first embedded one")

    def handle(self, *args: Any, **options: Any) -> None:
        workspace = embedded_workspace(options["workspace"])
        path: Path = options["file"]
        try:
            exporting.check_target(path)
        except exporting.UnfitTargetError as error:
            raise CommandError(str(error)) from error
        audit.record(
            action="export.run",
            actor=audit.command_actor("export_assistants"),
            workspace=workspace,
            target=audit.Target(type="export", label=path.name),
        )
        try:
            counts = exporting.write(path, workspace, progress=self.stderr.write)
        except OSError as error:
            raise CommandError(f"{path} cannot be written: {error.strerror}.") from error
        summary = ", ".join(f"{count} {name}" for name, count in counts.items())
        self.stdout.write(f"Exported from workspace “{workspace}” to {path}: {summary}.")
