"""Removes the files that a killed process left behind, and says so in the log."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from assistants_server.files import storage
from assistants_server.models import File, UploadPart
from dashboard.bounds import CLEAN_SECONDS, UNCERTAIN_SECONDS

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Cleaned:
    """How many files were removed that had not wholly arrived, or had no row; and rows whose bytes are gone."""

    incoming: int = 0
    without_row: int = 0
    without_bytes: int = 0


class Clock:
    """Tells once in ``CLEAN_SECONDS`` that it is time again; the first time is at the start, by ``clean_files``."""

    def __init__(self) -> None:
        self._last = time.monotonic()

    def is_due(self) -> bool:
        if time.monotonic() - self._last < CLEAN_SECONDS:
            return False
        self._last = time.monotonic()
        return True


def clean() -> Cleaned:
    """Remove what nobody will ever ask for. While somebody stores a file, only what is older than a day."""
    with storage.nobody_writing() as is_quiet:
        before = time.time() - (0 if is_quiet else UNCERTAIN_SECONDS)
        incoming = sum(_removed(path) for path in _files(storage.root() / "incoming") if _is_older(path, before))
        names = {
            *File.objects.values_list("storage_name", flat=True),
            *UploadPart.objects.values_list("storage_name", flat=True),
        }
        stored = {f"{path.parent.name}/{path.name}": path for path in _stored()}
        strays = [path for name, path in stored.items() if name not in names and _is_older(path, before)]
        cleaned = Cleaned(
            incoming=incoming,
            without_row=sum(_removed(path) for path in strays),
            without_bytes=len(names - stored.keys()) if is_quiet else 0,
        )
    if cleaned.incoming or cleaned.without_row:
        logger.warning(
            "Removed what an earlier process left behind: %d half-received and %d stored files without a row",
            cleaned.incoming,
            cleaned.without_row,
        )
    if cleaned.without_bytes:
        # Their rows stay: a folder that is not mounted must not cost the names of everything in it.
        logger.error("%d files have a row, but their bytes are not in %s", cleaned.without_bytes, storage.root())
    return cleaned


def _stored() -> Iterator[Path]:
    """The files in the folders of two letters in which they are kept."""
    for folder in storage.root().iterdir() if storage.root().is_dir() else ():
        if len(folder.name) == 2:
            yield from _files(folder)


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.iterdir() if path.is_file()) if folder.is_dir() else iter(())


def _is_older(path: Path, moment: float) -> bool:
    with suppress(FileNotFoundError):
        return path.stat().st_mtime <= moment
    return False


def _removed(path: Path) -> bool:
    try:
        path.unlink()
    except FileNotFoundError:
        return False
    return True
