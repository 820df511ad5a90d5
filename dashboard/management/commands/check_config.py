"""``manage.py check_config``: what the site would start with, where each setting comes from, and what is odd."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from dashboard.accounts.first_administrator import refuse_unfit_settings
from dashboard.environment.reading import Reading, readings
from dashboard.management.setting_warnings import setting_warnings

# Settings whose address may hold a password, or a key behind a question mark.
ADDRESSES = ("_URL", "_ISSUER")
# Headers and a fixed query are how some servers want their key.
SECRET_ENDINGS = ("_HEADERS", "_QUERY")


class Command(BaseCommand):
    help = (
        "Print every setting with its source (environment, file or default) and its value, secrets hidden, "
        "and what is odd. A value that would stop the start is told as the start tells it, with exit code 1."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        refuse_unfit_settings()
        rows = [("SETTING", "SOURCE", "VALUE")]
        rows += [(reading.name, reading.source, shown(reading)) for reading in readings.values()]
        widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
        for name, source, value in rows:
            self.stdout.write(f"{name.ljust(widths[0])}  {source.ljust(widths[1])}  {value}".rstrip())
        self.stdout.write("")
        found = setting_warnings()
        for sentence in found:
            self.stdout.write(f"Odd: {sentence}")
        if not found:
            self.stdout.write("Nothing is odd.")


def shown(reading: Reading) -> str:
    """The value as it may be printed."""
    if reading.is_secret or (reading.value and reading.name.endswith(SECRET_ENDINGS)):
        return "(hidden)" if reading.source != "default" else ""
    value = reading.value or reading.default
    return without_password(value) if reading.name.endswith(ADDRESSES) and "://" in value else value


def without_password(address: str) -> str:
    """An address without user, password and query."""
    scheme, _, rest = address.partition("://")
    before_query, is_query, _ = rest.partition("?")
    # A password may hold a slash or an @ that nobody encoded: what follows the last @ is the host.
    _, is_user, host = before_query.rpartition("@")
    return f"{scheme}://{'…@' if is_user else ''}{host}{'?…' if is_query else ''}"
