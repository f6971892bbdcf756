"""What publications keep about people: who wrote, submitted, approved and ended them, and who is named in them."""

import re
from datetime import datetime
from typing import Final

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.hooks import PersonalData, PrivacyHooks
from accounts.models import User
from accounts.privacy.erasure_journal import ErasedRows
from accounts.privacy.personal_data import row_reader
from publications.actions import (
    WITHDRAWN_NAME,
    WITHDRAWN_PUBLICATION,
    discard_draft_publication,
    erase_public_name,
    remove_name,
    return_publication,
    withdraw_name,
    withdraw_publication,
)
from publications.enums import PublicationState
from publications.models import TEXTS, Publication, PublicName

WITHDRAWN_BEFORE: Final = _("It was withdrawn before the restore.")
ACTORS: Final = ("written_by", "submitted_by", "published_by", "ended_by")


def _of_person(user: User) -> Q:
    """Return the condition that the person did something with a publication."""
    condition = Q()
    for column in ACTORS:
        condition |= Q(**{column: user})
    return condition


def erase_person_in_publications(*, user: User, at: datetime) -> None:
    """Remove the name of the person from publications."""
    erase_name(name=user.full_name, at=at)


def erase_name(*, name: str, at: datetime) -> None:
    """Withdraw what is public and names this person, and remove the name from all versions; "" names nobody."""
    if not name:
        return
    word = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)", re.IGNORECASE)
    named = Q()
    for column in (*TEXTS, "end_reason"):
        named |= Q(**{f"{column}__icontains": name})
    for named_person in PublicName.objects.filter(name__iexact=name).order_by("pk"):
        erase_public_name(name=named_person, by=None, at=at)
    for row in Publication.objects.filter(named).order_by("pk"):
        if not any(word.search(getattr(row, column)) for column in (*TEXTS, "end_reason")):
            continue
        remove_name(publication=row, name=word, by=None, at=at)


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
        )
    },
    erase=erase_person_in_publications,
    journal=(
        ErasedRows(WITHDRAWN_PUBLICATION, Publication, Q(state=PublicationState.WITHDRAWN), _withdraw_again),
        ErasedRows(WITHDRAWN_NAME, PublicName, Q(ended_at__isnull=False), _withdraw_name_again),
    ),
)
