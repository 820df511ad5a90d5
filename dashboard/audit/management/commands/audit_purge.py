"""Remove rows that are older than the site keeps them."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from dashboard.audit.record.types import command_actor
from dashboard.audit.retention import LogIsBrokenError, purge
from dashboard.audit.space import database_space, give_back, in_words
from dashboard.lib.counting import counted

# Below this nobody misses it.
WORTH_TELLING = 10_000_000


class Command(BaseCommand):
    help = "Remove audit rows older than AUDIT_RETENTION_DAYS, behind a sealed row that says so."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--vacuum",
            action="store_true",
            help="give the space that is free back to the disk; whoever writes waits until it is done",
        )

    def handle(self, *args: Any, vacuum: bool, **options: Any) -> None:
        days = settings.AUDIT_RETENTION_DAYS
        if days:
            self.remove(days)
        else:
            self.stdout.write("AUDIT_RETENTION_DAYS is not set: the audit log is kept for ever.")
        if vacuum:
            before = database_space().size
            give_back()
            after = database_space().size
            self.stdout.write(f"{what()} takes {in_words(after)} now, and took {in_words(before)} before.")
        elif days:
            self.tell_size()

    def remove(self, days: int) -> None:
        try:
            removed = purge(days=days, actor=command_actor("audit_purge"))
        except LogIsBrokenError as error:
            raise CommandError("The audit log is broken, so nothing was removed. Run audit_verify.") from error
        self.stdout.write(
            f"{counted(removed, 'row')} older than {counted(days, 'day')} {'was' if removed == 1 else 'were'} removed."
        )

    def tell_size(self) -> None:
        space = database_space()
        text = f"{what()} takes {in_words(space.size)}"
        if space.free is not None:
            text += f", of which {in_words(space.free)} are free for new rows"
        self.stdout.write(f"{text}.")
        if space.free is None or space.free >= WORTH_TELLING:
            self.stdout.write("Run manage.py audit_purge --vacuum to give what is free back to the disk.")


def what() -> str:
    return "The table of the audit log" if connection.vendor == "postgresql" else "The database file"
