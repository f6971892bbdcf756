import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):
    """Remove what counted rates in advance: no page of an edition needs it. Reversed, the tables are empty again."""

    dependencies = [
        ("figures", "0004_consent_not_published"),
    ]

    operations = [
        *(
            pgtrigger.migrations.RemoveTrigger(model_name=model, name=name)
            for model, name in (
                ("countedchallenge", "challenge_touches_rates"),
                ("countedidea", "idea_touches_rates"),
                ("countedideaevent", "idea_event_touches_rates"),
                ("countedimplementation", "implementation_touches_rates"),
            )
        ),
        *(
            migrations.DeleteModel(name=name)
            for name in (
                "RatesChange",
                "RatesRollup",
                "CountedChallenge",
                "CountedIdea",
                "CountedIdeaEvent",
                "CountedImplementation",
            )
        ),
    ]
