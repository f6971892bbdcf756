"""Implementation rates as of a day: the figures of their page, with its definitions and its limits."""

from datetime import date
from typing import Any

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext_lazy as _
from ninja import Field, Query, Router, Schema

from accounts.requests import person
from api.enums import Area
from api.http.authentication import TokenAuth
from api.http.lists import check_names
from api.http.problems import InvalidValues
from api.v1.addresses import slug_of_key
from api.v1.schemas import with_example
from cohorts.models import Cohort
from figures.implementation.exports import parse_rates_query
from figures.outcomes.outcome_counts import Figures, as_json
from programmes.models import Authority, Edition
from web.dates.clock import platform_today
from web.errors import Refused

router = Router(auth=TokenAuth(Area.FIGURES), tags=[Area.FIGURES.value])


class RatesQuery(Schema):
    """Whose ideas are counted, and by which day. Without any, all that the person may count, today."""

    authority: str = Field("", description="Slug or id of an authority.")
    edition: str = Field("", description="Slug or id of an edition.")
    cohort: str = Field("", description="Slug or id of a cohort.")
    as_of: str = Field("", description="Day of the figures, such as 2026-11-24; today by default.")
    kind: str = Field("", description="Kind of challenge: test_case or priority.")
    accepted_from: str = Field("", description="Only ideas accepted that day or later.")
    accepted_until: str = Field("", description="Only ideas accepted that day or earlier.")


class Stock(Schema):
    """The share (0–1) of accepted ideas that are implemented, with its 95 % interval; null below five ideas."""

    rate: float | None
    low: float | None
    high: float | None
    interval: str | None


class Incidence(Schema):
    """The share (0–1) of accepted ideas implemented within so many months, with its 95 % interval.

    `at_risk` ideas are still followed then. The shares are null where fewer than five are.
    """

    months: int
    implemented: float | None
    low: float | None
    high: float | None
    interval: str | None
    abandoned: float | None
    open: float | None
    at_risk: int


class LeftOut(Schema):
    """Ideas that are in no rate: only captured, merged into others, known from publications only."""

    captured: int
    merged: int
    retrospective: int


class RatesOut(Schema):
    """Implementation rates: accepted = implemented + abandoned + open, by the day `as_of`."""

    model_config = with_example(
        {
            "as_of": "2026-11-24",
            "accepted": 24,
            "implemented": 10,
            "abandoned": 7,
            "open": 7,
            "stock": {"rate": 0.416667, "low": 0.244697, "high": 0.611739, "interval": "wilson"},
            "incidence": [
                {
                    "months": 12,
                    "implemented": 0.307209,
                    "low": 0.13589,
                    "high": 0.497631,
                    "interval": "log-log",
                    "abandoned": 0.215257,
                    "open": 0.477534,
                    "at_risk": 13,
                }
            ],
            "left_out": {"captured": 3, "merged": 1, "retrospective": 0},
            "still_live": 9,
        }
    )

    as_of: date
    accepted: int
    implemented: int
    abandoned: int
    open: int
    stock: Stock
    incidence: list[Incidence]
    left_out: LeftOut
    still_live: int


@router.get("/figures/implementation/", response=RatesOut, url_name="rates", summary=_("Read implementation rates"))
def read_rates(request: HttpRequest, query: Query[RatesQuery]) -> Any:
    """Return how many accepted ideas are implemented, of the cohorts that the person may count."""
    check_names(request, RatesQuery.model_fields)
    rates = parse_rates_query(person(request), _with_slugs(request), today=platform_today())
    if not rates.form.is_valid():
        raise InvalidValues.of_form(rates.form)
    figures = rates.figures()
    if figures is None:
        raise Refused(_("Choose an edition or a cohort whose figures you may read."))
    return _without_weak_shares(figures)


def _with_slugs(request: HttpRequest) -> QueryDict:
    """Return the parameters of the address with the slugs of what they name by an id (one statement for each)."""
    query, user = request.GET.copy(), person(request)
    rows = {
        "authority": Authority.objects.all(),
        "edition": Edition.objects.visible_to(user),
        "cohort": Cohort.objects.visible_to(user),
    }
    for name in rows.keys() & query.keys():
        query[name] = slug_of_key(rows[name], query[name])
    return query


def _without_weak_shares(figures: Figures) -> dict[str, Any]:
    """Return the figures with null in place of the shares that pages, prints and files leave out too."""
    values = as_json(figures)
    if figures.is_too_few_for_rates:
        values["stock"] = dict.fromkeys(Stock.model_fields)
    for point in values["incidence"]:
        if figures.is_too_few_for_rates or not figures.curve.is_known_at(point["months"]):
            point.update(dict.fromkeys(Incidence.model_fields.keys() - {"months", "at_risk"}))
    return values
