"""What people read when the database refuses a row of this app: rule, sentence and the field it belongs beside."""

from django.utils.translation import gettext_lazy as _

from web.database.lengths import TOO_MANY_LETTERS
from web.database.refusals import Said
from web.dates.plausible import CHECK_THE_YEAR, TOO_LONG

_NEVER_EMPTIED = _("Formats are never emptied: a published one stays as it is.")

SENTENCES: dict[str, Said] = {
    "authority_siren_once": (_("Another living authority has this SIREN number."), "siren"),
    "authority_slug_once": (_("Another authority has this name: add what tells them apart."), "name"),
    "authority_siren_luhn": (_("This is not a SIREN number: check its nine digits."), "siren"),
    "authority_dissolved_has_no_self_successor": (_("An authority cannot succeed itself."), "successor"),
    "authority_place": (_("Give both latitude (-90 to 90) and longitude (-180 to 180), or neither."), "latitude"),
    "authority_plausible_date": (CHECK_THE_YEAR, "dissolved_on"),
    "authority_admin_once": (_("This person is an admin of the authority already."), "email"),
    "authority_admin_open_account": (_("This person’s account is closed: open it again first."), "email"),
    "authority_admin_dates": (_("The end comes before the start."), "until"),
    "authority_admin_plausible_dates": (CHECK_THE_YEAR, "since"),
    "programme_slug_once": (_("Another programme has this name."), "name_fr"),
    "format_version_once": _(
        "This programme has a version with this number by now: look at it before you make another."
    ),
    "format_published_frozen": _("A published format never changes. Make a new version of it."),
    "format_part_frozen": _("A published format keeps its phases and letters. Make a new version of it."),
    "format_phases_within": _("A phase goes beyond the format’s months: shorten it, or lengthen the format."),
    "format_programme_fixed": _("A format stays with its programme."),
    "format_version_fixed": _("A version keeps its number."),
    "format_no_truncate": _NEVER_EMPTIED,
    "format_phase_no_truncate": _NEVER_EMPTIED,
    "ladder_step_no_truncate": _NEVER_EMPTIED,
    "format_numbers": _("Every number must be positive, and the first prototype due within the format’s months."),
    "format_within_bounds": _("A format has at most 120 months, 100 on-site weeks and 200 sessions of 31 days."),
    "format_numbers_known": _("Give every number of the format: only published facts may lack some."),
    "format_retrospective_fixed": _("Published facts and running work are kept apart: that mark never changes."),
    "format_phase_months": (_("A phase ends after it starts."), "end_month"),
    "format_phase_once": (_("The format has this phase already."), "kind"),
    "ladder_step_once": (_("The ladder has this step already."), "slug"),
    "ladder_step_position_once": _("Two steps of the ladder have the same place."),
    "ladder_step_offset": (
        _("Say when as + or -, a number from 1 to 999, then w, wd, d or m: -2wd, +3m."),
        "offset",
    ),
    "edition_dates": (_("The edition ends before it starts: check both dates."), "ends_on"),
    "edition_plausible_dates": (CHECK_THE_YEAR, "starts_on"),
    "edition_ten_years": (TOO_LONG, "ends_on"),
    "edition_dates_known": (_("Give the edition a start and an end."), "starts_on"),
    "edition_slug_once": (_("Another edition has this name."), "name"),
    "edition_state": _("The edition cannot go from its present state to that one."),
    "edition_format_published": (_("Publish the format first: an edition pins a published version."), "format"),
    "edition_format_pinned": (_("An edition keeps the format version it was opened with."), "format"),
    "edition_format_of_programme": (_("This format belongs to another programme."), "format"),
    "edition_retrospective_fixed": _("Published facts and running work are kept apart: that mark never changes."),
    "edition_planned_authorities": (_("Plan one authority at least, or leave this empty."), "planned_authorities"),
    "claim_once": (_("This figure is recorded already."), "value"),
    "claim_plausible_date": (CHECK_THE_YEAR, "as_of"),
    "lesson_state": _("The lab has judged this lesson already."),
    "lesson_once": (_("You have noted this lesson already."), "text"),
    "lesson_said": (_("Say what you learned."), "text"),
    "lesson_length": (TOO_MANY_LETTERS, "text"),
    "lesson_reason_length": (TOO_MANY_LETTERS, "reason"),
    "lesson_answer_length": (TOO_MANY_LETTERS, "answer"),
    "lesson_plausible_date": (CHECK_THE_YEAR, "noted_on"),
    "lesson_refused_reason": (_("Say why the lesson is refused: whoever noted it reads it."), "reason"),
    "lesson_fixed": _("What the lab has judged stays as it was noted: note another lesson."),
    "lesson_answered_accepted": _("Accept the lesson first: a version answers accepted lessons only."),
    "lesson_answer_said": (_("Say in a few words what the version changed."), "answer"),
    "lesson_version_of_programme": (_("This version belongs to another programme."), "answered_by"),
    "lesson_version_later": (
        _("Choose a later version than the edition’s: it keeps its own, and a lesson changes what comes after."),
        "answered_by",
    ),
    "calendar_period_once": (_("The table has this period already."), "name"),
    "calendar_period_dates": (_("The period ends before it starts."), "ends_on"),
    "calendar_period_plausible_dates": (CHECK_THE_YEAR, "starts_on"),
}
