"""What two answers that say the same share, for the answers that are there already."""

from typing import Any

from django.apps.registry import Apps
from django.db import migrations, models

from assistants_ui.question_results.results import shape_of


def fill(apps: Apps, editor: Any) -> None:
    answers = apps.get_model("assistants_ui", "QuestionAnswer")
    for answer in answers.objects.filter(state="done").iterator(20):
        answers.objects.filter(pk=answer.pk).update(shape=shape_of(answer))


class Migration(migrations.Migration):
    dependencies = (("assistants_ui", "0013_models_in_the_catalog"),)
    operations = (
        migrations.AddField("questionanswer", "shape", models.CharField(blank=True, max_length=64), preserve_default=True),
        migrations.RunPython(fill, migrations.RunPython.noop),
    )
