"""The database and the cache."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
import redis
from django.core.exceptions import ImproperlyConfigured

from dashboard.environment.reading import text

# What a process keeps of servers' answers and of sessions, all workspaces together.
CACHE_BYTES = 48 * 2**20
# What PostgreSQL itself cuts off, in milliseconds, unless DATABASE_URL says otherwise.
STATEMENT_LIMITS = "-c statement_timeout=10000 -c lock_timeout=5000 -c idle_in_transaction_session_timeout=15000"
# What it is to think of its disk: by default that one turns, so whole tables are read where few rows are needed.
DISK = "-c random_page_cost=1.1"
# What is cut off here when its machine is gone and nothing comes back, not even a refusal: otherwise a page would
# wait two minutes for a connection, and a quarter of an hour for the answer on one. DATABASE_URL may say otherwise.
CONNECTION_LIMITS = {
    "connect_timeout": 5,  # seconds, as are the next two
    "keepalives_idle": 5,
    "keepalives_interval": 5,
    "tcp_user_timeout": 10_000,  # milliseconds
}


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
    if config["NAME"] in {"", ":memory:"}:
        raise ImproperlyConfigured(
            "DATABASE_URL must name a database, as in postgres://user:password@host/name or sqlite:////path/file."
        )
    # A kept connection is worth more than any other saving on a page that is served often.
    config |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True, "ATOMIC_REQUESTS": False}
    match config.get("ENGINE"):
        case "django.db.backends.sqlite3":
            # IMMEDIATE takes the write lock at BEGIN, where waiting is possible; a lock taken
            # halfway through a transaction fails at once.
            config["OPTIONS"] = {
                "timeout": 20,
                "transaction_mode": "IMMEDIATE",
                # 8 MB of pages: with the 2 MB of the default a search in 100,000 assistants reads most of them twice.
                "init_command": (
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=20000;"
                    " PRAGMA cache_size=-8000;"
                ),
            }
        case "django.db.backends.postgresql":
            options = dict(config.get("OPTIONS", {}))
            # Of two values the last counts.
            statements = f"{STATEMENT_LIMITS} {DISK} {options.get('options', '')}".strip()
            config["OPTIONS"] = CONNECTION_LIMITS | options | {"options": statements}
    return config


def cache() -> dict[str, Any]:
    """The ``CACHES["default"]`` entry: this process's memory, or Redis."""
    url = text("CACHE_URL", "locmem://")
    if url.startswith("locmem://"):
        return {
            "BACKEND": "dashboard.lib.memory_cache.MemoryCache",
            "LOCATION": "dashboard",
            "OPTIONS": {"MAX_ENTRIES": 10_000, "BYTES": CACHE_BYTES},
        }
    if not url.startswith(("redis://", "rediss://", "unix://")):
        raise ImproperlyConfigured("CACHE_URL must begin with redis://, rediss://, unix:// or locmem://.")
    timeouts = {"socket_timeout": 0.5, "socket_connect_timeout": 0.5}
    refuse_unusable_redis(url, timeouts)
    return {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": url,
        "KEY_PREFIX": "assistants-dashboard",
        # Django's default pickles, so whoever may write to Redis could run code here.
        "OPTIONS": {"serializer": "dashboard.lib.json.JSONSerializer"} | timeouts,
    }


def refuse_unusable_redis(url: str, timeouts: dict[str, float]) -> None:
    """Raise ``ImproperlyConfigured`` unless a connection to that address could be tried; none is."""
    try:
        parts = urlsplit(url)
        redis.ConnectionPool.from_url(url, **timeouts).make_connection()
        # The client takes a path that is no number for database 0, which may be another program's.
        usable = parts.path if parts.scheme == "unix" else parts.hostname and re.fullmatch(r"/?[0-9]*", parts.path)
    except (ValueError, TypeError, redis.RedisError):
        usable = None
    if not usable:
        # Without the address, which may hold a password.
        raise ImproperlyConfigured("CACHE_URL must be an address such as redis://host:6379/0 or unix:///path/socket.")
