"""The rates page: who sees what, plain words first, with invalid filters and no ranking."""

import re
from datetime import date
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from cohorts.models import Cohort
from figures.number_formats import share
from programmes.models import Claim
from tests.factories.cast import EVERYONE, Cast, create_cast, new_cast
from tests.factories.cohorts import CohortFactory
from tests.factories.figures import share_with_edition
from tests.factories.programmes import AuthorityFactory, ClaimFactory, EditionFactory
from tests.factories.prototypes import PATH, ChallengeFactory, IdeaFactory, TrialFactory, add_event
from tests.factories.rates import early_cohort, worked_example
from tests.factories.snapshots import built_once
from tests.pages import elements, links, texts

PAGE, DEFINITIONS = reverse("figures:rates"), reverse("figures:rates_definitions")


def answer(user: User, address: str = PAGE, **query: str):
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client.get(address, query)


def text(user: User, address: str = PAGE, **query: str) -> str:
    """Return the text of the main part of a page, with normalised white space."""
    html = answer(user, address, **query).content.decode()
    main = html[html.index("<main") : html.index("</main>")]
    words = re.sub(r"<script.*?</script>|<[^>]+>", " ", main, flags=re.DOTALL)
    return re.sub(r"\s+([.,;])", r"\1", " ".join(unescape(words).split()))


def accept(cohort: Cohort, ideas: int) -> None:
    for _ in range(ideas):
        IdeaFactory(cohort=cohort, state="accepted")


@built_once
def cast_with_example() -> tuple[Cast, Cohort]:
    cast = create_cast()
    cohort = early_cohort(authority=cast.cohort.authority, code="TOU", slug="tours", name="Tours")
    worked_example(cohort)
    return cast, cohort


@pytest.fixture
def scene(request: pytest.FixtureRequest, db: None, today: None) -> tuple[Cast, Cohort | None]:
    return cast_with_example() if "example" in request.fixturenames else (new_cast(), None)


@pytest.fixture
def cast(scene: tuple[Cast, Cohort | None]) -> Cast:
    return scene[0]


@pytest.fixture
def example(scene: tuple[Cast, Cohort]) -> Cohort:
    """The worked example in an earlier cohort of the cast's authority."""
    return scene[1]


# Words and figures


def test_curve_of_several_cohorts_has_only_the_intervals_of_the_headline(cast: Cast, example: Cohort):
    worked_example(early_cohort(authority=cast.cohort.authority, site="Annexe"))
    context = answer(cast["A"]).context
    figures, stops = context["figures"], context["chart"].stops
    within = figures.share_within(12)
    assert (within.interval, context["chart"].lines) == ("by cohort", [])
    assert [number for number, stop in enumerate(stops) if "confidence interval" in stop.sentence] == [12]
    assert f"confidence interval {share(within.low)} to {share(within.high)}" in stops[12].sentence
    assert [point.months for point in context["curve"] if point.low is not None] == [12]


def test_the_page_begins_with_a_sentence(cast: Cast, example: Cohort):
    assert (
        "Of 24 ideas accepted, 10 are implemented (42%). Within a year of acceptance: about three in ten (31%; 95%"
        " confidence interval 14% to 50%). 1 of 24 accepted ideas had an update after 24 May 2026. See what changed"
    ) in text(cast["A"])
    assert (
        "Why these figures differ: 42% also counts ideas implemented later. The share within a year is an estimate,"
        " which counts ideas followed for less than a year only as long as they were followed."
        " Implemented within a year: 7 of 24; later: 3. Open and younger than a year: 2."
    ) in text(cast["A"]).partition("The figures")[2]


def test_the_page_shows_five_figures_at_once_and_folds_the_others(cast: Cast, example: Cohort):
    card = answer(cast["A"]).content.decode().partition("The figures</h2>")[2].partition("</section>")[0]
    at_once, _, folded = card.partition("Show the other figures")
    assert [at_once.count("figure-value"), folded.count("figure-value")] == [5, 6]
    assert "Estimated age by which a quarter are implemented" in folded


def test_ideas_known_from_publications_are_named_as_not_counted(cast: Cast, example: Cohort):
    words = "known from publications. Why"
    assert f"1 {words}" not in text(cast["A"])
    cohort = CohortFactory(retrospective=True, state="alumni", authority=cast.cohort.authority)
    IdeaFactory(cohort=cohort, retrospective=True, state="captured")
    assert f"1 {words}" in text(cast["A"])


def test_intervals_of_several_cohorts_are_by_cohort_and_named(cast: Cast, example: Cohort):
    worked_example(early_cohort(authority=cast.cohort.authority, site="Annexe"))
    page_text, of_one = text(cast["A"]), text(cast["A"], cohort="tours")
    words = "about 95 in 100 such intervals would contain the true share."
    assert f"{words} Ideas of one cohort may be more alike than ideas of different cohorts" in page_text
    assert (words in of_one, "may be more alike" in of_one) == (True, False)
    assert "10 of 24 accepted 42% Estimated age by which half" in of_one
    assert "20 of 48 accepted 42% Estimated age by which half" in page_text, "a count has no interval"


def test_panel_says_what_the_shares_would_be_if_something_is_wrong(cast: Cast, example: Cohort):
    page_text = text(cast["A"])
    assert (
        "If we are wrong The share implemented within a year of acceptance may be as low as one in"
        " eight or as high as half" in page_text
    )
    assert "As recorded 42% 31% not known yet" in page_text
    assert "If open ideas not confirmed for six months count as abandoned 8 cannot change 29% 42%" in page_text


def test_each_figure_is_shown_with_its_interval_and_meaning(cast: Cast, example: Cohort):
    """The meaning is between the name of a figure, which unfolds it, and its value."""
    page_text = text(cast["A"])
    for words in (
        "Implemented within 12 months The estimated share of accepted ideas that went live",
        "31% 95% confidence interval 14% to 50%",
        "not known yet too few ideas have been followed that long",
        "10 of 24 accepted 42%",
        "11 months",
        "not reached by month 20",
        "10 of 10 implemented",
        "The curve stops at month 20, the last whole month up to which at least five ideas were followed.",
    ):
        assert words in page_text


def test_line_above_the_heading_names_scope_and_day(cast: Cast, example: Cohort):
    assert text(cast["A"], as_of="2026-09-30").startswith(
        "Ville de Rivage only · editions with known dates · as of 30 September 2026"
    )


@pytest.mark.parametrize("role", ["S", "A", "M", "N", "X"])
def test_printed_page_shows_the_day_it_was_made_and_the_day_of_the_figures(role: str, cast: Cast):
    """That day under “As known on” gives the same figures again."""
    page = answer(cast[role], as_of="2026-09-30", edition="transfo-2026" if role != "X" else "")
    made = texts(page, "span", "only-print")
    assert made == (["· made on 24 November 2026"] if "figures" in page.context else [])


@pytest.mark.parametrize(("known_at", "is_shown"), [("", False), ("2026-11-20", True)])
def test_note_on_columns_not_rolled_back_is_shown_with_known_at(
    known_at: str, is_shown: bool, cast: Cast, example: Cohort
):
    page = answer(cast["A"], as_of="2026-09-30", known_at=known_at)
    sentences = [
        words for words in texts(page, "p", "small") if words.startswith("The last update of an idea is that of today")
    ]
    assert bool(sentences) is is_shown
    paper = " ".join(texts(page, "p", "small"))
    assert paper.count("The last update of an idea is that of today") == 1
    assert "Permanent address: https://lab.example/rates/?as_of=2026-09-30&known_at=2026-11-2" in paper


def test_last_update_in_the_list_is_labelled_as_known_today(cast: Cast):
    IdeaFactory(cohort=cast.cohort, state="accepted")
    heads = texts(answer(cast["A"], as_of="2026-09-30", page="1"), "th")
    assert ("Last update, as known today" in heads, "Last confirmed" in heads) == (True, False)


def test_the_curve_comes_with_its_table_and_its_script(cast: Cast, example: Cohort):
    page = answer(cast["A"])
    html = page.content.decode()
    assert (page.context["chart"].id, html.count('id="curve-table"'), html.count("js/step_chart.js")) == (
        "incidence",
        1,
        1,
    )
    assert "12 13 30.7% 13.6% – 49.8% 51.8% 17.4%" in text(cast["A"])


def test_a_page_without_a_curve_loads_no_script_of_charts(cast: Cast):
    assert "js/step_chart.js" not in answer(cast["A"]).content.decode()


def test_events_of_the_unfinished_month_are_said_below_the_curve_and_listed_in_its_table(cast: Cast):
    """Six ideas were accepted a year and two weeks ago; one of them was implemented four days ago."""
    cohort, accepted, live = early_cohort(authority=cast.cohort.authority), date(2025, 11, 10), date(2026, 11, 20)
    early = dict.fromkeys(["captured", "accepted"], accepted)
    for _ in range(5):
        IdeaFactory(cohort=cohort, state="accepted", days=early)
    IdeaFactory(cohort=cohort, state="implemented", days=dict.fromkeys(PATH, live) | early)
    assert (
        "The curve stops at month 12, the last whole month up to which at least five ideas were followed."
        " Month 13, not complete: 17% implemented (95% confidence interval 1% to 52%), 0% abandoned, 83% open; 5 ideas"
        " were followed up to that age."
    ) in (page_text := text(cast["A"]))
    assert re.search(r"Month 13, not complete 5 16\.7% \S+ – \S+ 83\.3% 0%", page_text)
    rows = answer(cast["A"], reverse("figures:rates_figures_csv")).content.decode()
    assert '"month_unfinished_implemented";"Month 13, not complete: implemented";0.166667;' in rows


def test_finished_month_needs_no_sentence_of_its_own(cast: Cast, example: Cohort):
    assert "not complete" not in text(cast["A"])


def test_a_year_after_acceptance_is_said_below_the_curve_at_first(cast: Cast, example: Cohort):
    assert texts(answer(cast["A"]), "p", "step-sentence") == [
        "12 months after acceptance: 31% implemented (95% confidence interval 14% to 50%), 17% abandoned,"
        " 52% open; 13 ideas were followed up to that age."
    ]


@pytest.mark.parametrize(
    ("states", "sentence"),
    [
        ([], "Nothing yet: no idea had been accepted by that day."),
        (["captured"], "Nothing yet: no idea had been accepted by that day."),
        (["accepted"], "One idea was accepted; it is not implemented."),
        (["implemented"], "The one idea accepted is implemented."),
        (["accepted", "abandoned"], "Of 2 ideas accepted, none is implemented so far."),
        (["accepted", "implemented"], "Of 2 ideas accepted, 1 is implemented."),
        (["implemented", "implemented", "accepted"], "Of 3 ideas accepted, 2 are implemented."),
    ],
)
def test_few_ideas_are_shown_as_counts(states: list[str], sentence: str, cast: Cast):
    for state in states:
        IdeaFactory(cohort=cast.cohort, state=state)
    assert sentence in text(cast["A"])


def test_fewer_than_five_ideas_have_no_rate(cast: Cast):
    accept(cast.cohort, 4)
    page_text = text(cast["A"])
    assert "Counts only: with fewer than five ideas a rate would mean nothing." in page_text
    assert "Implemented within 12" not in page_text
    assert "If ideas not confirmed" not in page_text
    assert answer(cast["A"]).context["chart"] is None


def test_before_the_first_idea_the_page_says_nothing_yet(cast: Cast, example: Cohort):
    page_text = text(cast["A"], as_of="2020-01-01")
    assert "Nothing yet: no idea had been accepted by that day." in page_text
    assert "0%" not in page_text


def test_ideas_left_out_are_listed(cast: Cast):
    surviving = IdeaFactory(cohort=cast.cohort, state="accepted")
    IdeaFactory(cohort=cast.cohort)
    IdeaFactory(cohort=cast.cohort)
    IdeaFactory(cohort=cast.cohort, state="merged", merged_into=surviving)
    assert ("Not counted: 2 ideas only captured, 1 merged into another, 0 known from publications.") in text(cast["A"])


def test_definitions_are_a_page_that_the_rates_link_to(cast: Cast):
    accept(cast.cohort, 5)
    IdeaFactory(cohort=cast.cohort)  # captured only
    rates = answer(cast["A"]).content.decode()
    links = set(re.findall(rf'href="({DEFINITIONS}[^"]*)"', rates))
    assert links == {f"{DEFINITIONS}{anchor}" for anchor in ("", "#left-out")}, "no interval is shown"
    definitions = answer(cast["A"], DEFINITIONS).content.decode()
    assert [f'id="{anchor}"' in definitions for anchor in ("intervals", "left-out")] == [True, True]


def test_the_definitions_name_their_methods(cast: Cast):
    page_text = text(cast["A"], DEFINITIONS)
    assert [word in page_text for word in ("Wilson", "Aalen and Johansen", "Why not 1 − Kaplan–Meier?")] == [True] * 3


# Rows


def test_ideas_behind_the_figures_are_listed(cast: Cast):
    challenge = ChallengeFactory(cohort=cast.cohort, title="Aide aux petites entreprises")
    IdeaFactory(cohort=cast.cohort, challenge=challenge, title="Un seul guichet", state="implemented")
    IdeaFactory(cohort=cast.cohort, title="Une affiche", state="abandoned")
    assert "The ideas behind these figures Show these ideas (2)" in text(cast["A"])
    page_text = text(cast["A"], page="1")
    assert "RIV-001 Un seul guichet Aide aux petites entreprises 2 Mar 2026 implemented 1 Sep 2026 5" in page_text
    assert "RIV-002 Une affiche 2 Mar 2026 abandoned Told by the tests 5 Oct 2026 7" in page_text


def test_list_without_an_idea_of_that_outcome_says_so_and_offers_all_outcomes(cast: Cast):
    accept(cast.cohort, 1)
    page = answer(cast["A"], outcome="abandoned", page="1")
    assert "None of the ideas that you can see one by one matches." in texts(page, "p")
    [tag] = [link for link in elements(page, "a", "tag") if link["attrs"]["href"].endswith("#ideas")]
    assert (tag["text"], tag["attrs"]["href"]) == ("abandoned ×remove", "?page=1#ideas")
    assert links(page)["Change what is counted"] == "?outcome=abandoned&choices=1"


@pytest.mark.parametrize("query", [{}, {"page": "1"}], ids=["unopened", "opened"])
def test_list_of_a_reader_whose_cohort_has_no_accepted_idea_counts_those_of_others(query: dict[str, str], cast: Cast):
    """There is nothing to open, so the sentence is there at once."""
    accept(cast.other_cohort, 5)
    for cohort in (cast.cohort, cast.other_cohort):
        share_with_edition(cohort)
    page = answer(cast["A"], edition="transfo-2026", **query)
    assert "There is no accepted idea that you can see one by one." in texts(page, "p")
    not_listed = "Only the ideas of your own authorities are listed. 5 ideas of other authorities are counted too"
    assert f"{not_listed}, but not listed." in texts(page, "p")
    assert [text for text in texts(page, "a") if text.startswith("Show these ideas")] == []


@pytest.mark.parametrize(("words", "folded"), [(12, False), (13, True)])
def test_long_reason_can_be_read_in_full(words: int, folded: bool, cast: Cast):
    reason = " ".join(f"mot{number}" for number in range(1, words + 1))
    add_event(IdeaFactory(cohort=cast.cohort, state="accepted"), "abandoned", reason=reason)
    html = answer(cast["A"], page="1").content.decode()
    assert (f"<summary>{reason[: reason.rindex(' ')]} …</summary>" in html) is folded
    assert (f'<small class="small">{reason}</small>' in html) is not folded
    assert reason in text(cast["A"], page="1")


def test_idea_links_to_its_page_only_for_readers_who_may_open_it(cast: Cast, example: Cohort):
    idea = example.ideas.order_by("number")[0]
    link = f'href="{idea.get_absolute_url()}"'
    assert [link in answer(cast[role], page="1").content.decode() for role in "SAM"] == [True, True, False]
    assert [idea.reference in text(cast[role], page="1") for role in "SAM"] == [True] * 3


def test_list_has_further_pages_that_keep_the_filters(cast: Cast):
    accept(cast.cohort, 26)
    first, last = answer(cast["A"], cohort="rivage", page="1"), answer(cast["A"], cohort="rivage", page="3")
    assert [len(page.context["rows"]) for page in (first, last)] == [10, 6]
    assert "?cohort=rivage&amp;page=2" in first.content.decode()
    assert last.context["figures"].accepted == 26


@pytest.mark.parametrize("page", ["0", "-1", "999", "zwei", ""])
def test_invalid_page_number_shows_a_valid_page(page: str, cast: Cast):
    accept(cast.cohort, 2)
    assert len(answer(cast["A"], page=page).context["rows"]) == 2


@pytest.mark.parametrize("ideas", [1, 3])
@pytest.mark.parametrize("role", ["S", "A"])
def test_the_page_takes_eight_statements_and_two_for_its_ideas(
    ideas: int, role: str, cast: Cast, django_assert_num_queries
):
    """Session, person, scope, tally, measured effects, claims, results of the work, visit; page, its ideas."""
    worked_example(early_cohort(authority=cast.cohort.authority), ideas=ideas)
    client = Client()
    client.force_login(cast[role])
    with django_assert_num_queries(8):
        assert client.get(PAGE).context["rows"] == []
    with django_assert_num_queries(10):
        assert len(client.get(PAGE, {"page": "1"}).context["rows"]) == ideas


# Who sees what


@pytest.mark.parametrize(
    ("query", "roles"),
    [
        ({"cohort": "rivage"}, "SCDPMRA"),
        ({"authority": "rivage"}, "SCDPMRA"),
        ({"cohort": "montagne"}, "SN"),
        ({"authority": "montagne"}, "SN"),
        ({"edition": "transfo-2026"}, "SCDPMRAN"),
        ({}, EVERYONE),
    ],
    ids=str,
)
def test_who_may_open_which_address(query: dict[str, str], roles: str, cast: Cast):
    slugs = {"rivage": cast.cohort.authority.slug, "montagne": cast.other_cohort.authority.slug}
    if "authority" in query:
        query = {"authority": slugs[query["authority"]]}
    refused = {}
    for role in EVERYONE:
        page = answer(cast[role], **query)
        refused[role] = list(page.context["form"].errors)
        assert (page.status_code, "figures" in page.context and bool(refused[role])) == (200, False)
    assert refused == {role: [] if role in roles else list(query) for role in EVERYONE}


@pytest.mark.parametrize("role", "SPANX")
def test_every_offered_choice_opens(role: str, cast: Cast):
    """A cohort of others in a shared edition is counted in it, and not offered on its own."""
    CohortFactory(edition=cast.edition, authority=cast.cohort.authority, site="Annexe", name="Rivage II")
    CohortFactory(retrospective=True, state="alumni", name="Champagne")
    fields = answer(cast[role]).context["form"].fields
    offered = [(name, value) for name in ("authority", "edition", "cohort") for value, _label in fields[name].choices]
    opened = [answer(cast[role], **{name: value}) for name, value in offered]
    assert [(page.status_code, page.context["form"].errors) for page in opened] == [(200, {})] * len(offered)


@pytest.mark.parametrize("name", ["authority", "edition", "cohort"])
@pytest.mark.parametrize("slug", ["nothing_to_show", "1", "'", "\x00", "é"])
def test_choice_that_does_not_exist_shows_a_field_error_and_no_figures(name: str, slug: str, cast: Cast):
    page = answer(cast["S"], **{name: slug})
    assert (page.status_code, list(page.context["form"].errors), "figures" in page.context) == (200, [name], False)
    assert "This choice is not offered here. Choose one from the list." in text(cast["S"], **{name: slug})


@pytest.mark.parametrize(("role", "counted", "listed"), [("S", 12, 12), ("A", 12, 5), ("M", 12, 5), ("N", 7, 7)])
def test_edition_counts_the_cohorts_that_share_and_lists_one_s_own_ideas(
    role: str, counted: int, listed: int, cast: Cast
):
    accept(cast.cohort, 5)
    accept(cast.other_cohort, 7)
    share_with_edition(cast.other_cohort)
    page = answer(cast[role], edition="transfo-2026", page="1")
    assert (page.context["figures"].accepted, page.context["listed"]) == (counted, listed)
    noted = "7 ideas of other authorities are counted too, but not listed." in " ".join(page.content.decode().split())
    assert noted is (counted > listed)


@pytest.mark.parametrize("others", [1, 4, 5])
def test_few_ideas_of_others_are_counted_if_they_share_and_else_none(others: int, cast: Cast):
    accept(cast.cohort, 20)
    accept(cast.other_cohort, others)
    assert "Of 20 ideas accepted" in text(cast["A"], edition="transfo-2026")
    share_with_edition(cast.other_cohort)
    assert f"Of {20 + others} ideas accepted" in text(cast["A"], edition="transfo-2026")


COUNTED, NOT_COUNTED = "Counted: ", "Not included: "


def test_total_of_an_edition_names_the_authorities_it_holds_and_those_it_does_not(cast: Cast):
    accept(cast.cohort, 2)
    CohortFactory(edition=cast.edition, state="prospect", authority=AuthorityFactory(name="Ville de Plaine"))
    page_text = text(cast["A"], edition="transfo-2026")
    assert f"{COUNTED}Ville de Rivage. {NOT_COUNTED}Ville de Montagne." in page_text
    assert "Plaine" not in page_text
    assert NOT_COUNTED not in text(cast["A"]) + text(cast["A"], cohort="rivage") + text(
        cast["S"], edition="transfo-2026"
    )
    share_with_edition(cast.other_cohort)
    page_text = text(cast["A"], edition="transfo-2026")
    assert f"{COUNTED}Ville de Montagne, Ville de Rivage." in page_text
    assert NOT_COUNTED not in page_text


@pytest.mark.parametrize("shares", [True, False])
def test_those_who_decide_on_sharing_are_led_to_it(shares: bool, cast: Cast):
    if shares:
        share_with_edition(cast.cohort)
    offered = "/cohorts/rivage/" + ("stop-sharing-figures" if shares else "share-figures") + "/edition/"
    pages = {role: answer(cast[role], edition="transfo-2026").content.decode() for role in "SCDPMRAN"}
    assert {role for role, page in pages.items() if offered in page} == set("PA")
    assert {role for role, page in pages.items() if "sharing-figures" in page or "share-figures" in page} == set("PA")


def test_only_the_first_of_many_decisions_on_sharing_are_listed(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("figures.implementation.views.page.MAX_DECISIONS", 1)
    CohortFactory(edition=cast.edition, authority=cast.cohort.authority, site="Annexe")
    page, every = answer(cast["A"]), answer(cast["A"], show_all="1")
    sentence = "does not share its figures with the edition"
    assert [html.content.decode().count(sentence) for html in (page, every)] == [1, 2]
    assert "Only the first 1 of 2 cohorts are listed. Show all" in texts(page, "p")
    assert (links(page)["Show all"], "Show all" in links(every)) == ("?show_all=1#sharing", False)


def test_lab_staff_see_small_groups_because_they_see_the_ideas(cast: Cast):
    accept(cast.other_cohort, 3)
    assert "Of 3 ideas accepted, none is implemented so far." in text(cast["S"], edition="transfo-2026")


def test_page_explains_to_people_without_a_cohort_why_it_is_empty(cast: Cast):
    accept(cast.cohort, 6)
    page = answer(cast["X"])
    assert "Nothing to show yet" in page.content.decode()
    assert "figures" not in page.context


def test_no_page_ranks_authorities(cast: Cast):
    accept(cast.cohort, 6)
    accept(cast.other_cohort, 6)
    share_with_edition(cast.other_cohort)
    page_text = text(cast["A"], edition="transfo-2026")
    assert page_text.count("Montagne") == 1  # among those counted
    assert "Authorities are never ranked." in text(cast["A"], DEFINITIONS)


# Days


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("2026-11-25", "This date is in the future. Figures go up to today: choose today or an earlier date."),
        ("9999-12-31", "Check the year: dates must be between 1990 and 2100."),
        ("tomorrow", "This is not a valid date. Write it like this: 2026-11-24."),
        ("2026-02-31", "This is not a valid date. Write it like this: 2026-11-24."),
        ("<script>", "This is not a valid date. Write it like this: 2026-11-24."),
    ],
)
def test_impossible_day_is_refused_with_the_typed_text_and_without_figures(typed: str, reason: str, cast: Cast):
    accept(cast.cohort, 6)
    page = answer(cast["A"], as_of=typed, cohort="rivage")
    form = page.context["form"]
    assert (page.status_code, form.errors["as_of"], form["as_of"].value()) == (200, [reason], typed)
    assert form["cohort"].value() == "rivage"
    assert "figures" not in page.context
    assert "<script>&" not in page.content.decode()


def test_choices_are_in_the_form_that_sends_them_again(cast: Cast):
    form = answer(cast["A"], cohort="rivage", edition="transfo-2026", as_of="2026-10-01").context["form"]
    assert [form[name].value() for name in ("cohort", "edition", "as_of")] == ["rivage", "transfo-2026", "2026-10-01"]


def test_figures_as_of_an_earlier_day_are_those_of_that_day(cast: Cast, example: Cohort):
    figures = answer(cast["A"], as_of="2025-11-24").context["figures"]
    assert (figures.as_of, figures.implemented, figures.abandoned) == (date(2025, 11, 24), 7, 4)


# What was published


def test_published_ideas_are_counts_only_and_the_page_says_so(cast: Cast):
    edition = EditionFactory(retrospective=True, state="closed", slug="transfo-2011", name="La Transfo 2011")
    cohort = CohortFactory(edition=edition, retrospective=True, state="alumni")
    for state in ("implemented", "implemented", "abandoned"):
        IdeaFactory(cohort=cohort, retrospective=True, state=state)
    for role in EVERYONE:
        page_text = text(cast[role], edition="transfo-2011")
        assert "Nothing was measured by this date. These ideas are known only from publications." in page_text, role
        assert "What became of them since is not known." in page_text, role
        assert "State Ideas Implemented 2 Abandoned 1" in page_text, role


def test_printed_page_sums_up_published_ideas_in_a_sentence(cast: Cast):
    cohort = CohortFactory(retrospective=True, state="alumni", slug="rivage-2013", authority=cast.cohort.authority)
    IdeaFactory(cohort=cohort, retrospective=True, state="implemented")
    page = answer(cast["A"], cohort="rivage-2013")
    assert [table["attrs"]["class"] for table in elements(page, "table")] == ["table no-print"]
    assert any(words.startswith("1 idea is known from publications") for words in texts(page, "p"))


@pytest.mark.parametrize(
    ("day", "tags"),
    [
        ({"as_of": "2026-11-24"}, []),
        ({"as_of": "2026-09-30"}, ["as_of"]),
        ({"known_at": "2026-11-24"}, ["known_at"]),
        ({"accepted_until": "2026-11-24"}, ["accepted_until"]),
        ({"accepted_from": "2026-11-24", "as_of": "2026-11-24"}, ["accepted_from"]),
    ],
    ids=str,
)
def test_today_as_a_choice_is_a_tag_unless_it_is_the_day_of_the_figures(
    day: dict[str, str], tags: list[str], cast: Cast
):
    """Only the default date is today."""
    form = answer(cast["A"], **day).context["form"]
    assert [name for name, _label, _value in form.chosen()] == tags


def test_tag_above_the_list_is_the_outcome_whatever_else_is_chosen(cast: Cast):
    IdeaFactory(cohort=cast.cohort, state="accepted")
    page = answer(cast["A"], outcome="open", as_of="2026-09-30", cohort="rivage")
    assert page.context["outcome_tag"][1:] == ("open", "?as_of=2026-09-30&cohort=rivage")
    assert [link["attrs"]["href"] for link in elements(page, "a", "tag") if "#ideas" in link["attrs"]["href"]] == [
        "?as_of=2026-09-30&cohort=rivage&page=1#ideas"
    ]
    assert answer(cast["A"], cohort="rivage").context["outcome_tag"] is None


def test_missing_published_state_is_shown_as_unknown(cast: Cast):
    cohort = CohortFactory(retrospective=True, state="alumni", slug="rivage-2013", authority=cast.cohort.authority)
    IdeaFactory(cohort=cohort, retrospective=True, state="captured")
    bare = IdeaFactory(cohort=cohort, retrospective=True, state="captured")
    assert bare.state == "captured"
    assert "2 ideas are known from publications" in text(cast["A"], cohort="rivage-2013")


def test_published_shares_are_shown_separately_with_or_without_definition(cast: Cast):
    metric = "ideas_implemented_percent"
    about = {"programme": cast.edition.programme, "metric": metric, "value": 50}
    Claim.objects.create(
        **about, as_of=date(2018, 1, 1), as_of_precision="year", source="Étude de cas", approximate=True
    )
    page_text = text(cast["A"])
    place = page_text.index("What publications say")
    assert page_text.index("Nothing yet") < place
    assert "about 50% of the ideas implemented" in page_text[place:]
    assert "in one document without a definition · 2018 · Étude de cas" in page_text[place:]


def test_claim_without_public_source_says_so(cast: Cast):
    about = {"programme": cast.edition.programme, "metric": "ideas_implemented_percent", "value": 50}
    Claim.objects.create(**about, source="Étude", verified=False, definition="of those prototyped", scope="Tours")
    assert "(Tours) of those prototyped · without a date · Étude (not found in a public page)" in text(cast["A"])


def test_claims_of_another_programme_are_not_shown(cast: Cast):
    other = EditionFactory()
    Claim.objects.create(programme=other.programme, metric="ideas_implemented_percent", value=50, source="Ailleurs")
    assert "Ailleurs" not in text(cast["A"])


def test_menu_links_to_the_page(cast: Cast):
    html = answer(cast["A"]).content.decode()
    assert re.search(rf'<a[^>]*href="{PAGE}"[^>]*aria-current="page"', html)


def test_full_page_stays_small(cast: Cast, example: Cohort):
    accept(cast.cohort, 26)
    page = answer(cast["S"], page="1")
    assert (len(page.context["rows"]), bool(page.context["chart"])) == (10, True)
    french = Client(headers={"accept-language": "fr"})
    french.force_login(cast["S"])
    french_page = french.get(PAGE, {"page": "1"})
    assert len(french_page.context["rows"]) == 10
    assert max(len(page.content), len(french_page.content)) <= 60 * 1024


PERIODS = [{"accepted_from": "2020-01-01", "accepted_until": "2020-12-31"}, {"kind": "test_case"}]


@pytest.mark.parametrize("choice", PERIODS)
def test_choice_without_ideas_shows_no_unfiltered_figure(cast: Cast, choice: dict[str, str]):
    """First prototypes, attendance and claims are about whole cohorts, and would contradict the sentence."""
    trial = TrialFactory(prototype__idea__cohort=cast.cohort, state="concluded")
    ClaimFactory(edition=cast.edition)
    assert trial.prototype.idea.cohort == cast.cohort
    everything, is_narrowed = answer(cast["S"]), answer(cast["S"], **choice)
    assert "Results of the work" in texts(everything, "h2")
    assert "What publications say" in texts(everything, "h2")
    assert {"Results of the work", "What publications say"} & set(texts(is_narrowed, "h2")) == set()
    assert "No accepted idea matches this choice." in text(cast["S"], **choice)


def test_choice_with_ideas_shows_only_their_tests(cast: Cast):
    challenge = ChallengeFactory(cohort=cast.cohort, kind="test_case")
    idea = IdeaFactory(cohort=cast.cohort, challenge=challenge, state="testing")
    TrialFactory(prototype__idea=idea, state="concluded")
    slugs = [line.slug for line in answer(cast["S"], kind="test_case").context["work_lines"]]
    assert slugs == ["tests_concluded", "tests_locked", "strength"]
