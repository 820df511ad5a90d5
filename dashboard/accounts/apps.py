from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AccountsConfig(AppConfig):
    name = "dashboard.accounts"
    label = "team"

    def ready(self) -> None:
        from dashboard.accounts import audit_log, preferences

        audit_log.register()
        preferences.connect()
        post_migrate.connect(make_groups, sender=self)


def make_groups(**_: Any) -> None:
    """Every role is a Django group; they exist wherever the tables do."""
    from django.contrib.auth.models import Group

    from dashboard.access import Role

    for role in Role:
        Group.objects.get_or_create(name=role.value)
