"""The filter of the directory."""

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from exchanges.peers.models import PeerProfile
from web.forms.filters import ListFilter


class DirectoryFilter(ListFilter):
    """Filter of the directory by words and by the alumni circle."""

    q = django_filters.CharFilter(label=_("Name, skill, offer or request"), method="containing")
    circle = django_filters.ChoiceFilter(
        label=_("Who"),
        choices=[("alumni", _("alumni circle"))],
        method="in_circle",
        empty_label=_("Everyone"),
    )

    def containing(self, entries: QuerySet[PeerProfile], _name: str, text: str) -> QuerySet[PeerProfile]:
        """Return those of the entries whose name or texts contain the words; accents and capitals do not matter."""
        places = ("user__full_name", "skills", "offers", "requests")
        return entries.filter(
            Q(*((f"{place}__unaccent__icontains", text.strip()) for place in places), _connector="OR")
        )

    def in_circle(self, entries: QuerySet[PeerProfile], _name: str, _circle: str) -> QuerySet[PeerProfile]:
        """Return those of the entries that are in the alumni circle."""
        return entries.filter(is_alumnus=True)
