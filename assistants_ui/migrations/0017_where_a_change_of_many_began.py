"""The list from which a change of many was begun, so that its page leads back there."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("assistants_ui", "0016_words_of_the_catalog"),)
    operations = (migrations.AddField("bulkjob", "came_from", models.TextField(blank=True, default="")),)
