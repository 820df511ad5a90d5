"""What a client may say about a file it uploads."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict

from assistants_server.http.errors import invalid
from assistants_server.http.validation import choice, within, wrong_type

PURPOSES = ("assistants", "batch", "fine-tune", "vision", "user_data", "evals")
NOT_DOWNLOADABLE = {"assistants", "user_data"}
THIRTY_DAYS = 30 * 86_400


def purpose_of(fields: QueryDict) -> str:
    if "purpose" not in fields:
        raise invalid("Missing required parameter: 'purpose'.", param="purpose", code="missing_required_parameter")
    purpose: str = choice(*PURPOSES)(fields["purpose"], "purpose")
    return purpose


def lifetime_of(fields: QueryDict, *, purpose: str) -> int | None:
    """Seconds from upload to expiry, None for a file that stays."""
    anchor: Any = fields.get("expires_after[anchor]")
    seconds: Any = fields.get("expires_after[seconds]")
    if anchor is None and seconds is None:
        return THIRTY_DAYS if purpose == "batch" else None
    for name, value in (("anchor", anchor), ("seconds", seconds)):
        if value is None:
            where = f"expires_after.{name}"
            raise invalid(f"Missing required parameter: '{where}'.", param=where, code="missing_required_parameter")
    choice("created_at")(anchor, "expires_after.anchor")
    if not seconds.isdecimal() or not seconds.isascii() or len(seconds) > 12:
        raise wrong_type("expires_after.seconds", expected="an integer", value=seconds)
    within(int(seconds), "expires_after.seconds", kind="integer", minimum=3600, maximum=THIRTY_DAYS)
    return int(seconds)
