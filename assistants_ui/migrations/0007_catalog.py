
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assistants_ui', '0006_questions'),
    ]

    operations = [
        migrations.CreateModel(
            name='CatalogText',
            fields=[
                ('rowid', models.BigIntegerField(primary_key=True, serialize=False)),
                ('index', models.TextField(db_column='assistants_ui_catalogtext')),
            ],
            options={
                'db_table': 'assistants_ui_catalogtext',
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='CatalogEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('workspace', models.CharField(max_length=40)),
                ('assistant_id', models.CharField(max_length=256)),
                ('created_at', models.BigIntegerField()),
                ('place', models.BigIntegerField()),
                ('walk', models.BigIntegerField(default=0)),
                ('kept_at', models.BigIntegerField()),
                ('is_deleted', models.BooleanField(default=False)),
                ('digest', models.CharField(max_length=64)),
                ('model', models.CharField(max_length=700)),
                ('files', models.IntegerField(default=0)),
                ('changed_at', models.BigIntegerField(default=0)),
                ('changed_by', models.CharField(blank=True, max_length=240)),
                ('changed_by_name', models.CharField(blank=True, max_length=240)),
                ('name_key', models.TextField()),
                ('description_key', models.TextField()),
                ('labels_key', models.TextField()),
                ('functions_key', models.TextField()),
                ('id_key', models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name='CatalogState',
            fields=[
                ('workspace', models.CharField(max_length=40, primary_key=True, serialize=False)),
                ('walk', models.BigIntegerField(default=0)),
                ('is_walking', models.BooleanField(default=False)),
                ('is_checking', models.BooleanField(default=False)),
                ('cursor', models.TextField(blank=True)),
                ('pages', models.IntegerField(default=0)),
                ('walked', models.IntegerField(default=0)),
                ('retries', models.IntegerField(default=0)),
                ('unreadable', models.IntegerField(default=0)),
                ('began_at', models.BigIntegerField(default=0)),
                ('read_at', models.BigIntegerField(default=0)),
                ('ended_at', models.BigIntegerField(default=0)),
                ('is_complete', models.BooleanField(default=False)),
                ('problem', models.CharField(blank=True, max_length=20)),
            ],
        ),
        migrations.CreateModel(
            name='CatalogTag',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('workspace', models.CharField(max_length=40)),
                ('kind', models.CharField(choices=[('tool', 'Tool'), ('label', 'Label'), ('label-name', 'Label Name'), ('file', 'File'), ('store', 'Store')], max_length=12)),
                ('key', models.CharField(max_length=64)),
                ('value', models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name='CatalogDocument',
            fields=[
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='stored', serialize=False, to='assistants_ui.catalogentry')),
                ('text', models.TextField()),
                ('document', models.TextField()),
            ],
        ),
        migrations.AddIndex(
            model_name='catalogentry',
            index=models.Index(fields=['workspace', 'is_deleted', 'created_at', 'place'], name='catalog_order'),
        ),
        migrations.AddIndex(
            model_name='catalogentry',
            index=models.Index(fields=['workspace', 'is_deleted', 'changed_at'], name='catalog_changed'),
        ),
        migrations.AddIndex(
            model_name='catalogentry',
            index=models.Index(fields=['workspace', 'walk'], name='catalog_walk'),
        ),
        migrations.AddConstraint(
            model_name='catalogentry',
            constraint=models.UniqueConstraint(fields=('workspace', 'assistant_id'), name='catalog_one_of_an_id'),
        ),
        migrations.AddField(
            model_name='catalogtag',
            name='entry',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tags', to='assistants_ui.catalogentry'),
        ),
        migrations.AddIndex(
            model_name='catalogtag',
            index=models.Index(fields=['workspace', 'kind', 'key'], name='catalog_tag'),
        ),
        migrations.AddConstraint(
            model_name='catalogtag',
            constraint=models.UniqueConstraint(fields=('entry', 'kind', 'key'), name='catalog_one_tag'),
        ),
    ]
