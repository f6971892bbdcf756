"""Why an invitation ended when no person gave a reason: a sentence for each stored slug."""

from typing import Final

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

ACCESS_GIVEN_OTHERWISE: Final = "came_in"
SENT_AGAIN: Final = "sent_anew"
UNANSWERED: Final = "unanswered"
ERASED: Final = "erased"
OTHER_PERSON: Final = "other_person"
IMPORT_UNDONE: Final = "import_undone"
SENTENCES: Final[dict[str, StrOrPromise]] = {
    ACCESS_GIVEN_OTHERWISE: _("The person was given access in another way."),
    SENT_AGAIN: _("A new invitation was sent."),
    UNANSWERED: _("The invitation ended without an answer."),
    OTHER_PERSON: _("The address belongs to another person."),
    IMPORT_UNDONE: _("The import that invited the person was undone."),
    ERASED: _("The person asked to be erased."),
}


def reason_text(reason: str) -> StrOrPromise:
    """Return the sentence for the stored reason why an invitation ended, such as “A new invitation was sent.”

    A reason that is no slug of the platform was written by a person, and is returned unchanged; "" stays "".
    """
    return SENTENCES.get(reason, reason)
