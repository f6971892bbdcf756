"""The network's page: in plain words first; people by circle and cohort, teams, links; who sees which numbers."""

import re
from datetime import date
from html import unescape

import pytest
from django.test import Client

from accounts.models import User
from cohorts.teams.enums import TEAM_DAYS
from figures.groups import Group
from figures.network.queries import counted, promises
from figures.outcomes.queries import implementation_rates
from figures.scope.forms import MONTHLY
from figures.scope.visibility import reach_of
from tests.factories.accounts import UserFactory
from tests.factories.cast import EVERYONE, Cast, assemble
from tests.factories.cohorts import CohortFactory, InnovationTeamFactory, MembershipFactory
from tests.factories.contents import CommitmentFactory, ContributionFactory, MatchFactory
from tests.factories.exchanges import ExchangeFactory
from tests.factories.programmes import AuthorityFactory, ClaimFactory, EditionFactory
from tests.factories.prototypes import IdeaFactory, ImplementationFactory, LineageFactory
from tests.factories.remembered import remembered
from tests.pages import elements, errors, links, rows

ADDRESS = "/network/"
IN_MAY, IN_JUNE = date(2026, 5, 4), date(2026, 6, 9)


def client_of(user: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def answer(user: User, **asked: str):
    return client_of(user).get(ADDRESS, asked)


def text(user: User, **asked: str) -> str:
    """What a person reads in the page's main part, white space evened out."""
    html = answer(user, **asked).content.decode()
    main = html[html.index("<main") : html.index("</main>")]
    words = re.sub(r"<script.*?</script>|<[^>]+>", " ", main, flags=re.DOTALL)
    return re.sub(r"\s+([.,;])", r"\1", " ".join(unescape(words).split()))


def of_table(page, name: str) -> list[list[str]]:
    """The cells of one of its tables, headings left out."""
    html = page.content.decode()
    start = html.index(f'id="{name}"')
    body = html[html.index("<tbody", start) : html.index("</tbody>", start)]
    lines = re.findall(r"<tr.*?</tr>", body, flags=re.DOTALL)
    cells = [re.findall(r"<t[hd].*?</t[hd]>", line, flags=re.DOTALL) for line in lines]
    return [[" ".join(unescape(re.sub(r"<[^>]+>", " ", cell)).split()) for cell in line] for line in cells]


# In words and figures


def test_it_begins_with_how_many_there_are_were_and_have_left(cast: Cast):
    gone = MembershipFactory(cohort=cast.cohort, starts_on=date(2024, 3, 1), ends_on=IN_MAY)
    MembershipFactory(cohort=cast.cohort, user=gone.user, role="relay", starts_on=date(2024, 4, 1), ends_on=IN_MAY)
    assert (
        "On 24 November 2026, 6 people are active. Two years before there was 1. 1 has left and stays in the history."
        in text(cast["S"])
    )
    assert "On 30 March 2024, 1 person is active. Change" in text(cast["S"], as_of="2024-03-30")
    assert "Nothing yet: nobody had joined by this date." in text(cast["S"], as_of="2024-02-29")


def test_it_leads_to_the_innovation_teams_of_all_authorities_within_reach(cast: Cast):
    teams = {letter: links(answer(cast[letter])).get("Innovation teams") for letter in "SAX"}
    assert teams == dict.fromkeys("SAX", "/teams/")


def test_the_curve_has_a_table_behind_it(cast: Cast):
    MembershipFactory.create_batch(2, cohort=cast.cohort, role="relay", starts_on=IN_MAY)
    MembershipFactory(cohort=cast.cohort, role="elected", starts_on=IN_MAY, ends_on=date(2026, 7, 30))
    page = answer(cast["S"])
    assert of_table(page, "network-table") == [
        ["31 Jan 2026", "3", "1", "0", "2", "6", "0"],
        ["31 May 2026", "3", "3", "1", "2", "9", "0"],
        ["31 Jul 2026", "3", "3", "0", "2", "8", "1"],
        ["24 Nov 2026", "3", "3", "0", "2", "8", "1"],
    ]
    assert [line["data"][-1] for line in page.context["chart"].option["series"]] == [3, 3, 0, 2]
    assert page.content.decode().count("js/charts.js") == 1


def test_completing_a_cohort_changes_nothing(cast: Cast):
    before = of_table(answer(cast["S"]), "cohorts-table")
    cast.cohort.state = "completed"
    cast.cohort.save()
    assert of_table(answer(cast["S"]), "cohorts-table") == before


def test_who_came_from_which_cohort(cast: Cast):
    twice = MembershipFactory(cohort=cast.other, user=cast["R"], role="elected")
    MembershipFactory(cohort=cast.other, user=cast["R"], role="direction", ends_on=IN_MAY)
    MembershipFactory(cohort=cast.other, role="pilot", ends_on=IN_MAY)
    page = answer(cast["S"])
    assert of_table(page, "cohorts-table") == [
        ["Montagne", "1", "0", "1", "0", "2", "1"],
        ["Rivage", "2", "1", "0", "2", "5", "0"],
    ]
    assert page.context["network"].now.active.total == 6
    assert links(page)["Montagne"] == f"/cohorts/{twice.cohort.slug}/members/"


def test_teams_with_the_steps_they_had_taken_by_then(cast: Cast):
    InnovationTeamFactory(cohort=cast.cohort, proposed_on=date(2026, 2, 2))
    born = InnovationTeamFactory(cohort=cast.other, name="La Fabrique", proposed_on=date(2026, 3, 2))
    for state, day in {"prefigured": date(2026, 4, 1), "decided": IN_MAY, "open": IN_JUNE}.items():
        born.state = state
        setattr(born, TEAM_DAYS[state], day)
        born.save()
    assert "La Fabrique Ville de Montagne open 2 Mar 2026 1 Apr 2026 4 May 2026 9 Jun 2026 — not known" in text(
        cast["S"]
    )
    assert "Innovation teams open 1" in text(cast["S"])
    in_may = text(cast["S"], as_of="2026-05-31")
    assert "La Fabrique Ville de Montagne decided 2 Mar 2026 1 Apr 2026 4 May 2026 — not known" in in_may
    assert "Innovation teams open 0" in in_may
    assert "Le Labo" not in text(cast["S"], as_of="2026-02-01")
    assert links(answer(cast["S"]))["La Fabrique"] == "/cohorts/montagne/innovation-team/"


def test_a_team_that_came_when_one_had_left_is_counted_and_not_named(cast: Cast):
    """Of an authority one is still of, by another cohort."""
    left, again = (
        CohortFactory(edition=cast.edition, authority=cast.cohort.authority, name=site, slug=site, site=site)
        for site in ("port", "phare")
    )
    MembershipFactory(cohort=again, user=cast["X"])
    for cohort, name, since in ((left, "La Fabrique", IN_MAY), (cast.cohort, "Le Grenier", IN_JUNE)):
        MembershipFactory(cohort=cohort, user=cast["X"], ends_on=IN_MAY)
        InnovationTeamFactory(cohort=cohort, name=name, proposed_on=date(2026, 2, 2), born_on=since)
    read = {letter: text(cast[letter]) for letter in "XMS"}
    assert {letter: "La Fabrique" in said for letter, said in read.items()} == dict.fromkeys("XMS", True)
    assert {letter: "Le Grenier" in said for letter, said in read.items()} == {"X": False, "M": True, "S": True}


def test_commitments_kept_of_those_due_by_that_day(cast: Cast):
    exchange = ExchangeFactory(edition=cast.edition, host=cast.cohort, state="held", first_day=IN_JUNE)
    promised = {"exchange": exchange, "owner": cast["M"], "made_on": IN_JUNE, "due_on": date(2026, 7, 1)}
    for state in ("kept", "kept", "dropped", "open"):
        CommitmentFactory(state=state, closed_on=date(2026, 6, 30), **promised)
    CommitmentFactory(**promised | {"due_on": date(2027, 1, 1)})
    CommitmentFactory(**promised | {"owner": cast["S"], "cohort": None})
    assert "Commitments kept 2 of 5 due 1 dropped, 2 still open" in text(cast["S"])
    assert "Commitments kept 2 of 4 due 1 dropped, 1 still open" in text(cast["A"])
    assert "Commitments kept none due yet" in text(cast["S"], as_of="2026-06-29")


# Links


@remembered
def links_between_two() -> Cast:
    cast = assemble()
    exchange = ExchangeFactory(edition=cast.edition, host=cast.cohort, number=2, state="held", first_day=IN_JUNE)
    offer = ContributionFactory(exchange=exchange, cohort=cast.other, kind="offer")
    MatchFactory(offer=offer, request=ContributionFactory(exchange=exchange, cohort=cast.cohort, kind="request"))
    CommitmentFactory(exchange=exchange, cohort=cast.other, owner=cast["N"], made_on=IN_JUNE)
    there = {"cohort": cast.other, "shared_with_edition": True}
    LineageFactory(parent=IdeaFactory(**there), child=IdeaFactory(cohort=cast.cohort, shared_with_edition=True))
    live = IdeaFactory(**there, state="accepted")
    ImplementationFactory(idea=live, authority=cast.cohort.authority, kind="replication", state="live")
    here = IdeaFactory(cohort=cast.cohort, shared_with_edition=True)
    LineageFactory(parent=here, child=IdeaFactory(cohort=cast.other))
    return cast


@pytest.fixture
def linked(db: None, today: None) -> Cast:
    """One link of each kind from Montagne to Rivage, one idea taken up the other way, without being shared."""
    return links_between_two()


TOLD = ["Ville de Montagne", "Ville de Rivage"]
AT_TWO = "1 Intertransfo 2"


def test_links_by_pair_lead_to_what_they_count(linked: Cast):
    page = answer(linked["S"])
    assert of_table(page, "links-table") == [
        [*TOLD, AT_TWO, AT_TWO, AT_TWO, "1 RIV-001", "1 MON-002"],
        [*TOLD[::-1], "0", "0", "0", "1 MON-003", "0"],
    ]
    exchange = linked.edition.exchanges.get()
    paths = [f"/exchanges/{exchange.pk}/{page}/" for page in ("contributions", "contributions", "minutes")]
    assert [element["attrs"]["href"] for element in elements(page, "a") if element["text"] == "Intertransfo 2"] == paths
    assert "Ideas live in another authority 1" in text(linked["S"])
    assert "Ideas live in another authority on 31 October 2026 0" in text(linked["A"])


def test_links_count_from_the_day_they_were_made(linked: Cast):
    assert of_table(answer(linked["S"], as_of="2026-06-08"), "links-table")[0][2:5] == ["0"] * 3
    assert "No link by this date." in text(linked["S"], as_of="2026-02-01")


def test_who_took_an_idea_up_without_sharing_it_is_told_to_themselves_and_the_lab(linked: Cast):
    told = {letter: len(of_table(answer(linked[letter]), "links-table")) for letter in "SARN"}
    unnamed = {letter: "Among other authorities" in text(linked[letter]) for letter in "SARN"}
    assert (told, unnamed) == (
        {"S": 2, "A": 2, "R": 2, "N": 2},
        {"S": False, "A": True, "R": True, "N": False},
    )
    assert of_table(answer(linked["A"]), "links-table")[-1] == ["Among other authorities", "0", "0", "0", "< 5", "0"]


def test_those_who_may_not_open_a_page_get_no_link_to_it(linked: Cast):
    idea = IdeaFactory(cohort=linked.other, state="accepted")
    ImplementationFactory(idea=idea, authority=linked.cohort.authority, kind="replication", state="live")
    assert [of_table(answer(linked[letter]), "links-table")[0][-1] for letter in "SM"] == [
        "2 MON-002 MON-004",
        "2 MON-002",
    ]


def test_nor_to_an_intertransfo_of_an_edition_they_are_not_of(linked: Cast):
    """Both authorities took part in another edition too: the numbers are told, its pages are its people's."""
    elsewhere = EditionFactory()
    host, guest = (CohortFactory(edition=elsewhere, authority=row.authority) for row in (linked.cohort, linked.other))
    exchange = ExchangeFactory(edition=elsewhere, host=host, number=3, state="held", first_day=IN_JUNE)
    ContributionFactory(exchange=exchange, cohort=guest)
    pages = {letter: answer(linked[letter]) for letter in "SM"}
    assert [of_table(page, "links-table")[0][2][0] for page in pages.values()] == ["2", "2"]
    assert {letter: f"/exchanges/{exchange.pk}/" in page.content.decode() for letter, page in pages.items()} == {
        "S": True,
        "M": False,
    }


def test_promises_made_since_somebody_left_are_of_others_to_them(linked: Cast):
    gone = MembershipFactory(cohort=linked.other, starts_on=date(2026, 1, 5), ends_on=IN_MAY).user
    exchange = linked.edition.exchanges.get()
    CommitmentFactory(
        exchange=exchange, cohort=linked.cohort, owner=linked["M"], made_on=IN_JUNE, due_on=IN_JUNE, born_on=IN_JUNE
    )
    found = {}
    for name, user in (("gone", gone), ("there", linked["N"])):
        reach = reach_of(user)
        scope = reach.scope(edition=linked.edition)
        found[name] = promises(counted(reach, scope), scope, user, as_of=date(2026, 11, 24))
    assert {name: (told.due, told.masked) for name, told in found.items()} == {
        "gone": (Group(1, 0), True),
        "there": (Group(1, 1), False),
    }


@pytest.mark.parametrize(
    ("state", "then", "now"),
    [("kept", (0, 0, 1), (1, 0, 0)), ("dropped", (0, 0, 1), (0, 1, 0)), ("open", (0, 0, 1), (0, 0, 1))],
)
def test_promises_closed_since_were_late_that_day(
    linked: Cast, state: str, then: tuple[int, ...], now: tuple[int, ...]
):
    exchange, closed_on = linked.edition.exchanges.get(), date(2026, 8, 20)
    told = {"owner": linked["M"], "made_on": IN_JUNE, "due_on": date(2026, 7, 1), "closed_on": closed_on}
    CommitmentFactory(exchange=exchange, cohort=linked.cohort, state=state, **told)
    reach = reach_of(linked["S"])
    scope = reach.scope(edition=linked.edition)
    found = [
        promises(counted(reach, scope), scope, linked["S"], as_of=day) for day in (date(2026, 8, 1), date(2026, 11, 24))
    ]
    assert [tuple(group.total for group in day) for day in found] == [then, now]


def test_pairs_of_others_are_summed_up(linked: Cast):
    third = CohortFactory(edition=linked.edition, authority=AuthorityFactory(name="Ville de Plaine"))
    ContributionFactory.create_batch(5, exchange=linked.edition.exchanges.get(), cohort=third)
    someone = MembershipFactory(cohort=CohortFactory(edition=linked.edition)).user
    assert of_table(answer(someone, edition="transfo-2026"), "links-table") == [
        ["Among other authorities", "6", "< 5", "< 5", "< 5", "< 5"]
    ]
    assert len(of_table(answer(linked["S"]), "links-table")) == 3


# Beside it


def test_claims_stand_beside_with_what_nobody_wrote_down(cast: Cast):
    about = {"edition": None, "programme": cast.edition.programme, "verified": False, "source": "The case study"}
    for metric, value in {"later": 70, "start": 15}.items():
        ClaimFactory(metric=f"network_civil_servants_{metric}", value=value, **about)
    ClaimFactory(edition=cast.edition, metric="volunteers", value=40, scope="Mulhouse", definition="20 + 20")
    ClaimFactory(edition=cast.edition, metric="ideas_implemented_percent", value=50)
    said = text(cast["N"])
    beside = "published, definition unknown date unknown · The case study (not found in a public page)"
    assert said.index("Civil servants in the network at the start,") < said.index(f"15 {beside}")
    assert said.index("Civil servants in the network later,") < said.index(f"70 {beside}")
    assert ["Volunteers Mulhouse", "40", "—not known", "20 + 20", "A page read in 2026"] in rows(answer(cast["N"]))
    assert "implemented" not in said
    assert answer(cast["S"]).context["network"].now.active.total == 6


def test_what_was_published_of_teams_is_a_table_of_its_own(cast: Cast):
    past = CohortFactory(retrospective=True, state="alumni", name="Champagne")
    InnovationTeamFactory(cohort=past, name="Le Labo", state="open", retrospective=True, opened_on=date(2015, 2, 1))
    said = text(cast["S"])
    assert "Innovation teams open 0" in said
    assert said.index("Innovation teams known from publications") < said.index("Le Labo")


# Who sees what


OPENED: list[tuple[dict[str, str], str]] = [
    ({"cohort": "montagne"}, "SN"),
    ({"edition": "transfo-2026"}, "SCDPMRAN"),
    ({"as_of": "2026-11-24"}, EVERYONE),
    ({"as_of": "2026-11-25"}, ""),
    ({"as_of": "yesterday"}, ""),
    ({"authority": "nowhere"}, ""),
]


def test_who_may_open_which_address(cast: Cast):
    readers = {letter: client_of(cast[letter]) for letter in EVERYONE}
    for asked, letters in OPENED:
        pages = {letter: reader.get(ADDRESS, asked) for letter, reader in readers.items()}
        assert (asked, {letter: (page.status_code, bool(errors(page))) for letter, page in pages.items()}) == (
            asked,
            {letter: (200, letter not in letters) for letter in EVERYONE},
        )
        assert [letter for letter in EVERYONE if "network" in pages[letter].context] == [
            letter for letter in letters if letter != "X"
        ]


def test_others_read_their_own_cohorts_and_the_edition_as_a_whole(cast: Cast):
    """Six others in the edition: one of Montagne and five of a third cohort."""
    third = CohortFactory(edition=cast.edition, name="Plaine")
    MembershipFactory.create_batch(5, cohort=third)
    MembershipFactory.create_batch(5, cohort=third, ends_on=IN_MAY)
    tables = [of_table(answer(cast["A"], **asked), "cohorts-table") for asked in ({}, {"edition": "transfo-2026"})]
    rivage = ["Rivage", "2", "1", "0", "2", "5", "0"]
    assert tables == [[rivage], [rivage, ["Other cohorts", "6", "0", "0", "0", "6", "5"]]]
    said = text(cast["A"], edition="transfo-2026")
    assert "11 people are active. At the end of the first month, January 2026, there were 16. 5 have left" in said


def test_fewer_than_five_others_are_masked_everywhere(cast: Cast):
    MembershipFactory.create_batch(3, cohort=cast.other, ends_on=IN_MAY)
    InnovationTeamFactory(cohort=cast.other)
    page = answer(cast["A"], edition="transfo-2026")
    assert "Fewer than five of these people come from cohorts other" in text(cast["A"], edition="transfo-2026")
    assert {cell for line in of_table(page, "network-table") for cell in line[1:-1]} == {"not shown"}
    assert of_table(page, "cohorts-table")[-1] == ["Other cohorts", *["not shown"] * 4, *["< 5"] * 2]
    assert page.context["chart"].option["series"] == []
    assert "Le Labo" not in page.content.decode()


def test_a_circle_of_many_is_not_called_few_because_another_one_is(cast: Cast):
    """Seven ambassadors and one relay of others: neither circle is told, nor called few; together they are."""
    MembershipFactory.create_batch(7, cohort=cast.other)
    MembershipFactory(cohort=cast.other, role="relay")
    assert of_table(answer(cast["A"], edition="transfo-2026"), "network-table")[-1][1:] == [
        *["not shown"] * 4,
        "14",
        "0",
    ]


def test_fewer_than_five_is_said_where_all_of_them_are_others():
    """Of nine, six of them one’s own, it would be untrue."""
    groups = (Group(4, 0), Group(5, 0), Group(9, 6), Group(3, 3), Group(0, 0))
    assert [(group.shown, group.few) for group in groups] == [
        (None, True),
        (5, False),
        (None, False),
        (3, False),
        (0, False),
    ]


def test_a_member_opens_the_people_of_their_own_cohort_only(cast: Cast):
    """An earlier cohort of the same authority is counted and not opened."""
    earlier = CohortFactory(authority=cast.cohort.authority, name="Avant", slug="avant")
    InnovationTeamFactory(cohort=earlier, name="Le Premier")
    MembershipFactory(cohort=earlier)
    names = ("Rivage", "Avant", "Le Premier")
    opened = {letter: [name in links(answer(cast[letter])) for name in names] for letter in "SAM"}
    assert opened == {"S": [True] * 3, "A": [True] * 3, "M": [True, False, False]}


def test_two_days_in_a_row_do_not_tell_who_of_others_came_or_left(cast: Cast):
    """Less one's own, which are free to the day, six others stay until the end of the month."""
    MembershipFactory.create_batch(5, cohort=cast.other)
    MembershipFactory(cohort=cast.other, starts_on=IN_MAY)
    MembershipFactory(cohort=cast.cohort, starts_on=IN_MAY)
    days = ["2026-05-03", "2026-05-04", "2026-05-31"]
    active = {
        (letter, edition): [
            answer(cast[letter], edition=edition, as_of=day).context["network"].now.active.total for day in days
        ]
        for letter, edition in (("S", "transfo-2026"), ("A", "transfo-2026"), ("A", ""))
    }
    assert active == {("S", "transfo-2026"): [11, 13, 13], ("A", "transfo-2026"): [11, 11, 13], ("A", ""): [5, 6, 6]}
    assert "as of 30 April 2026" in text(cast["A"], edition="transfo-2026", as_of=days[1])
    assert [str(MONTHLY) in text(cast["A"], edition=edition) for edition in ("transfo-2026", "")] == [True, False]


def test_links_among_others_wait_for_the_end_of_the_month(linked: Cast):
    """Who took an idea up without sharing it is not told; nor is the day, by a sum that grew overnight."""
    told = {
        (letter, day): of_table(answer(linked[letter], as_of=day), "links-table")[0][2:5]
        for letter in "SA"
        for day in ("2026-06-09", "2026-06-30")
    }
    some, none = [AT_TWO] * 3, ["0"] * 3
    assert told == {
        ("S", "2026-06-09"): some,
        ("S", "2026-06-30"): some,
        ("A", "2026-06-09"): none,
        ("A", "2026-06-30"): some,
    }
    assert (
        "Links are counted up to the end of a month, here 31 May 2026, because links between other authorities are"
        in text(linked["A"], as_of="2026-06-09")
    )
    assert "Links are counted up to the end of a month, here" not in text(linked["A"], as_of="2026-06-30") + text(
        linked["S"], as_of="2026-06-09"
    )


def test_what_narrows_the_rates_narrows_nothing_here(cast: Cast):
    MembershipFactory.create_batch(5, cohort=cast.other)
    plain, pasted = (
        answer(cast["A"], edition="transfo-2026", **more).context["network"].now.active.total
        for more in ({}, {"kind": "priority", "known_at": "2026-11-01", "accepted_until": "x"})
    )
    assert (plain, pasted) == (11, 11)


@pytest.mark.parametrize(
    ("facts", "live"),
    [
        ({}, True),
        ({"state": "sustained"}, True),
        ({"scope": "adapted"}, True),
        ({"scope": "partial"}, False),
        ({"state": "planned", "live_on": None}, False),
        ({"live_on": date(2026, 10, 31)}, True),
        ({"live_on": date(2026, 11, 1)}, False),
        ({"state": "discontinued", "ended_on": date(2026, 10, 31)}, False),
        ({"state": "discontinued", "ended_on": date(2026, 11, 1)}, True),
    ],
    ids=str,
)
def test_an_idea_is_live_elsewhere_where_it_counts_and_has_not_ended(facts: dict[str, object], live: bool, cast: Cast):
    idea = IdeaFactory(cohort=cast.other, state="accepted", shared_with_edition=True)
    ImplementationFactory(idea=idea, authority=cast.cohort.authority, kind="replication", **facts)
    page = answer(cast["S"], as_of="2026-10-31")
    assert (page.context["replications"].total, bool(page.context["links"].pairs)) == (int(live), live)


def test_an_idea_live_in_several_places_counts_once_and_in_each_pair(cast: Cast):
    """Nor does one that the rates do not count: only noted, or known from publications."""
    idea = IdeaFactory(cohort=cast.other, state="accepted", shared_with_edition=True)
    third = AuthorityFactory(name="Ville de Plaine")
    for authority, unit in ((cast.cohort.authority, "A"), (cast.cohort.authority, "B"), (third, "A")):
        ImplementationFactory(idea=idea, authority=authority, unit=unit, kind="replication")
    noted = IdeaFactory(cohort=cast.other, shared_with_edition=True)
    ImplementationFactory(idea=noted, authority=third, kind="replication")
    published = IdeaFactory(
        cohort=CohortFactory(retrospective=True, state="alumni"), retrospective=True, state="accepted"
    )
    ImplementationFactory(idea=published, authority=third, kind="replication", retrospective=True, source="A page")
    page = answer(cast["S"])
    assert [line[-1] for line in of_table(page, "links-table")] == [f"1 {idea.reference}"] * 2
    assert page.context["replications"].total == 1
    assert page.context["replications"].total == implementation_rates(as_of=page.context["as_of"]).replications


@pytest.mark.parametrize("cohorts", [1, 3])
@pytest.mark.parametrize(("letter", "statements"), [("S", 9), ("A", 10)])
def test_the_page_takes_ten_statements(
    letter: str, statements: int, cohorts: int, linked: Cast, django_assert_num_queries
):
    """Session, person, reach, changes, cohorts, links, teams, promises, claims; what the reader may open."""
    for number in range(cohorts - 1):
        more = CohortFactory(edition=linked.edition, authority=linked.cohort.authority, site=f"Annexe {number}")
        MembershipFactory(cohort=more, user=UserFactory())
        InnovationTeamFactory(cohort=more)
    ClaimFactory(edition=linked.edition, metric="volunteers")
    client = Client()
    client.force_login(linked[letter], backend="django.contrib.auth.backends.ModelBackend")
    with django_assert_num_queries(statements):
        assert client.get(ADDRESS, {"edition": "transfo-2026"}).status_code == 200
