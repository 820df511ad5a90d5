
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assistants_ui', '0008_catalog_text'),
    ]

    operations = [
        migrations.AddField(
            model_name='catalogentry',
            name='name',
            field=models.TextField(blank=True, default=''),
        ),
    ]
