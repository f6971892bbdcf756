"""PostgreSQL extensions the apps build on: exclusion constraints over plain columns, search without accents."""

from django.contrib.postgres.operations import BtreeGistExtension, TrigramExtension, UnaccentExtension
from django.db import migrations


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [BtreeGistExtension(), UnaccentExtension(), TrigramExtension()]
