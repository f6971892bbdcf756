"""Error messages for the database rules of this app, each with the form field it belongs to."""

from django.utils.translation import gettext_lazy as _

from exchanges.content.refusals import CONTENT_SENTENCES
from web.database.created_on import NEVER_CHANGES
from web.database.lengths import TEXT_TOO_LONG
from web.database.refusals import RefusalText
from web.dates.plausible import CHECK_THE_YEAR
from web.mailboxes import NO_MAILBOX

ATTENDANCE_TOO_EARLY = _("Attendance can be recorded from the first day of the Intertransfo on.")

SENTENCES: dict[str, RefusalText] = {
    "created_on_fixed": NEVER_CHANGES,
    **CONTENT_SENTENCES,
    "exchange_overlap": (
        _("Another Intertransfo of the edition takes some of these days. Choose other days."),
        "first_day",
    ),
    "exchange_number_once": (_("The edition has an Intertransfo with this number already."), "number"),
    "exchange_target_once": (_("The edition has an Intertransfo for this target date already."), "target"),
    "exchange_date_required": (_("Give the Intertransfo a number, a first day and a length."), "first_day"),
    "exchange_days_positive": (_("An Intertransfo lasts one day at least."), "days"),
    "exchange_host_required": (_("Choose the cohort that hosts first."), "host"),
    "exchange_cancelled_reason": (_("Say why the Intertransfo is cancelled."), "reason"),
    "exchange_outcome_length": (TEXT_TOO_LONG, "outcome"),
    "exchange_state": _("The Intertransfo cannot go from its present state to that one."),
    "exchange_version": _("Another date has already been announced. Use “Change the date” to move the Intertransfo."),
    "exchange_move_fair": (
        _("On that day a cohort would host again before another one has hosted: write why this cohort hosts again."),
        "swap_reason",
    ),
    "exchange_host_turn": (_("The host follows the rota: give the cohort its turn first."), "host"),
    "exchange_host_agreed": _("The host has not agreed to take part yet: record its agreement first."),
    "exchange_capacity_sufficient": (
        _("More people than this capacity are already registered. Enter a larger number."),
        "capacity",
    ),
    "exchange_edition_fixed": _("An Intertransfo cannot move to another edition."),
    "exchange_retrospective_fixed": _("The mark “published facts” cannot be changed."),
    "host_turn_fair": (
        _(
            "This cohort will already have hosted on that date, and another one will not: write why this cohort hosts"
            " again."
        ),
        "host",
    ),
    "host_turn_of_edition": (_("The host must be a cohort of the same edition."), "host"),
    "host_turn_not_gone": (_("This cohort is suspended or has withdrawn: choose another host."), "host"),
    "host_turn_agreed": (_("This cohort has not agreed to take part yet: choose another host."), "host"),
    "host_turn_order_once": _("Another Intertransfo has this position in the host rota: try again."),
    "host_turn_never_deleted": _("Turns are never deleted: cancel the Intertransfo, or swap its host."),
    "peer_profile_once": _("You are already in the directory."),
    "peer_profile_text_required": (_("Write something in one of the three fields."), "skills"),
    "peer_profile_skills_length": (TEXT_TOO_LONG, "skills"),
    "peer_profile_offers_length": (TEXT_TOO_LONG, "offers"),
    "peer_profile_requests_length": (TEXT_TOO_LONG, "requests"),
    "peer_profile_alumni": (
        _("You can join the alumni circle once your cohort has ended."),
        "is_alumnus",
    ),
    "peer_profile_person_fixed": _("An entry of the directory cannot be given to another person."),
    "peer_visit_two_people": _("You cannot visit yourself."),
    "peer_visit_purpose_required": (_("Say what you want to see or learn."), "purpose"),
    "peer_visit_days": (_("The visit ends before it starts: check both days."), "last_day"),
    "peer_visit_agreed_has_days": (_("Give the visit a first day."), "first_day"),
    "peer_visit_report": (_("Write what you saw and learned."), "report"),
    "peer_visit_addresses": _("E-mail addresses are hidden once a visit is declined or cancelled."),
    "peer_visit_open_once": (_("You have already asked this person for a visit: wait for the answer."), "purpose"),
    "peer_visit_purpose_length": (TEXT_TOO_LONG, "purpose"),
    "peer_visit_reply_length": (TEXT_TOO_LONG, "reply"),
    "peer_visit_report_length": (TEXT_TOO_LONG, "report"),
    "peer_visit_plausible_dates": (CHECK_THE_YEAR, "first_day"),
    "peer_visit_state": _("This visit cannot go from its present state to that one."),
    "peer_visit_people_fixed": _("The people of a visit and what it is for never change."),
    "registration_once": _("This person has already answered for the Intertransfo."),
    "registration_state": _("This answer cannot change in that way any more."),
    "registration_capacity": _("Every seat of the Intertransfo is taken."),
    "registration_in_waiting_order": _("Other people have waited longer for a seat: they come first."),
    "registration_ticket_once": _("Someone else took this number on the waiting list: try again."),
    "registration_of_edition": _("Only members of the edition’s cohorts can take part."),
    "registration_in_edition_on_first_day": _("Only people who are in the edition on the first day can have a seat."),
    "registration_walk_in_came": _("Only someone who came can be a walk-in."),
    "registration_walk_in_without_seat": _("Only someone without a seat can be a walk-in. Undo the arrival instead."),
    "registration_attendance_too_early": ATTENDANCE_TOO_EARLY,
    "needs_purged_empty": _("These details were erased and cannot be entered again."),
    "guest_once": (_("This guest is on the list already."), "name"),
    "guest_named": (_("Give the guest’s name and organisation."), "name"),
    "guest_invited_from_edition": (_("Only people in the edition can invite guests."), "invited_by"),
    "guest_purged_empty": (_("These details were erased and cannot be entered again."), "email"),
    "guest_mailbox": (NO_MAILBOX, "email"),
    "guest_state": _("Attendance cannot change in that way."),
    "guest_walk_in_came": _("Only someone who came can be a walk-in."),
    "guest_walk_in_without_seat": _("Only a guest added at the entrance is a walk-in."),
    "guest_attendance_too_early": ATTENDANCE_TOO_EARLY,
    "guest_capacity": _("Every seat of the Intertransfo is taken."),
}
