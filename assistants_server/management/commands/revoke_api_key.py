"""Revoke a key of the embedded server's /v1."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Q

from assistants_server.keys import operations as keys
from assistants_server.models import APIKey
from dashboard.audit import api as audit


class Command(BaseCommand):
    help = "Revoke one API key for good; list_api_keys shows which there are."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("key", help="the beginning of the key as list_api_keys shows it, or its name")

    def handle(self, *args: Any, **options: Any) -> None:
        named = options["key"]
        found = list(APIKey.objects.filter(Q(prefix=named) | Q(name=named), revoked_at=None))
        if not found:
            raise CommandError(f"There is no key “{named}” that could be revoked.")
        if len(found) > 1:
            beginnings = ", ".join(key.prefix for key in found)
            raise CommandError(f"{len(found)} keys are called “{named}”: name one by its beginning, {beginnings}.")
        keys.revoke(actor=audit.command_actor("revoke_api_key"), key=found[0])
        self.stdout.write(f"The key “{found[0].name}” is revoked.")
