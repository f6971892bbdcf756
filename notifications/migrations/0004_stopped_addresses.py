from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0003_group_emails_and_frequency'),
    ]

    operations = [
        migrations.CreateModel(
            name='StoppedAddress',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address_hash', models.CharField(max_length=64, verbose_name='hash of the address')),
                ('kind', models.SlugField(db_index=False, max_length=40, verbose_name='kind of event')),
            ],
            options={
                'verbose_name': 'address that gets no e-mails',
                'verbose_name_plural': 'addresses that get no e-mails',
                'ordering': ['id'],
                'constraints': [models.UniqueConstraint(fields=('address_hash', 'kind'), name='stopped_address_once'), models.CheckConstraint(condition=models.Q(('address_hash__regex', '^[0-9a-f]{64}$')), name='stopped_address_hashed')],
            },
        ),
    ]
