from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0001_initial")]

    operations = [
        migrations.RemoveConstraint(model_name="dossier", name="dossier_readers_known"),
        migrations.RemoveConstraint(model_name="dossier", name="dossier_public_licence"),
        migrations.RenameField(model_name="dossier", old_name="readers", new_name="audience"),
        migrations.AddConstraint(
            model_name="dossier",
            constraint=models.CheckConstraint(
                condition=models.Q(audience__in=["me", "authority", "edition", "public"]), name="dossier_audience_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="dossier",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("audience", "public"), _negated=True),
                    models.Q(("licence", ""), _negated=True),
                    _connector="OR",
                ),
                name="dossier_public_licence",
            ),
        ),
    ]
