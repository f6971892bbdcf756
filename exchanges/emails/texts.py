"""What each letter about an exchange says: subject, paragraphs, the one button, and its entry in calendars."""

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType
from typing import Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_stubs_ext import StrOrPromise

from notifications.emails import texts

# Texts may name `exchange`, `edition`, `dates`, `host`, `place`, `theme` and `reason`; what may be unknown: `before`,
# the host before, and `next`, the next in line; what a change leaves behind: `old_dates`, `old_host` and `old_venue`,
# with the `new_venue`, and `replaced`, where an entry comes with it; and whatever `letters.content` finds.
Words = partial(texts.Words, button=_("See the Intertransfo"), leads="exchanges:exchange")
WHEN_AND_WHERE: Final = _("%(dates)s, %(place)s.")
QUESTIONS: Final = _("The questions every cohort answers:\n%(questions)s")
OF_THE_EDITION: Final = _("You get this letter because you are a member of a cohort of %(edition)s.")
TELL_NEEDS: Final = _("The page also asks how you travel and what you need there.")

LETTERS: Final[Mapping[str, texts.Words]] = MappingProxyType(
    {
        "exchange_choose_host": Words(
            about=_("choose host and dates"),
            subject=_("%(exchange)s: choose host and dates"),
            paragraphs=(
                _("The next Intertransfo of %(edition)s is proposed: %(dates)s, at %(host)s."),
                _("Look at the other dates and at whose turn it is, then confirm or change."),
            ),
            button=_("Look at the proposal"),
        ),
        "exchange_confirm_host": Words(
            about=_("confirm hosting"),
            subject=_("%(exchange)s: will you host it?"),
            paragraphs=(
                _("It is the turn of %(host)s to host the next Intertransfo of %(edition)s: %(dates)s."),
                _("Please confirm that you can receive the other cohorts then, or tell the lab if you cannot."),
            ),
            button=_("Confirm hosting"),
        ),
        "exchange_host_unconfirmed": Words(
            about=_("the host has not confirmed"),
            subject=_("%(exchange)s: %(host)s has not confirmed"),
            paragraphs=(
                _("%(host)s was asked to host on %(dates)s and has not confirmed yet."),
                _("Next in line: %(next)s."),
                _("Call them, or give the turn to another cohort: everyone should hear of the date soon."),
            ),
            button=_("See who may host"),
        ),
        "exchange_host_replaced": Words(
            about=_("the host dropped out"),
            subject=_("%(exchange)s: the host dropped out"),
            paragraphs=(
                _("%(before)s cannot host the Intertransfo of %(edition)s on %(dates)s."),
                _("It is the turn of %(host)s now, who is asked to confirm. Hosts that come later may have moved up."),
            ),
            button=_("See who hosts"),
        ),
        "exchange_host_gone": Words(
            about=_("the host dropped out and nobody was asked yet"),
            subject=_("%(exchange)s needs another host"),
            paragraphs=(
                _("%(host)s has dropped out and was to host on %(dates)s."),
                _("The turn was not passed on: everyone was told already, or nobody else can host. Decide with them."),
            ),
            button=_("Choose another host"),
        ),
        "exchange_nobody_left": Words(
            about=_("nobody is left to host"),
            subject=_("%(exchange)s: nobody is left to host"),
            paragraphs=(
                _("%(host)s cannot host on %(dates)s either: every cohort of the edition was asked for this date."),
                _("Nobody is asked by itself any more. Choose the host yourself, or other dates."),
            ),
            button=_("Choose another host"),
        ),
        "exchange_hosts_now": Words(
            about=_("it hosts now"),
            subject=_("%(exchange)s: you host it now"),
            paragraphs=(
                _("The lab has given the Intertransfo of %(edition)s to %(host)s: %(dates)s."),
                _("It was announced already, so nothing is left to confirm: whoever was told hears of the change."),
                _("Its page says who comes. If anything stands in the way, tell the lab at once."),
            ),
            button=_("See what you host"),
        ),
        "exchange_save_the_date": Words(
            about=_("save the date, with a calendar entry"),
            subject=_("%(exchange)s: save the date"),
            paragraphs=(
                _("The cohorts of %(edition)s meet: %(dates)s, at %(host)s."),
                _("The date is in the calendar entry that comes with this letter. Registration opens later."),
            ),
            calendar="TENTATIVE",
        ),
        "exchange_registration": Words(
            about=_("registration opens"),
            subject=_("%(exchange)s: will you come?"),
            paragraphs=(
                _("Registration is open for the Intertransfo of %(edition)s."),
                _("For your travel order: %(exchange)s, %(dates)s, %(place)s, at the invitation of %(host)s."),
                _("Say whether you come, even if the answer is no: your host counts the places."),
                QUESTIONS,
            ),
            button=_("Answer"),
            calendar="TENTATIVE",
        ),
        "exchange_answer_awaited": Words(
            about=_("the answer is awaited"),
            subject=_("%(exchange)s: your answer is awaited"),
            paragraphs=(
                WHEN_AND_WHERE,
                _("You have not said yet whether you come. One click is enough."),
            ),
            button=_("Answer"),
        ),
        "exchange_final_numbers": Words(
            about=_("final numbers"),
            subject=_("%(exchange)s: who comes"),
            paragraphs=(
                WHEN_AND_WHERE,
                _("The page says who is registered, cohort by cohort. Close registration once the numbers are final."),
            ),
            button=_("See who comes"),
        ),
        "exchange_contribution": Words(
            about=_("the contribution is awaited"),
            subject=_("%(exchange)s: your contribution is awaited"),
            paragraphs=(
                WHEN_AND_WHERE,
                _("Your cohort has not contributed yet: a success, a difficulty, an offer or a request will do."),
                QUESTIONS,
            ),
            button=_("Contribute"),
            leads="exchanges:contribute",
        ),
        "exchange_confirm": Words(
            about=_("confirm or cancel, with a calendar entry"),
            subject=_("%(exchange)s: confirm your place or give it back"),
            paragraphs=(
                WHEN_AND_WHERE,
                _("Your place is kept. If you cannot come after all, give it back now: someone else may take it."),
                _("Book your journey; the dates are in the calendar entry that comes with this letter."),
            ),
            button=_("Confirm or cancel"),
            calendar="CONFIRMED",
        ),
        "exchange_programme": Words(
            about=_("the programme"),
            subject=_("%(exchange)s: the programme"),
            paragraphs=(
                WHEN_AND_WHERE,
                _("Theme: %(theme)s."),
                "%(programme)s",
                _("The page has the place and who comes."),
            ),
            button=_("See the programme"),
            leads="exchanges:programme",
        ),
        "exchange_last_note": Words(
            about=_("last note"),
            subject=_("%(exchange)s: see you soon"),
            paragraphs=(WHEN_AND_WHERE, _("Safe journey. If something holds you up, tell your host.")),
        ),
        "exchange_thanks": Words(
            about=_("thanks and feedback"),
            subject=_("%(exchange)s: thank you for coming"),
            paragraphs=(
                _("Thank you for the days at %(host)s."),
                _("What should the next host keep, what should it change? Five questions; no page shows your name."),
            ),
            button=_("Tell what you thought"),
            leads="exchanges:give_feedback",
        ),
        "exchange_report": Words(
            about=_("report and commitments"),
            subject=_("%(exchange)s: what came of it"),
            paragraphs=(
                _("Its page says what came of it."),
                "%(minutes)s",
                _("Who promised what:\n%(commitments)s"),
            ),
            button=_("Read it"),
            leads="exchanges:minutes",
        ),
        "exchange_commitments": Words(
            about=_("open commitments"),
            subject=_("%(exchange)s: your open commitments"),
            paragraphs=(
                _("You promised something to the other cohorts. Has it been done?"),
                "%(own_commitments)s",
                _("Say what became of it: what is open then opens the next Intertransfo."),
            ),
            button=pgettext_lazy("commitment", "Say what became of it"),
            leads="exchanges:minutes",
        ),
        "exchange_next_host": Words(
            about=_("next host confirmed?"),
            subject=_("After %(exchange)s: the next host is not confirmed"),
            paragraphs=(_("The next Intertransfo of %(edition)s has no confirmed host yet."),),
            button=_("See the Intertransfos"),
        ),
        "exchange_place_kept": Words(
            about=_("registered late or by someone else, with a calendar entry"),
            subject=_("%(exchange)s: you are registered"),
            paragraphs=(
                WHEN_AND_WHERE,
                _("You were registered and your place is kept. If you cannot come, give it back: others may take it."),
                TELL_NEEDS,
            ),
            calendar="CONFIRMED",
        ),
        "exchange_waitlisted": Words(
            about=_("put on the waiting list by someone else"),
            subject=_("%(exchange)s: you are on the waiting list"),
            paragraphs=(
                WHEN_AND_WHERE,
                _("You were registered when every place was taken. Please do not book your journey yet."),
                _("When a place becomes free and it is your turn, you have it: a letter tells you at once."),
                _("The page says which number you are, and lets you leave the waiting list."),
            ),
        ),
        "exchange_moved_up": Words(
            about=_("moved up from the waiting list, with a calendar entry"),
            subject=_("%(exchange)s: there is a place for you"),
            paragraphs=(
                WHEN_AND_WHERE,
                _("A place became free: you are not on the waiting list any more, you are registered."),
                _("If you cannot come after all, give it back now: the next one on the list takes it."),
                TELL_NEEDS,
            ),
            calendar="CONFIRMED",
        ),
        "exchange_not_coming": Words(
            about=_("does not come, off their calendar"),
            subject=_("%(exchange)s: you do not come"),
            paragraphs=(
                _("You, or someone for you, said that you do not come: %(dates)s, at %(host)s."),
                _("What comes with this letter takes it off your calendar."),
                _("Should that change, answer anew on its page, as long as registration is open."),
            ),
            calendar="CANCELLED",
        ),
        "exchange_changed": Words(
            about=_("what changed, with a calendar entry"),
            subject=_("%(exchange)s: the date, the host or the place changed"),
            paragraphs=(
                _("Before: %(old_dates)s, at %(old_host)s."),
                _("From now on: %(dates)s, at %(host)s."),
                _("The place before: %(old_venue)s."),
                _("The place from now on: %(new_venue)s."),
                "%(replaced)s",
            ),
            calendar="TENTATIVE",
        ),
        "exchange_cancelled": Words(
            about=_("cancelled, off the calendars"),
            subject=_("%(exchange)s is cancelled"),
            paragraphs=(
                _("%(exchange)s, foreseen for %(dates)s at %(host)s, does not take place."),
                _("The reason: %(reason)s"),
            ),
            calendar="CANCELLED",
        ),
    }
)

# To whom, at the beginning of a ladder's line, and why a person gets the letter, at its end.
TO_WHOM: Final[Mapping[str, tuple[StrOrPromise, StrOrPromise]]] = MappingProxyType(
    {
        "lab": (_("Lab"), _("You get this letter because you are lab staff.")),
        "host_pilot": (_("Host’s pilot"), _("You get this letter because you answer for %(host)s.")),
        "host_and_lab": (
            _("Host and lab"),
            _("You get this letter because you are lab staff or answer for %(host)s."),
        ),
        "active_members": (_("Everyone"), OF_THE_EDITION),
        "members": (_("Everyone"), OF_THE_EDITION),
        "untold": (_("Those who know nothing of it yet"), OF_THE_EDITION),
        "invited": (_("Those invited"), _("You get this letter because you are invited to %(exchange)s.")),
        "unanswered": (
            _("Those who have not answered"),
            _("You get this letter because you are invited to %(exchange)s and have not answered."),
        ),
        "registered": (_("Registered"), _("You get this letter because you are registered for %(exchange)s.")),
        "attendees": (_("Those who came"), _("You get this letter because you took part in %(exchange)s.")),
        "contribution_missing": (
            _("Cohorts that have not contributed"),
            _("You get this letter because your cohort’s contribution to %(exchange)s is missing."),
        ),
        "commitment_owners": (
            _("Owners of open commitments"),
            _("You get this letter because you promised something at an Intertransfo of %(edition)s."),
        ),
        "registration": (
            _("One person"),
            _("You get this letter because you, or someone for you, answered the invitation to %(exchange)s."),
        ),
        "told": (_("Everyone who was told"), _("You get this letter because you were told of %(exchange)s before.")),
        "told_but_lab": (
            _("Everyone who was told"),
            _("You get this letter because you were told of %(exchange)s before."),
        ),
    }
)
TEXTS: Final = texts.Texts(LETTERS, TO_WHOM)
