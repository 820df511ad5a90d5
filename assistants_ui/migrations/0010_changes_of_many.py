
import assistants_ui.models.attachments
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assistants_ui', '0009_names_in_the_catalog'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='BulkJob',
            fields=[
                ('id', models.CharField(default=assistants_ui.models.attachments.new_id, max_length=32, primary_key=True, serialize=False)),
                ('workspace', models.CharField(max_length=40)),
                ('change', models.TextField()),
                ('is_begun', models.BooleanField(default=False)),
                ('undo_of', models.CharField(blank=True, max_length=32)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='BulkItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('assistant_id', models.CharField(max_length=256)),
                ('label', models.TextField()),
                ('before', models.TextField()),
                ('after', models.TextField()),
                ('state', models.CharField(choices=[('waiting', 'Not yet'), ('left_out', 'Left out'), ('done', 'Changed'), ('disputed', 'Changed by somebody else meanwhile'), ('gone', 'Deleted meanwhile'), ('refused', 'Refused'), ('unknown', 'Unknown')], default='waiting', max_length=10)),
                ('problem', models.TextField(blank=True)),
                ('job', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='items', to='assistants_ui.bulkjob')),
            ],
            options={
                'ordering': ('id',),
                'indexes': [models.Index(fields=['job', 'state'], name='bulk_state')],
                'constraints': [models.UniqueConstraint(fields=('job', 'assistant_id'), name='bulk_once')],
            },
        ),
    ]
