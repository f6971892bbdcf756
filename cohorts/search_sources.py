"""What the search covers in this app: cohorts, and the people in them."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cohorts.cohort.enums import CohortState
from cohorts.cohort.models import COHORT_TEXT
from cohorts.models import Cohort, Membership
from cohorts.people.enums import MembershipRole
from web.search_sources import RelatedText, SearchSource

COHORTS: Final = SearchSource(
    label=_("Cohorts"),
    singular=_("cohort"),
    model=Cohort,
    text=COHORT_TEXT,
    title="name",
    excerpt_text="theme",
    url_name="cohorts:cohort",
    url_argument="slug",
    reference="code",
    belongs_to="edition__name",
    state="state",
    states=CohortState,
)
PEOPLE: Final = SearchSource(
    label=_("People"),
    singular=_("person"),
    model=Membership,
    text=None,
    title="user__full_name",
    excerpt_text="unit",
    url_name="cohorts:members",
    url_argument="cohort__slug",
    belongs_to="cohort__name",
    kind="role",
    kinds=MembershipRole,
    related_texts=(RelatedText(User, "full_name", "memberships"),),
)
