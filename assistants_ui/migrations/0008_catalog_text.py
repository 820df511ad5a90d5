from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    """Made an index that 0015 takes away where it exists."""

    dependencies = [("assistants_ui", "0007_catalog")]
    operations = []
