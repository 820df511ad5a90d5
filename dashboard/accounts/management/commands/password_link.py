"""``manage.py password_link NAME``: the way in when no administrator can sign in."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from dashboard.accounts import members
from dashboard.accounts.authentication import account_named
from dashboard.audit.api import Actor


class Command(BaseCommand):
    help = "Print, as the last line, a one-time link with which a person chooses a new password."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="the person's username")

    def handle(self, *args: Any, **options: Any) -> None:
        user = account_named(options["name"])
        if user is None:
            raise CommandError(f"Nobody has the username {options['name']!r}.")
        if not user.is_active:
            raise CommandError(f"The account of {user.username} is deactivated. An administrator can reactivate it.")
        actor = Actor(kind="command", id="password_link", name="manage.py password_link")
        self.stdout.write(members.new_link(actor=actor, user=user))
