"""Personal data of guests: what is exported, what is erased with a person, and how long needs are retained."""

from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.hooks import PersonalData, Retention
from accounts.models import User
from accounts.privacy.erasure_journal import ErasedRows
from accounts.privacy.personal_data import row_reader
from cohorts.guests import actions
from cohorts.models import Stakeholder, StakeholderContact
from cohorts.stakeholders.actions import STAKEHOLDER

CONTACTS = PersonalData(
    _("Cohorts that invite you by e-mail"),
    row_reader(
        lambda user: StakeholderContact.objects.filter(user=user),
        *("consent", "recorded_at"),
        cohort_name="stakeholder__cohort__name",
        name="stakeholder__name",
        organisation="stakeholder__organisation",
    ),
    covers=("cohorts.StakeholderContact.user",),
)


def erase(*, user: User, at: datetime) -> None:
    """Erase the stakeholders whose address is that of the person, when the person's data is erased at `at`."""
    for stakeholder in Stakeholder.objects.filter(contact__user=user):
        actions.anonymise_stakeholder(stakeholder=stakeholder, at=at, by=None)


def purge(*, at: datetime, dry_run: bool) -> int:
    """Erase needs and substitutes thirty days after their day; return how many, or with `dry_run` only count them."""
    return actions.purge_guest_texts(at=at, dry_run=dry_run, by=None)


def purge_contacts(*, at: datetime, dry_run: bool) -> int:
    """Remove addresses of stakeholders a year after their last session; return how many, or with `dry_run` only count
    them.
    """
    return actions.purge_contacts(at=at, dry_run=dry_run, by=None)


def _erase_again(stakeholder: Stakeholder, at: datetime) -> None:
    """Erase a stakeholder again whom a restore has brought back; one who was deleted stays as a number."""
    actions.anonymise_stakeholder(stakeholder=stakeholder, at=at, by=None)


def _remove_again(contact: StakeholderContact, at: datetime) -> None:
    """Remove an address again that a restore has brought back."""
    actions.remove_contact(stakeholder=contact.stakeholder, at=at, by=None)


JOURNAL = (
    ErasedRows(STAKEHOLDER, Stakeholder, Q(erased_at__isnull=False), _erase_again),
    ErasedRows(actions.CONTACT, StakeholderContact, Q(pk__in=[]), _remove_again),  # deleted, never emptied
)
CONTACT_RETENTION = Retention(
    what=_("E-mail addresses of stakeholders, and what they agreed to"),
    why=_("The cohort invites them by e-mail. The address is removed a year after their last session."),
    days=actions.CONTACT_RETENTION.days,
    purge=purge_contacts,
)
RETENTION = Retention(
    what=_("Needs of guests of a session, and who came in their place"),
    why=_("The cohort uses them to welcome people. They are erased thirty days after the session."),
    days=actions.RETENTION.days,
    purge=purge,
)
