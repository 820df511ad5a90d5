"""What the database itself refuses: changing a row of the record, or removing one out of turn.

Triggers stop mistakes and careless programs. Whoever owns the tables can drop them; that such a
person was there is what the seals show.
"""

from __future__ import annotations

from django.db.backends.base.base import BaseDatabaseWrapper

# REPLACE removes the row in its way without firing a delete trigger, hence the one on insert.
SQLITE = {
    "audit_event_no_update": """
        CREATE TRIGGER audit_event_no_update BEFORE UPDATE ON audit_event
        BEGIN SELECT RAISE(ABORT, 'a row of the audit log is never changed'); END""",
    "audit_event_no_delete": """
        CREATE TRIGGER audit_event_no_delete BEFORE DELETE ON audit_event
        WHEN OLD.seq > COALESCE((SELECT purged_to FROM audit_head WHERE id = 1), 0)
        BEGIN SELECT RAISE(ABORT, 'a row of the audit log is never removed before its purge is recorded'); END""",
    "audit_event_no_replace": """
        CREATE TRIGGER audit_event_no_replace BEFORE INSERT ON audit_event
        WHEN EXISTS (SELECT 1 FROM audit_event WHERE seq = NEW.seq)
          OR EXISTS (SELECT 1 FROM audit_event WHERE operation = NEW.operation AND kind = NEW.kind)
        BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: a row of the audit log is never replaced'); END""",
}
POSTGRESQL_FUNCTION = """
    CREATE OR REPLACE FUNCTION audit_event_guard() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF TG_OP = 'DELETE' THEN
        IF OLD.seq <= COALESCE((SELECT purged_to FROM audit_head WHERE id = 1), 0) THEN RETURN OLD; END IF;
      END IF;
      RAISE EXCEPTION 'a row of the audit log is never changed or removed';
    END $$"""
POSTGRESQL = {
    "audit_event_no_change": """
        CREATE TRIGGER audit_event_no_change BEFORE UPDATE OR DELETE ON audit_event
        FOR EACH ROW EXECUTE FUNCTION audit_event_guard()""",
    "audit_event_no_truncate": """
        CREATE TRIGGER audit_event_no_truncate BEFORE TRUNCATE ON audit_event
        FOR EACH STATEMENT EXECUTE FUNCTION audit_event_guard()""",
}


def install(connection: BaseDatabaseWrapper) -> None:
    """Make the triggers that belong to this database."""
    remove(connection)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(POSTGRESQL_FUNCTION)
        for statement in _triggers(connection).values():
            cursor.execute(statement)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Drop them: for a migration that goes back, and for test databases that are emptied."""
    table = " ON audit_event" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        for name in _triggers(connection):
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{table}")


def _triggers(connection: BaseDatabaseWrapper) -> dict[str, str]:
    return POSTGRESQL if connection.vendor == "postgresql" else SQLITE
