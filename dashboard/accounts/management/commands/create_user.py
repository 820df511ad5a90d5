"""``manage.py create_user NAME``: an account made at the machine itself."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from dashboard.access import Role
from dashboard.accounts import members
from dashboard.accounts.forms import InvitationForm
from dashboard.accounts.management.arguments import known_role
from dashboard.audit import api as audit


class Command(BaseCommand):
    help = "Make an account, and print, as the last line, a one-time link with which its owner chooses a password."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", help="with this they sign in; it cannot be changed later")
        parser.add_argument("--name", help="what colleagues and the audit log call them; by default the username")
        parser.add_argument("--email", default="")
        parser.add_argument(
            "--role", action="append", metavar="ROLE", help=f"{', '.join(Role)}; may be repeated; by default Viewers"
        )

    def handle(self, *args: Any, username: str, name: str | None, email: str, **options: Any) -> None:
        roles = [known_role(role) for role in options["role"] or [Role.VIEWERS]]
        # The same rules as on the Team page.
        form = InvitationForm({"username": username, "name": name or username, "email": email, "roles": roles})
        if not form.is_valid():
            problems = [f"{field}: {' '.join(map(str, errors))}" for field, errors in form.errors.items()]
            raise CommandError(f"The account was not made. {' '.join(problems)}")
        user, link = members.invite(actor=audit.command_actor("create_user"), **form.cleaned_data)
        self.stderr.write(f"{user.username} was made, with the roles: {', '.join(roles)}.")
        self.stderr.write("The link works once, within seven days:")
        self.stdout.write(link)
