"""The cohort to which a list belongs, with what its reader may do in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.http import Http404

from accounts.models import User
from accounts.roles import Roles
from cohorts.clock import local_today
from cohorts.cohort.pages import visible_cohort
from cohorts.models import Cohort
from cohorts.permissions import decisions, roles_of
from web.database.keys import is_slug
from web.database.prepared import TextArgument, one_or_404
from web.decisions import Decision
from web.lists.columns import Reader


@dataclass(frozen=True, slots=True)
class CohortSubject:
    """A cohort whose rows are listed, with the reader's roles and what they may do in it on its `today`."""

    cohort: Cohort
    roles: Roles
    permissions: Mapping[str, Decision]
    today: date

    def __str__(self) -> str:
        return self.cohort.name


def cohort_subject(user: User, slug: str) -> CohortSubject:
    """Return the cohort with this slug and what the user may do in it; raise Http404 if they may not see it."""
    if not is_slug(slug):
        raise Http404
    cohort = one_or_404(visible_cohort(user, TextArgument(slug)))
    today = local_today(cohort)
    roles = roles_of(user, cohort, today)
    return CohortSubject(cohort, roles, decisions(roles), today)


def leads_cohort(reader: Reader) -> bool:
    """Return whether the reader of a cohort's list leads the cohort."""
    return bool(reader.subject.permissions["lead_cohort"])


def sees_contacts(reader: Reader) -> bool:
    """Return whether the reader of a cohort's list may see the addresses of its members."""
    return bool(reader.subject.permissions["see_contacts"])


def plans_sessions(reader: Reader) -> bool:
    """Return whether the reader of a cohort's list plans its sessions, and edits its stakeholders."""
    return bool(reader.subject.permissions["plan_sessions"])
