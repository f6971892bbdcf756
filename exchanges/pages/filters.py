"""Filters of the list of exchanges."""

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from exchanges.exchange.enums import PAST, UPCOMING_STATES, ExchangeState
from exchanges.exchange.models import ExchangeQuerySet
from exchanges.models import Exchange
from programmes.models import Edition
from web.forms.filters import ListFilter, RowFilter
from web.lists.columns import Reader

STAGES = {"coming": UPCOMING_STATES, "past": PAST, "cancelled": (ExchangeState.CANCELLED,)}


def _editions(reader: Reader) -> QuerySet[Edition]:
    """Return the editions to choose from: those with exchanges that the reader may see."""
    return Edition.objects.filter(pk__in=Exchange.objects.visible_to(reader.user).values("edition"))


class ExchangeFilter(ListFilter):
    """Filter of the list of exchanges by edition and stage."""

    edition = RowFilter(label=_("Edition"), field_name="edition", rows=_editions, empty_label=_("All editions"))
    stage = django_filters.ChoiceFilter(
        label=_("Stage"),
        choices=[("coming", pgettext_lazy("period", "coming")), ("past", _("past")), ("cancelled", _("cancelled"))],
        empty_label=_("All stages"),
        method="at_stage",
    )

    def at_stage(self, rows: ExchangeQuerySet, _name: str, value: str) -> ExchangeQuerySet:
        """Limit the exchanges to a stage: "coming" (neither held nor cancelled), "past" (held or closed) or
        "cancelled".
        """
        return rows.filter(state__in=STAGES[value])
