"""Error messages for the database rules on the content of an exchange."""

from django.utils.translation import gettext_lazy as _

from web.database.lengths import TEXT_TOO_LONG
from web.database.refusals import RefusalText

CONTENT_SENTENCES: dict[str, RefusalText] = {
    "exchange_follow_up_minutes": _("Write the minutes first. The Intertransfo can be closed once they are written."),
    "question_position_once": _("Another question has been added in the meantime: try again."),
    "question_once": (_("This question has already been asked."), "text"),
    "question_text_required": (_("Write the question."), "text"),
    "question_length": (TEXT_TOO_LONG, "text"),
    "question_in_time": _("Registration has closed: the questions stay as the cohorts prepared them."),
    "question_frozen": _("Registration has closed: the questions stay as the cohorts prepared them."),
    "question_answered": _(
        "A cohort has already answered this question: it cannot be changed or withdrawn. Ask another question instead."
    ),
    "contribution_once": (_("Your cohort has already made this contribution."), "text"),
    "contribution_text_required": (_("Write your contribution."), "text"),
    "contribution_length": (TEXT_TOO_LONG, "text"),
    "contribution_answers": (
        _("Only an answer can be linked to a question. Choose the kind “answer to a question”, or no question."),
        "question",
    ),
    "contribution_answers_something": (
        _("Choose the question that the contribution answers, or another kind."),
        "question",
    ),
    "contribution_in_time": _("You can contribute from the announcement until the Intertransfo is closed."),
    "contribution_of_edition": (_("Only cohorts of the edition can contribute."), "cohort"),
    "contribution_question_of_exchange": (_("Choose a question of this Intertransfo."), "question"),
    "contribution_idea_of_cohort": (_("Choose an idea of the cohort that contributes."), "idea"),
    "contribution_author_required": _("A contribution needs an author. Only published facts can have none."),
    "contribution_fixed": _(
        "The cohort and the kind of a contribution cannot change. Withdraw the contribution and write another one."
    ),
    "match_once": _("This offer and this request are matched already."),
    "match_fits": (_("Match an offer with a request of another cohort, of the same Intertransfo."), "request"),
    "match_in_time": _("You can match offers and requests from the announcement until the Intertransfo is closed."),
    "programme_in_time": _(
        "You can edit the programme once date and host are confirmed, until the Intertransfo is closed."
    ),
    "programme_overlap": (
        _("Something else takes place at this time. Change the times, or tick “In parallel”."),
        "starts_at",
    ),
    "programme_once": (_("The programme already has this part at this time."), "title"),
    "programme_hours": (_("The end must be after the start. Check both times."), "ends_at"),
    "programme_day_positive": (_("The first day is day 1. Enter 1 or more."), "day"),
    "programme_title_required": (_("Say what takes place."), "title"),
    "programme_times_required": (_("Say from when to when."), "starts_at"),
    "programme_day_of_exchange": (_("This day is after the end of the Intertransfo. Choose an earlier day."), "day"),
    "programme_speaker_of_edition": (_("Choose a cohort of the edition."), "speaker"),
    "minutes_once": _("Someone else has begun the minutes: look at them, then save again."),
    "minutes_text_required": (_("Write the minutes."), "text"),
    "minutes_length": (TEXT_TOO_LONG, "text"),
    "minutes_in_time": _("You can write the minutes once registration is closed."),
    "commitment_once": (_("This commitment is already recorded."), "what"),
    "commitment_text_required": (_("Write what the commitment is."), "what"),
    "commitment_length": (TEXT_TOO_LONG, "what"),
    "commitment_reason_length": (TEXT_TOO_LONG, "reason"),
    "commitment_due_after": (
        _("Choose a due date that is not before the day on which the commitment was made."),
        "due_on",
    ),
    "commitment_dropped_reason": (
        _("Say why the commitment is dropped: the cohorts will read the reason at the next Intertransfo."),
        "reason",
    ),
    "commitment_closed_on": _("Give the day on which the commitment was closed."),
    "commitment_plausible_dates": (_("Check the year: dates must be between 1990 and 2100."), "due_on"),
    "commitment_state": _("This commitment is closed already."),
    "commitment_closed": _("This commitment is closed and cannot be changed."),
    "commitment_in_time": _("You can record commitments once registration is closed."),
    "commitment_owner_active": (_("Only people active in the edition can make a commitment."), "owner"),
    "commitment_cohort_of_edition": (_("Choose a cohort of the edition."), "cohort"),
    "commitment_exchange_fixed": _("A commitment stays linked to the Intertransfo where it was made."),
    "feedback_once": _("You have already given your feedback."),
    "feedback_scales": _("Choose from 1 to 5."),
    "feedback_of_attendee": _("Only people who came can give feedback, once the Intertransfo has taken place."),
}
