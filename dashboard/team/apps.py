from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class TeamConfig(AppConfig):
    name = "dashboard.team"
    label = "team"

    def ready(self) -> None:
        post_migrate.connect(make_groups, sender=self)


def make_groups(**_: Any) -> None:
    """Every role is a Django group; they exist wherever the tables do."""
    from django.contrib.auth.models import Group

    from dashboard.team.roles import Role

    for role in Role:
        Group.objects.get_or_create(name=role.value)
