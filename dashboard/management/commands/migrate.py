"""``manage.py migrate``: Django's own, one process at a time."""

from __future__ import annotations

from typing import Any

from django.core.management.commands import migrate

from dashboard.management.preparation import preparation


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        with preparation(self.say):
            super().handle(*args, **options)

    def say(self, sentence: str) -> None:
        self.stderr.write(sentence)
        self.stderr.flush()
