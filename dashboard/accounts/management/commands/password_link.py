"""``manage.py password_link NAME``: the way in for a person who has lost their password."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from dashboard.accounts import members
from dashboard.accounts.management.arguments import named_account, refuse_closed
from dashboard.audit import api as audit


class Command(BaseCommand):
    help = "Print, as the last line, a one-time link with which a person chooses a new password."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="the person's username")

    def handle(self, *args: Any, name: str, **options: Any) -> None:
        user = named_account(name)
        refuse_closed(user)
        self.stdout.write(members.new_link(actor=audit.command_actor("password_link"), user=user))
