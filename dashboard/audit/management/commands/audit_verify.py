"""Prove that the record is whole, or name the first row where it is not."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from dashboard.audit.export import verify_export
from dashboard.audit.record.seals import all_keys
from dashboard.audit.verify.head_file import noted_head
from dashboard.audit.verify.verification import VerificationProgress, parse_head, verify
from dashboard.lib.counting import counted


class Command(BaseCommand):
    help = "Verify the audit log. Exit 0: whole; 1: broken, or the noted head does not fit; it says which."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--head",
            default="",
            metavar="SEQ:SEAL",
            help="a head noted earlier; otherwise the one of the last start",
        )
        parser.add_argument("--file", metavar="EXPORT", type=Path, help="verify an exported JSON Lines file instead")

    def handle(self, *args: Any, head: str, file: Path | None, **options: Any) -> None:
        if head:
            try:
                parse_head(head)
            except ValueError as error:
                raise CommandError(str(error)) from error
        if file is not None:
            self.verify_file(file, head)
            return
        walk = verify(known_head=head or noted_head())
        for line in describe(walk):
            self.stdout.write(line)
        self.stdout.write(walk.head)
        if not walk.is_whole:
            sys.exit(1)

    def verify_file(self, file: Path, head: str) -> None:
        if not file.is_file():
            raise CommandError(f"There is no file {file}.")
        report = verify_export.verify_file(file, keys=all_keys(), known_head=head)
        for line in report.lines():
            self.stdout.write(line)
        if not report.is_whole:
            sys.exit(1)


def describe(walk: VerificationProgress) -> list[str]:
    """The result in words: what is broken, what still holds, and what was not looked at."""
    lines = [*(found.reason for found in walk.breaks), *walk.what_holds]
    if walk.misfit:
        chain = ["The chain holds, but the head that was noted does not fit it."] if walk.holds else []
        lines += [*chain, walk.misfit]
    return [*lines, f"The record is whole: {counted(walk.rows, 'row')}."] if walk.is_whole else lines
