"""Why an event of an idea was recorded when no person gave a reason: a sentence for each stored slug."""

from typing import Final

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

IMPORT_UNDONE: Final = "import_undone"
BULK_ACTION_UNDONE: Final = "bulk_action_undone"
SENTENCES: Final[dict[str, StrOrPromise]] = {
    IMPORT_UNDONE: _("The import was undone."),
    BULK_ACTION_UNDONE: _("The bulk action was undone."),
}


def reason_text(reason: str) -> StrOrPromise:
    """Return the sentence for the stored reason of an event, such as “The import was undone.”

    A reason that is no slug of the platform was written by a person, and is returned unchanged; "" stays "".
    """
    return SENTENCES.get(reason, reason)
