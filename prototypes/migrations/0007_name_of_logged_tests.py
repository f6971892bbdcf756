from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('prototypes', '0006_idea_text_parts'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='fieldnote',
            options={'ordering': ['received_at', 'id'], 'verbose_name': 'test logged on a phone', 'verbose_name_plural': 'tests logged on a phone'},
        ),
    ]
