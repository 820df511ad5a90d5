"""Print the keys with which an exported file can be verified elsewhere."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from dashboard.audit.record.operations import record
from dashboard.audit.record.seals import all_keys
from dashboard.audit.record.types import Target, command_actor


class Command(BaseCommand):
    help = "Print AUDIT_KEYS for verify_export.py. Whoever holds them could also forge a file; it is recorded."

    def handle(self, *args: Any, **options: Any) -> None:
        record(action="audit.key", actor=command_actor("audit_key"), target=Target(type="audit_log", label="Audit log"))
        self.stdout.write(",".join(f"{name}:{key.hex()}" for name, key in all_keys().items()))
