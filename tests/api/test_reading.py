"""What programs read beside ideas: costs, ratings of challenges, figures, files."""

from collections.abc import Callable
from datetime import date

import pytest
from django.db.models import Model

from api.v1.files import AREAS
from files.registries import file_owners
from tests.factories.accounts import UserFactory
from tests.factories.api import program_of
from tests.factories.budget import AgreementFactory, DayRateFactory, stated
from tests.factories.calls import ApplicationFactory, CallFactory, CallReviewerFactory
from tests.factories.cast import Cast
from tests.factories.cohorts import (
    AttendanceFactory,
    CohortFactory,
    MembershipFactory,
    SessionFactory,
    SessionMethodFactory,
)
from tests.factories.comments import CommentFactory
from tests.factories.contents import MinutesFactory
from tests.factories.exchanges import ExchangeFactory
from tests.factories.fieldwork import InsightFactory, NoteFactory
from tests.factories.files import AttachmentFactory
from tests.factories.programmes import AuthorityFactory, EditionFactory, FormatFactory
from tests.factories.prototypes import IdeaFactory, IndicatorFactory, TrialFactory
from tests.factories.rating_rounds import ChallengeRatingFactory, RatedChallengeFactory, RatingRoundFactory, closed
from tests.sql import update

pytestmark = pytest.mark.django_db


def test_costs_are_those_of_the_page_and_statements_have_their_lines(cast: Cast):
    session = SessionFactory(cohort=cast.cohort, state="reported", date=date(2026, 3, 3))
    resident = cast.cohort.memberships.get(user=cast["D"])
    AttendanceFactory(day=session.days.get(), member=resident, half_days=1, status="present")
    DayRateFactory(cohort=cast.cohort, starts_on=date(2026, 3, 1))
    statement = stated(cast.cohort, note="Train")
    program = program_of(cast["P"])
    costs = program.get("cohorts/rivage/costs/").json()
    assert (costs["spent"], costs["planned_days"], costs["unpriced"]) == (350.0, 1.0, 0.0)
    assert [(each["kind"], each["days"], each["euros"]) for each in costs["days_in_sessions"]] == [
        ("planned", 1.0, 500.0),
        ("spent", 0.5, 250.0),
    ]
    read = program.get(f"statements/{statement.pk}/").json()
    assert (read["spent"], read["due"], read["replaced_by"]) == (350.0, 140.0, statement.replacement.pk)
    statement.agreement.funder.name = "Renamed since"
    statement.agreement.funder.save()
    read = program.get(f"statements/{statement.pk}/").json()
    assert (read["funder_name"], read["subject_name"], read["share"], read["amount"]) == (
        statement.funder_name,
        statement.subject_name,
        40.0,
        None,
    )
    assert {(each["note"], each["day"], each["euros"]) for each in read["lines"]} == {
        ("Train", "2026-03-10", 100.0),
        ("", None, 500.0),
        ("", None, 250.0),
    }
    [replaced, current] = program.get("statements/").json()["items"]
    assert (replaced["replaced_by"], current["replaces"], current["notice"]) == (
        current["id"],
        replaced["id"],
        "Un oubli",
    )
    assert [program_of(cast[role]).get("agreements/").json()["items"] for role in "MN"] == [[], []]


def test_ratings_are_read_once_their_round_is_closed_and_five_people_rated(cast: Cast):
    rated = RatedChallengeFactory(rating_round__cohort=cast.cohort)
    for person in ("P", "M", "R", "D", "C"):
        ChallengeRatingFactory(rated_challenge=rated, person=cast[person])
    program, address = program_of(cast["M"]), f"rating-rounds/{rated.rating_round_id}/"
    is_open = program.get(address).json()
    assert (is_open["people_who_rated"], is_open["closed_on"], is_open["challenges"]) == (5, None, [])
    closed(rated.rating_round)
    [challenge] = program.get(address).json()["challenges"]
    assert [each["counts"] for each in challenge["ratings"]] == [[0, 0, 0, 5, 0], None]


def test_the_network_and_the_work_are_those_of_their_pages(cast: Cast):
    TrialFactory(prototype__idea__cohort=cast.cohort, state="concluded")
    program = program_of(cast["M"])
    work = program.get("figures/work/", cohort="rivage").json()
    assert (work["as_of"], work["tests"]["concluded"], work["first_prototype"]["of"]) == ("2026-11-24", 1, 1)
    by_kind = program.get("figures/work/", kind="priority").json()
    assert (by_kind["first_prototype"], by_kind["attendance"], by_kind["tests"]["concluded"]) == (None, None, 0)
    people = program.get("figures/network/", cohort=cast.cohort.pk).json()["people"]
    assert {name: people[-1][name] for name in ("day", "first_circle", "second_circle", "design", "active")} == {
        "day": "2026-11-24",
        "first_circle": 2,
        "second_circle": 1,
        "design": 2,
        "active": 5,
    }
    for address in ("figures/work/", "figures/network/"):
        assert program.get(address, as_of="2030-01-01").status_code == 422
        assert program_of(cast["X"]).get(address).status_code == 403


def test_network_without_a_cohort_to_count_has_zeros(cast: Cast):
    """The reader left the only cohort of an edition, which does not share its figures."""
    left = CohortFactory(edition=EditionFactory(slug="transfo-2025"), authority=AuthorityFactory())
    MembershipFactory(cohort=left, user=cast["X"], starts_on=date(2026, 5, 4), ends_on=date(2026, 6, 9))
    answer = program_of(cast["X"]).get("figures/network/", edition="transfo-2025")
    assert answer.status_code == 200
    counts = answer.json()
    del counts["as_of"]
    assert counts == {
        "people": [],
        **dict.fromkeys(("innovation_teams_open", "replications"), 0),
        **dict.fromkeys(("commitments_fulfilled", "commitments_dropped", "commitments_late"), 0),
        "links": [],
        "other_links": {},
    }


def test_network_of_an_installation_without_cohorts_has_no_people():
    answer = program_of(UserFactory(is_lab_staff=True)).get("figures/network/")
    assert (answer.status_code, answer.json()["people"]) == (200, [])


def test_reviewers_read_what_was_sent_and_not_which_cohort_it_became(cast: Cast):
    row = ApplicationFactory(state="accepted")
    update(row, cohort_id=cast.cohort.pk)
    ApplicationFactory(call=row.call, state="draft")
    CallReviewerFactory(call=row.call, user=cast["D"])
    for role, slug in (("S", "rivage"), ("D", None)):
        [listed] = program_of(cast[role]).get(f"calls/{row.call_id}/applications/").json()["items"]
        assert (listed["id"], listed["cohort"] and listed["cohort"]["slug"]) == (row.pk, slug)


def test_formats_are_read_by_the_lab_before_they_are_published(cast: Cast):
    draft = FormatFactory(published_at=None)
    ids = {role: [row["id"] for row in program_of(cast[role]).get("formats/").json()["items"]] for role in "SX"}
    assert (draft.pk in ids["S"], draft.pk in ids["X"]) == (True, False)


def test_past_members_read_of_each_object_what_it_had_on_their_last_day(cast: Cast):
    cohort, program = cast.cohort, program_of(cast["M"])
    cohort.memberships.filter(user=cast["M"]).update(ends_on=date(2026, 10, 31))
    idea = IdeaFactory(cohort=cohort, state="decided")
    session = SessionFactory(cohort=cohort, state="reported", date=date(2026, 9, 8))
    insight = InsightFactory(cohort=cohort)
    held = [ExchangeFactory(edition=cast.edition, state="held", first_day=date(2026, month, 8)) for month in (6, 9)]
    lists: dict[str, Callable[[date], Model]] = {
        f"comments/idea/{idea.pk}/": lambda day: CommentFactory(idea=idea, created_on=day),
        f"ideas/{idea.pk}/indicators/": lambda day: IndicatorFactory(idea=idea, fixed_on=day),
        f"sessions/{session.pk}/methods/": lambda day: SessionMethodFactory(session=session, created_on=day),
        "cohorts/rivage/rating-rounds/": lambda day: closed(RatingRoundFactory(cohort=cohort, created_on=day)),
    }
    days = (date(2026, 10, 5), date(2026, 11, 2))
    rows = {address: [add(day).pk for day in days] for address, add in lists.items()}
    found = {address: [row["id"] for row in program.get(address).json()["items"]] for address in lists}
    assert found == {address: [before] for address, (before, _since) in rows.items()}
    notes = [NoteFactory(cohort=cohort, insight=insight, created_on=day).pk for day in days]
    [listed] = program.get("cohorts/rivage/insights/").json()["items"]
    assert listed["notes"] == notes[:1]
    for exchange, day in zip(held, days, strict=True):
        MinutesFactory(exchange=exchange, created_on=day)
    assert [program.get(f"exchanges/{row.pk}/minutes/").status_code for row in held] == [200, 404]


def test_files_are_listed_and_downloaded_with_the_token(cast: Cast):
    session = SessionFactory(cohort=cast.cohort)
    row, hidden = (AttachmentFactory(of=session, **fields) for fields in ({}, {"consent": "pending"}))
    program = program_of(cast["R"])
    [listed] = program.get(f"files/session/{session.pk}/").json()["items"]
    assert (listed["id"], listed["name"], listed["size"]) == (row.pk, row.name, row.size)
    content = program.client.get(listed["content"], headers=program.headers)
    assert (len(content.getvalue()), content.headers["Content-Type"]) == (row.size, row.content_type)
    etag = {"if-none-match": content.headers["ETag"]}
    assert program.get(f"files/{row.pk}/content/", etag).status_code == 304
    assert program.get(f"files/{hidden.pk}/content/").status_code == 404
    assert program.get(f"files/nothing/{session.pk}/").status_code == 404
    assert program.get("comments/nothing/1/").status_code == 404


def test_files_also_need_the_scope_of_the_area_of_their_object(cast: Cast):
    assert set(AREAS) == {about for about, _find in file_owners.items()}
    owners = {
        "costs:read": ("agreement", AgreementFactory(cohort=cast.cohort).pk),
        "calls:read": ("application", ApplicationFactory(call=CallFactory()).pk),
    }
    for scope, (about, object_id) in owners.items():
        document = AttachmentFactory(about=about, object_id=object_id, name="a.pdf")
        addresses = (f"files/{about}/{object_id}/", f"files/{document.pk}/content/")
        for scopes, status in ((("files:read",), 403), (("files:read", scope), 200)):
            program = program_of(cast["S"], *scopes)
            answers = [program.get(address) for address in addresses]
            assert [answer.status_code for answer in answers if answer.getvalue()] == [status, status]
        assert scope in program_of(cast["S"], "files:read").get(addresses[1]).json()["detail"]
        assert program_of(cast["N"], "files:read").get(addresses[1]).status_code == 404
