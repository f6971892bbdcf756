"""What exchanges keep of a person, what of it is forgotten when they are erased, and for how long the rest is kept."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.privacy.personal_data import told
from accounts.registries import PersonalData, Retention, erasers, personal_data, retentions
from exchanges.models import Commitment, Contribution, Feedback, Guest, Match, Minutes, Needs, Registration
from exchanges.registration.actions.needs import forget_needs, purge_needs
from exchanges.registration.needs import RETENTION_DAYS

PARTS = {
    "registrations": PersonalData(
        _("Registrations for Intertransfos"),
        told(
            lambda user: Registration.objects.filter(user=user),
            *("state",),
            edition="exchange__edition__name",
            number="exchange__number",
        ),
        covers=("exchanges.Registration.user",),
    ),
    "needs": PersonalData(
        _("How you travel and what you need"),
        told(
            lambda user: Needs.objects.filter(registration__user=user),
            *("travels", "comes_from", "access", "diet", "purged_on"),
        ),
    ),
    "feedback": PersonalData(
        _("Your feedback on Intertransfos"),
        told(
            lambda user: Feedback.objects.filter(registration__user=user),
            *("useful", "time_together", "organisation", "keep", "change"),
        ),
    ),
    "contributions": PersonalData(
        _("Contributions to Intertransfos"),
        told(lambda user: Contribution.objects.filter(author=user), "kind", "text"),
        covers=("exchanges.Contribution.author",),
    ),
    "commitments": PersonalData(
        _("Commitments"),
        told(lambda user: Commitment.objects.filter(owner=user), "what", "due_on", "state", "reason"),
        covers=("exchanges.Commitment.owner",),
    ),
    "minutes": PersonalData(
        _("Minutes you wrote"),
        told(lambda user: Minutes.objects.filter(written_by=user), "text"),
        covers=("exchanges.Minutes.written_by",),
    ),
    "matches": PersonalData(
        _("Offers and requests you matched"),
        told(lambda user: Match.objects.filter(made_by=user), "id"),
        covers=("exchanges.Match.made_by",),
    ),
    "guests": PersonalData(
        _("Guests you invited"),
        told(lambda user: Guest.objects.filter(invited_by=user), "organisation", number="exchange__number"),
        covers=("exchanges.Guest.invited_by",),
    ),
}


def forget_what_they_need(*, user: User, at: datetime) -> None:
    """How they travel, what they eat, what they cannot do without."""
    forget_needs(Registration.objects.filter(user=user))


def purge(*, at: datetime, dry_run: bool = False) -> int:
    """Needs and guests' addresses, as beat does on its own every six hours."""
    purged = purge_needs(at=at, dry_run=dry_run)
    return purged.needs + purged.guests


def register() -> None:
    """Bring them to accounts."""
    for order, (slug, part) in enumerate(PARTS.items(), 50):
        personal_data.register(slug, part, order=order)
    erasers.register("needs", forget_what_they_need, order=40)
    needs = Retention(
        _("Travel, dietary and access needs, and guests’ addresses"),
        _("The host uses them to welcome people. They are erased thirty days after the Intertransfo."),
        days=RETENTION_DAYS,
        purge=purge,
    )
    retentions.register("needs", needs, order=60)
