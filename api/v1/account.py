"""Whose token this is, and what a program needs to begin: its scopes, and the ids and slugs of its person’s cohorts."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from ninja import Router, Schema

from accounts.requests import person
from api.enums import ACCOUNT
from api.http.authentication import TokenAuth
from api.http.lists import check_names
from api.http.requests import ApiRequest
from api.v1.references import PersonReference, SlugReference
from api.v1.schemas import EXAMPLE_COHORT, with_example
from cohorts.models import Membership
from programmes.models import AuthorityAdmin
from web.dates.clock import today_everywhere

router = Router(auth=TokenAuth(None), tags=[ACCOUNT])


class OwnCohort(SlugReference):
    """A cohort in which the person is active today, with their role."""

    role: str


class OwnToken(Schema):
    """The token of the request."""

    name: str
    scopes: list[str]
    expires_at: datetime


class MeOut(Schema):
    """The person of the token. `authorities` are those that they administer today."""

    model_config = with_example(
        {
            "person": {"id": 12, "name": "Anne Martin"},
            "email": "anne.martin@region.example",
            "is_lab_staff": False,
            "token": {
                "name": "Dashboard",
                "scopes": ["figures:read", "ideas:write"],
                "expires_at": "2027-02-22T09:00:00Z",
            },
            "cohorts": [{**EXAMPLE_COHORT, "role": "ambassador"}],
            "authorities": [],
        }
    )

    person: PersonReference
    email: str
    is_lab_staff: bool
    token: OwnToken
    cohorts: list[OwnCohort]
    authorities: list[SlugReference]


@router.get("/me/", response=MeOut, url_name="me", summary=_("Read whose token this is"))
def read_me(request: ApiRequest) -> Any:
    """Return the person of the token, its scopes, and the cohorts in which they are active today."""
    check_names(request, ())
    user, today = person(request), today_everywhere()
    memberships = Membership.objects.active(today).filter(user=user).select_related("cohort").order_by("pk")
    mandates = AuthorityAdmin.objects.active(today).filter(user=user).select_related("authority").order_by("pk")
    return {
        "person": user,
        "email": user.email,
        "is_lab_staff": user.is_lab_staff,
        "token": request.api_token,
        "cohorts": [
            {"id": each.cohort.pk, "slug": each.cohort.slug, "name": each.cohort.name, "role": each.role}
            for each in memberships
        ],
        "authorities": [each.authority for each in mandates],
    }
