"""Figures as of a day: implementation rates, results of the work, the network, as their pages define and limit them."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

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
from figures.implementation.exports import RatesQuery as RatesPageQuery
from figures.implementation.exports import parse_rates_query
from figures.network.context import network_page
from figures.network.people import NetworkCircle, NetworkPoint
from figures.outcomes.outcome_counts import Figures, as_json
from figures.scope.forms import ScopeForm
from figures.scope.visibility import visible_cohorts
from figures.work.work_counts import work_json
from programmes.models import Authority, Edition
from web.dates.clock import platform_today
from web.errors import Refused

router = Router(auth=TokenAuth(Area.FIGURES), tags=[Area.FIGURES.value])
NOTHING_CHOSEN: Final = _("Choose an edition or a cohort whose figures you may read.")


class NetworkQuery(Schema):
    """Whose people and links are counted, and by which day. Without any, all that the person may count, today."""

    authority: str = Field("", description="Slug or id of an authority.")
    edition: str = Field("", description="Slug or id of an edition.")
    cohort: str = Field("", description="Slug or id of a cohort.")
    as_of: str = Field("", description="Day of the figures, such as 2026-11-24; today by default.")


class RatesQuery(NetworkQuery):
    """The scope of `NetworkQuery`, and which ideas are counted."""

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


class FirstPrototypes(Schema):
    """Cohorts by when their first prototype was in test, against the target of their format."""

    on_time: int
    late: int
    overdue: int
    not_yet: int
    of: int
    targets: list[int]
    median_months: int | None


class LockedTests(Schema):
    """How many concluded tests had their threshold fixed by their day, as a share (0–1) with its 95 % interval."""

    count: int
    rate: float | None
    low: float | None
    high: float | None


class ConcludedTests(Schema):
    """Concluded tests by result and by strength of their evidence."""

    concluded: int
    met: int
    not_met: int
    inconclusive: int
    locked: LockedTests
    strength: dict[str, int]


class AttendanceFigures(Schema):
    """Half-days: those attended (`half_days`) out of those `expected`; excused and unknown ones are shares of all."""

    half_days: int
    expected: int
    excused: int
    unknown: int
    rate: float | None
    excused_share: float | None
    unknown_share: float | None


class WorkOut(Schema):
    """Results of the work. With `kind` or a period of acceptance only `tests`: the rest is about whole cohorts."""

    model_config = with_example(
        {
            "as_of": "2026-11-24",
            "first_prototype": {
                "on_time": 4,
                "late": 1,
                "overdue": 0,
                "not_yet": 2,
                "of": 7,
                "targets": [2],
                "median_months": 2,
            },
            "tests": {
                "concluded": 31,
                "met": 18,
                "not_met": 9,
                "inconclusive": 4,
                "locked": {"count": 29, "rate": 0.935484, "low": 0.792835, "high": 0.982145},
                "strength": {"said": 8, "did_in_lab": 15, "did_for_real": 8},
            },
            "attendance": {
                "half_days": 812,
                "expected": 900,
                "excused": 60,
                "unknown": 12,
                "rate": 0.902222,
                "excused_share": 0.061728,
                "unknown_share": 0.012346,
            },
        }
    )

    as_of: date
    first_prototype: FirstPrototypes | None
    tests: ConcludedTests
    attendance: AttendanceFigures | None


class NetworkPointOut(Schema):
    """Active people on a day, each once, in the innermost of their circles; `left` are those who were active before."""

    day: date
    first_circle: int
    second_circle: int
    deciders: int
    design: int
    active: int
    left: int


class NetworkLinkOut(Schema):
    """How many links of a kind go from one authority to another."""

    kind: str
    giver: str
    taker: str
    number: int


class NetworkOut(Schema):
    """The network: people at the end of each month and on the day `as_of`, and links between authorities.

    `links` have the person’s authorities at one end; those among others are counted in `other_links`, by kind. With
    more than a hundred cohorts `links` is empty and `other_links` counts all links.

    `commitments_late` were due and are still open; `replications` are ideas that are live in another authority.
    """

    model_config = with_example(
        {
            "as_of": "2026-11-24",
            "people": [
                {
                    "day": "2026-11-24",
                    "first_circle": 15,
                    "second_circle": 32,
                    "deciders": 9,
                    "design": 6,
                    "active": 62,
                    "left": 4,
                }
            ],
            "innovation_teams_open": 1,
            "commitments_fulfilled": 11,
            "commitments_dropped": 2,
            "commitments_late": 3,
            "replications": 2,
            "links": [{"kind": "reuse", "giver": "Pays de la Loire", "taker": "Ville de Rivage", "number": 1}],
            "other_links": {"contribution": 12},
        }
    )

    as_of: date
    people: list[NetworkPointOut]
    innovation_teams_open: int
    commitments_fulfilled: int
    commitments_dropped: int
    commitments_late: int
    replications: int
    links: list[NetworkLinkOut]
    other_links: dict[str, int]


@router.get("/figures/implementation/", response=RatesOut, url_name="rates", summary=_("Read implementation rates"))
def read_rates(request: HttpRequest, query: Query[RatesQuery]) -> Any:
    """Return how many accepted ideas are implemented, of the cohorts that the person may count."""
    check_names(request, RatesQuery.model_fields)
    figures = _rates_query(request).figures()
    if figures is None:
        raise Refused(NOTHING_CHOSEN)
    return _without_weak_shares(figures)


@router.get(
    "/figures/work/", response=WorkOut, url_name="work", summary=_("Read first prototypes, tests and attendance")
)
def read_work(request: HttpRequest, query: Query[RatesQuery]) -> Any:
    """Return first prototypes, tests and attendance of the cohorts that the person may count."""
    check_names(request, RatesQuery.model_fields)
    rates = _rates_query(request)
    figures = rates.work()
    if figures is None:
        raise Refused(NOTHING_CHOSEN)
    hidden_parts = dict.fromkeys(("first_prototype", "attendance")) if figures.tests_only else {}
    return {"as_of": rates.as_of, **work_json(figures), **hidden_parts}


def _rates_query(request: HttpRequest) -> RatesPageQuery:
    """Return the parameters of the address as the page of the rates reads them; raise InvalidValues if they are not."""
    rates = parse_rates_query(person(request), _with_slugs(request), today=platform_today())
    if not rates.form.is_valid():
        raise InvalidValues.of_form(rates.form)
    return rates


@router.get("/figures/network/", response=NetworkOut, url_name="network", summary=_("Read the network"))
def read_network(request: HttpRequest, query: Query[NetworkQuery]) -> Any:
    """Return the people of the cohorts that the person may count, and the links of their authorities."""
    check_names(request, NetworkQuery.model_fields)
    user, parameters = person(request), _with_slugs(request)
    visible = visible_cohorts(user, parameters)
    form = ScopeForm(parameters, visible=visible, today=platform_today())
    if not form.is_valid():
        raise InvalidValues.of_form(form)
    if visible.has_nothing_to_show(form.scope):
        raise Refused(NOTHING_CHOSEN)
    return _network_values(network_page(visible, form.scope, user, form.cleaned_data["as_of"]))


def _network_values(page: Mapping[str, Any]) -> dict[str, Any]:
    """Return the figures of the page of the network as `NetworkOut` has them."""
    points, commitments, links = page["network"].points, page["commitments"], page["links"]
    return {
        "as_of": page["as_of"],
        "people": [_point_values(each) for each in points],
        "innovation_teams_open": page["teams_open"],
        "commitments_fulfilled": commitments.fulfilled,
        "commitments_dropped": commitments.dropped,
        "commitments_late": commitments.late,
        "replications": page["replications"],
        "links": [
            {"kind": kind, "giver": pair.giver, "taker": pair.taker, "number": cell.number}
            for pair in links.pairs
            for kind, cell in pair.cells.items()
            if cell.number
        ],
        "other_links": links.unlisted,
    }


def _point_values(point: NetworkPoint) -> dict[str, Any]:
    """Return the people on a day as `NetworkPointOut` has them."""
    return {
        "day": point.day,
        "first_circle": point.circles[NetworkCircle.FIRST],
        "second_circle": point.circles[NetworkCircle.SECOND],
        "deciders": point.circles[NetworkCircle.DECIDERS],
        "design": point.circles[NetworkCircle.DESIGN],
        "active": point.active,
        "left": point.left,
    }


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
