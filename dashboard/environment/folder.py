"""``DATA_DIR`` and the secret key that is kept in it."""

from __future__ import annotations

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key

from dashboard.environment.reading import secret, text


def data_directory(default: Path) -> Path:
    """``DATA_DIR``, made if it is missing."""
    path = Path(text("DATA_DIR", str(default))).resolve()
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(f"DATA_DIR is {path}, which cannot be created: {error.strerror}.") from error
    if not os.access(path, os.W_OK):
        raise ImproperlyConfigured(f"DATA_DIR is {path}, which this process may not write to.")
    return path


def secret_key(data_dir: Path) -> str:
    """``SECRET_KEY``, ``SECRET_KEY_FILE``, or one generated once and kept in ``data_dir``."""
    given = secret("SECRET_KEY")
    if given:
        if len(given) < 32:
            raise ImproperlyConfigured("SECRET_KEY must be at least 32 characters long.")
        return given
    path = data_dir / "secret_key"
    try:
        # O_EXCL: of two processes that start at once, exactly one writes the key.
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="utf-8").strip()
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(get_random_secret_key())
    return path.read_text(encoding="utf-8")
