"""The sentences that people read when the database refuses a release of open data."""

from django.utils.translation import gettext_lazy as _

from web.database.refusals import RefusalText

_FROZEN = _("A release never changes. Make a new one.")
_TWICE = _("This release has just been made. Open the page again.")
_CANNOT_SAVE = _("The platform could not save this release. Open its page again.")

SENTENCES: dict[str, RefusalText] = {
    "release_issue_once": _TWICE,
    "release_current_once": _TWICE,
    "release_file_while_current": _CANNOT_SAVE,
    "release_checksum": _CANNOT_SAVE,
    "release_frozen": _FROZEN,
    "release_no_truncate": _FROZEN,
    "release_part_one": _CANNOT_SAVE,
    "release_part_publication_once": _CANNOT_SAVE,
    "release_part_consent_once": _CANNOT_SAVE,
    "release_part_frozen": _FROZEN,
    "release_part_no_truncate": _FROZEN,
}
