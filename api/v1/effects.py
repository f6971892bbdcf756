"""What ideas changed: their indicators, and the answers of follow-ups with the values measured then."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Field, Query, Router, Schema

from accounts.requests import person
from api.enums import Area
from api.http.authentication import TokenAuth
from api.http.lists import Page, PageQuery, read_unfiltered_page
from api.v1.schemas import with_example
from prototypes.models import FollowUp, Indicator
from prototypes.views.lookups import get_idea_or_404
from prototypes.visibility import readable_by

router = Router(auth=TokenAuth(Area.IDEAS), tags=[Area.IDEAS.value])


class IndicatorOut(Schema):
    """A measure of the effect of an idea, with its baseline and target.

    One that `corrects` another counts in its place; `corrects` is the id of the first version, which values name.
    """

    model_config = with_example(
        {
            "id": 9,
            "measure": "Days until a firm has its answer",
            "unit": "days",
            "baseline": 42.0,
            "baseline_on": "2026-03-02",
            "baseline_source": "Register of the counter, 2025",
            "target": 15.0,
            "method": "Median of the month",
            "fixed_on": "2026-03-09",
            "corrects": None,
            "correction_reason": "",
        }
    )

    id: int
    measure: str
    unit: str
    baseline: float
    baseline_on: date
    baseline_source: str
    target: float
    method: str
    fixed_on: date
    corrects: int | None = Field(alias="corrects_id")
    correction_reason: str


class IndicatorValueOut(Schema):
    """What a follow-up measured of an indicator, or why it was not measured."""

    indicator: int = Field(alias="indicator_id")
    value: float | None
    measured_on: date | None
    not_measured: str


class FollowUpOut(Schema):
    """The answer whether an idea is live, so many `months` after its hand-over or after it went live.

    Of several answers to one question, the latest counts.
    """

    model_config = with_example(
        {
            "id": 14,
            "counted_from": "live",
            "months": 6,
            "answer": "full",
            "words": "",
            "evidence": "https://example.org/hub-pme",
            "noted_on": "2027-07-12",
            "values": [{"indicator": 9, "value": 18.0, "measured_on": "2027-07-01", "not_measured": ""}],
        }
    )

    id: int
    counted_from: str
    months: int
    answer: str
    words: str
    evidence: str
    noted_on: date
    values: list[IndicatorValueOut]


@router.get(
    "/ideas/{int:pk}/indicators/",
    response=Page[IndicatorOut],
    url_name="idea_indicators",
    summary=_("List the indicators of an idea"),
)
def list_indicators(request: HttpRequest, query: Query[PageQuery], pk: int) -> Any:
    """Return a part of the indicators of an idea, with their corrections."""
    idea = get_idea_or_404(request, pk)
    return read_unfiltered_page(request, Indicator.objects.visible_to(person(request)).filter(idea=idea), query)


@router.get(
    "/ideas/{int:pk}/follow-ups/",
    response=Page[FollowUpOut],
    url_name="idea_follow_ups",
    summary=_("List the follow-ups of an idea"),
)
def list_follow_ups(request: HttpRequest, query: Query[PageQuery], pk: int) -> Any:
    """Return a part of the answers to the follow-ups of an idea, with the values of its indicators."""
    readable = readable_by(person(request), "idea__", "noted_on")
    rows = FollowUp.objects.filter(readable, idea=get_idea_or_404(request, pk)).prefetch_related("values")
    return read_unfiltered_page(request, rows, query)
