"""Hand assistants over to where they are needed."""

from __future__ import annotations

import tempfile
import uuid
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

import assistants_client as wire
from assistants_ui.handover.contents import gather, questions_of
from assistants_ui.handover.options import Contents, HandoverOptions
from assistants_ui.handover.package import package
from assistants_ui.handover.record import record_handover
from assistants_ui.handover.report import summary_of
from assistants_ui.handover.targets import TARGETS
from assistants_ui.service import Service
from assistants_ui.workspaces.connections import workspace_client
from dashboard.audit.api import command_actor


class Command(BaseCommand):
    help = "Write what assistants become elsewhere into a folder, with an account of what is lost."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("target", choices=list(TARGETS), help="where they go")
        parser.add_argument("assistants", nargs="+", metavar="ASSISTANT_ID")
        parser.add_argument("--out", required=True, type=Path, help="a folder that is empty or not there yet")
        parser.add_argument("--workspace", default=next(iter(settings.WORKSPACES)), help="one of WORKSPACES")
        parser.add_argument(
            "--model", action="append", default=[], metavar="HERE=THERE", help="the name of a model there"
        )
        parser.add_argument("--variables", choices=["yes", "no"], help="whether {{…}} in instructions is a variable")
        parser.add_argument(
            "--code-tools", choices=["yes", "no"], help="whether a code interpreter may become tools that can do more"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        workspace, out = options["workspace"], options["out"]
        if workspace not in settings.WORKSPACES:
            raise CommandError(f"There is no workspace {workspace}. There are: {', '.join(settings.WORKSPACES)}.")
        if out.exists() and (not out.is_dir() or any(out.iterdir())):
            raise CommandError(f"{out} is there already and not an empty folder. Nothing was written.")
        target = TARGETS[options["target"]]
        service = _service(workspace)
        raws = [self._read(service, assistant_id) for assistant_id in dict.fromkeys(options["assistants"])]
        with tempfile.TemporaryDirectory() as folder:
            contents = gather(service, raws, Path(folder)) if target.takes_files else Contents()
            made = package(
                target,
                raws,
                HandoverOptions(
                    models=_models(options["model"]),
                    variables=_answer(options["variables"]),
                    code_tools=_answer(options["code_tools"]),
                    contents=contents,
                    questions=questions_of(workspace, raws),
                ),
            )
            record_handover(made, workspace=workspace, actor=command_actor("hand_over"))
            try:
                made.write(out)
            except OSError as error:
                raise CommandError(f"It cannot be written to {out}: {error.strerror}.") from error
        for part in made.parts:
            self.stdout.write(f"{part.source.title} ({part.source.id}): {summary_of(part.losses)}")
        for collision in made.collisions:
            self.stdout.write(collision)
        for part in made.parts:
            for finding in part.findings:
                self.stderr.write(f"{part.source.title}, {finding.label}: {finding.text}")
        self.stdout.write(f"{len(made.files)} files are in {out}. Read losses.md first.")

    def _read(self, service: Service, assistant_id: str) -> dict[str, Any]:
        try:
            found = service.assistants.find(assistant_id)
        except wire.APIError as error:
            raise CommandError(f"The server did not give {assistant_id}: {error.message}") from error
        if found is None:
            raise CommandError(f"The workspace has no assistant {assistant_id}. Nothing was written.")
        return found.raw


def _service(workspace: str) -> Service:
    return Service(
        client=workspace_client(workspace),
        workspace=workspace,
        api_version=settings.WORKSPACES[workspace].api_version,
        actor=command_actor("hand_over"),
        request_id=uuid.uuid4().hex,
    )


def _models(pairs: list[str]) -> dict[str, str]:
    models = {}
    for pair in pairs:
        before, equals, after = pair.partition("=")
        if not (equals and before.strip() and after.strip()):
            raise CommandError(f"--model takes HERE=THERE, such as gpt-4o=gpt-6, not {pair!r}.")
        models[before.strip()] = after.strip()
    return models


def _answer(word: str | None) -> bool | None:
    return None if word is None else word == "yes"
