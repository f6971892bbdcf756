"""What dossiers keep about people: which they asked for, and who is named in them. Deleted a day after the file, and
when a person is erased.
"""

import re
from collections.abc import Collection
from datetime import datetime
from typing import Final

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.hooks import PersonalData, PrivacyHooks, Retention
from accounts.models import User
from accounts.privacy.personal_data import row_reader
from dossiers.actions import KIND_PREFIX, RETAINED, purge_dossiers
from dossiers.enums import DossierAudience
from dossiers.models import Dossier
from files.exports.actions import discard_exports
from files.models import Export


def erase_dossiers(*, user: User, at: datetime) -> None:
    """Delete the dossiers that the person asked for, and those of others that may name them, with their files."""
    cohorts = Q(cohort__memberships__user=user) | Q(idea__cohort__memberships__user=user)
    named = Q(audience=DossierAudience.ME) & (cohorts | Q(edition__cohorts__memberships__user=user))
    keys = set(Dossier.objects.filter(named | Q(person=user)).values_list("pk", flat=True))
    _delete(keys | _naming(user.full_name), at)


def discard_dossiers_with(*, name: str, at: datetime) -> None:
    """Delete the dossiers whose maker wrote this name in them, with their files."""
    _delete(_naming(name), at)


def _naming(name: str) -> set[int]:
    """Return the keys of the dossiers whose maker wrote this name in them, as whole words; {} for an empty name."""
    word = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)", re.IGNORECASE)
    rows = Dossier.objects.filter(Q(people_named__icontains=name) | Q(thanks__icontains=name)) if name else ()
    return {row.pk for row in rows if word.search(f"{row.people_named}\n{row.thanks}")}


def _delete(keys: Collection[int], at: datetime) -> None:
    """Delete the dossiers with these keys, with their files."""
    queries = [f"dossier={key}" for key in keys]
    exports = Export.objects.filter(kind__startswith=KIND_PREFIX, query__in=queries)
    discard_exports(exports=exports, by=None, at=at)
    Dossier.objects.filter(pk__in=keys).delete()


PRIVACY: Final = PrivacyHooks(
    personal_data={
        "dossiers": PersonalData(
            _("Dossiers you asked for"),
            row_reader(
                Dossier.objects.visible_to,
                *("idea_id", "cohort_id", "edition_id", "audience", "parts", "people_named", "thanks", "requested_at"),
            ),
            covers=("dossiers.Dossier.person",),
        )
    },
    retentions={
        "dossiers": Retention(
            _("Dossiers that people asked for, without the file"),
            _("To check, before a file is downloaded, that its readers may still see what it holds."),
            RETAINED.days,
            purge_dossiers,
        )
    },
    erase=erase_dossiers,
)
