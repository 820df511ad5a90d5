"""Where the bytes of files are: below ``DATA_DIR/files``, under names of our own."""

from __future__ import annotations

import hashlib
import os
import secrets
import time
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

ABANDONED_AFTER = 86_400


def root() -> Path:
    return Path(settings.DATA_DIR) / "files"


class Incoming:
    """A file that arrives piece by piece; afterwards it is kept or dropped.

    It is hashed as it is written and lies on the disk where it will stay, so keeping it is a
    rename.
    """

    def __init__(self) -> None:
        folder = root() / "incoming"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _sweep(folder)
        self.path = folder / secrets.token_hex(16)
        self.size = 0
        self._hash = hashlib.sha256()
        descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self._file: BinaryIO = os.fdopen(descriptor, "wb")

    def write(self, piece: bytes) -> None:
        self._file.write(piece)
        self._hash.update(piece)
        self.size += len(piece)

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()

    def keep(self) -> str:
        """Make it durable in its final place; gives the storage name."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        name = f"{self.path.name[:2]}/{self.path.name}"
        final = root() / name
        final.parent.mkdir(mode=0o700, exist_ok=True)
        self.path.rename(final)
        return name

    def drop(self) -> None:
        """Forget it; harmless when it was kept."""
        self._file.close()
        self.path.unlink(missing_ok=True)


def _sweep(folder: Path) -> None:
    """Remove what a process left behind that was killed while it received a file."""
    for path in folder.iterdir():
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < time.time() - ABANDONED_AFTER:
                path.unlink()


def open_stored(storage_name: str) -> BinaryIO:
    return (root() / storage_name).open("rb")


def remove(storage_name: str) -> None:
    (root() / storage_name).unlink(missing_ok=True)
