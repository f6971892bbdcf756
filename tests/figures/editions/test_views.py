"""Editions side by side: who may open the page, what each row contains, and which editions an address can select."""

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from cohorts.models import Cohort
from figures.editions.differences import TOO_FEW as TOO_EARLY
from figures.editions.forms import NOT_IN_LIST, TOO_FEW, TOO_MANY
from programmes.models import Claim, Edition, Format
from tests.cohorts.pages import browser, page_text
from tests.factories.accounts import UserFactory
from tests.factories.cast import Cast
from tests.factories.cohorts import CohortFactory, InnovationTeamFactory, MembershipFactory, SessionFactory
from tests.factories.programmes import EditionFactory, FormatFactory
from tests.factories.prototypes import IdeaFactory, PrototypeFactory, TrialFactory
from tests.factories.rates import early_cohort, worked_example
from tests.pages import elements, errors, links, texts

PAGE = reverse("figures:compare_editions")
MONEY = {"planned_contribution": Decimal(90_000), "planned_team_days": Decimal(200)}


def opened(cast: Cast, **query: object):
    return browser(cast["S"]).get(PAGE, query)


def lines(response) -> dict[str, list[str]]:
    """Return the cells of each row, by its heading."""
    return {
        line.label: [f"{cell.value} | {cell.detail}" for cell in line.cells]
        for section in response.context["sections"]
        for line in section.lines
    }


def displayed_editions(response) -> list[str]:
    return [column.edition.slug for column in response.context["columns"]]


@pytest.fixture
def older(cast: Cast) -> Edition:
    """Return an edition of an earlier version of the format, with the worked example."""
    version = FormatFactory(
        programme=cast.edition.programme, version=9000, label="Two years, lighter", months=18, phases=()
    )
    edition = EditionFactory(
        format=version, name="La Transfo 2024", slug="transfo-2024", starts_on=date(2024, 1, 1), planned_authorities=3
    )
    cohort = early_cohort(edition=edition, code="TOU", **MONEY, actual_contribution=Decimal(60_000))
    worked_example(cohort)
    CohortFactory(edition=edition)
    return edition


def test_only_lab_staff_see_the_costs_of_editions(cast: Cast):
    assert [browser(cast[role]).get(PAGE).status_code for role in "SA"] == [200, 403]


def test_each_edition_has_a_column_below_its_format_version(cast: Cast):
    version = FormatFactory(programme=cast.edition.programme, version=9000, label="Two years, lighter")
    EditionFactory(format=version, slug="transfo-2024")
    page = opened(cast)
    heads = [head["text"] for head in elements(page, "th") if head["attrs"].get("scope") == "colgroup"]
    named = {row.version: f"{row.programme}, version {row.version}" for row in Format.objects.all()}
    assert displayed_editions(page) == ["transfo-2026", "transfo-2024"]
    assert heads == [
        f"{named[cast.edition.format.version]} Two years",
        f"{named[9000]} Two years, lighter What changed since version {cast.edition.format.version}",
    ]


def test_every_figure_is_shown_with_its_detail(cast: Cast, older: Edition):
    cells = {label: cells[-1] for label, cells in lines(opened(cast)).items()}
    assert cells == {
        "Length": "18 months | planned; no cohort has ended yet",
        "Authorities": "2 | 3 planned",
        "Seats": "30 | 15 per cohort in the format",
        "Sessions": "0 held | 18 per cohort in the format",
        "Contribution of the authorities": (
            "60,000\u00a0€, known for 1 of 2 cohorts | planned: 90,000\u00a0€, known for 1 of 2 cohorts"
        ),
        "Days granted by the authorities": " | 35 per person in the format",
        "Days of the lab’s team": "200 days, known for 1 of 2 cohorts | planned; no spending recorded yet",
        "Implemented, plain count": "10 of 24 | between 24% and 61%",
        "Implemented within 12 months": "31% | between 14% and 50%",
        "Implemented within 24 months": "not yet | fewer than five ideas were followed that long",
        "Contribution per implemented idea": "6,000 € | between 3,263 € and 12,512 € · costs known for 1 of 2 cohorts",
        "Days of the team per implemented idea": (
            "20 days | between 11 days and 42 days · costs known for 1 of 2 cohorts · of which planned costs for 1"
        ),
        "First prototype in test": "0 of 2 on time | 1 late · 1 overdue · target: 2 months · half after 14 months",
        "Tests concluded": "none yet | ",
        "Locked before observation": "none yet | ",
        "Strength of evidence": "none yet | ",
        "Attendance": "none yet | ",
        "Innovation teams open": "0 | of 0 recorded",
        "People in the network": "0 | today",
    }


def test_without_an_implemented_idea_the_lower_bound_of_the_cost_is_shown(cast: Cast):
    Cohort.objects.filter(pk=cast.cohort.pk).update(**MONEY)
    IdeaFactory(cohort=cast.cohort, state="accepted")
    cells = lines(opened(cast))["Contribution per implemented idea"]
    assert cells == [
        (
            "probably more than 30,043 € | no idea implemented yet; lower bound only, correct"
            " in about 95 of 100 cases · costs known for 1 of 2 cohorts · of which planned "
            "costs for 1"
        )
    ]


def test_ideas_of_cohorts_without_a_cost_do_not_lower_the_unit_cost(cast: Cast):
    Cohort.objects.filter(pk=cast.cohort.pk).update(**MONEY)
    for cohort in (cast.cohort, cast.other_cohort, cast.other_cohort):
        IdeaFactory(cohort=cohort, state="implemented")
    assert lines(opened(cast))["Contribution per implemented idea"][0].startswith("90,000\u00a0€ | ")


def test_results_of_work_and_innovation_teams_are_shown(cast: Cast):
    Cohort.objects.filter(pk=cast.cohort.pk).update(actual_end=date(2026, 10, 4))
    TrialFactory(prototype=PrototypeFactory(idea=IdeaFactory(cohort=cast.cohort, state="testing")), state="concluded")
    SessionFactory(cohort=cast.cohort, state="held")
    SessionFactory(cohort=cast.cohort)
    SessionFactory(cohort=cast.cohort, state="cancelled")
    MembershipFactory(cohort=cast.other_cohort, day_allowance=30)
    team = InnovationTeamFactory(cohort=cast.cohort)
    page = opened(cast)
    cells = {label: cells[0] for label, cells in lines(page).items()}
    assert cells["Length"] == "24 months planned | took 9 months · 1 of 2 cohorts have ended"
    assert cells["Tests concluded"] == "1 | 1 not met"
    assert cells["Sessions"] == "1 held | 1 to come · 18 per cohort in the format"
    days = cells["Days granted by the authorities"]
    assert days == "30 days | recorded for 1 of 3 ambassadors · 35 per person in the format"
    assert cells["Innovation teams open"] == "0 | of 1 recorded"
    assert f"{reverse('cohorts:innovation_teams')}?edition={team.cohort.edition.slug}" in links(page).values()
    assert cells["People in the network"] == "7 | today"


# Figures and their limits


def test_sentence_and_pairs_describe_the_differences(cast: Cast, older: Edition):
    page = opened(cast)
    assert (page.context["sentence"], page.context["differences"]) == (str(TOO_EARLY), [])
    worked_example(early_cohort(edition=cast.edition))
    page = opened(cast)
    assert texts(page, "p", "say") == [
        (
            "12 months after acceptance, La Transfo 2026–2028 and La Transfo 2024 are not "
            "shown to differ. The difference is 0 points; any difference between −26 points "
            "and +26 points would be compatible with the results."
        )
    ]
    cells = [cell["text"] for cell in elements(page, "td")]
    assert [cell for cell in cells if "points" in cell] == ["0 points", "−26 points and +26 points"]
    assert "The range is a 95% interval." in page_text(page)


def test_edition_that_is_not_compared_is_named(cast: Cast, older: Edition):
    worked_example(early_cohort(edition=cast.edition))
    young = EditionFactory(format=cast.edition.format, name="La Transfo 2027", slug="transfo-2027")
    IdeaFactory(cohort__edition=young, state="accepted")
    [sentence] = texts(opened(cast), "p", "say")
    assert sentence.endswith(
        " Not compared, because fewer than five of their ideas were followed that long: La Transfo 2027."
    )


def test_versions_of_one_programme_link_to_their_comparison(cast: Cast, older: Edition):
    other = FormatFactory(version=1)
    EditionFactory(format=other, slug="elsewhere")
    page = opened(cast)
    number, (before, after) = cast.edition.format.version, (cast.edition.format, older.format)
    changes = {text: address for text, address in links(page).items() if text.startswith("What changed")}
    address = reverse("programmes:compare_formats", args=[before.pk, after.pk])
    assert changes == {f"What changed since version {number}": address}
    assert browser(cast["S"]).get(address).status_code == 200


# Which editions


def test_editions_with_ideas_or_running_are_selected_by_default(cast: Cast):
    given = {"format": cast.edition.format}
    closed = EditionFactory(slug="over", state="closed", **given)
    IdeaFactory(cohort__edition=closed, state="accepted")
    EditionFactory(slug="idle", state="closed", **given)
    EditionFactory(slug="coming", state="open", **given)
    EditionFactory(slug="written", state="draft", **given)
    EditionFactory(slug="published", retrospective=True, starts_on=None, ends_on=None, **given)
    page = opened(cast)
    offered = [slug for slug, _name in page.context["form"].fields["edition"].choices]
    assert (sorted(displayed_editions(page)), sorted(offered)) == (
        ["over", "transfo-2026"],
        ["coming", "idle", "over", "transfo-2026"],
    )
    assert errors(page) == []


def test_errors_in_the_query_string_are_shown_and_valid_editions_kept(cast: Cast):
    many = [EditionFactory(slug=f"more-{place}", format=cast.edition.format).slug for place in range(7)]
    expected = {
        "right": ["more-0", "transfo-2026"],
        "unknown": ["more-0", "nothing of the kind", "transfo-2026"],
        "nonsense": ["a\0b", "9" * 30, "more-0"],
        "none": ["nothing of the kind"],
        "one": ["more-0"],
        "many": many,
    }
    pages = {name: opened(cast, edition=query) for name, query in expected.items()}
    assert {name: (len(displayed_editions(page)), errors(page)) for name, page in pages.items()} == {
        "right": (2, []),
        "unknown": (2, [str(NOT_IN_LIST)]),
        "nonsense": (1, [str(NOT_IN_LIST)]),
        "none": (0, [str(NOT_IN_LIST)]),
        "one": (1, [str(TOO_FEW)]),
        "many": (6, [str(TOO_MANY)]),
    }
    ticked = [box["attrs"]["value"] for box in elements(pages["unknown"], "input") if "checked" in box["attrs"]]
    assert ticked == ["transfo-2026", "more-0"]


def test_published_figures_are_shown_separately(cast: Cast):
    past = EditionFactory(
        format=cast.edition.format, name="La Transfo 2015", retrospective=True, starts_on=None, ends_on=None
    )
    Claim.objects.create(edition=past, metric="ideas_implemented_percent", value=50, source="A report")
    page = opened(cast)
    assert past.slug not in displayed_editions(page)
    assert "La Transfo 2015 Ideas implemented (%) 50 — not known published, definition unknown A report" in page_text(
        page
    )


@pytest.mark.django_db
def test_empty_page_explains_what_it_will_show():
    page = browser(UserFactory(is_lab_staff=True)).get(PAGE)
    assert ["Nothing to compare yet" in page_text(page), page.context["form"].errors] == [True, {}]


def test_without_running_or_measured_editions_none_is_selected(cast: Cast):
    Edition.objects.update(state="closed")
    page = opened(cast)
    assert ["No edition is chosen" in page_text(page), page.context["form"].errors] == [True, {}]


@pytest.mark.parametrize("more", [1, 5])
def test_the_page_takes_seven_statements(more: int, cast: Cast, django_assert_num_queries):
    """Session, person, editions, cohorts, work, ideas, claims."""
    for _ in range(more):
        IdeaFactory(cohort=CohortFactory(edition__format=cast.edition.format), state="implemented")
    client = Client()
    client.force_login(cast["S"], backend="django.contrib.auth.backends.ModelBackend")
    with django_assert_num_queries(7):
        assert len(client.get(PAGE).context["columns"]) == more + 1


def test_pages_of_programmes_and_editions_link_to_the_comparison_for_lab_staff(cast: Cast):
    for address in (reverse("programmes:programmes"), cast.edition.get_absolute_url()):
        assert [PAGE in links(browser(cast[role]).get(address)).values() for role in "SA"] == [True, False]


class TestChoosingEditions:
    """Any number of editions can be ticked, so the choice is sent by POST; the page it redirects to can be shared."""

    def test_the_form_is_sent_by_post(self, cast: Cast):
        assert [form["attrs"]["method"] for form in elements(opened(cast), "form", "filters")] == ["post"]

    def test_choice_of_six_editions_redirects_to_an_address_with_their_slugs(self, cast: Cast):
        slugs = [EditionFactory(slug=f"edition-{number}").slug for number in range(6)]
        answer = browser(cast["S"]).post(PAGE, {"edition": slugs})
        assert (answer.status_code, answer.headers["Location"]) == (
            302,
            f"{PAGE}?{'&'.join(f'edition={slug}' for slug in slugs)}",
        )

    def test_more_than_six_editions_show_an_error_and_do_not_redirect(self, cast: Cast):
        slugs = [EditionFactory(slug=f"edition-{number}").slug for number in range(200)]
        page = browser(cast["S"]).post(PAGE, {"edition": slugs})
        assert (page.status_code, errors(page), len(displayed_editions(page))) == (200, [str(TOO_MANY)], 6)

    def test_without_a_choice_the_default_editions_are_compared(self, cast: Cast):
        page = browser(cast["S"]).post(PAGE, follow=True)
        assert displayed_editions(page) == ["transfo-2026"]
