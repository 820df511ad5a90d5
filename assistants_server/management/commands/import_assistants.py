"""Bring saved assistants into an embedded workspace, with their original ids."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from assistants_server.importer import apply as importing
from assistants_server.importer import parse as reading
from assistants_server.importer.archive import Archive
from assistants_server.importer.archive_contents import ArchiveContents
from assistants_server.importer.convert import convert
from assistants_server.management.arguments import embedded_workspace
from assistants_server.vector_stores import indexing
from dashboard.audit import api as audit
from dashboard.lib.counting import counted


class Command(BaseCommand):
    help = (
        "Import assistants from what was saved of them: JSON (one object, a list, the pages of a list), JSON Lines, "
        "a folder of such files, or a zip that export_assistants wrote. All of them or none."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="the file or folder to read")
        parser.add_argument("--workspace", help="the workspace to import into; by default the first embedded one")
        parser.add_argument("--replace", action="store_true", help="overwrite what is there under the same ids")

    def handle(self, *args: Any, **options: Any) -> None:
        workspace = embedded_workspace(options["workspace"])
        path: Path = options["file"]
        try:
            with ExitStack() as stack:
                self._import(path, workspace, stack, replace=options["replace"])
        except reading.UnreadableFileError as error:
            raise CommandError(f"{error} Nothing was imported.") from error

    def _import(self, path: Path, workspace: str, stack: ExitStack, *, replace: bool) -> None:
        contents = None
        if path.suffix.lower() == ".zip":
            archive = stack.enter_context(Archive(path))
            contents = ArchiveContents(archive, workspace, replace=replace)
            dump = archive.assistants()
        else:
            dump = reading.read(path)
        items = [convert(found) for found in dump.objects]
        plan = importing.plan(workspace, items, replace=replace, contents=contents)
        for note in dump.notes:
            self.stdout.write(f"Note: {note}")
        for item in items:
            self._tell(item.title, item.taken, item.notes)
        if plan.problems:
            for problem in plan.problems:
                self.stderr.write(f"Cannot take {problem.rstrip('.')}.")
            raise CommandError(f"Nothing was imported, because of what is named above ({len(plan.problems)}).")
        stores = importing.apply_plan(
            workspace,
            plan,
            actor=audit.command_actor("import_assistants"),
            source=path.name,
            progress=self.stderr.write,
        )
        for number, store in enumerate(stores, 1):
            self.stderr.write(f"Reading the files of vector store {number} of {len(stores)}")
            indexing.read_waiting(store.pk)
        brought = (
            f", {counted(len(contents.files), 'file')} and {counted(len(stores), 'vector store')}" if contents else ""
        )
        self.stdout.write(
            f"Imported into workspace “{workspace}”: {len(plan.new)} new, {len(plan.replaced)} replaced, "
            f"{len(plan.unchanged)} already there{brought}."
        )

    def _tell(self, title: str, taken: list[str], notes: list[str]) -> None:
        self.stdout.write(f"{title}: as it was: {', '.join(taken) or 'nothing'}")
        for note in notes:
            self.stdout.write(f"  {note}")
