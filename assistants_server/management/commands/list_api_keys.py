"""List the keys of the embedded server's /v1."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from assistants_server.models import APIKey


class Command(BaseCommand):
    help = "List every API key: its beginning, workspace, rights, last use and name, separated by tabs."

    def handle(self, *args: Any, **options: Any) -> None:
        for key in APIKey.objects.all():
            rights = "revoked" if key.revoked_at else "read-only" if key.read_only else "full"
            used = key.last_used_at.isoformat(timespec="minutes") if key.last_used_at else "never"
            self.stdout.write("\t".join([key.prefix, key.workspace, rights, used, key.name]))
