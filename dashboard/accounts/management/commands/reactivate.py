"""``manage.py reactivate NAME``: open an account again when no administrator can."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from dashboard.access import roles_of
from dashboard.accounts import members
from dashboard.accounts.management.arguments import named_account
from dashboard.audit import api as audit


class Command(BaseCommand):
    help = "Open a deactivated account again, with the roles it had."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="the person's username")

    def handle(self, *args: Any, name: str, **options: Any) -> None:
        user = named_account(name)
        if user.is_active:
            self.stdout.write(f"The account of {user.username} is open already. Nothing was changed.")
            return
        members.reactivate(actor=audit.command_actor("reactivate"), user=user)
        self.stdout.write(
            f"The account of {user.username} is open again. Roles: {', '.join(roles_of(user)) or 'none'}."
        )
        if not members.has_joined(user):
            self.stdout.write(f"They have never chosen a password: run manage.py password_link {user.username}.")
