"""Whether PostgreSQL breaks off what this site wants broken off; behind a pooler it may never have heard of it."""

from __future__ import annotations

import re

from django.db import connection

LIMITS = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")


def dropped_limits() -> list[str]:
    """A sentence for the operator when limits that were asked for do not hold; empty when all do."""
    if connection.vendor != "postgresql":
        return []
    asked = dict(re.findall(r"-c\s*(\w+)=(\w+)", connection.settings_dict["OPTIONS"].get("options", "")))
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, setting FROM pg_settings WHERE name = ANY(%s)", (list(LIMITS),))
        held = dict(cursor.fetchall())
        cursor.execute("SELECT quote_ident(current_user)")
        role = cursor.fetchone()[0]
    dropped = [name for name in LIMITS if held[name] == "0" and asked.get(name, "0") != "0"]
    if not dropped:
        return []
    statements = " ".join(f"ALTER ROLE {role} SET {name} = {asked[name]};" for name in dropped)
    return [f"Something in front of PostgreSQL dropped {', '.join(dropped)}. Let the role have them: {statements}"]
