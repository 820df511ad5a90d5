"""A small log for tests, and the ways to tamper with its tables."""

from __future__ import annotations

from typing import Any

from django.db import connection

from dashboard.audit import api as audit

MARIA = audit.Actor(kind="person", id="7", name="Maria", roles=("Editors",), address="192.0.2.1")
PETER = audit.Actor(kind="person", id="8", name="Peter", roles=("Editors",), address="192.0.2.2")
SUPPORT = audit.Target(type="assistant", id="asst_1", label="Support")

COLUMNS = (
    "seq, at, kind, action, outcome, actor, workspace, target_type, target_id, operation, request_id, key, "
    "head, body, seal"
)


def write(operations: int = 10) -> None:
    """As many updates, by two people in turn: two rows each."""
    for number in range(operations):
        before, after = {"instructions": f"text {number}"}, {"instructions": f"text {number + 1}"}
        with audit.operation(
            action="assistant.update",
            actor=(MARIA, PETER)[number % 2],
            workspace="main",
            target=SUPPORT,
            before=before,
        ) as operation:
            operation.succeeded(after=after)


def sql(statement: str, *parameters: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall() if cursor.description else []


def row(seq: int) -> list[Any]:
    return list(sql(f"SELECT {COLUMNS} FROM audit_event WHERE seq = %s", seq)[0])


def put(values: list[Any]) -> None:
    sql(f"INSERT INTO audit_event ({COLUMNS}) VALUES ({', '.join(['%s'] * 15)})", *values)
