"""The form of the page on what changed: the choices of the rates page, and the two moments to compare."""

from datetime import date, timedelta
from typing import Final

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from figures.changes.queries import Side
from figures.implementation.forms import RatesForm, day_in
from figures.scope.moments import day_of, end_of, moment_field
from figures.scope.visibility import VisibleCohorts

DEFAULT_SPAN: Final = timedelta(days=30)
SINCE_AFTER_UNTIL: Final = _("This date is not before the date of the later figures. Choose an earlier date.")


class ChangesForm(RatesForm):
    """The choices of the rates page without the list of ideas, and the moment since when changes are listed."""

    heading = _("Change what is compared")
    outcome = None  # type: ignore[assignment] # removes the field
    since = moment_field(_("What changed since"))
    known_at = moment_field(_("Until, as known on"), help_text=_("Leave it empty for everything recorded so far."))
    field_order = ("since", "known_at", "authority", "edition", "cohort", "kind", "accepted_from", "accepted_until")

    def __init__(self, query: QueryDict, *, visible: VisibleCohorts, today: date) -> None:
        """Read the choices from the query string; without a first day, changes of the last thirty days are listed.

        The last day, and by default that of the later figures, is today, or the day until which records count.
        """
        filled = query.copy()
        known_at = day_in("known_at", query)
        last = min(day_of(known_at), today) if known_at else today
        self.default_since = last - DEFAULT_SPAN
        filled.setdefault("since", self.default_since.isoformat())
        if not query.get("as_of"):
            filled["as_of"] = last.isoformat()
        super().__init__(filled, visible=visible, today=today)

    def clean_since(self) -> date:
        """Return the first day or moment, by default thirty days before the last; refuse a day in the future."""
        chosen: date = self.cleaned_data["since"] or self.default_since
        self.refuse_future_day(day_of(chosen))
        return chosen

    def clean(self) -> None:
        """Add an error where the first moment is not before the last one, besides those of the rates page."""
        super().clean()
        since, until = end_of(self.cleaned_data.get("since")), end_of(self.cleaned_data.get("known_at") or self.today)
        if since and until and since >= until:
            self.add_error("since", SINCE_AFTER_UNTIL)

    def sides(self) -> tuple[Side, Side]:
        """Return the earlier and the later figures: of the same day, or of the first day if that is earlier."""
        since, as_of = self.cleaned_data["since"], self.cleaned_data["as_of"]
        earlier = Side(self.scope, min(as_of, day_of(since)), end_of(since))
        return earlier, Side(self.scope, as_of, end_of(self.cleaned_data["known_at"]))
