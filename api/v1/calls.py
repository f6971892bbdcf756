"""Calls for authorities, and the applications that were sent to them."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router

from accounts.requests import person
from api.enums import Area
from api.http.authentication import TokenAuth
from api.http.lists import Page, PageQuery, filter_parameters, filtered_rows, read_page, read_unfiltered_page
from api.v1.references import SlugReference
from api.v1.schemas import WithPage, with_example
from cohorts.calls.call_list import CALLS
from cohorts.calls.models import Application, Call

router = Router(auth=TokenAuth(Area.CALLS), tags=[Area.CALLS.value])


class CallOut(WithPage):
    """A call for authorities, with the criteria by which applications are rated."""

    model_config = with_example(
        {
            "id": 2,
            "slug": "la-transfo-2027",
            "state": "published",
            "title": "La Transfo 2027: ten authorities",
            "criteria": ["The need is clear", "The direction takes part"],
            "opens_on": "2026-11-02",
            "closes_on": "2027-01-15",
            "page": "https://lab.example/calls/2/",
        }
    )

    id: int
    slug: str
    state: str
    title: str
    criteria: list[str]
    opens_on: date
    closes_on: date

    @staticmethod
    def resolve_title(call: Any) -> str:
        """Return the title in the language of the reader."""
        return str(call)


class ApplicationOut(WithPage):
    """What an authority sent. The people whom it names, and how it was rated, are on its page only.

    Lab staff also read which `cohort` it became.
    """

    model_config = with_example(
        {
            "id": 19,
            "state": "submitted",
            "authority_name": "Ville de Rivage",
            "siren": "217500016",
            "need": "Residents give up halfway through their application.",
            "challenge": "Support for small firms",
            "sponsors": "The director general",
            "site": "",
            "submitted_on": "2026-12-11",
            "reason": "",
            "cohort": None,
            "page": "https://lab.example/applications/19/",
        }
    )

    id: int
    state: str
    authority_name: str
    siren: str | None
    need: str
    challenge: str
    sponsors: str
    site: str
    submitted_on: date | None
    reason: str
    cohort: SlugReference | None


@router.get(
    "/calls/",
    response=Page[CallOut],
    url_name="calls",
    summary=_("List calls for authorities"),
    openapi_extra=filter_parameters(CALLS),
)
def list_calls(request: HttpRequest, query: Query[PageQuery]) -> Any:
    """Return a part of the calls, for lab staff and for people who review one."""
    return read_page(request, filtered_rows(request, CALLS), query)


@router.get(
    "/calls/{int:pk}/applications/",
    response=Page[ApplicationOut],
    url_name="applications",
    summary=_("List the applications to a call"),
)
def list_applications(request: HttpRequest, query: Query[PageQuery], pk: int) -> Any:
    """Return a part of the applications that were sent to a call; `reason` is why one was accepted or refused."""
    user = person(request)
    call = get_object_or_404(Call.objects.visible_to(user), pk=pk)
    rows = Application.objects.visible_to(user).filter(call=call).select_related("cohort")
    part = read_unfiltered_page(request, rows, query)
    if not user.is_lab_staff:
        for row in part["items"]:
            row.cohort = None  # reviewers from elsewhere may not open it
    return part
