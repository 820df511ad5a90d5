from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("assistants_ui", "0003_draft_of_each_opening")]

    operations = [
        migrations.RemoveConstraint("gesture", "one_gesture_of_a_click"),
        migrations.RenameModel("Gesture", "AttachmentJob"),
        migrations.RenameModel("Turn", "Lock"),
        migrations.RenameIndex("attachmentjob", old_name="gesture_assistant", new_name="job_assistant"),
        migrations.RenameIndex("attachmentjob", old_name="gesture_content", new_name="job_content"),
        migrations.RenameIndex("attachmentjob", old_name="gesture_file", new_name="job_file"),
        migrations.AddConstraint(
            "attachmentjob",
            models.UniqueConstraint(fields=("workspace", "token", "name", "sha256"), name="one_job_of_a_click"),
        ),
    ]
