"""What a sign-on left behind."""

from __future__ import annotations

import json

from django.contrib.auth.models import User

from dashboard.audit.models import Record


def refusals() -> list[str]:
    """Why sign-ons were refused, according to the record."""
    heads = Record.objects.filter(action="security.sign_on_refused").order_by("seq").values_list("head", flat=True)
    return [json.loads(head)["detail"]["reason"] for head in heads]


def roles(user: User) -> set[str]:
    return set(user.groups.values_list("name", flat=True))
