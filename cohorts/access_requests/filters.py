"""Filter of the list of access requests."""

import django_filters
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cohorts.access_requests.models import AccessRequestQuerySet
from web.forms.filters import ListFilter


class AccessRequestFilter(ListFilter):
    """Filter of access requests by text, and by whether they are answered."""

    search = django_filters.CharFilter(label=_("Name, address or authority"), method="named_like")
    state = django_filters.ChoiceFilter(
        label=_("State"),
        choices=[("open", _("waiting for an answer")), ("answered", pgettext_lazy("request", "answered"))],
        method="in_state",
        empty_label=_("All states"),
    )

    def named_like(self, queryset: AccessRequestQuerySet, name: str, value: str) -> AccessRequestQuerySet:
        """Keep the access requests whose name, address or proposed authority contains the text `value`, ignoring
        accents.

        `name` is the field of the filter and is not used.
        """
        return queryset.named_like(value.strip())

    def in_state(self, queryset: AccessRequestQuerySet, name: str, value: str) -> AccessRequestQuerySet:
        """Keep the requests that nobody has answered when `value` is "open", else those that were granted or refused.

        `name` is the field of the filter and is not used.
        """
        return queryset.pending() if value == "open" else queryset.answered()
