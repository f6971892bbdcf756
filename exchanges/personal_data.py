"""Personal data in exchanges: what belongs to a copy, what is erased with a person, and retention periods."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from accounts.hooks import PersonalData, PrivacyHooks, Retention
from accounts.models import User
from accounts.privacy.personal_data import row_reader
from exchanges.models import Commitment, Contribution, Feedback, Guest, Match, Minutes, Needs, Registration
from exchanges.peers import personal_data as peers
from exchanges.registration.actions.needs import delete_needs, purge_needs
from exchanges.registration.needs import RETENTION_DAYS

PARTS = {
    "registrations": PersonalData(
        _("Registrations for Intertransfos"),
        row_reader(
            lambda user: Registration.objects.filter(user=user),
            *("state",),
            edition="exchange__edition__name",
            number="exchange__number",
        ),
        covers=("exchanges.Registration.user",),
    ),
    "needs": PersonalData(
        _("How you travel and what you need"),
        row_reader(
            lambda user: Needs.objects.filter(registration__user=user),
            *("travels", "comes_from", "access", "diet", "purged_on"),
        ),
    ),
    "feedback": PersonalData(
        _("Your feedback on Intertransfos"),
        row_reader(
            lambda user: Feedback.objects.filter(registration__user=user),
            *("useful", "time_together", "organisation", "keep", "change"),
        ),
    ),
    "contributions": PersonalData(
        _("Contributions to Intertransfos"),
        row_reader(lambda user: Contribution.objects.filter(author=user), "kind", "text"),
        covers=("exchanges.Contribution.author",),
    ),
    "commitments": PersonalData(
        _("Commitments"),
        row_reader(lambda user: Commitment.objects.filter(owner=user), "what", "due_on", "state", "reason"),
        covers=("exchanges.Commitment.owner",),
    ),
    "minutes": PersonalData(
        _("Minutes you wrote"),
        row_reader(lambda user: Minutes.objects.filter(written_by=user), "text"),
        covers=("exchanges.Minutes.written_by",),
    ),
    "matches": PersonalData(
        _("Offers and requests you matched"),
        row_reader(lambda user: Match.objects.filter(made_by=user), "id"),
        covers=("exchanges.Match.made_by",),
    ),
    "guests": PersonalData(
        _("Guests you invited"),
        row_reader(lambda user: Guest.objects.filter(invited_by=user), "organisation", number="exchange__number"),
        covers=("exchanges.Guest.invited_by",),
    ),
}


def erase(*, user: User, at: datetime) -> None:
    """Delete what the person wrote about their journeys to exchanges and their needs there, and their entry in the
    directory, when their data is erased at the moment `at`; cancel their open peer visits.
    """
    delete_needs(Registration.objects.filter(user=user))
    peers.erase(user=user, at=at)


def purge(*, at: datetime, dry_run: bool = False) -> int:
    """Erase people's travel, dietary and access needs and guests' addresses thirty days after their exchange, and
    return how many of both; `dry_run` only counts.

    `at` is the moment that counts as now. The scheduled task does the same every six hours.
    """
    purged = purge_needs(at=at, dry_run=dry_run)
    return purged.needs + purged.guests


PRIVACY = PrivacyHooks(
    personal_data=PARTS | peers.PARTS,
    retentions=peers.RETENTIONS
    | {
        "needs": Retention(
            _("Travel, dietary and access needs, and guests’ addresses"),
            _("The host uses them to welcome people. They are erased thirty days after the Intertransfo."),
            days=RETENTION_DAYS,
            purge=purge,
        )
    },
    erase=erase,
    journal=peers.JOURNAL,
)
