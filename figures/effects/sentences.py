"""The sentence on ideas measured before and after, for the rates and for an idea's page."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from figures.number_formats import number


def effects_sentence(measured: int, implemented: int) -> str:
    """Return as a sentence for how many implemented ideas there are values before and after, and what this means."""
    words = ngettext(
        "Measured before and after: %(some)s of %(all)s implemented idea.",
        "Measured before and after: %(some)s of %(all)s implemented ideas.",
        implemented,
    )
    sentences = [words % {"some": number(measured), "all": number(implemented)}]
    if measured < implemented:
        sentences.append(_("The others may have been tested otherwise."))
    return " ".join([*sentences, _("This does not say whether anything improved, nor why.")])
