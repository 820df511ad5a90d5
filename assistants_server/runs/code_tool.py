"""code_interpreter as a tool of the model: what it is offered, and what a piece of code gives."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from django.db import transaction

from assistants_client import strict_json
from assistants_server.files import operations as files
from assistants_server.files import storage
from assistants_server.files.uploads import ReceivedFile
from assistants_server.models import File, Run, RunStep, Thread
from assistants_server.runs.turns import CODE
from assistants_server.sandbox import installed
from assistants_server.sandbox.folder import Folder, Found
from assistants_server.sandbox.pool import pool
from dashboard.lib.filenames import clean_name

logger = logging.getLogger(__name__)
MOUNT = "/mnt/data"
OUTPUT_PURPOSE = "assistants_output"
IMAGES = (".png", ".jpg", ".jpeg", ".gif", ".webp")
# Of what one piece of code makes.
MOST_FILES = 20
MOST_CHARACTERS = 100_000
# What the model is told of it; the client sees all.
MOST_TOLD = 20_000
TOOL = {
    "type": "function",
    "function": {
        "name": CODE,
        "description": (
            "Run Python code. Variables stay between calls. What is printed, and the value of a last expression, is "
            "given back. numpy, pandas, scipy, scikit-learn and matplotlib are there; there is no network. "
            f"Files are in {MOUNT}."
        ),
        "parameters": {
            "type": "object",
            "properties": {"code": {"type": "string", "description": "Python code"}},
            "required": ["code"],
        },
    },
}


@dataclass(frozen=True, kw_only=True)
class CodeOutput:
    """What a piece of code gave: to the client, to the model, and the paths of what it saved.

    Images become files at once, everything else when a message links to it.
    """

    outputs: list[dict[str, Any]]
    text: str
    paths: list[str] = field(default_factory=list)
    images: list[str] = field(default_factory=list)


def is_wanted(run: Run) -> bool:
    return any(tool["type"] == CODE for tool in run.tools)


def is_offered(run: Run) -> bool:
    """Whether the run wants the tool and can have it here."""
    return is_wanted(run) and installed.is_ready()


def note(run: Run) -> str:
    """What the model is told of the files that it may read and make."""
    names = ", ".join(f"{MOUNT}/{name}" for name in _inputs(run))
    there = f"These files are there for {CODE}: {names}. " if names else ""
    return f"{there}To give the user a file that your code saved, link to it as [name](sandbox:{MOUNT}/name)."


def code_of(arguments: str) -> str:
    """The code that the model wants to run, however it put it."""
    try:
        value = strict_json.loads(arguments)
    except strict_json.UnreadableJSONError:
        return arguments
    if isinstance(value, dict):
        value = value.get("code") or value.get("input") or next(iter(value.values()), "")
    return value if isinstance(value, str) else arguments


def known_paths(run: Run) -> set[str]:
    """The files that the code of this run saved, as it names them itself."""
    steps = RunStep.objects.filter(run=run, type="tool_calls")
    return {path for step in steps for item in step.exchange for path in item.get("paths", [])}


def file_of(run: Run, path: str) -> str | None:
    """A file of the workspace with what the code has saved there; None when it is gone."""
    folder = Folder(run.workspace, run.thread.wire_id)
    found = next((each for each in folder.files() if f"{MOUNT}/{each.path}" == path), None)
    kept = _keep(run, folder, found) if found is not None else None
    return kept.wire_id if kept is not None else None


def new_images(run: Run) -> list[str]:
    """The images that were made since the run's last message, which the next one shows."""
    found: list[str] = []
    for step in run.steps.order_by("seq"):
        if step.type == "message_creation":
            found = []
        else:
            found += [image for item in step.exchange for image in item.get("images", [])]
    return found


def run_code(run: Run, code: str, *, check: Callable[[], None]) -> CodeOutput:
    """Run ``code`` among the files of the thread; ``check`` is called while waiting, and raises to stop it."""
    folder = Folder(run.workspace, run.thread.wire_id)
    for name, file in _inputs(run).items():
        with storage.open_stored(file.storage_name) as source:
            folder.give(name, source, file.size)
    before = {found.path: found for found in folder.files()}
    began = time.monotonic()
    with pool.interpreter(folder, check=check) as interpreter:
        is_fresh = not interpreter.is_alive and not folder.is_new
        outcome = interpreter.run(code, check=check)
    logger.info("Run %s ran code for %.1f s", run.wire_id, time.monotonic() - began)
    made = [found for found in folder.files() if before.get(found.path) != found][:MOST_FILES]
    paths = [f"{MOUNT}/{found.path}" for found in made]
    drawn = [_keep(run, folder, found) for found in made if found.path.lower().endswith(IMAGES)]
    images = [file.wire_id for file in drawn if file is not None]
    logs = outcome.logs[:MOST_CHARACTERS]
    outputs: list[dict[str, Any]] = [{"type": "logs", "logs": logs}] if logs else []
    outputs += [{"type": "image", "image": {"file_id": wire_id}} for wire_id in images]
    notes = [
        logs[:MOST_TOLD] + ("\n[The rest was left out.]" if len(logs) > MOST_TOLD else ""),
        outcome.note,
        "The interpreter is a new one: variables of earlier calls are gone." if is_fresh and not outcome.note else "",
        f"Saved: {', '.join(paths)}" if paths else "",
    ]
    return CodeOutput(
        outputs=outputs,
        text="\n".join(part for part in notes if part) or "The code ran and printed nothing.",
        paths=paths,
        images=images,
    )


def _keep(run: Run, folder: Folder, found: Found) -> File | None:
    """The file as one of the workspace's own, which clients can download; None when it is gone already."""
    try:
        source = folder.open(found)
    except OSError:
        return None
    with source, ReceivedFile(incoming=storage.Incoming(), filename=clean_name(PurePosixPath(found.path).name)) as kept:
        while piece := source.read(1 << 20):
            kept.incoming.write(piece)
        if not kept.incoming.size:
            return None
        with transaction.atomic():
            return files.create(run.workspace, kept, purpose=OUTPUT_PURPOSE, lifetime=None)


def _inputs(run: Run) -> dict[str, File]:
    """The assistant's and the thread's files for the tool, by the names under which the code finds them."""
    thread = Thread.objects.get(pk=run.thread_id)
    ids = [
        wire_id
        for held in (run.tool_resources, thread.tool_resources)
        for wire_id in held.get(CODE, {}).get("file_ids", [])
    ]
    rows = {row.wire_id: row for row in files.of(run.workspace).filter(wire_id__in=ids)}
    named: dict[str, File] = {}
    for wire_id in dict.fromkeys(ids):
        if wire_id in rows:
            name = rows[wire_id].filename
            named[f"{wire_id}-{name}" if name in named else name] = rows[wire_id]
    return named
