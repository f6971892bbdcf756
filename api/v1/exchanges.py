"""Intertransfos, one’s answers to them, and the commitments made there."""

from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from ninja import Field, Query, Router, Schema

from accounts.requests import person
from api.enums import Area
from api.http.authentication import TokenAuth
from api.http.forms import FormBody, body_of, save_form
from api.http.lists import Page, PageQuery, filter_parameters, filtered_rows, read_page, read_unfiltered_page
from api.http.requests import ApiRequest
from api.http.versions import locked_if_current
from api.v1.addresses import answer_change, answer_creation
from api.v1.bodies import ComingAnswer
from api.v1.references import PersonReference, Reference, SlugReference
from api.v1.schemas import EXAMPLE_COHORT, TimeText, WithPage, with_example
from exchanges.content import actions
from exchanges.content.commitment_list import COMMITMENTS
from exchanges.content.forms import CloseCommitmentForm, CommitmentForm
from exchanges.content.views.lookups import get_commitment_or_404, possible_owners
from exchanges.exchange.clock import exchange_today
from exchanges.exchange.pages import current_time, get_exchange_or_404, roles_for
from exchanges.models import Commitment, Exchange, Minutes, Registration
from exchanges.permissions import (
    EditionRoles,
    can_answer_invitation,
    can_close_commitment,
    can_record_own_commitment,
)
from exchanges.registration.views.answers import ANSWER_ACTIONS
from exchanges.visibility import content_visible_to
from web.decisions import enforce

router = Router(auth=TokenAuth(Area.EXCHANGES), tags=[Area.EXCHANGES.value])

if TYPE_CHECKING:
    NewCommitment = FormBody
    CommitmentEnd = FormBody
else:
    NewCommitment = body_of(CommitmentForm, "NewCommitment")
    CommitmentEnd = body_of(CloseCommitmentForm, "CommitmentEnd")


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


class ContributionOut(Schema):
    """A success, difficulty, answer, offer or request of a cohort. `idea` is the reference of the idea it cites."""

    model_config = with_example(
        {
            "id": 33,
            "kind": "success",
            "text": "The counter opened three months early.",
            "question": None,
            "idea": "PDL-003",
            "cohort": EXAMPLE_COHORT,
            "author": {"id": 12, "name": "Anne Martin"},
        }
    )

    id: int
    kind: str
    text: str
    question: Reference | None
    idea: str | None = Field(alias="reference")
    cohort: SlugReference
    author: PersonReference | None

    @staticmethod
    def resolve_question(contribution: Any) -> dict[str, Any] | None:
        """Return the question that it answers, by its text."""
        question = contribution.question
        return question and {"id": question.pk, "name": question.text}


class ProgrammeItemOut(Schema):
    """A part of the programme of an Intertransfo, on its first `day` (1) or a later one.

    Of published facts only `when`, the time as it was published, may be known.
    """

    model_config = with_example(
        {
            "id": 51,
            "day": 1,
            "starts_at": "09:30",
            "ends_at": "11:00",
            "when": "",
            "title": "What became of our tests",
            "venue": "Large hall",
            "speaker": EXAMPLE_COHORT,
            "parallel": False,
        }
    )

    id: int
    day: int
    starts_at: TimeText
    ends_at: TimeText
    when: str
    title: str
    venue: str
    speaker: SlugReference | None
    parallel: bool


class MinutesOut(Schema):
    """The minutes of an Intertransfo, in Markdown, and who wrote them last."""

    model_config = with_example(
        {
            "text": "Seven cohorts were there.",
            "written_by": {"id": 12, "name": "Anne Martin"},
            "written_at": "2027-01-18T10:00:00Z",
        }
    )

    text: str
    written_by: PersonReference
    written_at: datetime


@router.get("/exchanges/", response=Page[ExchangeOut], url_name="exchanges", summary=_("List Intertransfos"))
def list_exchanges(request: HttpRequest, query: Query[PageQuery]) -> Any:
    """Return a part of the Intertransfos that the person may read."""
    return read_unfiltered_page(
        request, Exchange.objects.visible_to(person(request)).select_related("host", "edition"), query
    )


@router.get(
    "/commitments/",
    response=Page[CommitmentOut],
    url_name="commitments",
    summary=_("List commitments"),
    openapi_extra=filter_parameters(COMMITMENTS),
)
def list_commitments(request: HttpRequest, query: Query[PageQuery]) -> Any:
    """Return a part of the commitments that the person may read."""
    return read_page(request, _with_references(filtered_rows(request, COMMITMENTS)), query)


@router.post(
    "/exchanges/{int:pk}/commitments/",
    response={201: CommitmentOut},
    url_name="exchange_commitments",
    summary=_("Add a commitment"),
)
def add_commitment(request: ApiRequest, pk: int, body: NewCommitment) -> Any:
    """Record what someone commits to do after an Intertransfo; `owner` is the id of a person, by default one's own."""
    exchange = get_exchange_or_404(request, pk)
    roles = roles_for(request, exchange)
    enforce(can_record_own_commitment(roles))
    make_form = partial(CommitmentForm, owners=possible_owners(roles), initial={"owner": person(request).pk})
    record = partial(actions.record_commitment, exchange=exchange, at=current_time(), by=person(request))
    row = save_form(request, make_form, body.values(), record)
    return answer_creation(request, read_commitment(request, row.pk), "commitment")


@router.get("/commitments/{int:pk}/", response=CommitmentOut, url_name="commitment", summary=_("Read a commitment"))
def read_commitment(request: HttpRequest, pk: int) -> Any:
    """Return a commitment."""
    return get_object_or_404(_with_references(Commitment.objects.visible_to(person(request))), pk=pk)


@router.post(
    "/commitments/{int:pk}/close/",
    response=CommitmentOut,
    url_name="close_commitment",
    summary=_("Close a commitment"),
)
def close_commitment(request: ApiRequest, pk: int, body: CommitmentEnd) -> Any:
    """Mark a commitment as done, or as one that will not be done, with the reason."""
    user, row = person(request), get_commitment_or_404(request, pk)
    enforce(can_close_commitment(EditionRoles(user, row.exchange.edition, exchange_today(row.exchange)), row))
    with locked_if_current(request, CommitmentOut, row, partial(read_commitment, request, pk)):
        end = partial(actions.close_commitment, commitment=row, at=current_time(), by=user)
        save_form(request, CloseCommitmentForm, body.values(), end)
    return answer_change(request, read_commitment(request, pk), "commitment", pk)


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


@router.get(
    "/exchanges/{int:pk}/contributions/",
    response=Page[ContributionOut],
    url_name="contributions",
    summary=_("List the contributions to an Intertransfo"),
)
def list_contributions(request: HttpRequest, query: Query[PageQuery], pk: int) -> Any:
    """Return a part of what the cohorts contributed to an Intertransfo, answers to its questions included."""
    rows = get_exchange_or_404(request, pk).contributions.as_read_by(person(request))
    return read_unfiltered_page(request, rows.select_related("question"), query)


@router.get(
    "/exchanges/{int:pk}/programme/",
    response=Page[ProgrammeItemOut],
    url_name="programme",
    summary=_("List the parts of the programme of an Intertransfo"),
)
def list_programme(request: HttpRequest, query: Query[PageQuery], pk: int) -> Any:
    """Return a part of the programme of an Intertransfo."""
    return read_unfiltered_page(request, get_exchange_or_404(request, pk).programme.select_related("speaker"), query)


@router.get(
    "/exchanges/{int:pk}/minutes/",
    response=MinutesOut,
    url_name="minutes",
    summary=_("Read the minutes of an Intertransfo"),
)
def read_minutes(request: HttpRequest, pk: int) -> Any:
    """Return the minutes; 404 until someone writes them."""
    rows = Minutes.objects.filter(content_visible_to(person(request)), exchange=get_exchange_or_404(request, pk))
    return get_object_or_404(rows.select_related("written_by"))


def _with_references(commitments: QuerySet[Commitment]) -> QuerySet[Commitment]:
    """Return the commitments with what `CommitmentOut` names."""
    return commitments.select_related("owner", "cohort")
