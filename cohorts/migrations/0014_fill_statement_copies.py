"""Copy into the statements that were issued what their agreement says."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('cohorts', '0013_statement_copies'),
    ]

    operations = [
        migrations.RunSQL(
            # Issued statements are frozen: what they copy from their agreement now is copied once, past the triggers.
            """
                ALTER TABLE cohorts_statement DISABLE TRIGGER USER;
                UPDATE cohorts_statement s
                SET funder_name = f.name, subject_name = COALESCE(c.name, e.name), reference = a.reference,
                    share = a.share, amount = a.amount
                FROM cohorts_agreement a
                JOIN cohorts_funder f ON f.id = a.funder_id
                JOIN programmes_edition e ON e.id = a.edition_id
                LEFT JOIN cohorts_cohort c ON c.id = a.cohort_id
                WHERE a.id = s.agreement_id;
                ALTER TABLE cohorts_statement ENABLE TRIGGER USER;
            """,
            migrations.RunSQL.noop,
        ),
    ]
