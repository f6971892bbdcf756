"""Intertransfos, one’s answers to them, and the commitments made there."""

from datetime import date
from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router, Schema

from accounts.requests import person
from api.enums import Area
from api.http.authentication import TokenAuth
from api.http.lists import Page, PageQuery, filter_parameters, read_list, read_rows
from api.http.requests import ApiRequest
from api.http.versions import locked_if_current
from api.v1.addresses import answer_change
from api.v1.bodies import ComingAnswer
from api.v1.references import PersonReference, SlugReference
from api.v1.schemas import EXAMPLE_COHORT, WithPage, with_example
from exchanges.content.commitment_list import COMMITMENTS
from exchanges.exchange.pages import current_time, get_exchange_or_404, roles_for
from exchanges.models import Commitment, Exchange, Registration
from exchanges.permissions import can_answer_invitation
from exchanges.registration.views.answers import ANSWER_ACTIONS
from web.decisions import enforce

router = Router(auth=TokenAuth(Area.EXCHANGES), tags=[Area.EXCHANGES.value])


class ExchangeOut(WithPage):
    """An Intertransfo: a meeting of the cohorts of an edition, hosted by one of them."""

    model_config = with_example(
        {
            "id": 3,
            "number": 2,
            "kind": "intertransfo",
            "theme": "From the prototype to the service",
            "state": "registration_open",
            "first_day": "2027-01-14",
            "days": 2,
            "venue": "Nantes",
            "capacity": 80,
            "host": EXAMPLE_COHORT,
            "edition": {"id": 1, "slug": "la-transfo-2026", "name": "La Transfo 2026"},
            "page": "https://lab.example/exchanges/3/",
        }
    )

    id: int
    number: int | None
    kind: str
    theme: str
    state: str
    first_day: date | None
    days: int | None
    venue: str
    capacity: int | None
    host: SlugReference | None
    edition: SlugReference


class ExchangeAnswerOut(Schema):
    """The answer of the person to an Intertransfo, such as `waitlisted` with their `number`; "" if not invited yet."""

    model_config = with_example({"state": "waitlisted", "number": 3})

    state: str
    number: int | None


class CommitmentOut(Schema):
    """What someone promised at an Intertransfo, with its due date."""

    model_config = with_example(
        {
            "id": 6,
            "what": "Send the plan of the counter.",
            "state": "open",
            "made_on": "2026-06-11",
            "due_on": "2026-09-11",
            "closed_on": None,
            "owner": {"id": 12, "name": "Anne Martin"},
            "cohort": EXAMPLE_COHORT,
        }
    )

    id: int
    what: str
    state: str
    made_on: date
    due_on: date
    closed_on: date | None
    owner: PersonReference | None
    cohort: SlugReference | None


@router.get("/exchanges/", response=Page[ExchangeOut], url_name="exchanges", summary=_("List Intertransfos"))
def list_exchanges(request: HttpRequest, query: Query[PageQuery]) -> Any:
    """Return a part of the Intertransfos that the person may read."""
    return read_rows(request, Exchange.objects.visible_to(person(request)).select_related("host", "edition"), query)


@router.get(
    "/commitments/",
    response=Page[CommitmentOut],
    url_name="commitments",
    summary=_("List commitments"),
    openapi_extra=filter_parameters(COMMITMENTS),
)
def list_commitments(request: HttpRequest, query: Query[PageQuery]) -> Any:
    """Return a part of the commitments that the person may read."""
    return read_list(request, COMMITMENTS, query, _with_references)


@router.get("/exchanges/{int:pk}/", response=ExchangeOut, url_name="exchange", summary=_("Read an Intertransfo"))
def read_exchange(request: HttpRequest, pk: int) -> Any:
    """Return an Intertransfo."""
    return get_exchange_or_404(request, pk)


@router.get(
    "/exchanges/{int:pk}/answer/",
    response=ExchangeAnswerOut,
    url_name="exchange_answer",
    summary=_("Read your answer to an Intertransfo"),
)
def read_exchange_answer(request: HttpRequest, pk: int) -> Any:
    """Return the answer of the person."""
    own = Registration.objects.filter(exchange=get_exchange_or_404(request, pk), user=person(request))
    state = own.values_list("state", flat=True).first() or ""
    return {"state": state, "number": own.waiting().numbers().first()}


@router.post(
    "/exchanges/{int:pk}/answer/",
    response=ExchangeAnswerOut,
    url_name="exchange_answer",
    summary=_("Say whether you are coming to an Intertransfo"),
)
def answer_exchange(request: ApiRequest, pk: int, body: ComingAnswer) -> Any:
    """Take a seat or a number on the waiting list, or decline and release it."""
    user, exchange = person(request), get_exchange_or_404(request, pk)
    enforce(can_answer_invitation(roles_for(request, exchange)))
    with locked_if_current(request, ExchangeAnswerOut, exchange, partial(read_exchange_answer, request, pk)):
        answer = ANSWER_ACTIONS["yes" if body.require("coming") else "no"]
        answer(exchange=exchange, user=user, at=current_time(), by=user)
    return answer_change(request, read_exchange_answer(request, pk), "exchange_answer", pk)


def _with_references(commitments: QuerySet[Commitment]) -> QuerySet[Commitment]:
    """Return the commitments with what `CommitmentOut` names."""
    return commitments.select_related("owner", "cohort")
