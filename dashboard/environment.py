"""Read and check the environment variables that configure the site.

Each reader returns a checked value or raises ``ImproperlyConfigured`` with one sentence
that names the variable, because the person who reads it is about to edit that variable.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key

env = environ.Env()

EMBEDDED = "embedded"
WORKSPACE_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")


@dataclass(frozen=True)
class WorkspaceSettings:
    """One server plus one key, as the deployer described it.

    ``base_url`` is ``"embedded"`` or an absolute URL. The key and the fixed headers are
    secrets, so they stay out of the repr.
    """

    name: str
    label: str
    base_url: str = EMBEDDED
    api_key: str = field(default="", repr=False)
    api_version: str = "v2"
    query: dict[str, str] = field(default_factory=dict, repr=False)
    headers: dict[str, str] = field(default_factory=dict, repr=False)

    @property
    def is_embedded(self) -> bool:
        return self.base_url == EMBEDDED


def text(name: str, default: str = "") -> str:
    """The variable's text without surrounding spaces; an empty variable counts as unset."""
    return str(env.str(name, default="")).strip() or default


def integer(name: str, default: int, *, minimum: int, maximum: int) -> int:
    """A whole number within both bounds, which are themselves allowed."""
    value = text(name, str(default))
    if not re.fullmatch(r"-?[0-9]{1,12}", value) or not minimum <= int(value) <= maximum:
        raise ImproperlyConfigured(f"{name} must be a whole number from {minimum} to {maximum}, not {value!r}.")
    return int(value)


def web_address(name: str, default: str) -> str:
    """An absolute http or https URL, without a trailing slash; empty only when the default is."""
    value = text(name, default).rstrip("/")
    if not value and not default:
        return ""
    try:
        parts = urlsplit(value)
        usable = parts.scheme in {"http", "https"} and parts.hostname and (parts.port or 1)
    except ValueError:
        usable = False
    if not usable:
        raise ImproperlyConfigured(f"{name} must be an address such as https://assistants.example.com, not {value!r}.")
    return value


def local_address(*, host: str, port: int) -> str:
    """Where a browser on this machine finds a server that listens there."""
    if host in {"0.0.0.0", "::"}:  # noqa: S104  compared, not bound
        host = "localhost"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def all_or_none(**values: str) -> None:
    """Refuse a start with only some of these variables set."""
    missing = [name for name, value in values.items() if not value]
    if missing and len(missing) < len(values):
        present = next(name for name, value in values.items() if value)
        raise ImproperlyConfigured(f"{present} is set, so {' and '.join(missing)} must be set too.")


def secret(name: str) -> str:
    """The variable itself or the content of the file that ``<name>_FILE`` points to."""
    path = text(f"{name}_FILE")
    if not path:
        return text(name)
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ImproperlyConfigured(f"{name}_FILE points to {path!r}, which cannot be read.") from error


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


def string_map(name: str, value: Any) -> dict[str, str]:
    if not isinstance(value, dict) or not all(isinstance(item, str) for item in value.values()):
        raise ImproperlyConfigured(f"{name} must be a JSON object whose values are strings.")
    return {str(key): str(item) for key, item in value.items()}


def workspaces() -> dict[str, WorkspaceSettings]:
    """Every workspace named in ``WORKSPACES``, in that order."""
    names = [name.strip() for name in text("WORKSPACES", "main").split(",") if name.strip()]
    if not names:
        raise ImproperlyConfigured("WORKSPACES must name at least one workspace.")
    for name in names:
        if not WORKSPACE_NAME.fullmatch(name):
            raise ImproperlyConfigured(f"WORKSPACES holds {name!r}; a name has lower-case letters, digits and hyphens.")
    if len(set(names)) != len(names):
        raise ImproperlyConfigured("WORKSPACES names the same workspace twice.")
    return {name: workspace(name) for name in names}


def workspace(name: str) -> WorkspaceSettings:
    """One workspace from its ``WORKSPACE_<NAME>_…`` variables; a hyphen becomes ``_``."""
    prefix = f"WORKSPACE_{name.upper().replace('-', '_')}_"
    base_url = text(f"{prefix}BASE_URL", EMBEDDED)
    if base_url != EMBEDDED:
        base_url = web_address(f"{prefix}BASE_URL", base_url)
    api_version = text(f"{prefix}API_VERSION", "v2")
    if api_version not in {"v1", "v2"}:
        raise ImproperlyConfigured(f"{prefix}API_VERSION must be v1 or v2, not {api_version!r}.")
    raw_headers = text(f"{prefix}HEADERS", "{}")
    try:
        headers = string_map(f"{prefix}HEADERS", json.loads(raw_headers))
    except ValueError as error:
        raise ImproperlyConfigured(f"{prefix}HEADERS must be a JSON object.") from error
    return WorkspaceSettings(
        name=name,
        label=text(f"{prefix}LABEL", name.replace("-", " ").capitalize()),
        base_url=base_url,
        api_key=secret(f"{prefix}API_KEY"),
        api_version=api_version,
        query=dict(parse_qsl(text(f"{prefix}QUERY"), keep_blank_values=True)),
        headers=headers,
    )


def database(data_dir: Path) -> dict[str, Any]:
    """The ``DATABASES["default"]`` entry: SQLite in ``data_dir`` or PostgreSQL."""
    url = text("DATABASE_URL", f"sqlite:///{data_dir / 'dashboard.sqlite3'}")
    # The library would warn of another scheme by printing the whole address, password and all.
    if not url.startswith(("sqlite://", "postgres://", "postgresql://")):
        raise ImproperlyConfigured("DATABASE_URL must begin with postgres:// or sqlite://.")
    try:
        config: dict[str, Any] = dict(environ.Env.db_url_config(url))
    except (ValueError, ImproperlyConfigured) as error:
        raise ImproperlyConfigured("DATABASE_URL is not a database address.") from error
    # A kept connection is worth more than any other saving on a page that is served often.
    config |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True, "ATOMIC_REQUESTS": False}
    match config.get("ENGINE"):
        case "django.db.backends.sqlite3":
            # IMMEDIATE takes the write lock at BEGIN, where waiting is possible; a lock taken
            # halfway through a transaction fails at once.
            config["OPTIONS"] = {
                "timeout": 20,
                "transaction_mode": "IMMEDIATE",
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=20000;",
            }
        case "django.db.backends.postgresql":
            limits = "-c statement_timeout=10000 -c lock_timeout=5000 -c idle_in_transaction_session_timeout=15000"
            options = dict(config.get("OPTIONS", {}))
            config["OPTIONS"] = options | {"options": f"{options.get('options', '')} {limits}".strip()}
    return config


def cache() -> dict[str, Any]:
    """The ``CACHES["default"]`` entry: this process's memory, or Redis."""
    url = text("CACHE_URL", "locmem://")
    if url.startswith("locmem://"):
        return {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "LOCATION": "dashboard",
            "OPTIONS": {"MAX_ENTRIES": 2000},
        }
    if not url.startswith(("redis://", "rediss://", "unix://")):
        raise ImproperlyConfigured("CACHE_URL must begin with redis://, rediss://, unix:// or locmem://.")
    return {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": url,
        "KEY_PREFIX": "assistants-dashboard",
        "OPTIONS": {
            # Django's default pickles, so whoever may write to Redis could run code here.
            "serializer": "dashboard.serializers.JSONSerializer",
            "socket_timeout": 0.5,
            "socket_connect_timeout": 0.5,
        },
    }
