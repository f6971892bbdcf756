"""The sentences that people read when the database refuses a publication."""

from django.utils.translation import gettext_lazy as _

from web.database.created_on import NEVER_CHANGES, RULE_NAME
from web.database.lengths import TEXT_TOO_LONG
from web.database.refusals import NOT_LISTED, RefusalText

_CANNOT_SAVE = _("The platform could not save this publication. Open its page again.")
_FIXED = _("What was published is part of the history. Prepare a new version instead.")
_RULE_ENDED = _("This rule has ended since. Open its page again.")

SENTENCES: dict[str, RefusalText] = {
    "publication_about_one": _CANNOT_SAVE,
    "publication_number_once": _("Someone else has just started a new version. Open the page again."),
    "publication_published_once": _("Another version is public. Open the page again."),
    "publication_prepared_once": _("Someone else has just started a draft. Open the page again."),
    "publication_licence_known": (NOT_LISTED, "licence"),
    "publication_data_licence_known": (NOT_LISTED, "data_licence"),
    "publication_text_fr_length": (TEXT_TOO_LONG, "text_fr"),
    "publication_text_en_length": (TEXT_TOO_LONG, "text_en"),
    "publication_complete": _("Fill in title, summary and text in both languages first."),
    "publication_measure_complete": _("Fill in what was measured, its unit and how, in both languages first."),
    "publication_submitted": _CANNOT_SAVE,
    "publication_published": _CANNOT_SAVE,
    "publication_approved": _("This version needs the approval of someone else before it is public."),
    "publication_ended": _CANNOT_SAVE,
    "publication_withdrawn_why": (_("Say why it is withdrawn. The public does not read it."), "reason"),
    "publication_state": _("This version has moved on since. Open its page again."),
    "publication_subject_fixed": _FIXED,
    "publication_lab_subject_fixed": _FIXED,
    "publication_cohort_of_idea": _CANNOT_SAVE,
    "publication_indicator_of_idea": _CANNOT_SAVE,
    "publication_fixed_once_submitted": _("Return this version to draft to change it."),
    "publication_record_fixed": _FIXED,
    "publication_approval_stays": _CANNOT_SAVE,
    "publication_never_deleted": _FIXED,
    "publication_no_truncate": _FIXED,
    "public_picture_once": _("This picture is on the page already."),
    "public_picture_described": _("Describe each picture in both languages, for people who do not see it."),
    "public_picture_of_draft": _("Return this version to draft to change its pictures."),
    "public_picture_consent": _("The people on this picture have not agreed to be seen by anyone."),
    "public_name_once": (_("This name is on the page already."), "name"),
    "public_name_named": (_("Write the name of the person."), "name"),
    "public_name_days": (_("The consent ends before it begins. Check both days."), "agreed_until"),
    "public_name_how_known": (NOT_LISTED, "agreed_how"),
    "public_name_dates": (_("Check the year: dates must be between 1990 and 2100."), "agreed_on"),
    "public_name_of_draft": _("Return this version to draft to change its names."),
    "public_name_ends_with_page": _("The texts of this page name this person too. Withdraw the page first."),
    "approval_rule_once": _("This approval is asked for already."),
    "approval_rule_ended": _RULE_ENDED,
    "approval_rule_stays": _RULE_ENDED,
    "approval_rule_ended_by_two": _("A colleague of the lab ends this rule: someone other than the person who asked."),
    RULE_NAME: NEVER_CHANGES,
}
