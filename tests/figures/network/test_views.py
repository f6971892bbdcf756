"""The network page: plain words first; people by circle and cohort, teams, links; who sees which numbers."""

import re
from datetime import date
from html import unescape

import pytest
from django.test import Client

from accounts.models import User
from cohorts.teams.enums import TEAM_DAYS
from figures.network import context
from figures.network.queries import commitments, counted_cohorts
from figures.outcomes.queries import implementation_rates
from figures.scope import visibility
from figures.scope.visibility import visible_cohorts
from tests.factories.accounts import UserFactory
from tests.factories.cast import EVERYONE, Cast, create_cast
from tests.factories.cohorts import CohortFactory, InnovationTeamFactory, MembershipFactory, opened
from tests.factories.contents import CommitmentFactory, ContributionFactory, MatchFactory
from tests.factories.exchanges import ExchangeFactory
from tests.factories.figures import share_with_edition
from tests.factories.programmes import AuthorityFactory, ClaimFactory, EditionFactory
from tests.factories.prototypes import IdeaFactory, ImplementationFactory, LineageFactory
from tests.factories.snapshots import built_once
from tests.pages import elements, errors, links, rows, texts

ADDRESS = "/network/"
IN_MAY, IN_JUNE = date(2026, 5, 4), date(2026, 6, 9)


def figures_file(user: User) -> str:
    """Return the text of the file of the figures."""
    return client_of(user).get("/network/figures.csv").content.decode()


def client_of(user: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def answer(user: User, **query: str):
    return client_of(user).get(ADDRESS, query)


def text(user: User, **query: str) -> str:
    """Return the text of the main part of a page, with normalised white space."""
    html = answer(user, **query).content.decode()
    main = html[html.index("<main") : html.index("</main>")]
    words = re.sub(r"<script.*?</script>|<[^>]+>", " ", main, flags=re.DOTALL)
    return re.sub(r"\s+([.,;])", r"\1", " ".join(unescape(words).split()))


def of_table(page, name: str) -> list[list[str]]:
    """Return the cells of one of its tables, without headings."""
    html = page.content.decode()
    start = html.index(f'id="{name}"')
    body = html[html.index("<tbody", start) : html.index("</tbody>", start)]
    lines = re.findall(r"<tr.*?</tr>", body, flags=re.DOTALL)
    cells = [re.findall(r"<t[hd].*?</t[hd]>", line, flags=re.DOTALL) for line in lines]
    return [[" ".join(unescape(re.sub(r"<[^>]+>", " ", cell)).split()) for cell in line] for line in cells]


# In words and figures


def test_page_begins_with_people_active_earlier_and_left(cast: Cast):
    gone = MembershipFactory(cohort=cast.cohort, starts_on=date(2024, 3, 1), ends_on=IN_MAY)
    MembershipFactory(cohort=cast.cohort, user=gone.user, role="relay", starts_on=date(2024, 4, 1), ends_on=IN_MAY)
    assert (
        "On 24 November 2026, 6 people are active. Two years before there was 1. Of the people active on 24 November"
        " 2026, 6 are in cohorts that had not begun on 24 November 2024. 1 has left and stays in the history."
    ) in text(cast["S"])
    assert "On 30 March 2024, 1 person is active. Change" in text(cast["S"], as_of="2024-03-30")
    assert "Nothing yet: nobody had joined by this date." in text(cast["S"], as_of="2024-02-29")


def test_page_links_to_the_innovation_teams_of_all_visible_authorities(cast: Cast):
    teams = {role: links(answer(cast[role])).get("Innovation teams") for role in "SAX"}
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
    assert [area.colour for area in page.context["chart"].areas] == ["open", "abandoned", "residency", "implemented"]
    assert page.context["chart"].stop.sentence == (
        "24 November 2026: 8 people active (first circle 3, second circle 3, design teams 2)."
    )
    assert [page.content.decode().count(script) for script in ("js/step_chart.js",)] == [1]


def test_growth_is_that_of_the_same_cohorts_at_the_same_age(cast: Cast):
    """Rivage began in January with five people, Montagne in June with one."""
    cast.other_cohort.actual_start = IN_JUNE
    cast.other_cohort.save()
    MembershipFactory.create_batch(2, cohort=cast.cohort, role="relay", starts_on=IN_MAY)
    page = answer(cast["S"])
    assert of_table(page, "growth-table") == [
        ["0", "2", "6", "6", "3"],
        ["4", "2", "6", "8", "4"],
        ["6", "1", "5", "7", "7"],
        ["10", "1", "5", "7", "7"],
    ]
    assert page.context["growth_chart"].stop.sentence == (
        "10 months after they began: 7 people per cohort, 5 when the same cohorts began; 1 cohort followed that long."
    )


def test_there_is_no_growth_before_a_cohort_was_followed_for_a_month(cast: Cast):
    assert "No curve yet: no cohort began a month ago or more." in text(cast["S"], as_of="2026-02-04")
    assert "No curve yet" not in text(cast["S"], as_of="2026-02-05")


def test_people_of_cohorts_that_had_not_begun_are_said(cast: Cast):
    sentence = "Of the people active on 24 November 2026, 1 is in a cohort that had not begun on 31 January 2026."
    assert sentence not in text(cast["S"])
    cast.other_cohort.actual_start = IN_JUNE
    cast.other_cohort.save()
    assert f"January 2026, there were 6. {sentence}" in text(cast["S"])
    assert sentence not in text(cast["A"]), "of Rivage alone"


def test_completing_a_cohort_changes_nothing(cast: Cast):
    before = of_table(answer(cast["S"]), "cohorts-table")
    cast.cohort.state = "completed"
    cast.cohort.save()
    assert of_table(answer(cast["S"]), "cohorts-table") == before


def test_people_are_counted_by_cohort(cast: Cast):
    twice = MembershipFactory(cohort=cast.other_cohort, user=cast["R"], role="elected")
    MembershipFactory(cohort=cast.other_cohort, user=cast["R"], role="direction", ends_on=IN_MAY)
    MembershipFactory(cohort=cast.other_cohort, role="pilot", ends_on=IN_MAY)
    page = answer(cast["S"])
    assert of_table(page, "cohorts-table") == [
        ["Montagne", "1", "0", "1", "0", "2", "1"],
        ["Rivage", "2", "1", "0", "2", "5", "0"],
    ]
    assert page.context["network"].now.active == 6
    assert links(page)["Montagne"] == f"/cohorts/{twice.cohort.slug}/members/"


def test_teams_are_shown_with_the_steps_taken_by_that_day(cast: Cast):
    InnovationTeamFactory(cohort=cast.cohort, proposed_on=date(2026, 2, 2))
    new_team = InnovationTeamFactory(cohort=cast.other_cohort, name="La Fabrique", proposed_on=date(2026, 3, 2))
    for state, day in {"prefigured": date(2026, 4, 1), "decided": IN_MAY, "open": IN_JUNE}.items():
        new_team.state = state
        setattr(new_team, TEAM_DAYS[state], day)
        new_team.save()
    assert "La Fabrique Ville de Montagne open 2 Mar 2026 1 Apr 2026 4 May 2026 9 Jun 2026 — not known" in text(
        cast["S"]
    )
    assert "Innovation teams open 1" in text(cast["S"])
    in_may = text(cast["S"], as_of="2026-05-31")
    assert "La Fabrique Ville de Montagne decided 2 Mar 2026 1 Apr 2026 4 May 2026 — not known" in in_may
    assert "Innovation teams open 0" in in_may
    assert "Le Labo" not in text(cast["S"], as_of="2026-02-01")
    assert links(answer(cast["S"]))["La Fabrique"] == "/cohorts/montagne/innovation-team/"


def test_team_added_after_the_reader_left_is_counted_and_not_named(cast: Cast):
    """The reader still belongs to its authority, through another cohort."""
    left, again = (
        CohortFactory(edition=cast.edition, authority=cast.cohort.authority, name=site, slug=site, site=site)
        for site in ("port", "phare")
    )
    MembershipFactory(cohort=again, user=cast["X"])
    for cohort, name, since in ((left, "La Fabrique", IN_MAY), (cast.cohort, "Le Grenier", IN_JUNE)):
        MembershipFactory(cohort=cohort, user=cast["X"], ends_on=IN_MAY)
        InnovationTeamFactory(cohort=cohort, name=name, proposed_on=date(2026, 2, 2), created_on=since)
    read = {role: text(cast[role]) for role in "XMS"}
    assert {role: "La Fabrique" in page_text for role, page_text in read.items()} == dict.fromkeys("XMS", True)
    assert {role: "Le Grenier" in page_text for role, page_text in read.items()} == {"X": False, "M": True, "S": True}


def test_commitments_kept_are_counted_out_of_those_due_by_that_day(cast: Cast):
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


@built_once
def links_between_two() -> Cast:
    cast = create_cast()
    exchange = ExchangeFactory(edition=cast.edition, host=cast.cohort, number=2, state="held", first_day=IN_JUNE)
    offer = ContributionFactory(exchange=exchange, cohort=cast.other_cohort, kind="offer")
    MatchFactory(offer=offer, request=ContributionFactory(exchange=exchange, cohort=cast.cohort, kind="request"))
    CommitmentFactory(exchange=exchange, cohort=cast.other_cohort, owner=cast["N"], made_on=IN_JUNE)
    there = {"cohort": cast.other_cohort, "shared_with_edition": True}
    LineageFactory(parent=IdeaFactory(**there), child=IdeaFactory(cohort=cast.cohort, shared_with_edition=True))
    live = IdeaFactory(**there, state="accepted")
    ImplementationFactory(idea=live, authority=cast.cohort.authority, kind="replication", state="live")
    here = IdeaFactory(cohort=cast.cohort, shared_with_edition=True)
    LineageFactory(parent=here, child=IdeaFactory(cohort=cast.other_cohort))
    return cast


@pytest.fixture
def linked(db: None, today: None) -> Cast:
    """Add one link of each kind from Montagne to Rivage, and one unshared adoption the other way."""
    return links_between_two()


LINKED_PAIR = ["Ville de Montagne", "Ville de Rivage"]
AT_TWO = "1 Intertransfo 2"


def test_links_by_pair_point_to_the_pages_they_count(linked: Cast):
    page = answer(linked["S"])
    assert of_table(page, "links-table") == [
        [*LINKED_PAIR, AT_TWO, AT_TWO, AT_TWO, "1 RIV-001", "1 MON-002"],
        [*LINKED_PAIR[::-1], "0", "0", "0", "1 MON-003", "0"],
    ]
    exchange = linked.edition.exchanges.get()
    paths = [f"/exchanges/{exchange.pk}/{page}/" for page in ("contributions", "contributions", "minutes")]
    assert [element["attrs"]["href"] for element in elements(page, "a") if element["text"] == "Intertransfo 2"] == paths
    assert "Ideas live in another authority 1" in text(linked["S"])
    assert "Ideas live in another authority 0" in text(linked["A"])


def test_links_count_from_the_day_they_were_made(linked: Cast):
    assert of_table(answer(linked["S"], as_of="2026-06-08"), "links-table")[0][2:5] == ["0"] * 3
    assert "No link by this date." in text(linked["S"], as_of="2026-02-01")


def test_unshared_reuse_is_shown_only_to_its_authority_and_the_lab(linked: Cast):
    numbers_of_pairs = {role: len(of_table(answer(linked[role]), "links-table")) for role in "SARN"}
    assert numbers_of_pairs == {"S": 2, "A": 1, "R": 1, "N": 2}
    assert {role for role in "SARN" if "Among other authorities" in text(linked[role])} == set()


def test_an_idea_live_elsewhere_is_counted_there_only_if_it_is_shared(linked: Cast):
    idea = IdeaFactory(cohort=linked.other_cohort, state="accepted")
    ImplementationFactory(idea=idea, authority=linked.cohort.authority, kind="replication", state="live")
    lasts = {role: of_table(answer(linked[role]), "links-table")[0][-1] for role in "SMN"}
    assert lasts == {"S": "2 MON-002 MON-004", "M": "1 MON-002", "N": "2 MON-002 MON-004"}


def test_intertransfo_of_another_edition_has_no_link(linked: Cast):
    """Both authorities also took part in another edition: it is counted, but its pages are for its members."""
    elsewhere = EditionFactory()
    host, guest = (
        CohortFactory(edition=elsewhere, authority=row.authority) for row in (linked.cohort, linked.other_cohort)
    )
    exchange = ExchangeFactory(edition=elsewhere, host=host, number=3, state="held", first_day=IN_JUNE)
    ContributionFactory(exchange=exchange, cohort=guest)
    pages = {role: answer(linked[role]) for role in "SM"}
    assert [of_table(page, "links-table")[0][2][0] for page in pages.values()] == ["2", "2"]
    assert {role: f"/exchanges/{exchange.pk}/" in page.content.decode() for role, page in pages.items()} == {
        "S": True,
        "M": False,
    }


@pytest.mark.parametrize(
    ("state", "then", "now"),
    [("kept", (0, 0, 1), (1, 0, 0)), ("dropped", (0, 0, 1), (0, 1, 0)), ("open", (0, 0, 1), (0, 0, 1))],
)
def test_commitments_closed_later_are_late_on_that_day(
    linked: Cast, state: str, then: tuple[int, ...], now: tuple[int, ...]
):
    exchange, closed_on = linked.edition.exchanges.get(), date(2026, 8, 20)
    commitment = {"owner": linked["M"], "made_on": IN_JUNE, "due_on": date(2026, 7, 1), "closed_on": closed_on}
    CommitmentFactory(exchange=exchange, cohort=linked.cohort, state=state, **commitment)
    visible = visible_cohorts(linked["S"])
    scope = visible.scope(edition=linked.edition)
    found = [
        commitments(counted_cohorts(visible, scope), scope, as_of=day) for day in (date(2026, 8, 1), date(2026, 11, 24))
    ]
    assert [tuple(day) for day in found] == [then, now]


@pytest.mark.parametrize(
    ("sharing", "others"),
    [
        ("", []),
        ("montagne rivage", [["Among other authorities", "1", "1", "1", "2", "1"]]),
        ("montagne plaine", []),
        ("montagne rivage plaine", [["Among other authorities", "6", "1", "1", "2", "1"]]),
    ],
)
def test_links_among_others_that_share_are_summed_up(sharing: str, others: list[list[str]], linked: Cast):
    """A link counts where both ends share."""
    third = CohortFactory(edition=linked.edition, slug="plaine", authority=AuthorityFactory(name="Ville de Plaine"))
    ContributionFactory.create_batch(5, exchange=linked.edition.exchanges.get(), cohort=third)
    someone = MembershipFactory(cohort=CohortFactory(edition=linked.edition)).user
    share_with_edition(*(cohort for cohort in linked.edition.cohorts.all() if cohort.slug in sharing.split()))
    page = answer(someone, edition="transfo-2026")
    assert (of_table(page, "links-table") if page.context["links"].unlisted else []) == others
    assert len(of_table(answer(linked["S"]), "links-table")) == 3


# Claims


def test_claims_are_shown_with_missing_definitions_marked(cast: Cast):
    about = {"edition": None, "programme": cast.edition.programme, "verified": False, "source": "The case study"}
    for metric, value in {"later": 70, "start": 15}.items():
        ClaimFactory(metric=f"network_civil_servants_{metric}", value=value, **about)
    ClaimFactory(edition=cast.edition, metric="volunteers", value=40, scope="Mulhouse", definition="20 + 20")
    ClaimFactory(edition=cast.edition, metric="ideas_implemented_percent", value=50)
    page_text = text(cast["N"])
    missing_definition = "published, definition unknown date unknown · The case study (not found in a public page)"
    assert page_text.index("Civil servants in the network at the start,") < page_text.index(f"15 {missing_definition}")
    assert page_text.index("Civil servants in the network later,") < page_text.index(f"70 {missing_definition}")
    assert ["Volunteers Mulhouse", "40", "—not known", "20 + 20", "A page read in 2026"] in rows(answer(cast["N"]))
    assert "implemented" not in page_text
    assert answer(cast["S"]).context["network"].now.active == 6


def test_published_teams_have_a_separate_table(cast: Cast):
    past = CohortFactory(retrospective=True, state="alumni", name="Champagne")
    InnovationTeamFactory(cohort=past, name="Le Labo", state="open", retrospective=True, opened_on=date(2015, 2, 1))
    page_text = text(cast["S"])
    assert "Innovation teams open 0" in page_text
    assert page_text.index("Innovation teams known from publications") < page_text.index("Le Labo")


# Who sees what


OPENED: list[tuple[dict[str, str], str]] = [
    ({"cohort": "montagne"}, "SN"),
    ({"edition": "transfo-2026"}, "SCDPMRAN"),
    ({"as_of": "2026-11-24"}, EVERYONE),
    ({"as_of": "2026-11-25"}, ""),
    ({"as_of": "yesterday"}, ""),
    ({"authority": "nothing_to_show"}, ""),
]


def test_who_may_open_which_address(cast: Cast):
    readers = {role: client_of(cast[role]) for role in EVERYONE}
    for query, roles in OPENED:
        pages = {role: reader.get(ADDRESS, query) for role, reader in readers.items()}
        assert (query, {role: (page.status_code, bool(errors(page))) for role, page in pages.items()}) == (
            query,
            {role: (200, role not in roles) for role in EVERYONE},
        )
        assert [role for role in EVERYONE if "network" in pages[role].context] == [
            role for role in roles if role != "X"
        ]


def test_others_read_their_own_cohorts_and_the_sum_of_those_that_share(cast: Cast):
    """Three others in the edition: one of Montagne, which does not share, and two of a third cohort."""
    third = CohortFactory(edition=cast.edition, name="Plaine", authority=AuthorityFactory(name="Ville de Plaine"))
    share_with_edition(third)
    MembershipFactory.create_batch(2, cohort=third)
    MembershipFactory(cohort=third, ends_on=IN_MAY)
    InnovationTeamFactory(cohort=third, name="La Grange")
    tables = [of_table(answer(cast["A"], **query), "cohorts-table") for query in ({}, {"edition": "transfo-2026"})]
    rivage = ["Rivage", "2", "1", "0", "2", "5", "0"]
    assert tables == [[rivage], [rivage, ["Other cohorts", "2", "0", "0", "0", "2", "1"]]]
    page_text = text(cast["A"], edition="transfo-2026")
    assert "7 people are active. At the end of the first month, January 2026, there were 8. 1 has left" in page_text
    assert "Counted: Ville de Plaine, Ville de Rivage." in page_text
    assert "Not included: Ville de Montagne." in page_text
    assert "La Grange" not in page_text


def test_a_member_opens_the_people_of_their_own_cohort_only(cast: Cast):
    """An earlier cohort of the same authority is counted, but not linked."""
    earlier = CohortFactory(authority=cast.cohort.authority, name="Avant", slug="avant")
    InnovationTeamFactory(cohort=earlier, name="Le Premier")
    MembershipFactory(cohort=earlier)
    names = ("Rivage", "Avant", "Le Premier")
    opened = {role: [name in links(answer(cast[role])) for name in names] for role in "SAM"}
    assert opened == {"S": [True] * 3, "A": [True] * 3, "M": [True, False, False]}


def test_every_day_may_be_chosen_for_cohorts_that_share(cast: Cast):
    share_with_edition(cast.other_cohort)
    MembershipFactory(cohort=cast.other_cohort, starts_on=IN_MAY)
    for day, active in (("2026-05-03", 6), ("2026-05-04", 7)):
        page = answer(cast["A"], edition="transfo-2026", as_of=day)
        assert (page.context["as_of"].isoformat(), page.context["network"].now.active) == (day, active)


def test_filters_of_the_rates_have_no_effect_on_the_network(cast: Cast):
    share_with_edition(cast.other_cohort)
    MembershipFactory.create_batch(5, cohort=cast.other_cohort)
    plain, pasted = (
        answer(cast["A"], edition="transfo-2026", **more).context["network"].now.active
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
    idea = IdeaFactory(cohort=cast.other_cohort, state="accepted", shared_with_edition=True)
    ImplementationFactory(idea=idea, authority=cast.cohort.authority, kind="replication", **facts)
    page = answer(cast["S"], as_of="2026-10-31")
    assert (page.context["replications"], bool(page.context["links"].pairs)) == (int(live), live)


def test_an_idea_live_in_several_places_counts_once_and_in_each_pair(cast: Cast):
    """An idea that the rates do not count has no link: only noted, or known from publications."""
    idea = IdeaFactory(cohort=cast.other_cohort, state="accepted", shared_with_edition=True)
    third = AuthorityFactory(name="Ville de Plaine")
    for authority, unit in ((cast.cohort.authority, "A"), (cast.cohort.authority, "B"), (third, "A")):
        ImplementationFactory(idea=idea, authority=authority, unit=unit, kind="replication")
    noted = IdeaFactory(cohort=cast.other_cohort, shared_with_edition=True)
    ImplementationFactory(idea=noted, authority=third, kind="replication")
    published = IdeaFactory(
        cohort=CohortFactory(retrospective=True, state="alumni"), retrospective=True, state="accepted"
    )
    ImplementationFactory(idea=published, authority=third, kind="replication", retrospective=True, source="A page")
    page = answer(cast["S"])
    assert [line[-1] for line in of_table(page, "links-table")] == [f"1 {idea.reference}"] * 2
    assert page.context["replications"] == 1
    assert page.context["replications"] == implementation_rates(as_of=page.context["as_of"]).replications


def test_long_tables_are_cut_and_too_many_cohorts_are_not_listed(linked: Cast, monkeypatch: pytest.MonkeyPatch):
    total = text(linked["S"]).partition(" people are active")[0]
    monkeypatch.setattr(visibility, "MAX_COHORTS", 1)
    monkeypatch.setattr(context, "MAX_COHORTS", 1)
    monkeypatch.setattr(context, "MAX_LISTED", 0)
    opened(InnovationTeamFactory(cohort=linked.cohort, proposed_on=IN_JUNE), IN_JUNE)
    InnovationTeamFactory(cohort=linked.other_cohort, proposed_on=IN_JUNE)
    page, page_text = answer(linked["S"]), text(linked["S"])
    assert "There are more than a hundred cohorts here." in page_text
    assert page_text.partition(" people are active")[0] == total
    assert 'id="cohorts-table"' not in page.content.decode()
    assert of_table(page, "links-table") == [["All authorities", "1", "1", "1", "2", "1"]]
    assert "Not all are shown here. Choose an authority or an edition" in page_text
    assert [page.context[name] for name in ("teams", "published_teams", "teams_open")] == [[], [], 1]
    assert "Ideas live in another authority 1" in page_text
    monkeypatch.setattr(context, "MAX_LISTED", 1)
    page = answer(linked["S"], authority=linked.cohort.authority.slug)
    assert [line[0] for line in of_table(page, "cohorts-table")] == ["Rivage"]


def test_tables_of_cohorts_teams_and_links_are_cut_and_lead_to_all(linked: Cast, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(context, "MAX_LISTED", 1)
    monkeypatch.setattr(context, "MAX_TEAMS", 1)
    for cohort in (linked.cohort, linked.other_cohort):
        InnovationTeamFactory(cohort=cohort)
    page, every = answer(linked["S"]), answer(linked["S"], show_all="1")
    cut = ["cohorts", "teams", "pairs of authorities"]
    sentences = [paragraph for paragraph in texts(page, "p") if "Show all" in paragraph]
    assert sentences == [f"Only the first 1 of 2 {rows} are listed. Show all" for rows in cut]
    addresses = [link["attrs"]["href"] for link in elements(page, "a") if link["text"] == "Show all"]
    assert addresses == [f"?show_all=1#{table}" for table in ("cohorts-table", "teams", "links-table")]
    assert [line[0] for line in of_table(page, "cohorts-table")] == ["Montagne"]
    assert [line[0] for line in of_table(every, "cohorts-table")] == ["Montagne", "Rivage"]
    assert [len(of_table(html, "links-table")) for html in (page, every)] == [1, 2]
    teams = [html.content.decode().split('id="teams"')[1].split("</table>")[0] for html in (page, every)]
    assert [table.count('<th scope="row">') for table in teams] == [1, 2]
    assert "Show all" not in links(every)


def test_too_many_cohorts_are_not_listed_for_anyone_but_are_in_the_file(linked: Cast, monkeypatch: pytest.MonkeyPatch):
    CohortFactory(edition=linked.edition, authority=linked.cohort.authority, site="Annexe")
    InnovationTeamFactory(cohort=linked.cohort)
    ClaimFactory(edition=linked.edition, metric="volunteers")
    usual, file = answer(linked["A"]), figures_file(linked["A"])
    totals = dict(usual.context["links"].totals)
    monkeypatch.setattr(context, "MAX_COHORTS", 1)
    page, page_text = answer(linked["A"]), text(linked["A"])
    assert "There are more than a hundred cohorts here." in page_text
    assert (page.context["links"].pairs, page.context["links"].unlisted) == ([], totals)
    assert [page.context[name] for name in ("cohort_rows", "teams", "claims")] == [[], [], []]
    for name in ("replications", "teams_open"):
        assert page.context[name] == usual.context[name]
    assert figures_file(linked["A"]) == file


@pytest.mark.django_db
@pytest.mark.usefixtures("today")
def test_lab_staff_read_zeros_where_there_is_no_cohort():
    page = answer(UserFactory(is_lab_staff=True))
    assert page.status_code == 200
    assert (page.context["network"].now, page.context["teams_open"], page.context["commitments"].due) == (None, 0, 0)
    assert (page.context["links"].totals, page.context["replications"]) == ({}, 0)


def test_edition_of_which_nothing_may_be_counted_has_zeros(cast: Cast):
    """The reader left the only cohort of an edition, which does not share its figures."""
    left = CohortFactory(edition=EditionFactory(slug="transfo-2025"), authority=AuthorityFactory())
    MembershipFactory(cohort=left, user=cast["X"], starts_on=IN_MAY, ends_on=IN_JUNE)
    page = answer(cast["X"], edition="transfo-2025")
    assert (page.status_code, errors(page)) == (200, [])
    assert (page.context["network"].now, page.context["cohort_rows"], page.context["claims"]) == (None, [], [])


@pytest.mark.parametrize("cohorts", [1, 3])
@pytest.mark.parametrize(("role", "statements"), [("S", 9), ("A", 9)])
def test_the_page_takes_nine_statements(
    role: str, statements: int, cohorts: int, linked: Cast, django_assert_num_queries
):
    """Session, person, scope, people, links, teams, commitments, claims; cohorts that the reader may open."""
    for number in range(cohorts - 1):
        more = CohortFactory(edition=linked.edition, authority=linked.cohort.authority, site=f"Annexe {number}")
        MembershipFactory(cohort=more, user=UserFactory())
        InnovationTeamFactory(cohort=more)
    ClaimFactory(edition=linked.edition, metric="volunteers")
    client = Client()
    client.force_login(linked[role])
    with django_assert_num_queries(statements):
        assert client.get(ADDRESS, {"edition": "transfo-2026"}).status_code == 200
