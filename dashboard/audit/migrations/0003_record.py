from django.db import migrations


class Migration(migrations.Migration):
    """The model has another name; its table, with every trigger and seal, stays as it is."""

    dependencies = [("audit", "0002_triggers")]
    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RenameModel("Event", "Record"),
                migrations.AlterModelTable("record", "audit_event"),
            ],
        ),
    ]
