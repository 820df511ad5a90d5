"""Print the head of the audit log, to be noted outside this machine."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from dashboard.audit.verify.verification import current_head


class Command(BaseCommand):
    help = "Print the head of the audit log as SEQ:SEAL, for audit_verify --head later. Nothing is verified."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(current_head())
