from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('programmes', '0003_own_words_of_emails'),
    ]

    operations = [
        migrations.CreateModel(
            name='ListedAuthority',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=40, verbose_name='key')),
                ('kind', models.CharField(choices=[('region', 'region'), ('department', 'county'), ('municipality', 'municipality'), ('intermunicipal', 'intermunicipal body'), ('state', 'State'), ('public_establishment', 'public establishment'), ('other', 'other')], max_length=24, verbose_name='kind')),
                ('name', models.CharField(max_length=160, verbose_name='name')),
                ('words', models.CharField(max_length=170, verbose_name='words of the name')),
                ('siren', models.CharField(blank=True, max_length=9, verbose_name='SIREN')),
                ('insee_code', models.CharField(blank=True, max_length=9, verbose_name='INSEE code')),
                ('seat', models.CharField(blank=True, max_length=80, verbose_name='town of the seat')),
                ('department', models.CharField(blank=True, max_length=80, verbose_name='department')),
                ('population', models.PositiveIntegerField(default=0, verbose_name='population')),
                ('latitude', models.FloatField(blank=True, null=True, verbose_name='latitude')),
                ('longitude', models.FloatField(blank=True, null=True, verbose_name='longitude')),
                ('is_approximate', models.BooleanField(default=False, verbose_name='coordinates of the department’s chief town')),
                ('school_zone', models.CharField(blank=True, max_length=1, verbose_name='school zone')),
                ('holiday_subdivision', models.CharField(blank=True, max_length=20, verbose_name='holidays of')),
                ('time_zone', models.CharField(max_length=40, verbose_name='time zone')),
                ('list_version', models.CharField(max_length=20, verbose_name='version of the list')),
            ],
            options={
                'verbose_name': 'authority of the official list',
                'verbose_name_plural': 'authorities of the official list',
                'constraints': [models.UniqueConstraint(fields=('key',), name='listed_authority_once')],
            },
        ),
    ]
