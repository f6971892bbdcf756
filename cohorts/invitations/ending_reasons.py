"""Why an invitation ended without its person's answer, where no person took it back: a sentence for each slug kept."""

from typing import Final

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

CAME_IN: Final = "came_in"
SENT_ANEW: Final = "sent_anew"
UNANSWERED: Final = "unanswered"
ERASED: Final = "erased"
OTHER_PERSON: Final = "other_person"
SENTENCES: Final[dict[str, StrOrPromise]] = {
    CAME_IN: _("The person was given access in another way."),
    SENT_ANEW: _("A new invitation was sent."),
    UNANSWERED: _("The invitation ended without an answer."),
    OTHER_PERSON: _("The address belongs to another person."),
    ERASED: _("The person asked to be erased."),
}


def in_words(reason: str) -> StrOrPromise:
    """The sentence of a slug; what somebody wrote who took it back stays as it is."""
    return SENTENCES.get(reason, reason)
