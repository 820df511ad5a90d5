"""Each opening of a form keeps a draft of its own."""

from __future__ import annotations

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from assistants_ui.assistants.editor.session import FormToken


def name_the_openings(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for draft in apps.get_model("assistants_ui", "Draft").objects.all():
        if token := FormToken.read(draft.opened):
            draft.op = token.op
            draft.save()


class Migration(migrations.Migration):
    dependencies = [("assistants_ui", "0002_gestures")]

    operations = [
        migrations.RemoveConstraint(model_name="draft", name="draft_once"),
        migrations.AddField(
            model_name="draft", name="op", field=models.CharField(blank=True, default="", max_length=32), preserve_default=False
        ),
        migrations.RunPython(name_the_openings, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="draft",
            constraint=models.UniqueConstraint(fields=("user", "workspace", "assistant_id", "op"), name="draft_once"),
        ),
    ]
