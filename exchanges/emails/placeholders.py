"""What the lab may name in e-mails about an exchange that it words itself, with an example for previews."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from notifications.emails.placeholders import Placeholder
from notifications.emails.texts import LINK_PLACEHOLDER

PLACEHOLDERS: Final[Mapping[str, Placeholder]] = MappingProxyType(
    {
        "exchange": Placeholder(
            pgettext_lazy("placeholder", "exchange"),
            _("the number of the Intertransfo"),
            _("Intertransfo 4"),
            required=True,
        ),
        "edition": Placeholder(
            pgettext_lazy("placeholder", "edition"), _("the name of the edition"), _("Sample edition")
        ),
        "dates": Placeholder(
            pgettext_lazy("placeholder", "dates"),
            _("the days of the Intertransfo"),
            _("Tue 8 – Wed 9 December 2026"),
            required=True,
        ),
        "host": Placeholder(
            pgettext_lazy("placeholder", "host"),
            _("the cohort that hosts; empty until there is one"),
            _("Sample host"),
            optional=True,
        ),
        "place": Placeholder(
            pgettext_lazy("placeholder", "venue"),
            _("the venue, or the host while there is none"),
            _("Town hall"),
            optional=True,
        ),
        "theme": Placeholder(
            pgettext_lazy("placeholder", "theme"),
            _("the theme; may be empty"),
            _("Prototypes in the field"),
            optional=True,
        ),
        "next": Placeholder(
            pgettext_lazy("placeholder", "next in line"),
            _("the cohort that would host if the host could not"),
            _("Another sample authority"),
            optional=True,
        ),
        "questions": Placeholder(
            pgettext_lazy("placeholder", "questions"),
            _("the questions to the cohorts, as a list; may be empty"),
            _("– What would you do differently?"),
            several_lines=True,
            optional=True,
        ),
        "programme": Placeholder(
            pgettext_lazy("placeholder", "programme"),
            _("the programme, day by day; may be empty"),
            _("Tue 8 December 2026\n– 9:00 – 10:00, Welcome, Town hall"),
            required=True,
            several_lines=True,
            optional=True,
        ),
        "minutes": Placeholder(
            pgettext_lazy("placeholder", "minutes"),
            _("the first 250 words of the minutes; may be empty"),
            _("Three cohorts showed what they had tested."),
            several_lines=True,
            optional=True,
        ),
        "commitments": Placeholder(
            pgettext_lazy("placeholder", "commitments"),
            _("the commitments made, as a list; may be empty"),
            _("– Sample person: send the questionnaire (due 15 December)"),
            several_lines=True,
            optional=True,
        ),
        "own_commitments": Placeholder(
            pgettext_lazy("placeholder", "own commitments"),
            _("the reader’s open commitments, as a list; may be empty"),
            _("– send the questionnaire (due 15 December)"),
            required=True,
            several_lines=True,
            optional=True,
        ),
        **LINK_PLACEHOLDER,
    }
)
