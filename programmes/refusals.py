"""Messages shown when the database refuses a row of this app: by constraint or trigger, with the form field if any."""

from django.utils.translation import gettext_lazy as _

from web.database.lengths import TEXT_TOO_LONG
from web.database.refusals import RefusalText
from web.dates.plausible import CHECK_THE_YEAR, TOO_LONG

_NEVER_EMPTIED = _("The list of formats cannot be emptied. A published format cannot be changed.")

SENTENCES: dict[str, RefusalText] = {
    "listed_authority_once": _("Each authority is once in the official list."),
    "authority_siren_once": (_("Another active authority already has this SIREN number. Check the number."), "siren"),
    "authority_slug_once": (_("Another authority already has this name. Add what distinguishes the two."), "name"),
    "authority_siren_luhn": (_("This is not a SIREN number: check its nine digits."), "siren"),
    "authority_dissolved_has_no_self_successor": (_("An authority cannot succeed itself."), "successor"),
    "authority_coordinates": (_("Give both latitude (-90 to 90) and longitude (-180 to 180), or neither."), "latitude"),
    "authority_plausible_date": (CHECK_THE_YEAR, "dissolved_on"),
    "authority_admin_once": (_("This person is already an admin of the authority."), "email"),
    "authority_admin_open_account": (_("This person’s account is closed: open it again first."), "email"),
    "authority_admin_dates": (_("The end comes before the start: check both dates."), "until"),
    "authority_admin_plausible_dates": (CHECK_THE_YEAR, "since"),
    "programme_slug_once": (_("Another programme already has this name. Choose another name."), "name_fr"),
    "format_version_once": _(
        "This programme already has a version with this number. Look at it before you create another one."
    ),
    "format_published_frozen": _("A published format cannot be changed. Create a new version."),
    "format_part_frozen": _("A published format keeps its phases and e-mails. Create a new version."),
    "format_phases_within": _(
        "A phase ends after the last month of the format. Shorten the phase or lengthen the format."
    ),
    "format_programme_fixed": _("A format cannot move to another programme."),
    "format_version_fixed": _("The number of a version cannot be changed."),
    "format_no_truncate": _NEVER_EMPTIED,
    "format_phase_no_truncate": _NEVER_EMPTIED,
    "reminder_step_no_truncate": _NEVER_EMPTIED,
    "format_numbers": _(
        "Every number must be positive, and the first prototype must be due within the format’s months."
    ),
    "format_within_bounds": _("A format has at most 120 months, 100 on-site weeks and 200 sessions of 31 days."),
    "format_criteria_in_both_languages": (
        _("Write as many criteria in English as in French, at most six."),
        "criteria_en",
    ),
    "format_numbers_known": _("Give every number of the format. Numbers may be missing only in published facts."),
    "format_retrospective_fixed": _("The mark “published facts” cannot be changed."),
    "format_phase_months": (_("A phase cannot end before it starts: check both months."), "end_month"),
    "format_phase_once": (_("The format already has this phase."), "kind"),
    "reminder_step_once": (_("The reminder schedule already has this reminder."), "slug"),
    "reminder_step_position_once": _("Two reminders of the schedule have the same position."),
    "reminder_step_wording": _("Write both a subject and a text, or leave both empty to use the usual ones."),
    "reminder_step_offset": (
        _(
            "Write + or -, a number from 1 to 999, then w (weeks), wd (working days), d (days) or m (months):"
            " -2wd, +3m."
        ),
        "offset",
    ),
    "edition_dates": (_("The edition ends before it starts: check both dates."), "ends_on"),
    "edition_plausible_dates": (CHECK_THE_YEAR, "starts_on"),
    "edition_ten_years": (TOO_LONG, "ends_on"),
    "edition_dates_known": (_("Give the edition a start and an end."), "starts_on"),
    "edition_slug_once": (_("Another edition already has this name. Choose another name."), "name"),
    "edition_state": _("The edition cannot move from its current state to the one you chose."),
    "edition_format_published": (_("Publish the format first: an edition uses a published version."), "format"),
    "edition_format_pinned": (_("The format version of an edition cannot be changed."), "format"),
    "edition_format_of_programme": (
        _("This format belongs to another programme. Choose a format of this programme."),
        "format",
    ),
    "edition_retrospective_fixed": _("The mark “published facts” cannot be changed."),
    "edition_planned_authorities": (
        _("The number of authorities must be at least one. Enter a number, or leave this field empty."),
        "planned_authorities",
    ),
    "claim_once": (_("This figure is already recorded."), "value"),
    "claim_plausible_date": (CHECK_THE_YEAR, "as_of"),
    "lesson_state": _("The lab has already accepted or refused this lesson."),
    "lesson_once": (_("You have already recorded this lesson."), "text"),
    "lesson_text_required": (_("Say what you learned."), "text"),
    "lesson_length": (TEXT_TOO_LONG, "text"),
    "lesson_reason_length": (TEXT_TOO_LONG, "reason"),
    "lesson_answer_length": (TEXT_TOO_LONG, "answer"),
    "lesson_plausible_date": (CHECK_THE_YEAR, "noted_on"),
    "lesson_refused_reason": (
        _("Give a reason for refusing the lesson. The person who recorded it can read this reason."),
        "reason",
    ),
    "lesson_fixed": _("The lab has already decided on this lesson: it can no longer be edited. Add another lesson."),
    "lesson_answered_accepted": _("Accept the lesson first. A version can only answer an accepted lesson."),
    "lesson_answer_text_required": (_("Say in a few words what the version changed."), "answer"),
    "lesson_version_of_programme": (
        _("This version belongs to another programme. Choose a version of this programme."),
        "answered_by",
    ),
    "lesson_version_later": (
        _(
            "Choose a version that is later than the edition’s. The edition keeps its own version; a lesson"
            " can only change later ones."
        ),
        "answered_by",
    ),
    "method_once": (_("Another method already has this name. Choose another name."), "name"),
    "method_named": (_("Give the method a name, and say when to use it."), "name"),
    "method_steps_required": (_("Write the steps of the method."), "steps"),
    "method_minutes": (_("Give the time in minutes, from 1 to 2,400."), "minutes"),
    "method_need_length": (TEXT_TOO_LONG, "need"),
    "method_material_length": (TEXT_TOO_LONG, "material"),
    "method_steps_length": (TEXT_TOO_LONG, "steps"),
    "calendar_period_once": (_("This period is already in the table."), "name"),
    "calendar_period_dates": (_("The end date of the period is before its start date. Check both dates."), "ends_on"),
    "calendar_period_plausible_dates": (CHECK_THE_YEAR, "starts_on"),
}
