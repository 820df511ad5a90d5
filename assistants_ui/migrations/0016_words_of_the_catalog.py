from __future__ import annotations

from typing import Any

from django.db import migrations, models

import assistants_ui.models.catalog
from assistants_ui.catalog import text_index


def install(apps: Any, schema_editor: Any) -> None:
    text_index.install(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("assistants_ui", "0015_catalog_emptied")]
    operations = [
        migrations.DeleteModel("CatalogText"),
        migrations.CreateModel(
            name="CatalogWord",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("word", models.TextField()),
            ],
        ),
        migrations.AddField("catalogdocument", "words", assistants_ui.models.catalog.TokensField(default=list), preserve_default=False),
        migrations.RunPython(install),
    ]
