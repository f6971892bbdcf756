"""Fill in the school zone and the holiday subdivision of authorities whose INSEE code or subdivision says them."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from programmes.territories import territory_of


def derive(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    authorities = apps.get_model("programmes", "Authority").objects
    for row in authorities.filter(school_zone="").order_by("pk"):
        found = territory_of(kind=row.kind, insee_code=row.insee_code, holiday_subdivision=row.holiday_subdivision)
        zone, area = found.school_zone, row.holiday_subdivision or found.holiday_subdivision
        if (zone, area) != (row.school_zone, row.holiday_subdivision):
            authorities.filter(pk=row.pk).update(school_zone=zone, holiday_subdivision=area)


class Migration(migrations.Migration):
    dependencies = [("programmes", "0005_language_of_authorities")]

    # Backwards, the values stay: which of them were empty is in each authority's history.
    operations = [migrations.RunPython(derive, migrations.RunPython.noop)]
