"""``manage.py grant ROLE NAME``: give a role when no administrator can."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from dashboard.access import Role
from dashboard.accounts import members
from dashboard.accounts.management.arguments import known_role, named_account, role_named
from dashboard.audit import api as audit


class Command(BaseCommand):
    help = "Give a person one more role; those that they have stay."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("role", help=", ".join(Role))
        parser.add_argument("name", help="the person's username")

    def handle(self, *args: Any, role: str, name: str, **options: Any) -> None:
        if role_named(role) is None and role_named(name) is not None:
            # Whoever types the name first means the same.
            role, name = name, role
        granted, user = known_role(role), named_account(name)
        held = set(members.snapshot(user)["roles"])
        if granted in held:
            self.stdout.write(f"{user.username} is one of the {granted} already. Nothing was changed.")
            return
        members.set_roles(actor=audit.command_actor("grant"), user=user, roles=[*map(Role, held), granted])
        self.stdout.write(f"{user.username} is one of the {granted} now.")
        if not user.is_active:
            self.stdout.write(f"The account is deactivated: run manage.py reactivate {user.username}.")
