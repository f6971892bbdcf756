"""The indicators of an idea and their values as columns of the statement that reads the idea."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef

from accounts.models import User
from prototypes.models import Indicator, IndicatorValue
from prototypes.visibility import readable_by
from web.database.nested_rows import column_names, nested


def indicator_columns(user: User) -> dict[str, ArraySubquery]:
    """Return the columns `indicator_rows` and `value_rows` for a query of ideas: what this person may read of both.

    Indicators come with all their versions in the order recorded, values with the question and the day of their
    follow-up.
    """
    indicators = Indicator.objects.visible_to(user).filter(idea=OuterRef("pk")).order_by("pk")
    values = IndicatorValue.objects.filter(readable_by(user, "follow_up__idea__", "follow_up__noted_on"))
    return {
        "indicator_rows": nested(indicators, *column_names(Indicator), who="by__full_name"),
        "value_rows": nested(
            values.filter(follow_up__idea=OuterRef("pk")).order_by("follow_up__noted_on", "follow_up", "pk"),
            *column_names(IndicatorValue),
            counted_from="follow_up__counted_from",
            months="follow_up__months",
            noted_on="follow_up__noted_on",
        ),
    }
