"""``manage.py serve``: from an empty folder to a running dashboard."""

from __future__ import annotations

import errno
import fcntl
import logging
import os
import resource
import socket
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.core.management.commands.migrate import Command as MigrateCommand

from dashboard.accounts.first_administrator import (
    FirstAdministrator,
    make_first_administrator,
    refuse_unfit_settings,
)
from dashboard.audit import api as audit
from dashboard.audit.api import Target, command_actor
from dashboard.audit.verify.head_file import note_head
from dashboard.audit.verify.verification import is_key_known
from dashboard.environment import WorkspaceSettings, in_address
from dashboard.lib.version import version
from dashboard.management.database_limits import dropped_limits
from dashboard.management.preparation import is_prepared, preparation
from dashboard.management.setting_warnings import setting_warnings

log = logging.getLogger(__name__)

# Connections of each worker on which nothing streams: those that wait, and those that send or take slowly.
CONNECTIONS = 1000
# A connection, and what it reads from, is a file each; the usual limit of 1,024 was meant for select().
OPEN_FILES = 16_384


class Command(BaseCommand):
    help = "Bring the database up to date, make the first administrator, and serve the dashboard."

    def handle(self, *args: Any, **options: Any) -> None:
        refuse_taken_port(host=settings.HOST, port=settings.PORT)
        refuse_unfit_settings()
        collect_static_files()
        administrator = self.prepare_database()
        self.stdout.write(f"Assistants Dashboard {version()} is at {settings.SITE_URL}")
        if administrator is not None:
            self.stdout.write("Sign in as the first administrator. This is shown only once:")
            self.stdout.write(f"  Username: {administrator.username}")
            self.stdout.write(f"  Password: {administrator.password or 'the one in ADMIN_PASSWORD'}")
        for name, workspace in settings.WORKSPACES.items():
            self.stdout.write(f"Workspace {name} is {place_of(workspace)}")
        if not is_key_known():
            self.warn(
                "The audit log was sealed with another secret key. Add that one to SECRET_KEY_FALLBACKS, "
                "or nothing that it sealed can be verified."
            )
        record_start()
        if not note_head():
            self.warn("The audit log is not the one of the last start: run manage.py audit_verify.")
        if is_open_to_others(settings.DATA_DIR):
            folder = settings.DATA_DIR
            self.warn(f"Other users of this machine may read {folder}: run chmod -R go= {folder}")
        for sentence in [*setting_warnings(), *dropped_limits()]:
            self.warn(sentence)
        self.stdout.flush()
        audit.log_head()
        allow_open_files()
        # The server takes this process's place, so that a signal to stop reaches it directly.
        os.execv(sys.executable, [sys.executable, "-m", "gunicorn", *server_arguments(), "dashboard.wsgi"])  # noqa: S606

    def warn(self, sentence: str) -> None:
        """Tell the operator; as an event where programs read what is written here."""
        if settings.LOG_FORMAT == "json":
            log.warning(sentence)
        else:
            self.stderr.write(sentence)

    def prepare_database(self) -> FirstAdministrator | None:
        """Migrate, unless ``MIGRATE`` is off, and make the first administrator; one process at a time."""

        def say(sentence: str) -> None:
            self.stdout.write(sentence)
            self.stdout.flush()

        with preparation(say):
            if settings.MIGRATE:
                # Not by its name, which takes the same lock.
                call_command(MigrateCommand(), interactive=False, verbosity=0)
            else:
                refuse_unmigrated()
            # What a process that was killed left of uploads.
            call_command("clean_files", verbosity=0)
            return make_first_administrator()


def refuse_unmigrated() -> None:
    """Raise ``CommandError`` when the database lacks migrations that this version brings."""
    if not is_prepared():
        raise CommandError(
            "MIGRATE is off, and the database is not prepared for this version: run manage.py migrate first."
        )


def allow_open_files() -> None:
    """Raise the number of files this process may have open, as far as the system lets everybody raise it."""
    now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OPEN_FILES if most == resource.RLIM_INFINITY else min(OPEN_FILES, most)
    if now != resource.RLIM_INFINITY and now < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


def most_connections() -> int:
    """How many connections a worker may have: half of its files at most, for each may read from another file."""
    wanted = CONNECTIONS + int(settings.MAX_OPEN_STREAMS)
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return wanted if files == resource.RLIM_INFINITY else min(wanted, files // 2)


def collect_static_files() -> None:
    """Put the static files where the server takes them from, if nobody has; of several that start at once, one does."""
    folder = os.open(settings.BASE_DIR, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        if not (Path(settings.STATIC_ROOT) / "staticfiles.json").exists():
            call_command("collectstatic", interactive=False, verbosity=0)
    except OSError as error:
        text = f"The static files cannot be put into {settings.STATIC_ROOT}: {error.strerror}."
        raise CommandError(f"{text} Run manage.py collectstatic as somebody who may write there.") from error
    finally:
        os.close(folder)


def is_open_to_others(data_dir: Path) -> bool:
    """Whether more than the site's own user can read what is in there, made by an earlier version perhaps."""
    return any(path.stat().st_mode & 0o044 for path in data_dir.glob("*.sqlite3*")) and bool(
        data_dir.stat().st_mode & 0o011
    )


def record_start() -> None:
    """Write down with which settings the site starts: those that decide whom it trusts and what it keeps."""
    audit.record(
        action="site.start",
        actor=command_actor("serve"),
        target=Target(type="site", label=settings.SITE_URL),
        detail={
            "version": version(),
            "workspaces": {name: host_of(workspace.base_url) for name, workspace in settings.WORKSPACES.items()},
            "database": settings.DATABASES["default"]["ENGINE"].rpartition(".")[2],
            "cache": settings.CACHES["default"]["BACKEND"].rpartition(".")[2],
            "workers": settings.WEB_WORKERS,
            "sign_on": settings.OIDC_ISSUER,
            "audit_retention_days": settings.AUDIT_RETENTION_DAYS,
        },
    )


def place_of(workspace: WorkspaceSettings) -> str:
    """Where a workspace's assistants are, without what else its address may carry."""
    parts = urlsplit(workspace.base_url)
    if workspace.is_embedded:
        return "on this site's own server"
    return f"on {parts.scheme}://{parts.netloc}{parts.path}{', through a proxy' if workspace.proxy else ''}"


def host_of(base_url: str) -> str:
    """The host of a server, or ``embedded``; an address may hold a name and a password."""
    return urlsplit(base_url).hostname or base_url


def refuse_taken_port(*, host: str, port: int) -> None:
    """Raise ``CommandError`` when something else listens there, before anything is printed or made."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        # Without it, the port of a server stopped a moment ago would look taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CommandError(f"Cannot listen on {host}, port {port}: {error.strerror}. {advice(error)}") from error


def advice(error: OSError) -> str:
    """What to do when the site cannot listen."""
    if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
        return "HOST is no address of this machine: set it to one, such as 127.0.0.1, or 0.0.0.0 for all of them."
    if error.errno in {errno.EACCES, errno.EPERM}:
        return "Ports below 1024 are for root on most systems: set PORT to a higher one."
    return "Stop what runs there, or set PORT (and HOST) to something else."


def server_arguments() -> list[str]:
    arguments = [
        f"--bind={in_address(settings.HOST)}:{settings.PORT}",
        "--worker-class=dashboard.serving.Worker",
        f"--workers={settings.WEB_WORKERS}",
        f"--worker-connections={most_connections()}",
        # A worker that hangs altogether is replaced; a slow request alone does not count as hanging.
        "--timeout=60",
        # An upload that is under way when the site is stopped may finish.
        "--graceful-timeout=60",
        "--log-level=warning",
        "--logger-class=dashboard.server.log.Logger",
        # It would be opened in the home folder, which may be read-only.
        "--no-control-socket",
    ]
    if Path("/dev/shm").is_dir():  # noqa: S108  the heartbeat file must not wait for a slow disk
        arguments.append("--worker-tmp-dir=/dev/shm")
    return arguments
