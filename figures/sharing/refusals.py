"""The sentence that people read when the database refuses a consent to share figures."""

from django.utils.translation import gettext_lazy as _

from web.database.refusals import RefusalText

_FIXED = _("A consent to share figures is never changed or deleted. Stop the sharing, then share again.")
PUBLISHED_ALREADY = _("These facts come from publications. Everyone can read them already.")

SENTENCES: dict[str, RefusalText] = {
    "figures_consent_audience": _("Choose the edition or the public."),
    "figures_consent_open_once": _("These figures are shared already."),
    "figures_consent_dates": _("The sharing ends before it begins. Check both dates."),
    "figures_consent_withdrawn_by": _("Give the day on which the sharing ended, and who ended it."),
    "figures_consent_not_published": PUBLISHED_ALREADY,
    "figures_consent_append_only": _FIXED,
    "figures_consent_withdrawn_once": _FIXED,
    "figures_consent_no_truncate": _FIXED,
}
