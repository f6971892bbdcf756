"""What the search finds of cohorts: they themselves, and the people in them."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cohorts.cohort.enums import CohortState
from cohorts.cohort.models import COHORT_TEXT
from cohorts.models import Cohort, Membership
from cohorts.people.enums import Role
from web.search_sources import Beside, Source

COHORTS: Final = Source(
    label=_("Cohorts"),
    one=_("cohort"),
    model=Cohort,
    text=COHORT_TEXT,
    title="name",
    said="theme",
    address="cohorts:cohort",
    key="slug",
    reference="code",
    where="edition__name",
    state="state",
    states=CohortState,
)
PEOPLE: Final = Source(
    label=_("People"),
    one=_("person"),
    model=Membership,
    text=None,
    title="user__full_name",
    said="unit",
    address="cohorts:members",
    key="cohort__slug",
    where="cohort__name",
    kind="role",
    kinds=Role,
    beside=(Beside(User, "full_name", "memberships"),),
)
