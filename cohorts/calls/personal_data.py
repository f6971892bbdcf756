"""Personal data of calls: what applicants, the people they name, and reviewers wrote, until when, and how it goes."""

from datetime import datetime
from typing import Final

from allauth.account.models import EmailAddress
from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.hooks import PersonalData, Retention
from accounts.models import User
from accounts.privacy.erasure_journal import ErasedRows
from accounts.privacy.personal_data import row_reader
from cohorts.calls.actions import applications as actions
from cohorts.calls.documents import APPLICATION
from cohorts.calls.models import ENDED_LIFETIME, Application, ApplicationPerson, ApplicationRating, CallReviewer


def _people_entries(user: User) -> QuerySet[ApplicationPerson]:
    """Return where applications name the person, by one of their verified addresses (one statement more)."""
    verified = EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
    addresses = {address.lower() for address in (user.email, *verified)}
    return ApplicationPerson.objects.alias(address=Lower("email")).filter(address__in=addresses)


def erase(*, user: User, at: datetime) -> None:
    """Delete the applications of a person who is erased, and their name in the applications of others."""
    for row in Application.objects.filter(user=user).select_related("user"):
        actions.delete_application(application=row, at=at, by=None)
    _people_entries(user).delete()


def purge(*, at: datetime, dry_run: bool) -> int:
    """Delete the applications whose retention is over; return how many, or with `dry_run` only count them."""
    return actions.purge_applications(at=at, dry_run=dry_run, by=None)


def _delete_again(application: Application, at: datetime) -> None:
    """Delete an application again that a restore has brought back."""
    actions.erase_application(application=application, at=at, by=None)


APPLICATIONS: Final = PersonalData(
    _("Your applications to calls"),
    row_reader(
        lambda user: Application.objects.filter(user=user),
        *("authority_name", "siren", "contact_name", "contact_role", "need", "challenge", "sponsors", "site"),
        *("state", "created_at", "submitted_on", "ended_at", "reason"),
    ),
    covers=("cohorts.Application.user",),
    model=Application,
)
NAMED: Final = PersonalData(
    _("Applications to calls that name you"),
    row_reader(_people_entries, "full_name", "email", "role", authority_name="application__authority_name"),
    model=ApplicationPerson,
)
REVIEWER: Final = PersonalData(
    _("Calls that you review"),
    row_reader(
        lambda user: CallReviewer.objects.filter(user=user), title_fr="call__title_fr", title_en="call__title_en"
    ),
    covers=("cohorts.CallReviewer.user",),
)
RATINGS: Final = PersonalData(
    _("Applications that you rated"),
    row_reader(
        lambda user: ApplicationRating.objects.filter(reviewer__user=user),
        *("criterion", "points", "sentence"),
        authority_name="application__authority_name",
    ),
    model=ApplicationRating,
)
RETENTION: Final = Retention(
    what=_(
        "Applications to calls: texts, documents, people and the address. An address that nobody confirmed goes after"
        " two days, a draft thirty days after its call."
    ),
    why=_(
        "So that the lab can decide, and explain its decision."
        " A year after the decision, or after the call if there is none, everything is deleted."
    ),
    days=ENDED_LIFETIME.days,
    purge=purge,
)
JOURNAL: Final = (
    ErasedRows(APPLICATION, Application, Q(pk__in=[]), _delete_again),
)  # no row is ever emptied: erasing deletes it
