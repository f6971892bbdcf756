"""What programs read and change: the rows, filters, forms and sentences of the pages."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from exchanges.models import Exchange
from prototypes.actions import correct_indicator
from prototypes.models import Challenge, Idea
from tests.factories.api import Program, problems, program_of, token_of
from tests.factories.budget import AgreementFactory, BudgetLineFactory, StatementFactory, stated
from tests.factories.calls import ApplicationFactory, CallReviewerFactory
from tests.factories.canvases import drawn
from tests.factories.cast import NOW, TODAY, Cast
from tests.factories.cohorts import (
    AttendanceFactory,
    InnovationTeamFactory,
    MembershipFactory,
    SessionFactory,
    SessionMethodFactory,
    StakeholderFactory,
)
from tests.factories.comments import CommentFactory
from tests.factories.contents import (
    CommitmentFactory,
    ContributionFactory,
    MinutesFactory,
    ProgrammeItemFactory,
    QuestionFactory,
)
from tests.factories.exchanges import ExchangeFactory
from tests.factories.fieldwork import InsightFactory, NoteFactory
from tests.factories.files import AttachmentFactory
from tests.factories.invitations import InvitationFactory
from tests.factories.programmes import AuthorityFactory, EditionFactory, FormatFactory, LessonFactory, MethodFactory
from tests.factories.prototypes import (
    ChallengeFactory,
    IdeaFactory,
    ImplementationFactory,
    IndicatorValueFactory,
    PrototypeFactory,
    TrialFactory,
    measured_idea,
)
from tests.factories.rating_rounds import (
    ChallengeRatingFactory,
    RatedChallengeFactory,
    RatingRoundFactory,
    closed,
)

pytestmark = pytest.mark.django_db


def references(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [idea["reference"] for idea in answer.json()["items"]]


def test_ideas_are_those_of_the_list_filtered_as_there(cast: Cast):
    challenge = ChallengeFactory(cohort=cast.cohort, title="Accueil")
    IdeaFactory(cohort=cast.cohort, title="Étal", state="testing", challenge=challenge, owner=cast["M"])
    IdeaFactory(cohort=cast.cohort, title="Borne", state="parked")
    IdeaFactory(cohort=cast.other_cohort, title="Hidden")
    program = program_of(cast["M"])
    assert references(program.get("ideas/")) == ["RIV-001", "RIV-002"]
    for query in ({"state": "testing"}, {"q": "etal"}, {"challenge": challenge.pk}, {"mine": "true"}):
        assert references(program.get("ideas/", **query)) == ["RIV-001"]
    assert program.get("ideas/").json()["items"][0] | {"id": 0, "page": ""} == {
        "id": 0,
        "reference": "RIV-001",
        "title": "Étal",
        "summary": "Des mots simples au guichet.",
        "state": "testing",
        "state_since": program.get("ideas/").json()["items"][0]["state_since"],
        "accepted_on": Idea.objects.get(title="Étal").accepted_on.isoformat(),
        "implemented_on": None,
        "last_update_on": Idea.objects.get(title="Étal").last_update_on.isoformat(),
        "shared_with_edition": False,
        "published_facts": False,
        "cohort": {"id": cast.cohort.pk, "slug": "rivage", "name": "Rivage"},
        "challenge": {"id": challenge.pk, "name": "Accueil"},
        "owner": {"id": cast["M"].pk, "name": cast["M"].full_name},
        "co_authors": [],
        "page": "",
    }


def test_past_members_read_nothing_that_was_added_to_an_idea_since(cast: Cast):
    idea = IdeaFactory(cohort=cast.cohort, state="implementing")
    PrototypeFactory(idea=idea, created_on=TODAY)
    ImplementationFactory(idea=idea, created_on=TODAY)
    counts = {}
    for days in (0, 1):
        past = MembershipFactory(cohort=cast.cohort, ends_on=TODAY - timedelta(days=days)).user
        answers = [program_of(past).get(f"ideas/{idea.pk}/{rows}/") for rows in ("prototypes", "implementations")]
        counts[days] = [len(answer.json()["items"]) for answer in answers]
    assert counts == {0: [1, 1], 1: [0, 0]}


def test_draft_editions_are_listed_to_lab_staff_alone(cast: Cast):
    EditionFactory(state="draft", slug="a-draft")
    listed = {role: [row["slug"] for row in program_of(cast[role]).get("editions/").json()["items"]] for role in "SM"}
    assert {role: "a-draft" in slugs for role, slugs in listed.items()} == {"S": True, "M": False}


def test_a_list_refuses_what_it_does_not_know(cast: Cast):
    program = program_of(cast["M"])
    for query, field in (
        *(({"stat": "testing"}, "stat"), ({"state": "flying"}, "state"), ({"cohort": "nowhere"}, "cohort")),
        *(({"mine": "maybe"}, "mine"), ({"state": ["testing", "parked"]}, "state"), ({"mine": ["true"] * 2}, "mine")),
        *(
            ({"limit": "0"}, "limit"),
            ({"limit": "201"}, "limit"),
            ({"cursor": "!"}, "cursor"),
            ({"cursor": "LTE"}, "cursor"),
        ),
    ):
        answer = program.get("ideas/", **query)
        assert (answer.status_code, list(problems(answer))) == (422, [field])


def test_a_cursor_reads_every_row_once_though_others_are_added(cast: Cast):
    for _ in range(3):
        IdeaFactory(cohort=cast.cohort)
    program = program_of(cast["M"])
    answer = program.get("ideas/", limit=2, state="captured")
    assert references(answer) == ["RIV-001", "RIV-002"]
    IdeaFactory(cohort=cast.cohort)
    following = answer.json()["next"]
    answer = program.get(following.partition("/api/v1/")[2])
    assert (references(answer), answer.json()["next"]) == (["RIV-003", "RIV-004"], None)


def challenge(cast: Cast) -> Challenge:
    return ChallengeFactory(cohort=cast.cohort)


def an_exchange(cast: Cast) -> Any:
    """Return an Intertransfo; those of an edition do not overlap."""
    first_day = date(2027, 1, 12) + timedelta(weeks=Exchange.objects.count())
    return ExchangeFactory(edition=cast.edition, first_day=first_day)


def a_commitment(cast: Cast) -> Any:
    return CommitmentFactory(exchange=a_held_exchange(cast), owner=cast["M"])


def a_held_exchange(cast: Cast) -> Exchange:
    held = Exchange.objects.filter(state="held")
    return held.first() or ExchangeFactory(edition=cast.edition, state="held", first_day=date(2026, 11, 17))


def an_open_exchange(cast: Cast) -> Any:
    first_day = date(2027, 6, 8)
    return ExchangeFactory(edition=cast.edition, state="registration_open", host=cast.cohort, first_day=first_day)


def another_cohort(cast: Cast) -> Any:
    return MembershipFactory(user=cast["P"], role="relay", cohort__edition=cast.edition).cohort


def a_note_of_an_insight(cast: Cast) -> Any:
    return NoteFactory(cohort=cast.cohort, author=cast["M"], insight=InsightFactory(cohort=cast.cohort))


def an_agreement(cast: Cast) -> Any:
    return AgreementFactory(cohort=cast.cohort, share=Decimal(1))


# Each list with what adds a row, and its statements: the token, its person, the choices of filters, the rows.
LISTS: dict[str, tuple[Callable[[Cast], object], int]] = {
    "ideas/": (lambda cast: IdeaFactory(cohort=cast.cohort, challenge=challenge(cast), owner=cast["M"]), 6),
    "tests/": (lambda cast: TrialFactory(prototype__idea__cohort=cast.cohort), 4),
    "cohorts/": (lambda cast: MembershipFactory(user=cast["M"], cohort__edition=cast.edition), 5),
    "cohorts/rivage/challenges/": (challenge, 5),
    "cohorts/rivage/members/": (lambda cast: MembershipFactory(cohort=cast.cohort, role="relay"), 5),
    "cohorts/rivage/invitations/": (lambda cast: InvitationFactory(cohort=cast.cohort, role="relay"), 5),
    "cohorts/rivage/notes/": (lambda cast: NoteFactory(cohort=cast.cohort, author=cast["M"]), 6),
    "cohorts/rivage/canvases/": (lambda cast: drawn(1, cohort=cast.cohort, made_by=cast["P"]), 4),
    "editions/transfo-2026/lessons/": (lambda cast: LessonFactory(edition=cast.edition, state="accepted"), 4),
    "cohorts/rivage/stakeholders/": (lambda cast: StakeholderFactory(cohort=cast.cohort), 5),
    "sessions/": (lambda cast: SessionFactory(cohort=cast.cohort, state="scheduled", date=date(2026, 12, 1)), 5),
    "exchanges/": (an_exchange, 3),
    "commitments/": (a_commitment, 5),
    "authorities/": (lambda cast: AuthorityFactory(), 3),
    "editions/": (lambda cast: EditionFactory(), 3),
    "methods/": (lambda cast: MethodFactory(), 3),
    "formats/": (lambda cast: FormatFactory(), 4),
    "innovation-teams/": (lambda cast: InnovationTeamFactory(cohort=another_cohort(cast)), 3),
    "cohorts/rivage/insights/": (a_note_of_an_insight, 5),
    "cohorts/rivage/rating-rounds/": (lambda cast: closed(RatingRoundFactory(cohort=cast.cohort)), 4),
    "cohorts/rivage/budget-lines/": (lambda cast: BudgetLineFactory(cohort=cast.cohort), 5),
    "agreements/": (an_agreement, 4),
    "statements/": (lambda cast: StatementFactory(agreement=an_agreement(cast)), 4),
    "calls/": (lambda cast: CallReviewerFactory(user=cast["P"]), 4),
}


@pytest.mark.parametrize("number", [1, 3])
def test_lists_take_a_fixed_number_of_statements(cast: Cast, number: int):
    for add, _ in LISTS.values():
        for _row in range(number):
            add(cast)
    program = program_of(cast["P"])
    counted = {address: statements(program, address) for address in LISTS}
    assert counted == {address: expected for address, (_, expected) in LISTS.items()}
    assert [address for address in LISTS if not program.get(address).json()["items"]] == []


def statements(program: Program, address: str) -> int:
    program.get(address).getvalue()  # the first use of the token is recorded
    with CaptureQueriesContext(connection) as queries:
        answer = program.get(address)
    assert (answer.status_code, bool(answer.getvalue())) == (200, True)  # a file is open until it is read
    return len(queries)


@pytest.mark.parametrize("number", [1, 3])
def test_objects_take_a_fixed_number_of_statements(cast: Cast, number: int):
    idea = IdeaFactory(cohort=cast.cohort)
    for _ in range(number):
        prototype = PrototypeFactory(idea=idea)
        trial = TrialFactory(prototype=prototype)
    ImplementationFactory(idea__cohort=cast.cohort)
    addresses = [f"ideas/{idea.pk}/", f"ideas/{idea.pk}/events/", f"ideas/{idea.pk}/prototypes/"]
    addresses += [
        f"ideas/{idea.pk}/implementations/",
        f"tests/{trial.pk}/",
        "cohorts/rivage/",
        "me/",
        f"prototypes/{prototype.pk}/",
        "figures/implementation/",
    ]
    program = program_of(cast["M"])
    assert [statements(program, address) for address in addresses] == [4, 4, 4, 4, 3, 3, 4, 3, 5]


@pytest.mark.parametrize("number", [1, 3])
def test_objects_of_a_cohort_take_a_fixed_number_of_statements(cast: Cast, number: int):
    session = SessionFactory(cohort=cast.cohort)
    for _ in range(number):
        MembershipFactory(cohort=cast.cohort, role="ambassador")
        AttendanceFactory(day=session.days.get(), member=None, stakeholder=StakeholderFactory(cohort=cast.cohort))
        SessionMethodFactory(session=session)
        AttachmentFactory(of=session)
    member = cast.cohort.memberships.get(user=cast["M"])
    canvas = drawn(number, cohort=cast.cohort, made_by=cast["P"])
    expected = {
        f"sessions/{session.pk}/": 4,
        f"sessions/{session.pk}/answer/": 5,
        f"sessions/{session.pk}/attendance/": 7,
        f"sessions/{session.pk}/methods/": 5,
        f"files/session/{session.pk}/": 5,
        f"files/{AttachmentFactory(of=session).pk}/content/": 6,
        f"exchanges/{an_exchange(cast).pk}/": 3,
        f"commitments/{a_commitment(cast).pk}/": 3,
        f"members/{member.pk}/": 4,
        f"invitations/{InvitationFactory(cohort=cast.cohort, role='relay').pk}/": 3,
        f"stakeholders/{cast.cohort.stakeholders.first().pk}/": 3,
        f"notes/{NoteFactory(cohort=cast.cohort).pk}/": 3,
        f"canvases/{canvas.pk}/": 5,
        f"challenges/{challenge(cast).pk}/": 3,
        f"implementations/{ImplementationFactory(idea__cohort=cast.cohort).pk}/": 3,
    }
    program = program_of(cast["P"])
    assert {address: statements(program, address) for address in expected} == expected


@pytest.mark.parametrize("number", [1, 3])
def test_lists_of_an_object_take_a_fixed_number_of_statements(cast: Cast, number: int):
    idea, review = measured_idea(cohort=cast.cohort), CallReviewerFactory(user=cast["P"])
    open_exchange, rating_round = an_open_exchange(cast), RatingRoundFactory(cohort=cast.cohort)
    for target in range(number):
        correct_indicator(indicator=idea.indicators.first(), reason="Miscounted", target=target, by=cast["P"], at=NOW)
        IndicatorValueFactory(indicator=idea.indicators.first())
        CommentFactory(idea=idea)
        ApplicationFactory(call=review.call)
        ChallengeRatingFactory(rated_challenge=RatedChallengeFactory(rating_round=rating_round))
        question = QuestionFactory(exchange=open_exchange)
        ContributionFactory(exchange=open_exchange, kind="answer", question=question)
        ProgrammeItemFactory(exchange=open_exchange, parallel=True)
    closed(rating_round)
    expected = {
        f"ideas/{idea.pk}/indicators/": 4,
        f"ideas/{idea.pk}/follow-ups/": 5,
        f"comments/idea/{idea.pk}/": 4,
        f"calls/{review.call_id}/applications/": 4,
        f"rating-rounds/{rating_round.pk}/": 6,
        f"exchanges/{open_exchange.pk}/contributions/": 4,
        f"exchanges/{open_exchange.pk}/programme/": 4,
        f"exchanges/{MinutesFactory(exchange=a_held_exchange(cast)).exchange_id}/minutes/": 4,
        f"statements/{stated(cast.cohort).pk}/": 3,
        "cohorts/rivage/costs/": 7,
        "figures/work/": 4,
        "figures/network/": 9,
    }
    program = program_of(cast["P"])
    assert {address: statements(program, address) for address in expected} == expected


def test_addresses_of_members_are_for_those_who_see_contacts(cast: Cast):
    for role, sees_addresses in (("M", True), ("R", False)):
        members = program_of(cast[role]).get("cohorts/rivage/members/").json()["items"]
        pilot = next(member for member in members if member["role"] == "pilot")
        assert pilot["email"] == (cast["P"].email if sees_addresses else None)


def test_what_did_not_change_is_not_sent_again(cast: Cast):
    idea = IdeaFactory(cohort=cast.cohort)
    program = program_of(cast["M"])
    etag = program.get(f"ideas/{idea.pk}/").headers["ETag"]
    assert program.get(f"ideas/{idea.pk}/", {"if-none-match": etag}).status_code == 304
    Idea.objects.filter(pk=idea.pk).update(title="Another")
    assert program.get(f"ideas/{idea.pk}/", {"if-none-match": etag}).status_code == 200


def test_a_change_names_the_version_that_was_read(cast: Cast):
    idea = IdeaFactory(cohort=cast.cohort, title="Kiosk", summary="Here", owner=cast["M"])
    program, address = program_of(cast["M"]), f"ideas/{idea.pk}/"
    etag = program.get(address).headers["ETag"]
    answer = program.patch(address, {"if-match": etag}, title="Counter")
    assert (answer.status_code, answer.json()["title"], answer.json()["summary"]) == (200, "Counter", "Here")
    assert program.patch(address, {"if-match": "unquoted"}, title="Desk").status_code == 412
    assert answer.headers["ETag"] == program.get(address).headers["ETag"] != etag
    assert program.post(f"{address}ask-for-acceptance/", {"if-match": etag}).status_code == 412
    assert problems(program.patch(address, {"if-match": etag}, title="Desk")) == {
        "": "Someone else saved changes since you read this. Read it again, then send yours."
    }
    assert program.patch(address, title="Desk").json()["title"] == "Desk"
    assert list(problems(program.patch(address, title=""))) == ["title"]
    assert list(problems(program.patch(address, owner=cast["N"].pk))) == ["owner"]
    assert list(problems(program.patch(address, state="implemented"))) == ["state"]
    assert (
        program.patch(address, {"if-match": program.get(address).headers["ETag"]}, owner=None).json()["owner"] is None
    )


def test_prototypes_and_planned_tests_are_changed_as_on_their_pages(cast: Cast):
    idea = IdeaFactory(cohort=cast.cohort, state="prototyping")
    prototype = PrototypeFactory(idea=idea, state="draft", title="Kiosk")
    trial, concluded = TrialFactory(prototype=prototype), TrialFactory(state="concluded")
    program = program_of(cast["P"])
    for address, field in ((f"prototypes/{prototype.pk}/", "title"), (f"tests/{trial.pk}/", "hypothesis")):
        etag = program.get(address).headers["ETag"]
        answer = program.patch(address, {"if-match": etag}, **{field: "Changed"})
        assert (answer.status_code, answer.json()[field]) == (200, "Changed")
        assert program.patch(address, {"if-match": etag}, **{field: "Again"}).status_code == 412
        assert list(problems(program.patch(address, **{field: ""}))) == [field]
        assert program_of(cast["M"]).patch(address, **{field: "Mine"}).status_code == 403
    assert program.patch(f"prototypes/{prototype.pk}/", made_on="2026-11-25").status_code == 422
    locked = program_of(cast["S"]).patch(f"tests/{concluded.pk}/", hypothesis="Changed")
    assert (locked.status_code, locked.json()["detail"]) == (
        *(409, "This test is no longer planned. Its plan cannot be changed."),
    )
    published = TrialFactory(state="concluded", result="met", retrospective=True)
    of_facts = PrototypeFactory(state="in_test", retrospective=True)
    for address in (f"prototypes/{of_facts.pk}/", f"tests/{published.pk}/"):
        answer = program_of(cast["S"]).patch(address)
        assert (answer.status_code, "These are published facts" in answer.json()["detail"]) == (403, True)


def test_co_authors_are_part_of_the_version(cast: Cast):
    idea = IdeaFactory(cohort=cast.cohort)
    program, address = program_of(cast["P"]), f"ideas/{idea.pk}/"
    etag = program.get(address).headers["ETag"]
    answer = program.patch(address, {"if-match": etag}, co_authors=[cast["R"].pk, cast["M"].pk])
    expected = sorted(
        ({"id": cast[role].pk, "name": cast[role].full_name} for role in "RM"), key=lambda each: each["id"]
    )
    assert answer.json()["co_authors"] == expected
    assert program.patch(address, {"if-match": etag}, co_authors=[]).status_code == 412


def test_what_requires_nothing_needs_no_body_and_answers_say_where_to_read_on(cast: Cast):
    idea = IdeaFactory(cohort=cast.cohort, state="captured")
    program = program_of(cast["P"])
    address = f"/api/v1/ideas/{idea.pk}/"
    answer = program.client.generic("POST", f"{address}accept/", headers=program.headers)
    assert (answer.status_code, answer.headers["Content-Location"]) == (200, address)
    for added in (
        program.post("ideas/", target=f"cohort-{cast.cohort.pk}", title="Desk"),
        program.post(f"ideas/{idea.pk}/prototypes/", title="Paper counter", fidelity=2),
    ):
        read = program.client.get(added.headers["Location"], headers=program.headers)
        assert (read.json(), read.headers["ETag"]) == (added.json(), added.headers["ETag"])


def test_tests_are_found_by_idea_and_prototype(cast: Cast):
    first, second = (
        TrialFactory(prototype__idea__cohort=cast.cohort, prototype__title="Paper counter") for _ in range(2)
    )
    program = program_of(cast["M"])
    for query in ({"prototype": first.prototype_id}, {"idea": first.prototype.idea_id}):
        assert [each["id"] for each in program.get("tests/", **query).json()["items"]] == [first.pk]
    reference = second.prototype.idea.reference
    assert [each["id"] for each in program.get("tests/", idea=reference).json()["items"]] == [second.pk]
    hidden = TrialFactory(prototype__idea__cohort=cast.other_cohort)
    assert program.get("tests/", prototype=hidden.prototype_id).status_code == 422


def test_values_of_a_wrong_type_are_refused_with_a_sentence(cast: Cast):
    program = program_of(cast["P"])
    idea, target = IdeaFactory(cohort=cast.cohort, state="captured"), f"cohort-{cast.cohort.pk}"
    for answer, expected in (
        (program.post("ideas/", target=target, title="x", on="soon"), {"on": "Send a day, such as 2026-11-24."}),
        (program.post(f"ideas/{idea.pk}/accept/", on=True), {"on": "Send a day, such as 2026-11-24."}),
        (program.post("ideas/", target=target, title=3), {"title": "Send a text."}),
        (program.get("ideas/", mine="maybe"), {"mine": "Send true or false."}),
        (program.get("ideas/", limit="many"), {"limit": "Send a whole number."}),
        (program.get("ideas/", state=["parked", "testing"]), {"state": "Send this parameter once."}),
    ):
        assert problems(answer) == expected


def test_an_idea_is_added_once_and_refusals_are_those_of_the_form(cast: Cast):
    program, key = program_of(cast["M"]), {"idempotency-key": str(uuid4())}
    idea = {"target": f"cohort-{cast.cohort.pk}", "title": "One counter"}
    first = program.post("ideas/", key, **idea)
    assert (first.status_code, first.json()["state"], first.json()["owner"]["id"]) == (201, "captured", cast["M"].pk)
    assert program.post("ideas/", key, **idea).json()["id"] == first.json()["id"]
    assert program.post("ideas/", **idea).json()["id"] != first.json()["id"]
    assert problems(program.post("ideas/", target=idea["target"])) == {"title": "This field is required."}
    others = program.post("ideas/", target=f"cohort-{cast.other_cohort.pk}", title="Theirs")
    assert problems(others)["target"].endswith(f"Choose one of these: cohort-{cast.cohort.pk}.")
    assert list(problems(program.post("ideas/", {"idempotency-key": "x"}, **idea))) == ["Idempotency-Key"]
    assert "Only the lab" in problems(program_of(cast["R"]).post("ideas/", **idea))[""]
    assert Idea.objects.count() == 2


def test_a_program_takes_an_idea_to_a_result(cast: Cast):
    token, secret = token_of(cast["P"])
    program = Program(secret)
    idea = program.post("ideas/", target=f"cohort-{cast.cohort.pk}", title="One counter").json()["id"]
    assert program.post(f"ideas/{idea}/accept/").json()["state"] == "accepted"
    assert "already" in problems(program.post(f"ideas/{idea}/accept/"))[""]
    metadata = Idea.pgh_event_model.objects.filter(pgh_obj=idea).latest("pgh_id").pgh_context.metadata
    assert (metadata["action"], metadata["by"], metadata["token"]) == ("accept_idea", cast["P"].pk, token.pk)
    prototype = program.post(f"ideas/{idea}/prototypes/", title="Paper counter", fidelity=2)
    assert (prototype.status_code, prototype.json()["version"]) == (201, 1)
    plan = {"hypothesis": "8 in 10 find it", "measure": "Share", "comparator": ">=", "threshold": "80", "unit": "%"}
    test = program.post(f"prototypes/{prototype.json()['id']}/tests/", **plan)
    assert test.status_code == 201, test.content
    address = f"tests/{test.json()['id']}/"
    result = {"participants": 10, "successes": 9, "result": "met", "learning": "A sign is enough."}
    assert "Lock the test first" in problems(program.post(f"{address}result/", **result))[""]
    assert program.post(f"{address}lock/").json()["state"] == "locked"
    assert list(problems(program.post(f"{address}result/", **{**result, "successes": 11})))
    logged = program.post(f"{address}result/", **result)
    assert (logged.status_code, logged.json()["state"], logged.json()["observed_value"]) == (200, "concluded", 90.0)
    assert program.get(f"ideas/{idea}/").json()["state"] == "testing"
    assert [event["state"] for event in program.get(f"ideas/{idea}/events/").json()["items"]] == [
        *("captured", "accepted", "prototyping", "testing"),
    ]


def test_actions_refuse_as_their_pages_do(cast: Cast):
    idea = IdeaFactory(cohort=cast.cohort, state="accepted")
    program, address = program_of(cast["P"]), f"ideas/{idea.pk}/"
    assert set(problems(program.post(f"{address}abandon/"))) == {"abandoned_for", "reason"}
    assert program.post(f"{address}fly/").status_code == 404
    assert "is not possible now" in problems(program.post(f"{address}resume/"))[""]
    assert problems(program.post(f"{address}park/", why="x")) == {"why": "There is no such field here."}
    assert program_of(cast["M"]).post(f"{address}park/").status_code == 403
    assert program.post(f"{address}park/", reason="Later").json()["state"] == "parked"


def test_challenges_prototypes_and_implementations_take_the_actions_of_their_pages(cast: Cast):
    program = program_of(cast["P"])
    challenge = ChallengeFactory(cohort=cast.cohort, state="framed")
    prototype = PrototypeFactory(idea__cohort=cast.cohort, state="draft", made_by=cast["P"])
    implementation = ImplementationFactory(idea__cohort=cast.cohort, state="planned")
    assert program.post(f"challenges/{challenge.pk}/activate/").json()["state"] == "active"
    assert program.post(f"prototypes/{prototype.pk}/ready/").json()["state"] == "ready"
    answer = program.post(f"implementations/{implementation.pk}/fail/", reason="No budget")
    assert answer.json()["state"] == "failed", answer.content
    assert program.post(f"implementations/{implementation.pk}/fail/", reason="No budget").status_code == 409


def test_rates_are_those_of_the_page_and_weak_shares_are_left_out(cast: Cast):
    IdeaFactory(cohort=cast.cohort, state="implemented")
    program = program_of(cast["M"])
    figures = program.get("figures/implementation/", cohort="rivage").json()
    assert (figures["accepted"], figures["implemented"], figures["as_of"]) == (1, 1, "2026-11-24")
    assert figures["stock"] == {"rate": None, "low": None, "high": None, "interval": None}
    assert [point["implemented"] for point in figures["incidence"]] == [None, None]
    for query in ({"as_of": "2030-01-01"}, {"cohort": "montagne"}, {"as-of": "2026-01-01"}):
        assert program.get("figures/implementation/", **query).status_code == 422
    assert program_of(cast["X"]).get("figures/implementation/").status_code == 403
