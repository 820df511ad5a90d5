"""Bring saved assistants into an embedded workspace, with their original ids."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser, no_translations

from assistants_server.importer import apply as importing
from assistants_server.importer import parse as reading
from assistants_server.importer.archive import Archive
from assistants_server.importer.archive_contents import ArchiveContents
from assistants_server.importer.convert import NO_ID, ImportItem, convert
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
        parser.add_argument("--only-sound", action="store_true", help="take what is sound and leave out the rest")
        parser.add_argument("--new-ids", action="store_true", help="give new ids where one is missing or taken")
        parser.add_argument("--model", default="", help="the model of objects that name none, as prompts may")
        parser.add_argument("--preview", action="store_true", help="only show what an import would do")

    @no_translations
    def handle(self, *args: Any, **options: Any) -> None:
        workspace = embedded_workspace(options["workspace"])
        path: Path = options["file"]
        try:
            with ExitStack() as stack:
                self._import(path, workspace, stack, options)
        except reading.UnreadableFileError as error:
            raise CommandError(f"{error} Nothing was imported.") from error

    def _import(self, path: Path, workspace: str, stack: ExitStack, options: dict[str, Any]) -> None:
        contents = None
        if path.suffix.lower() == ".zip":
            archive = stack.enter_context(Archive(path))
            contents = ArchiveContents(archive, workspace, replace=options["replace"])
            dump = archive.assistants()
        else:
            dump = reading.read(path)
        items = [convert(found, default_model=options["model"]) for found in dump.objects]
        plan = importing.plan(
            workspace,
            items,
            replace=options["replace"],
            contents=contents,
            only_sound=options["only_sound"],
            new_ids=options["new_ids"],
        )
        for note in dump.notes:
            self.stdout.write(f"Note: {note}")
        self._describe(items, plan)
        if plan.problems:
            for line in _told(plan.problems):
                self.stderr.write(line)
            raise CommandError(
                f"Nothing was imported, because of what is named above ({len(plan.problems)}). "
                "--only-sound takes the rest, --new-ids gives ids to those without one."
            )
        if options["preview"]:
            self.stdout.write(f"An import would bring {_summary(plan)}. Nothing was imported.")
            return
        self._apply(workspace, plan, source=path.name)

    def _apply(self, workspace: str, plan: importing.Plan, *, source: str) -> None:
        actor = audit.command_actor("import_assistants")
        stores = importing.apply_plan(workspace, plan, actor=actor, source=source, progress=self.stderr.write)
        for number, store in enumerate(stores, 1):
            self.stderr.write(f"Reading the files of vector store {number} of {len(stores)}")
            indexing.read_waiting(store.pk)
        brought = ""
        if plan.contents:
            brought = f", {counted(len(plan.contents.files), 'file')} and {counted(len(stores), 'vector store')}"
        self.stdout.write(f"Imported into workspace “{workspace}”: {_summary(plan)}{brought}.")

    def _describe(self, items: list[ImportItem], plan: importing.Plan) -> None:
        for item in items:
            if item not in plan.left_out:
                self.stdout.write(f"{item.title}: as it was: {', '.join(item.taken) or 'nothing'}")
                for note in item.notes:
                    self.stdout.write(f"  {note}")
        for item in plan.left_out:
            self.stdout.write(f"Left out {item.title} ({item.where}): {'; '.join(map(str, item.problems))}")


def _told(problems: Sequence[str | importing.ItemProblem]) -> list[str]:
    """Each problem as a line; objects without an id are counted, because tools that leave it out do so for all."""
    lacking = [one.item for one in problems if isinstance(one, importing.ItemProblem) and one.problem is NO_ID]
    is_counted = len(lacking) > 1
    lines = [
        f"Cannot take {str(one).rstrip('.')}."
        for one in problems
        if not (is_counted and isinstance(one, importing.ItemProblem) and one.problem is NO_ID)
    ]
    if is_counted:
        first = f"{lacking[0].title} ({lacking[0].where})"
        lines.append(f"Cannot take {len(lacking)} objects, of which the first is {first}: {NO_ID}.")
    return lines


def _summary(plan: importing.Plan) -> str:
    left_out = f", {len(plan.left_out)} left out" if plan.left_out else ""
    return f"{len(plan.new)} new, {len(plan.replaced)} replaced, {len(plan.unchanged)} already there{left_out}"
