"""The sentences that people read when the database refuses a dossier."""

from django.utils.translation import gettext_lazy as _

from web.database.lengths import TEXT_TOO_LONG
from web.database.refusals import RefusalText

_CANNOT_MAKE = _("The platform could not make this dossier. Open its page again.")

SENTENCES: dict[str, RefusalText] = {
    "dossier_about_one": _CANNOT_MAKE,
    "dossier_audience_known": (_("Choose who will read the dossier."), "audience"),
    "dossier_licence_known": (_("Choose a licence of the list."), "licence"),
    "dossier_parts_known": (_("Choose at least one part."), "parts"),
    "dossier_public_licence": (_("Choose the licence under which the public may use the document."), "licence"),
    "dossier_people_length": (TEXT_TOO_LONG, "people_named"),
    "dossier_thanks_length": (TEXT_TOO_LONG, "thanks"),
}
