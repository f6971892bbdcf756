"""Authorities, programmes with their formats, editions with their lessons, and methods."""

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from ninja import Field, Query, Router, Schema

from accounts.requests import person
from api.enums import Area
from api.http.authentication import TokenAuth
from api.http.lists import Page, PageQuery, filter_parameters, filtered_rows, read_page, read_unfiltered_page
from api.v1.addresses import slug_of_key
from api.v1.references import SlugReference
from api.v1.schemas import WithPage, with_example
from programmes.authorities.authority_list import AUTHORITIES
from programmes.methods.method_list import METHODS
from programmes.models import Edition, Format, Lesson

router = Router(auth=TokenAuth(Area.PROGRAMMES), tags=[Area.PROGRAMMES.value])


class AuthorityOut(Schema):
    """A public body: a region, a department, a town."""

    model_config = with_example(
        {
            "id": 2,
            "slug": "pays-de-la-loire",
            "name": "Pays de la Loire",
            "kind": "region",
            "siren": "234400034",
            "insee_code": "52",
            "seat": "Nantes",
            "time_zone": "Europe/Paris",
            "dissolved_on": None,
        }
    )

    id: int
    slug: str
    name: str
    kind: str
    siren: str | None
    insee_code: str
    seat: str
    time_zone: str
    dissolved_on: date | None


EXAMPLE_PROGRAMME = {"id": 1, "slug": "la-transfo", "name": "La Transfo"}


class FormatPhaseOut(Schema):
    """A phase of a format, from the start of a month to the end of another; the first month is 0."""

    kind: str
    start_month: int
    end_month: int


class FormatOut(WithPage):
    """A version of how a programme runs. Once published it never changes; what is not known of published facts is null.

    `day_allowance` is how many days each member has, `first_prototype_months` the month by which a prototype is tested.
    """

    model_config = with_example(
        {
            "id": 3,
            "programme": EXAMPLE_PROGRAMME,
            "version": 2,
            "label": "Two years",
            "months": 24,
            "onsite_weeks": 0,
            "sessions": 12,
            "days_per_session": 2,
            "seats": 15,
            "day_allowance": 40,
            "first_prototype_months": 2,
            "exchange_interval_months": 6,
            "exchange_days": 2,
            "published_at": "2025-11-03T10:00:00Z",
            "phases": [{"kind": "test_case", "start_month": 0, "end_month": 6}],
            "page": "https://lab.example/formats/3/",
        }
    )

    id: int
    programme: SlugReference
    version: int
    label: str
    months: int
    onsite_weeks: int
    sessions: int | None
    days_per_session: int | None
    seats: int | None
    day_allowance: int | None
    first_prototype_months: int | None
    exchange_interval_months: int | None
    exchange_days: int | None
    published_at: datetime | None
    phases: list[FormatPhaseOut]

    @staticmethod
    def resolve_phases(row: Any) -> list[Any]:
        """Return the phases in the order in which they begin."""
        return sorted(row.phases.all(), key=lambda phase: (phase.start_month, phase.pk))


class EditionOut(WithPage):
    """An edition of a programme. `format` is the id of the version by which it runs."""

    model_config = with_example(
        {
            "id": 1,
            "slug": "la-transfo-2026",
            "name": "La Transfo 2026",
            "state": "running",
            "programme": EXAMPLE_PROGRAMME,
            "format": 3,
            "starts_on": "2026-01-05",
            "ends_on": "2028-01-04",
            "page": "https://lab.example/editions/la-transfo-2026/",
        }
    )

    id: int
    slug: str
    name: str
    state: str
    programme: SlugReference
    format: int = Field(alias="format_id")
    starts_on: date | None
    ends_on: date | None


class MethodOut(WithPage):
    """A way to work; texts are Markdown. `minutes` is the time that it takes a group."""

    model_config = with_example(
        {
            "id": 5,
            "name": "Shadowing",
            "need": "See what people really do.",
            "phase": "immersion",
            "minutes": 120,
            "material": "",
            "steps": "1. Ask whether you may follow someone.",
            "licence": "CC BY-SA 4.0",
            "author": "",
            "page": "https://lab.example/methods/5/",
        }
    )

    id: int
    name: str
    need: str
    phase: str
    minutes: int | None
    material: str
    steps: str
    licence: str
    author: str


class LessonOut(Schema):
    """What people of an edition learned in one of its phases. `answer` says what a later format changed."""

    model_config = with_example(
        {
            "id": 17,
            "phase": "ideas",
            "state": "accepted",
            "text": "Invite the people at the counter from the first day.",
            "noted_on": "2026-10-02",
            "answer": "",
        }
    )

    id: int
    phase: str
    state: str
    text: str
    noted_on: date
    answer: str


@router.get(
    "/authorities/",
    response=Page[AuthorityOut],
    url_name="authorities",
    summary=_("List authorities"),
    openapi_extra=filter_parameters(AUTHORITIES),
)
def list_authorities(request: HttpRequest, query: Query[PageQuery]) -> Any:
    """Return a part of the authorities."""
    return read_page(request, filtered_rows(request, AUTHORITIES), query)


@router.get("/editions/", response=Page[EditionOut], url_name="editions", summary=_("List editions"))
def list_editions(request: HttpRequest, query: Query[PageQuery]) -> Any:
    """Return a part of the editions that the person may see."""
    return read_unfiltered_page(request, Edition.objects.visible_to(person(request)).select_related("programme"), query)


@router.get("/formats/", response=Page[FormatOut], url_name="formats", summary=_("List the formats of programmes"))
def list_formats(request: HttpRequest, query: Query[PageQuery]) -> Any:
    """Return a part of the versions of formats that the person may see."""
    rows = Format.objects.visible_to(person(request)).select_related("programme").prefetch_related("phases")
    return read_unfiltered_page(request, rows, query)


@router.get(
    "/methods/",
    response=Page[MethodOut],
    url_name="methods",
    summary=_("List methods"),
    openapi_extra=filter_parameters(METHODS),
)
def list_methods(request: HttpRequest, query: Query[PageQuery]) -> Any:
    """Return a part of the methods of the lab."""
    return read_page(request, filtered_rows(request, METHODS), query)


@router.get(
    "/editions/{slug:slug}/lessons/",
    response=Page[LessonOut],
    url_name="lessons",
    summary=_("List the lessons of an edition"),
)
def list_lessons(request: HttpRequest, slug: str, query: Query[PageQuery]) -> Any:
    """Return a part of the lessons of an edition in which the person takes part."""
    user = person(request)
    editions = Edition.objects.in_own_editions(user)
    edition = get_object_or_404(editions, slug=slug_of_key(editions, slug))
    return read_unfiltered_page(request, Lesson.objects.visible_to(user).filter(edition=edition), query)
