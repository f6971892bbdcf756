"""Add the view that lists registrations and guests together."""

from django.db import migrations, models

# Keys of registrations are even, those of guests odd. An expected guest has a seat, as someone who is registered.
CREATE_VIEW = """
    CREATE VIEW exchanges_participant AS
        SELECT 2 * id AS id, exchange_id, id AS registration_id, NULL::bigint AS guest_id, state, walk_in
        FROM exchanges_registration
    UNION ALL
        SELECT 2 * id + 1, exchange_id, NULL, id, CASE state WHEN 'expected' THEN 'registered' ELSE state END, walk_in
        FROM exchanges_guest
"""


class Migration(migrations.Migration):
    dependencies = [
        ("exchanges", "0002_walk_ins"),
    ]

    operations = [
        migrations.RunSQL(CREATE_VIEW, "DROP VIEW exchanges_participant"),
        migrations.CreateModel(
            name="Participant",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("invited", "invited"),
                            ("registered", "registered"),
                            ("declined", "declined"),
                            ("waitlisted", "on the waiting list"),
                            ("attended", "came"),
                            ("no_show", "did not come"),
                            ("cancelled", "released their seat"),
                        ],
                        max_length=10,
                        verbose_name="answer",
                    ),
                ),
                ("walk_in", models.BooleanField(verbose_name="came without a seat")),
                (
                    "exchange",
                    models.ForeignKey(
                        on_delete=models.DO_NOTHING,
                        related_name="participants",
                        to="exchanges.exchange",
                        verbose_name="Intertransfo",
                    ),
                ),
                (
                    "guest",
                    models.ForeignKey(
                        null=True,
                        on_delete=models.DO_NOTHING,
                        related_name="+",
                        to="exchanges.guest",
                        verbose_name="guest",
                    ),
                ),
                (
                    "registration",
                    models.ForeignKey(
                        null=True,
                        on_delete=models.DO_NOTHING,
                        related_name="+",
                        to="exchanges.registration",
                        verbose_name="registration",
                    ),
                ),
            ],
            options={
                "verbose_name": "participant",
                "verbose_name_plural": "participants",
                "db_table": "exchanges_participant",
                "managed": False,
            },
        ),
    ]
