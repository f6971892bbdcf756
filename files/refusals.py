"""Messages for the rules by which the database refuses changes to attachments and exports."""

from django.utils.translation import gettext_lazy as _

from web.database.refusals import RefusalText

_CANNOT_SAVE = _("The platform could not save this file. Choose it again.")
_CANNOT_EXPORT = _("The platform could not create this file. Request it again.")
_WITHDRAWN = _("This file was withdrawn and can no longer be changed.")

SENTENCES: dict[str, RefusalText] = {
    "attachment_idempotency_key_unique": _("You have already sent this form. The files are saved."),
    "attachment_stored_once": _CANNOT_SAVE,
    "attachment_kind_known": _CANNOT_SAVE,
    "attachment_named": _CANNOT_SAVE,
    "attachment_not_empty": _("This file is empty. Choose another file."),
    "attachment_measured": _CANNOT_SAVE,
    "attachment_hashed": _CANNOT_SAVE,
    "attachment_withdrawn_without_file": _(
        "The content of a file is deleted when the file is withdrawn, and only then."
    ),
    "attachment_withdrawn_why": (_("Say why the file is withdrawn."), "reason"),
    "attachment_described": (
        _("Describe what the picture shows, or tick “Decorative picture”. Do not do both."),
        "alt_text",
    ),
    "attachment_consent_known": (_("Say whether people can be recognised, and what they agreed to."), "consent"),
    "attachment_consent_ends": (
        _("Give the date until which people agreed to be shown. Leave it empty if nobody can be recognised."),
        "consent_until",
    ),
    "attachment_consent_how_known": (_("Choose from the list how people agreed."), "consent_how"),
    "attachment_dates_plausible": (_("Check the year: dates must be between 1990 and 2100."), "consent_until"),
    "attachment_fixed": _("A file that has been added cannot be changed. Withdraw it and add another one."),
    "attachment_withdrawn_stays": _WITHDRAWN,
    "attachment_never_deleted": _(
        "A file cannot be deleted. Withdraw it with a reason; the history keeps a record of it."
    ),
    "attachment_no_truncate": _(
        "A file cannot be deleted. Withdraw it with a reason; the history keeps a record of it."
    ),
    "file_draft_stored_once": _CANNOT_SAVE,
    "file_draft_kind_known": _CANNOT_SAVE,
    "file_draft_complete": _CANNOT_SAVE,
    "file_draft_fixed": _CANNOT_SAVE,
    "file_quota_total": _(
        "You have reached the number or size of files allowed per person: withdraw some, then try again."
    ),
    "file_quota_day": _("You have reached the number or size of files allowed in 24 hours: try again tomorrow."),
    "export_file_format_known": _CANNOT_EXPORT,
    "export_language_known": _CANNOT_EXPORT,
    "export_state_known": _CANNOT_EXPORT,
    "export_counts": _CANNOT_EXPORT,
    "export_running_heartbeat": _CANNOT_EXPORT,
    "export_file_when_done": _("A file is available once it is complete, and until it is deleted."),
    "export_stored_once": _CANNOT_EXPORT,
    "export_failure_reason": _CANNOT_EXPORT,
    "export_once_at_a_time": _("This file is already being created."),
    "export_state": _("The state of this file has changed. Reload the page."),
    "export_fixed": _("A request for a file cannot be changed. Request another file."),
}
