"""What publications keep about people: who wrote, submitted, approved and ended them, and who is named in them."""

from collections.abc import Collection
from datetime import datetime
from typing import Final

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.hooks import PersonalData, PrivacyHooks
from accounts.models import User
from accounts.privacy.erasure_journal import ErasedRows
from accounts.privacy.personal_data import row_reader
from cohorts.models import Cohort
from publications.actions import (
    WITHDRAWN_NAME,
    WITHDRAWN_PUBLICATION,
    ask_to_check_names,
    discard_draft_publication,
    remove_name,
    return_publication,
    withdraw_name,
    withdraw_publication,
)
from publications.consents.names import versions_naming
from publications.enums import PublicationState
from publications.models import ApprovalRule, Publication, PublicName

WITHDRAWN_BEFORE: Final = _("It was withdrawn before the restore.")
ACTORS: Final = ("written_by", "submitted_by", "published_by", "ended_by")


def _of_person(user: User) -> Q:
    """Return the condition that the person did something with a publication."""
    condition = Q()
    for column in ACTORS:
        condition |= Q(**{column: user})
    return condition


def erase_person_in_publications(*, user: User, at: datetime) -> None:
    """Remove the name of the person from what their cohorts published, and have the lab check what else has it."""
    own = Q(memberships__user=user) | Q(authority__admins__user=user)
    erase_name(name=user.full_name, cohorts=set(Cohort.objects.filter(own).values_list("pk", flat=True)), at=at)


def erase_name(*, name: str, cohorts: Collection[int], at: datetime) -> None:
    """Remove the name of an erased person from the versions of their cohorts (keys); what is public is withdrawn first.

    People choose their names, and others have the same: what else names someone of this name is for lab staff to read.
    """
    for row in versions_naming(name):
        if row.cohort_id in cohorts:
            remove_name(publication=row, name=name, by=None, at=at)
        else:
            ask_to_check_names(publication=row, by=None, at=at)


def erase_stakeholder_name(*, name: str, cohort: Cohort, at: datetime) -> None:
    """Remove the name of a stakeholder of this cohort who is erased."""
    erase_name(name=name, cohorts={cohort.pk}, at=at)


def _withdraw_again(row: Publication, at: datetime) -> None:
    """Withdraw again what a restore has made public, or delete a draft that it has brought back."""
    if row.state == PublicationState.SUBMITTED:
        row = return_publication(publication=row, by=None)
    if row.state == PublicationState.DRAFT:
        discard_draft_publication(publication=row, by=None)
    else:
        withdraw_publication(publication=row, reason=str(WITHDRAWN_BEFORE), by=None, at=at)


def _withdraw_name_again(row: PublicName, at: datetime) -> None:
    """Name a person no longer whom a restore has named again."""
    withdraw_name(name=row, by=None, at=at)


PRIVACY: Final = PrivacyHooks(
    personal_data={
        "publications": PersonalData(
            _("Publications that you wrote, submitted, approved or ended"),
            row_reader(
                lambda user: Publication.objects.filter(_of_person(user)),
                *("kind", "slug", "number", "state", "title_fr", "submitted_at", "published_at", "ended_at"),
            ),
            covers=tuple(f"publications.Publication.{column}" for column in ACTORS),
        ),
        "approval_rules": PersonalData(
            _("Rules of approval that you ended, or asked to end"),
            row_reader(
                lambda user: ApprovalRule.objects.filter(Q(end_requested_by=user) | Q(ended_by=user)),
                *("authority__name", "since", "ended_at"),
            ),
            covers=("publications.ApprovalRule.end_requested_by", "publications.ApprovalRule.ended_by"),
        ),
    },
    erase=erase_person_in_publications,
    journal=(
        ErasedRows(WITHDRAWN_PUBLICATION, Publication, Q(state=PublicationState.WITHDRAWN), _withdraw_again),
        ErasedRows(WITHDRAWN_NAME, PublicName, Q(ended_at__isnull=False), _withdraw_name_again),
    ),
)
