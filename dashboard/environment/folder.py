"""``DATA_DIR`` and the secret key that is kept in it."""

from __future__ import annotations

import os
import re
import tempfile
from dataclasses import replace
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key

from dashboard.environment.reading import readings, secret, text

SHORTEST_KEY = 32


def data_directory(default: Path) -> Path:
    """``DATA_DIR``; if it is missing it is made, for nobody but the user that the site runs as."""
    path = private_folder(Path(text("DATA_DIR", str(default))).resolve())
    if not os.access(path, os.W_OK):
        raise ImproperlyConfigured(f"DATA_DIR is {path}, which this process may not write to.")
    return path


def private_folder(path: Path) -> Path:
    """The folder, ``DATA_DIR`` or one in it."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(f"DATA_DIR cannot be used: {path} cannot be made: {error.strerror}.") from error
    return path


def secret_key(data_dir: Path) -> str:
    """``SECRET_KEY``, ``SECRET_KEY_FILE``, or one generated once and kept in ``data_dir``."""
    given = secret("SECRET_KEY")
    if given:
        if len(given) < SHORTEST_KEY:
            raise ImproperlyConfigured(f"SECRET_KEY must be at least {SHORTEST_KEY} characters long.")
        return given
    path = data_dir / "secret_key"
    readings["SECRET_KEY"] = replace(readings["SECRET_KEY"], source=f"file {path}")
    try:
        if not path.exists():
            keep_new_key(path)
        key = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text"
        raise ImproperlyConfigured(f"The secret key in {path} cannot be read or made: {reason}.") from error
    if len(key) < SHORTEST_KEY:
        raise ImproperlyConfigured(
            f"{path} is empty or cut short: restore it from a backup. If there is none, remove it; a new key is made, "
            "and everybody signs in again."
        )
    return key


def former_keys() -> list[str]:
    """``SECRET_KEY_FALLBACKS``, comma separated, or those in ``SECRET_KEY_FALLBACKS_FILE``, one a line."""
    keys = [key.strip() for key in re.split(r"[,\n]", secret("SECRET_KEY_FALLBACKS")) if key.strip()]
    if any(len(key) < SHORTEST_KEY for key in keys):
        # Half a key accepts nothing that was signed, and signs for whoever guesses it.
        raise ImproperlyConfigured(f"SECRET_KEY_FALLBACKS holds a key of fewer than {SHORTEST_KEY} characters.")
    return keys


def keep_new_key(path: Path) -> None:
    """Make a key in ``path``, unless another process is quicker; nobody ever finds half of one there."""
    descriptor, whole = tempfile.mkstemp(prefix="secret_key.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(get_random_secret_key())
            file.flush()
            os.fsync(file.fileno())
        # Unlike a rename, a link never takes the place of the key that another process made.
        os.link(whole, path)
    except FileExistsError:
        return
    finally:
        Path(whole).unlink()
