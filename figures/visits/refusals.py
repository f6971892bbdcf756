"""The sentences that people read when the database refuses a visit of a report."""

from django.utils.translation import gettext_lazy as _

from web.database.refusals import RefusalText

SENTENCES: dict[str, RefusalText] = {
    "figures_visit_once": _("That you looked at these figures is recorded already. Open the page again."),
    "figures_visit_report": _("The report is not named. Open the page of the figures again."),
}
