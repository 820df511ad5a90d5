"""``manage.py list_members``: who has an account, seen from the machine itself."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand

from dashboard.accounts import members
from dashboard.audit import api as audit
from dashboard.audit.api import Target

COLUMNS = ("USERNAME", "NAME", "ROLES", "ACCOUNT", "LAST SIGN-IN (UTC)")


class Command(BaseCommand):
    help = "List everybody who has an account: username, name, roles, whether it is open, and the last sign-in."

    def handle(self, *args: Any, **options: Any) -> None:
        people = list(members.everyone())
        audit.record(
            action="member.list",
            actor=audit.command_actor("list_members"),
            target=Target(type="member"),
            detail={"members": len(people)},
        )
        rows = [COLUMNS, *(row_of(user) for user in people)]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        for row in rows:
            cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
            self.stdout.write("  ".join(cells).rstrip())


def row_of(user: User) -> tuple[str, ...]:
    """A person as a row of text."""
    roles = ", ".join(sorted(group.name for group in user.groups.all()))
    state = "deactivated" if not user.is_active else "open" if members.has_joined(user) else "invited"
    last = f"{user.last_login:%Y-%m-%d %H:%M}" if user.last_login else "never"
    return (user.username, user.first_name or "-", roles or "-", state, last)
