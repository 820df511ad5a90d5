from __future__ import annotations

from typing import Any

from django.db import migrations

from assistants_ui.catalog import text_index


def install(apps: Any, schema_editor: Any) -> None:
    text_index.install(schema_editor.connection)


def remove(apps: Any, schema_editor: Any) -> None:
    text_index.remove(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("assistants_ui", "0007_catalog")]
    operations = [migrations.RunPython(install, remove)]
