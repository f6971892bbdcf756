"""What people read when the database refuses something about a file, or about one written to take away."""

from django.utils.translation import gettext_lazy as _

from web.database.refusals import Said

_ODD = _("This file is not as the platform keeps files: choose it again.")
_ODD_EXPORT = _("This file is not as the platform writes files to download: ask for it again.")
_WITHDRAWN = _("This file was withdrawn: nothing of it changes any more.")

SENTENCES: dict[str, Said] = {
    "attachment_entry_once": _("This form was sent already: the files are there."),
    "attachment_stored_once": _ODD,
    "attachment_kind_known": _ODD,
    "attachment_named": _ODD,
    "attachment_not_empty": _("This file is empty."),
    "attachment_measured": _ODD,
    "attachment_hashed": _ODD,
    "attachment_withdrawn_without_file": _("A file that is withdrawn is not kept, and only then is it not kept."),
    "attachment_withdrawn_why": (_("Say why it is withdrawn."), "reason"),
    "attachment_described": (
        _("Say what the picture shows, or that it says nothing that the text does not; not both."),
        "alt_text",
    ),
    "attachment_consent_known": (_("Say whether people can be recognised, and how far they agreed."), "consent"),
    "attachment_consent_ends": (
        _("Say until when people agreed to be seen, and only where some can be recognised."),
        "consent_until",
    ),
    "attachment_consent_how_known": (_("Choose how they agreed from the list."), "consent_how"),
    "attachment_dates_plausible": (_("Check the year: dates here lie between 1990 and 2100."), "consent_until"),
    "attachment_fixed": _("What was brought stays as it is: withdraw it, and bring another."),
    "attachment_withdrawn_stays": _WITHDRAWN,
    "attachment_never_deleted": _("Files are withdrawn with a reason; that they were there stays on record."),
    "attachment_no_truncate": _("Files are withdrawn with a reason; that they were there stays on record."),
    "file_draft_stored_once": _ODD,
    "file_draft_kind_known": _ODD,
    "file_draft_complete": _ODD,
    "file_draft_fixed": _ODD,
    "file_quota_total": _(
        "You have reached the number or size of files allowed per person: withdraw some, then try again."
    ),
    "file_quota_day": _("You have reached the number or size of files allowed in 24 hours: try again tomorrow."),
    "export_form_known": _ODD_EXPORT,
    "export_language_known": _ODD_EXPORT,
    "export_state_known": _ODD_EXPORT,
    "export_counts": _ODD_EXPORT,
    "export_running_seen": _ODD_EXPORT,
    "export_file_when_done": _("A file is there once it is written whole, and until it is deleted."),
    "export_stored_once": _ODD_EXPORT,
    "export_failed_for": _ODD_EXPORT,
    "export_once_at_a_time": _("This file is being written already."),
    "export_state": _("This has gone on meanwhile: look at the page again."),
    "export_fixed": _("What was asked for stays as it is: ask for another file."),
}
