"""``manage.py clean_files``: what ``serve`` does before it serves, and each hour."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from assistants_server.files import janitor


class Command(BaseCommand):
    help = "Remove uploaded files that a killed process left behind half-received or without a row."

    def handle(self, *args: Any, **options: Any) -> None:
        cleaned = janitor.clean()
        if options["verbosity"]:
            self.stdout.write(
                f"Removed {cleaned.incoming} half-received files and {cleaned.without_row} without a row; "
                f"the bytes of {cleaned.without_bytes} are missing."
            )
