"""Filters of the list of exchanges."""

import django_filters
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from exchanges.exchange.enums import PAST, UPCOMING_STATES, ExchangeState
from exchanges.exchange.models import ExchangeQuerySet
from web.forms.filters import ListFilter

STAGES = {"coming": UPCOMING_STATES, "past": PAST, "cancelled": (ExchangeState.CANCELLED,)}


class ExchangeFilter(ListFilter):
    """Filters by edition and stage; `editions` are pairs of slug and name."""

    edition = django_filters.ChoiceFilter(label=_("Edition"), empty_label=_("All editions"), field_name="edition__slug")
    stage = django_filters.ChoiceFilter(
        label=_("Stage"),
        choices=[("coming", pgettext_lazy("period", "coming")), ("past", _("past")), ("cancelled", _("cancelled"))],
        empty_label=_("All stages"),
        method="at_stage",
    )

    def __init__(self, *args: object, editions: list[tuple[str, str]], **kwargs: object) -> None:
        """Create the filter with the editions to choose from, as pairs of slug and name."""
        super().__init__(*args, **kwargs)
        self.filters["edition"].extra["choices"] = editions

    def at_stage(self, rows: ExchangeQuerySet, _name: str, value: str) -> ExchangeQuerySet:
        """Limit the exchanges to a stage: "coming" (neither held nor cancelled), "past" (held or closed) or
        "cancelled".
        """
        return rows.filter(state__in=STAGES[value])
