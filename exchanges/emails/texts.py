"""Texts of the e-mails about an exchange: subject, paragraphs, button, and calendar status."""

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType
from typing import Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_stubs_ext import StrOrPromise

from exchanges.emails.placeholders import PLACEHOLDERS
from exchanges.reminders import INFORMED, INFORMED_EXCEPT_LAB, NOT_YET_INFORMED
from notifications.emails import texts

# Texts may use `exchange`, `edition`, `dates`, `host`, `place`, `theme` and `reason`; `before` (the previous host) and
# `next` (the next in line), which may be empty; for a change `old_dates`, `old_host`, `old_venue`, `new_venue` and
# `replaced` (if a calendar entry is attached); and the names in `content_paragraphs.PARAGRAPH_WRITERS`.
EmailTemplate = partial(texts.EmailTemplate, button=_("See the Intertransfo"), url_name="exchanges:exchange")
WHEN_AND_WHERE: Final = _("%(dates)s, %(place)s.")
QUESTIONS: Final = _("The questions every cohort answers:\n%(questions)s")
BECAUSE_MEMBER: Final = _("You are receiving this e-mail because you are a member of a cohort of %(edition)s.")
NEEDS_HINT: Final = _("The page also asks how you travel and what you need there.")

EMAILS: Final[Mapping[str, texts.EmailTemplate]] = MappingProxyType(
    {
        "exchange_choose_host": EmailTemplate(
            about=_("choose host and dates"),
            subject=_("%(exchange)s: choose host and dates"),
            paragraphs=(
                _("The next Intertransfo of %(edition)s is proposed: %(dates)s, at %(host)s."),
                _("Check the other dates and whose turn it is to host, then confirm the proposal or change it."),
            ),
            button=_("Look at the proposal"),
        ),
        "exchange_confirm_host": EmailTemplate(
            about=_("confirm hosting"),
            subject=_("%(exchange)s: will you host it?"),
            paragraphs=(
                _("It is the turn of %(host)s to host the next Intertransfo of %(edition)s: %(dates)s."),
                _("Please confirm that you can host the other cohorts on these dates, or tell the lab if you cannot."),
            ),
            button=_("Confirm hosting"),
        ),
        "exchange_host_unconfirmed": EmailTemplate(
            about=_("the host has not confirmed"),
            subject=_("%(exchange)s: %(host)s has not confirmed"),
            paragraphs=(
                _("%(host)s was asked to host on %(dates)s and has not confirmed yet."),
                _("Next in line: %(next)s."),
                _("Call this cohort, or give the turn to another one. Everyone needs to know the date soon."),
            ),
            button=_("See who may host"),
        ),
        "exchange_host_replaced": EmailTemplate(
            about=_("the host dropped out"),
            subject=_("%(exchange)s: the host dropped out"),
            paragraphs=(
                _("%(before)s cannot host the Intertransfo of %(edition)s on %(dates)s."),
                _(
                    "The turn now goes to %(host)s, which is asked to confirm. The hosts of later"
                    " Intertransfos may have moved up."
                ),
            ),
            button=_("See who hosts"),
        ),
        "exchange_host_gone": EmailTemplate(
            about=_("the host dropped out and nobody was asked yet"),
            subject=_("%(exchange)s needs another host"),
            paragraphs=(
                _("%(host)s has dropped out and was to host on %(dates)s."),
                _(
                    "The turn was not passed on: everyone was already informed, or nobody else can host."
                    " Decide with the cohorts."
                ),
            ),
            button=_("Choose another host"),
        ),
        "exchange_nobody_left": EmailTemplate(
            about=_("nobody is left to host"),
            subject=_("%(exchange)s: nobody is left to host"),
            paragraphs=(
                _("%(host)s cannot host on %(dates)s either: every cohort of the edition was asked for this date."),
                _("No cohort is asked automatically any more. Choose the host yourself, or choose other dates."),
            ),
            button=_("Choose another host"),
        ),
        "exchange_hosts_now": EmailTemplate(
            about=_("the cohort now hosts"),
            subject=_("%(exchange)s: you host it now"),
            paragraphs=(
                _("The lab has given the Intertransfo of %(edition)s to %(host)s: %(dates)s."),
                _(
                    "The Intertransfo is already announced, so you have nothing to confirm. Everyone who was"
                    " informed receives an e-mail about the change."
                ),
                _("The page of the Intertransfo shows who is coming. If you cannot host, tell the lab at once."),
            ),
            button=_("See the Intertransfo you host"),
        ),
        "exchange_save_the_date": EmailTemplate(
            about=_("save the date, with a calendar entry"),
            subject=_("%(exchange)s: save the date"),
            paragraphs=(
                _("The cohorts of %(edition)s meet: %(dates)s, at %(host)s."),
                _("The date is in the calendar entry attached to this e-mail. Registration opens later."),
            ),
            calendar="TENTATIVE",
        ),
        "exchange_registration": EmailTemplate(
            about=_("registration opens"),
            subject=_("%(exchange)s: will you come?"),
            paragraphs=(
                _("Registration is open for the Intertransfo of %(edition)s."),
                _("For your travel order: %(exchange)s, %(dates)s, %(place)s, at the invitation of %(host)s."),
                _("Say whether you are coming, even if the answer is no: your host counts the seats."),
                QUESTIONS,
            ),
            button=_("Answer"),
            url_name="exchanges:answer",
            calendar="TENTATIVE",
        ),
        "exchange_answer_awaited": EmailTemplate(
            about=_("answer still needed"),
            subject=_("%(exchange)s: your answer is awaited"),
            paragraphs=(
                WHEN_AND_WHERE,
                _("You have not yet said whether you are coming. One click is enough."),
            ),
            button=_("Answer"),
            url_name="exchanges:answer",
        ),
        "exchange_final_numbers": EmailTemplate(
            about=_("final numbers"),
            subject=_("%(exchange)s: who is coming"),
            paragraphs=(
                WHEN_AND_WHERE,
                _("The page shows who is registered, cohort by cohort. Close registration once the numbers are final."),
            ),
            button=_("See who is coming"),
        ),
        "exchange_contribution": EmailTemplate(
            about=_("the contribution is awaited"),
            subject=_("%(exchange)s: your contribution is awaited"),
            paragraphs=(
                WHEN_AND_WHERE,
                _("Your cohort has not contributed yet: a success, a difficulty, an offer or a request will do."),
                QUESTIONS,
            ),
            button=_("Contribute"),
            url_name="exchanges:contribute",
        ),
        "exchange_confirm": EmailTemplate(
            about=_("confirm or cancel, with a calendar entry"),
            subject=_("%(exchange)s: confirm your seat or release it"),
            paragraphs=(
                WHEN_AND_WHERE,
                _("Your seat is reserved. If you cannot come after all, release it now: someone else can take it."),
                _("Book your journey. The dates are in the calendar entry attached to this e-mail."),
            ),
            button=_("Confirm or cancel"),
            url_name="exchanges:answer",
            calendar="CONFIRMED",
        ),
        "exchange_programme": EmailTemplate(
            about=_("the programme"),
            subject=_("%(exchange)s: the programme"),
            paragraphs=(
                WHEN_AND_WHERE,
                _("Theme: %(theme)s."),
                "%(programme)s",
                _("The page shows the venue and who is coming."),
            ),
            button=_("See the programme"),
            url_name="exchanges:programme",
        ),
        "exchange_last_note": EmailTemplate(
            about=_("last message"),
            subject=_("%(exchange)s: see you soon"),
            paragraphs=(
                WHEN_AND_WHERE,
                _("Show your QR code at the entrance: the button opens it."),
                _("Safe journey. If something holds you up, tell your host."),
            ),
            button=_("Show your QR code"),
            url_name="exchanges:own_code",
        ),
        "exchange_thanks": EmailTemplate(
            about=_("thanks and feedback"),
            subject=_("%(exchange)s: thank you for coming"),
            paragraphs=(
                _("Thank you for the days at %(host)s."),
                _("What should the next host keep, what should it change? Five questions; no page shows your name."),
            ),
            button=_("Give feedback"),
            url_name="exchanges:give_feedback",
        ),
        "exchange_report": EmailTemplate(
            about=_("minutes and commitments"),
            subject=_("%(exchange)s: minutes and commitments"),
            paragraphs=(
                _("The page of the Intertransfo has the minutes and the commitments."),
                "%(minutes)s",
                _("Commitments made:\n%(commitments)s"),
            ),
            button=_("Read the minutes"),
            url_name="exchanges:minutes",
        ),
        "exchange_commitments": EmailTemplate(
            about=_("open commitments"),
            subject=_("%(exchange)s: your open commitments"),
            paragraphs=(
                _("You made a commitment to the other cohorts. Has it been done?"),
                "%(own_commitments)s",
                _(
                    "Say whether the commitment is done. A commitment that is still open carries over to the"
                    " next Intertransfo."
                ),
            ),
            button=pgettext_lazy("commitment", "Update the commitment"),
            url_name="exchanges:minutes",
        ),
        "exchange_next_host": EmailTemplate(
            about=_("next host confirmed?"),
            subject=_("After %(exchange)s: the next host is not confirmed"),
            paragraphs=(_("The next Intertransfo of %(edition)s has no confirmed host yet."),),
            button=_("See the Intertransfos"),
        ),
        "exchange_place_kept": EmailTemplate(
            about=_("registered late or by someone else, with a calendar entry"),
            subject=_("%(exchange)s: you are registered"),
            paragraphs=(
                WHEN_AND_WHERE,
                _(
                    "You are registered and your seat is reserved. If you cannot come, release it: someone"
                    " else can take it."
                ),
                NEEDS_HINT,
            ),
            calendar="CONFIRMED",
        ),
        "exchange_waitlisted": EmailTemplate(
            about=_("put on the waiting list by someone else"),
            subject=_("%(exchange)s: you are on the waiting list"),
            paragraphs=(
                WHEN_AND_WHERE,
                _("You were registered when every seat was taken. Please do not book your journey yet."),
                _("When a seat becomes free and it is your turn, the seat is yours: you receive an e-mail at once."),
                _("The page shows your number on the waiting list. You can also leave the waiting list there."),
            ),
        ),
        "exchange_moved_up": EmailTemplate(
            about=_("moved up from the waiting list, with a calendar entry"),
            subject=_("%(exchange)s: there is a seat for you"),
            paragraphs=(
                WHEN_AND_WHERE,
                _("A seat became free: you are registered and no longer on the waiting list."),
                _("If you cannot come after all, release it now: the next person on the list takes it."),
                NEEDS_HINT,
            ),
            calendar="CONFIRMED",
        ),
        "exchange_not_coming": EmailTemplate(
            about=_("not coming, removed from their calendar"),
            subject=_("%(exchange)s: you are not coming"),
            paragraphs=(
                _("You, or someone for you, said that you are not coming: %(dates)s, at %(host)s."),
                _("The attachment to this e-mail removes the Intertransfo from your calendar."),
                _("If that changes, answer again on the page of the Intertransfo while registration is open."),
            ),
            calendar="CANCELLED",
        ),
        "exchange_changed": EmailTemplate(
            about=_("what changed, with a calendar entry"),
            subject=_("%(exchange)s: the date, the host or the venue changed"),
            paragraphs=(
                _("Before: %(old_dates)s, at %(old_host)s."),
                _("From now on: %(dates)s, at %(host)s."),
                _("Previous venue: %(old_venue)s."),
                _("New venue: %(new_venue)s."),
                "%(replaced)s",
            ),
            calendar="TENTATIVE",
        ),
        "exchange_cancelled": EmailTemplate(
            about=_("cancelled, removed from calendars"),
            subject=_("%(exchange)s is cancelled"),
            paragraphs=(
                _("%(exchange)s, planned for %(dates)s at %(host)s, will not take place."),
                _("The reason: %(reason)s"),
            ),
            calendar="CANCELLED",
        ),
    }
)

# For each audience: its name in the reminder schedule, and the sentence that says why a person receives the e-mail.
TO_WHOM: Final[Mapping[str, tuple[StrOrPromise, StrOrPromise]]] = MappingProxyType(
    {
        "lab": (_("Lab"), _("You are receiving this e-mail because you are lab staff.")),
        "host_pilot": (
            _("Host’s pilot"),
            _("You are receiving this e-mail because you are pilot or coordinator of %(host)s."),
        ),
        "host_and_lab": (
            _("Host and lab"),
            _("You are receiving this e-mail because you are lab staff, or pilot or coordinator of %(host)s."),
        ),
        "active_members": (_("Everyone"), BECAUSE_MEMBER),
        "members": (_("Everyone"), BECAUSE_MEMBER),
        NOT_YET_INFORMED: (_("People not yet informed"), BECAUSE_MEMBER),
        "invited": (_("Those invited"), _("You are receiving this e-mail because you are invited to %(exchange)s.")),
        "unanswered": (
            _("People who have not answered"),
            _("You are receiving this e-mail because you are invited to %(exchange)s and have not answered."),
        ),
        "registered": (
            _("Registered"),
            _("You are receiving this e-mail because you are registered for %(exchange)s."),
        ),
        "attendees": (_("People who came"), _("You are receiving this e-mail because you took part in %(exchange)s.")),
        "contribution_missing": (
            _("Cohorts that have not contributed"),
            _("You are receiving this e-mail because your cohort’s contribution to %(exchange)s is missing."),
        ),
        "commitment_owners": (
            _("Owners of open commitments"),
            _("You are receiving this e-mail because you made a commitment at an Intertransfo of %(edition)s."),
        ),
        "registration": (
            _("One person"),
            _(
                "You are receiving this e-mail because you, or someone for you, answered the invitation to"
                " %(exchange)s."
            ),
        ),
        INFORMED: (
            _("Everyone who was informed"),
            _("You are receiving this e-mail because you already received a message about %(exchange)s."),
        ),
        INFORMED_EXCEPT_LAB: (
            _("Everyone who was informed"),
            _("You are receiving this e-mail because you already received a message about %(exchange)s."),
        ),
    }
)
TEXTS: Final = texts.EmailTemplates(EMAILS, TO_WHOM, PLACEHOLDERS)
