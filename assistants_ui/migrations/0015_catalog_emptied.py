from __future__ import annotations

from typing import Any

from django.db import migrations

OLD = {
    "sqlite": [
        *(f"DROP TRIGGER IF EXISTS catalog_text_{name}" for name in ("added", "removed", "changed")),
        "DROP TABLE IF EXISTS assistants_ui_catalogtext",
    ],
    "postgresql": ["DROP INDEX IF EXISTS assistants_ui_catalogtext"],
}


def empty(apps: Any, schema_editor: Any) -> None:
    """Without a state no catalog is said to be complete: each is read anew when somebody asks for it."""
    with schema_editor.connection.cursor() as cursor:
        for statement in OLD[schema_editor.connection.vendor]:
            cursor.execute(statement)
    for name in ("CatalogTag", "CatalogDocument", "CatalogEntry", "CatalogState"):
        apps.get_model("assistants_ui", name).objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("assistants_ui", "0014_shape_of_answers")]
    operations = [migrations.RunPython(empty)]
