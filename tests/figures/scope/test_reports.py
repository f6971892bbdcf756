"""The permanent address of a report: the same figures at any later day, or a notice of what is missing."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from accounts.models import User
from cohorts.models import Cohort
from figures.outcomes.outcome_counts import as_json
from figures.scope.reports import parse_report_cohorts
from figures.sharing.actions import stop_sharing_figures
from prototypes import actions
from prototypes.models import Challenge
from tests.factories.accounts import UserFactory
from tests.factories.cast import NOW, Cast, create_cast
from tests.factories.cohorts import CohortFactory, MembershipFactory
from tests.factories.figures import share_with_edition
from tests.factories.programmes import AuthorityAdminFactory, AuthorityFactory
from tests.factories.prototypes import PATH, ChallengeFactory, IdeaFactory, add_event
from tests.factories.snapshots import built_once
from tests.pages import links, texts

LATER = NOW + timedelta(days=100)
INCOMPLETE = "The address of this report is not complete. Copy it from the report again, up to its last character."


def open_page(user: User, address: str, at: datetime = NOW) -> Any:
    client = Client(headers={"accept-language": "en"})
    with time_machine.travel(at, tick=False):
        client.force_login(user)
        return client.get(address)


def printed(user: User, query: str = "", at: datetime = NOW) -> tuple[str, dict[str, Any]]:
    """Return the permanent address on a page, without the host, and the figures of the page."""
    page = open_page(user, f"{reverse('figures:rates')}?{query}", at)
    address = page.context["permanent_address"]
    assert address.startswith("https://lab.example/rates/?")
    return address.removeprefix("https://lab.example"), figures_of(page)


def figures_of(page: Any) -> dict[str, Any]:
    """Return the figures of a page without the moment that was chosen."""
    return as_json(page.context["figures"]) | {"known_at": None}


def notice(page: Any) -> list[str]:
    sentences: list[str] = page.context["report_notice"]
    return sentences


@built_once
def cast_at_work() -> Cast:
    cast = create_cast()
    share_with_edition(cast.other_cohort)
    for cohort in (cast.cohort, cast.other_cohort):
        priority = ChallengeFactory(cohort=cohort, kind="priority")
        for state in ("accepted", "implemented", "abandoned", "captured"):
            IdeaFactory(cohort=cohort, state=state, challenge=priority)
            IdeaFactory(cohort=cohort, state=state)
    return cast


@pytest.fixture
def year(db: None, today: None) -> Cast:
    """The cast with ideas of both cohorts, of which the other one shares."""
    return cast_at_work()


def go_on(cohort: Cohort, by: User) -> None:
    """Record new events, late ones, and corrections, and regroup the challenges."""
    Challenge.objects.filter(cohort=cohort).update(kind="test_case")
    for idea in cohort.ideas.filter(state="accepted"):
        add_event(idea, "abandoned", date(2026, 10, 1), recorded_on=date(2026, 12, 1))
    for idea in cohort.ideas.filter(state="captured"):
        add_event(idea, "accepted", date(2026, 12, 2))
    for idea in cohort.ideas.filter(state="implemented"):
        event = idea.events.get(state="implemented")
        actions.correct_event(event=event, state="implementing", reason="Wrong", by=by, at=LATER)


REPORTS = (
    "",
    "edition=transfo-2026",
    "cohort=rivage",
    "edition=transfo-2026&kind=priority",
    "accepted_from=2026-03-01",
    "edition=transfo-2026&as_of=2026-09-30",
    "as_of=2026-09-30&known_at=2026-10-15",
    "known_at=2026-11-24",
)


@pytest.mark.parametrize("role", ["S", "A"])
def test_the_same_figures_are_read_at_a_later_day(role: str, year: Cast):
    reports = {query: printed(year[role], query) for query in REPORTS}
    with time_machine.travel(LATER, tick=False):
        for cohort in (year.cohort, year.other_cohort):
            go_on(cohort, year["S"])
        newcomer = CohortFactory(edition=year.edition, authority=AuthorityFactory())
        share_with_edition(newcomer)
        IdeaFactory(cohort=newcomer, state="accepted", days=dict.fromkeys(PATH[:2], date(2026, 12, 3)))
    for query, (address, before) in reports.items():
        page = open_page(year[role], address, LATER)
        assert (query, figures_of(page), notice(page)) == (query, before, [])
        assert (query, page.context["permanent_address"]) == (query, f"https://lab.example{address}")


def test_without_the_address_the_figures_have_changed(year: Cast):
    """Otherwise the test above could not fail."""
    _address, before = printed(year["A"], "edition=transfo-2026")
    with time_machine.travel(LATER, tick=False):
        go_on(year.cohort, year["S"])
    assert printed(year["A"], "edition=transfo-2026", LATER)[1]["abandoned"] == before["abandoned"] + 2


def test_moment_is_known_to_the_second(cast: Cast):
    idea = IdeaFactory(cohort=cast.cohort, state="accepted")
    address, _figures = printed(cast["A"])
    for seconds in (0.9, 1):
        add_event(
            IdeaFactory(cohort=cast.cohort),
            "accepted",
            idea.state_since,
            recorded_at=NOW + timedelta(seconds=seconds),
            recorded_on=NOW.date(),
        )
    assert open_page(cast["A"], address, LATER).context["figures"].accepted == 2


def test_address_names_every_choice_in_one_spelling(year: Cast):
    """Days are written in one way whatever the reader typed, so that every language reads the same day."""
    client = Client(headers={"accept-language": "fr"})
    client.force_login(year["A"])
    page = client.get("/rates/", {"edition": "transfo-2026", "accepted_from": "04/03/2026", "outcome": "open"})
    assert parse_qs(urlsplit(page.context["permanent_address"]).query) == {
        "edition": ["transfo-2026"],
        "accepted_from": ["2026-03-04"],
        "as_of": ["2026-11-24"],
        "known_at": ["2026-11-24T09:00:00Z"],
        "counted": [f"{year.cohort.pk}-{year.other_cohort.pk}"],
    }


@pytest.mark.parametrize(
    ("role", "query", "counted"), [("S", "", ["all"]), ("S", "cohort=rivage", None), ("A", "cohort=rivage", None)]
)
def test_cohorts_are_named_where_the_choice_does_not_fix_them(
    role: str, query: str, counted: list[str] | None, cast: Cast
):
    address, _figures = printed(cast[role], query)
    assert parse_qs(urlsplit(address).query).get("counted") == counted


def test_sharing_that_ended_is_noticed(year: Cast):
    address, before = printed(year["A"], "edition=transfo-2026")
    stop_sharing_figures(cohort=year.other_cohort, audience="edition", at=NOW, by=year["S"])
    page = open_page(year["A"], address, LATER)
    assert notice(page) == [
        "The report also counted Ville de Montagne. You cannot read these figures, or no longer: they are left out"
        " here, so that the figures differ from the report."
    ]
    assert (figures_of(page)["accepted"], before["accepted"]) == (6, 12)
    assert notice(page)[0] in " ".join(texts(page, "p"))


def test_sharing_that_began_later_is_not_counted(cast: Cast):
    IdeaFactory(cohort=cast.other_cohort, state="accepted")
    address, before = printed(cast["A"], "edition=transfo-2026")
    share_with_edition(cast.other_cohort)
    page = open_page(cast["A"], address, LATER)
    assert (figures_of(page), notice(page)) == (before, [])


def test_colleague_reads_the_same_figures(year: Cast):
    address, before = printed(year["A"], "edition=transfo-2026")
    for role in "SPM":
        page = open_page(year[role], address, LATER)
        assert (role, figures_of(page)["accepted"], notice(page)) == (role, before["accepted"], [])


def test_neighbour_reads_what_is_shared_with_them_and_a_notice(year: Cast):
    """The reader's own cohort does not share, so that its neighbour cannot read all of the report."""
    address, _before = printed(year["A"], "edition=transfo-2026")
    page = open_page(year["N"], address, LATER)
    assert figures_of(page)["accepted"] == 6
    assert notice(page) == [
        "The report also counted Ville de Rivage. You cannot read these figures, or no longer: they are left out"
        " here, so that the figures differ from the report."
    ]


@pytest.mark.parametrize(("query", "words"), [("", "all authorities"), ("edition=transfo-2026", "Ville de Montagne")])
def test_report_of_the_lab_opened_by_a_member_says_what_is_missing(query: str, words: str, cast: Cast):
    IdeaFactory(cohort=cast.cohort, state="accepted")
    address, _figures = printed(cast["S"], query)
    [sentence] = notice(open_page(cast["A"], address, LATER))
    assert words in sentence
    share_with_edition(cast.other_cohort)
    assert len(notice(open_page(cast["A"], address, LATER))) == (0 if query else 1)


def test_authority_that_is_no_longer_one_s_own_is_counted_without_its_name(cast: Cast):
    second = AuthorityAdminFactory(authority=CohortFactory().authority, user=cast["A"])
    address, _figures = printed(cast["A"])
    second.delete()
    assert notice(open_page(cast["A"], address, LATER)) == [
        "The report also counted 1 cohort whose figures you cannot read, or no longer: it is left out here, so that"
        " the figures differ from the report."
    ]


def test_former_member_sees_that_the_choice_is_not_offered(cast: Cast):
    member = UserFactory()
    membership = MembershipFactory(cohort=cast.cohort, user=member, role="relay")
    address, _figures = printed(member, "cohort=rivage")
    membership.ends_on = date(2026, 11, 23)
    membership.save()
    page = open_page(member, address)
    assert ("figures" in page.context, list(page.context["form"].errors)) == (False, ["cohort"])


@pytest.mark.parametrize("counted", ["x", "1-", "-1", "1--2", "1 2", "1" * 19, "\x00", "None", "1-2" * 2000])
def test_incomplete_address_is_refused(counted: str, cast: Cast):
    client = Client(headers={"accept-language": "en"})
    client.force_login(cast["A"])
    page = client.get("/rates/", {"counted": counted})
    assert (page.status_code, "figures" in page.context) == (200, False)
    assert page.context["form"].non_field_errors() == [INCOMPLETE]
    assert INCOMPLETE in page.content.decode()


@pytest.mark.parametrize(
    ("text", "ids"), [("4-7-9", {4, 7, 9}), ("4", {4}), ("007", {7}), ("", None), ("all", None), ("4,7", None)]
)
def test_ids_are_read_from_an_address(text: str, ids: set[int] | None):
    assert parse_report_cohorts(text) == ids


def test_page_shows_moment_and_cohorts_as_words_that_can_be_removed(year: Cast):
    address, _figures = printed(year["A"], "edition=transfo-2026")
    page = open_page(year["A"], address, LATER)
    with override("en"):
        tags = {str(label): value for label, value, _without in page.context["tags"]}
    assert str(tags["As known on"]) == "24 November 2026 at 10:00:00, lab time"
    assert tags["Cohorts of the report"] == "2 cohorts"
    assert "Counted here: ideas, as known on 24 November 2026 at 10:00:00, lab time." in texts(page, "p", "say")[0]
    assert 'value="2026-11-24"' in str(page.context["form"]["known_at"])


def test_address_is_on_the_print_and_among_the_downloads(year: Cast):
    page = open_page(year["A"], reverse("figures:rates"))
    address = page.context["permanent_address"]
    assert links(page)["Permanent address of these figures"] == address
    assert address in [words.removeprefix("Permanent address: ") for words in texts(page, "p", "small")]


def test_moment_of_an_address_is_in_utc(cast: Cast):
    summer = datetime(2026, 7, 14, 22, 30, 5, tzinfo=UTC)
    address, _figures = printed(cast["S"], at=summer)
    assert parse_qs(urlsplit(address).query)["known_at"] == ["2026-07-14T22:30:05Z"]
    assert parse_qs(urlsplit(address).query)["as_of"] == ["2026-07-15"]
    assert open_page(cast["S"], address, summer).context["form"].errors == {}
