"""Write the assistants of a workspace in the shapes that :mod:`.reading` reads."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from assistants_server import rendering
from assistants_server.importer import archive
from assistants_server.models import Assistant

LINES = {".jsonl", ".ndjson"}
ENDINGS = {".json", ".zip"} | LINES


class UnfitTargetError(Exception):
    """Nothing can be exported to that path; the message says why."""


def check_target(path: Path) -> None:
    """Raise :class:`UnfitTargetError` for a path where something is already, or whose ending says nothing.

    An import of what is left over from before would bring back what was deleted since.
    """
    if path.is_dir():
        if any(path.iterdir()):
            raise UnfitTargetError(f"The folder {path} is not empty. Export into an empty one.")
    elif path.exists():
        raise UnfitTargetError(f"There is a file {path} already. Remove it or choose another name.")
    elif path.suffix.lower() not in ENDINGS:
        raise UnfitTargetError(f"{path} must end in .json, .jsonl or .zip, or be an empty folder that exists.")


def write(path: Path, workspace: str, *, progress: Callable[[str], None]) -> dict[str, int]:
    """Write to ``path``, whose ending says what it becomes; gives how many of each there were.

    ``.jsonl`` has an object a line, ``.zip`` also the files and vector stores, a folder a file
    for each assistant, and ``.json`` is the page that a list answers. The newest comes first. Raises
    ``OSError``; :func:`check_target` is the principal's to ask first.
    """
    if path.suffix.lower() == ".zip":
        return archive.write(path, workspace, progress=progress)
    rows = list(Assistant.objects.filter(workspace=workspace).order_by(*archive.NEWEST_FIRST))
    if path.is_dir():
        width = len(str(len(rows)))
        for number, row in enumerate(rows, 1):
            # Numbered, so that the order of the list is the order of the names.
            name = f"{number:0{width}}-{quote(row.wire_id, safe='')[:128]}.json"
            (path / name).write_text(json.dumps(row.body, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    elif path.suffix.lower() in LINES:
        path.write_text("".join(f"{row.document}\n" for row in rows), encoding="utf-8")
    else:
        page = rendering.listing([row.wire_id for row in rows], [row.document for row in rows], has_more=False)
        path.write_text(json.dumps(json.loads(page), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return {"assistants": len(rows)}
