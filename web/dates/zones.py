"""The time zones in which French authorities are, with the names of their territories."""

from typing import Final

from django.utils.translation import gettext_lazy as _

TIME_ZONES: Final = {
    "Europe/Paris": _("mainland France and Corsica"),
    "America/Cayenne": _("French Guiana"),
    "America/Guadeloupe": _("Guadeloupe"),
    "America/Marigot": _("Saint Martin"),
    "America/Martinique": _("Martinique"),
    "America/Miquelon": _("Saint Pierre and Miquelon"),
    "America/St_Barthelemy": _("Saint Barthélemy"),
    "Indian/Kerguelen": _("French Southern Lands"),
    "Indian/Mayotte": _("Mayotte"),
    "Indian/Reunion": _("Réunion"),
    "Pacific/Noumea": _("New Caledonia"),
    "Pacific/Tahiti": _("French Polynesia"),
    "Pacific/Wallis": _("Wallis and Futuna"),
}
