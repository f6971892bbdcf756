"""The sentences that people read when the database refuses a field note or an insight, by rule, with the form field."""

from django.utils.translation import gettext_lazy as _

from web.database.created_on import NEVER_CHANGES
from web.database.lengths import TEXT_TOO_LONG
from web.database.refusals import NOT_LISTED, SENT_ALREADY, RefusalText
from web.dates.plausible import CHECK_THE_YEAR

_OPEN_AGAIN = _("The note could not be saved. Open it again, then save.")

SENTENCES: dict[str, RefusalText] = {
    "created_on_fixed": NEVER_CHANGES,
    "note_idempotency_key_unique": SENT_ALREADY,
    "note_withdrawal_code_unique": _("The code of this note is in use. Send the form again to get another one."),
    "note_kind_known": NOT_LISTED,
    "note_consent_how_known": (NOT_LISTED, "consent_how"),
    "note_removal_known": NOT_LISTED,
    "note_written": (_("Write the note."), "text"),
    "note_consent_ends": _OPEN_AGAIN,
    "note_withdrawal_code_with_consent": _OPEN_AGAIN,
    "note_removed_without_content": _OPEN_AGAIN,
    "note_in_insight_with_consent": _(
        "This note is part of an insight, which needs consent. Move it back to the notes to sort first."
    ),
    "note_written_on_voice": _("Only a voice memo has a day on which its text was written."),
    "note_voice_recognisable": (
        _("A voice can be recognised. Ask the person, then record what they agreed to."),
        "consent",
    ),
    "note_length": (TEXT_TOO_LONG, "text"),
    "note_dates_plausible": (CHECK_THE_YEAR, "consent_until"),
    "note_fixed": _("The cohort, kind and author of a note cannot be changed."),
    "note_of_cohort": _("Choose a session, a challenge or an insight of the same cohort."),
    "note_withdrawn_before_arrival": _(
        "The person has withdrawn their consent since then. The note was not saved: delete this draft."
    ),
    "early_withdrawal_once": SENT_ALREADY,
    "early_withdrawal_code": (_("A code has ten characters. Check each of them."), "code"),
    "early_withdrawal_of_arrived_note": _("The note has arrived since then. Find it by its code, then withdraw it."),
    "early_withdrawal_fixed": _("The code cannot be changed."),
    "note_removed_stays": _("This note was removed. It cannot be changed any more."),
    "insight_idempotency_key_unique": SENT_ALREADY,
    "insight_named_before_challenge": (_("Name the insight before it becomes a challenge."), "title"),
    "insight_cohort_fixed": _("An insight cannot move to another cohort."),
    "insight_challenge_of_cohort": _("This challenge belongs to another cohort."),
}
