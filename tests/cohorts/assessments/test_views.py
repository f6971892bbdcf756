"""How members see their skills, as pages: the form, what the pairs show, and that nothing says whose they are."""

import logging
from datetime import date
from typing import Any

import pytest
from django.test import override_settings
from django.urls import reverse
from django.views.debug import SafeExceptionReporterFilter
from pghistory.models import Context
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from cohorts.assessments.enums import Skill
from cohorts.assessments.pseudonyms import pseudonym
from cohorts.models import Assessment, Cohort
from tests.cohorts.pages import browser, doors, errors, main
from tests.cohorts.pages import said as told
from tests.factories.accounts import UserFactory
from tests.factories.cast import Cast
from tests.factories.cohorts import CohortFactory, MembershipFactory, said
from tests.factories.programmes import EditionFactory
from tests.pages import elements, rows, texts

FORM, RESULTS, BACK = (f"/cohorts/rivage/{page}/" for page in ("assessment", "assessments", "assessment/take-back"))
ENDED = date(2026, 3, 1)  # so that on 24 November 2026 before, after and “then” are closed, and later is open


def ending(cohort: Cohort, **dates: Any) -> None:
    Cohort.objects.filter(pk=cohort.pk).update(**dates)


@pytest.fixture
def at_the_end(cast: Cast) -> Cast:
    """Rivage ends in January: after and “then” are asked until February."""
    ending(cast.cohort, planned_end=date(2027, 1, 15))
    return cast


@pytest.fixture
def ended(cast: Cast) -> Cast:
    ending(cast.cohort, actual_start=date(2024, 3, 4), actual_end=ENDED)
    return cast


def everything(step: str, *moments: str) -> dict[str, str]:
    return {f"{moment}_{skill}": step for moment in moments for skill in Skill.values}


def moved(cohort: Cohort, up: int, same: int = 0, down: int = 0) -> list[User]:
    """So many people who said “3” before and something else after."""
    people = [UserFactory() for _ in range(up + same + down)]
    for person, after in zip(people, [4] * up + [3] * same + [2] * down, strict=True):
        said(cohort, person, "before", 3)
        said(cohort, person, "after", after)
    return people


class TestForm:
    def test_a_report_of_an_error_says_nothing_of_what_was_answered(self, at_the_end: Cast):
        """Reports name who was signed in."""
        sent = browser(at_the_end["M"]).post(FORM, everything("2", "after", "then")).wsgi_request
        with override_settings(DEBUG=False):
            shown = SafeExceptionReporterFilter().get_post_parameters(sent)
        assert set(shown.values()) == {SafeExceptionReporterFilter.cleansed_substitute}

    def test_it_asks_seven_questions_today_and_looking_back(self, at_the_end: Cast):
        page = browser(at_the_end["M"]).get(FORM)
        assert texts(page, "h2")[-3:] == [
            "Who sees what",
            "Today",
            "Looking back: as you see it now, where were you at the start?",
        ]
        assert texts(page, "legend") == [str(skill.label) for skill in Skill] * 2
        first = [label["text"] for label in elements(page, "label") if "id_after_observing" in label["attrs"]["for"]]
        assert first == ["1 not yet", "2", "3 with help", "4", "5 I show others", "I’d rather not say"]

    def test_it_works_by_plain_radio_buttons_on_a_phone_without_scripts(self, at_the_end: Cast):
        page = browser(at_the_end["M"]).get(FORM)
        scales = [element for element in elements(page, "input") if element["attrs"].get("type") == "radio"]
        assert len(scales) == 2 * 7 * 6
        assert {len(elements(page, "div", "scale")), len(elements(page, "fieldset"))} == {2 * 7}
        assert 'name="viewport" content="width=device-width' in page.content.decode()

    def test_what_was_said_is_kept_and_can_be_said_otherwise(self, at_the_end: Cast):
        client = browser(at_the_end["M"])
        sent = everything("2", "after", "then") | {"then_curiosity": "0"}
        page = client.post(FORM, sent)
        assert (page.headers["Location"], told(page)) == (
            "/cohorts/rivage/",
            ["Thank you. Until the last day you can change your answers."],
        )
        chosen = [element["attrs"] for element in elements(client.get(FORM), "input") if "checked" in element["attrs"]]
        assert {box["name"]: box["value"] for box in chosen} == sent
        client.post(FORM, sent | {"after_testing": "5"})
        assert sorted(Assessment.objects.values_list("moment", "testing", "curiosity")) == [
            ("after", 5, 2),
            ("then", 2, None),
        ]

    def test_a_question_left_out_is_asked_again_and_nothing_chosen_is_lost(self, at_the_end: Cast):
        sent = everything("4", "after", "then")
        del sent["then_framing"]
        page = browser(at_the_end["M"]).post(FORM, sent)
        assert errors(page) == {"then_framing": ["Choose a number, or “I’d rather not say”."]}
        chosen = [element["attrs"] for element in elements(page, "input") if "checked" in element["attrs"]]
        assert ({box["name"]: box["value"] for box in chosen}, Assessment.objects.count()) == (sent, 0)

    def test_outside_an_occasion_it_says_when_the_next_one_comes(self, cast: Cast):
        page = browser(cast["M"]).get(FORM)
        assert ("The self-assessment is not open at present. The self-assessment opens on 4 October 2027.") in main(
            page
        )
        assert browser(cast["M"]).post(FORM, everything("4", "before")).status_code == 200
        assert Assessment.objects.count() == 0

    def test_long_after_the_end_nobody_is_asked_any_more(self, cast: Cast):
        ending(cast.cohort, actual_start=date(2020, 3, 4), actual_end=date(2022, 3, 1))
        assert "Members answer at the start of a cohort, at its end, and" in main(browser(cast["M"]).get(FORM))

    def test_who_teaches_or_looks_on_is_told_why_not(self, at_the_end: Cast):
        assert "Only members of the cohort" in browser(at_the_end["D"]).get(FORM).content.decode()

    def test_it_costs_little(self, at_the_end: Cast, django_assert_num_queries: DjangoAssertNumQueries):
        client = browser(at_the_end["M"])
        with django_assert_num_queries(5):
            client.get(FORM)


class TestPanel:
    def test_members_find_the_form_while_they_are_asked_and_everybody_the_results(self, at_the_end: Cast):
        pages = {letter: browser(at_the_end[letter]).get("/cohorts/rivage/") for letter in "SDPMRA"}
        assert {letter for letter, page in pages.items() if FORM in doors(page)} == set("PMR")
        assert {letter for letter, page in pages.items() if RESULTS in doors(page)} == set("SDPMRA")
        assert "Seven questions, two minutes, until 15 February 2027." in main(pages["M"])

    def test_it_says_when_members_are_asked_next(self, cast: Cast):
        page = browser(cast["M"]).get("/cohorts/rivage/")
        assert "The self-assessment opens on 4 October 2027." in main(page)
        assert FORM not in doors(page)

    @pytest.mark.parametrize(
        "more", [{"state": "agreed", "actual_start": None}, {"state": "completed", "retrospective": True}]
    )
    def test_plans_and_published_facts_have_none(self, cast: Cast, more: dict[str, Any]):
        row = CohortFactory(edition=cast.edition, **more)
        assert "How do you see your skills?" not in main(browser(cast["S"]).get(row.get_absolute_url()))

    def test_it_costs_no_statement(self, at_the_end: Cast, django_assert_num_queries: DjangoAssertNumQueries):
        client = browser(at_the_end["M"])
        with django_assert_num_queries(8):
            client.get("/cohorts/rivage/")


class TestHome:
    def test_members_are_asked_for_four_weeks_and_not_once_they_have_answered(self, cast: Cast):
        ending(cast.cohort, planned_end=date(2027, 2, 8))  # so that the occasion is open since 8 November
        asked = {letter for letter in "SDPMRAN" if FORM in doors(browser(cast[letter]).get("/"))}
        assert asked == set("PMR")
        assert "Rivage: seven questions, two minutes, until 8 March 2027." in main(browser(cast["M"]).get("/"))
        browser(cast["M"]).post(FORM, everything("0", "after", "then"))
        assert [FORM in doors(browser(cast[letter]).get("/")) for letter in "MP"] == [False, True]
        ending(cast.cohort, planned_end=date(2027, 1, 15))  # open since 15 October
        assert FORM not in doors(browser(cast["P"]).get("/"))


class TestResults:
    def test_words_first_then_the_numbers(self, ended: Cast):
        moved(ended.cohort, up=7, same=1, down=1)
        page = browser(ended["A"]).get(RESULTS)
        assert texts(page, "p", "say") == [
            "On none of 7 questions do more people rate themselves higher than chance explains."
        ]
        said_of_each = "7 of 9 rate themselves higher. Chance alone would give this result in 7 of 100 groups."
        assert rows(page) == [[said_of_each, "7", "1", "1"]] * 7

    @pytest.mark.parametrize(
        ("moves", "words"),
        [
            ((0, 5, 0), "All 5 people rate themselves the same at both moments."),
            (
                (2, 1, 2),
                "As many people rate themselves higher as lower: 2 each, out of 5. "
                "Chance alone would give this result in 100 of 100 groups.",
            ),
            ((1, 0, 4), ("4 of 5 rate themselves lower. Chance alone would give this result in 38 of 100 groups.")),
            (
                (9, 0, 0),
                ("9 of 9 rate themselves higher. Chance alone would give this result in fewer than 1 in 100 groups."),
            ),
        ],
    )
    def test_each_way_to_move_has_its_words(self, ended: Cast, moves: tuple[int, int, int], words: str):
        moved(ended.cohort, *moves)
        assert rows(browser(ended["S"]).get(RESULTS))[0][0].startswith(words)

    def test_a_skill_in_which_more_went_up_than_chance_explains_is_counted(self, ended: Cast):
        for person in moved(ended.cohort, up=6):
            Assessment.objects.filter(pseudonym=pseudonym(cohort=ended.cohort.pk, user=person.pk)).update(testing=3)
        assert texts(browser(ended["S"]).get(RESULTS), "p", "say") == [
            "On 6 of 7 questions, more people rate themselves higher than chance explains."
        ]

    def test_of_four_pairs_no_number_is_shown(self, ended: Cast):
        people = moved(ended.cohort, up=4)
        said(ended.cohort, UserFactory(), "before")
        page = browser(ended["S"]).get(RESULTS)
        assert (rows(page), main(page).count("Fewer than five pairs: not shown.")) == ([], 2)
        more = [*people, UserFactory()]
        for person in more:
            said(ended.cohort, person, "then", None if person in people else 1, testing=1)
        said(ended.cohort, more[-1], "after", 4)
        then = browser(ended["S"]).get(RESULTS).context["sections"][1]
        assert [line.skill for line in then.told] == [Skill.TESTING]

    def test_an_open_moment_is_not_summed_up(self, at_the_end: Cast):
        moved(at_the_end.cohort, up=9)
        page = browser(at_the_end["S"]).get(RESULTS)
        assert (rows(page), main(page).count("after 15 February 2027, when nobody can answer any more.")) == ([], 2)
        assert "after 15 October 2027, when nobody can answer any more." in main(page)

    def test_it_costs_the_same_for_many(self, ended: Cast, django_assert_num_queries: DjangoAssertNumQueries):
        client = browser(ended["M"])
        for many in (1, 3):
            moved(ended.cohort, up=many)
            with django_assert_num_queries(6):
                client.get(RESULTS)


class TestEdition:
    address = "/editions/transfo-2026/assessments/"

    def test_of_an_edition_one_does_not_see_there_is_nothing(self, ended: Cast):
        EditionFactory(slug="in-secret", state="draft")
        found = {letter: browser(ended[letter]) for letter in "SM"}
        for slug, codes in (("transfo-2026", [200, 403]), ("in-secret", [200, 404])):
            address = f"/editions/{slug}/assessments/"
            assert [client.get(address).status_code for client in found.values()] == codes

    def test_cohorts_are_summed_up_once_all_have_closed(self, ended: Cast):
        moved(ended.cohort, up=5)
        moved(ended.other, up=5)
        lab = browser(ended["S"])
        assert rows(lab.get(self.address)) == []
        ending(ended.other, actual_start=date(2024, 3, 4), actual_end=ENDED)
        assert [line[1:] for line in rows(lab.get(self.address))] == [["10", "0", "0"]] * 7

    def test_what_would_be_left_of_a_small_cohort_is_not_shown(self, ended: Cast):
        ending(ended.other, actual_start=date(2024, 3, 4), actual_end=ENDED)
        moved(ended.cohort, up=6)
        moved(ended.other, up=3)
        assert "Fewer than five pairs: not shown." in main(browser(ended["S"]).get(self.address))

    def test_a_cohort_that_withdrew_keeps_nobody_waiting(self, ended: Cast):
        ending(ended.other, state="withdrawn", reason="Budget")
        moved(ended.cohort, up=6)
        assert len(rows(browser(ended["S"]).get(self.address))) == 7

    def test_the_edition_leads_lab_staff_there(self, ended: Cast):
        pages = {letter: browser(ended[letter]).get("/editions/transfo-2026/") for letter in "SA"}
        assert {letter for letter, page in pages.items() if self.address in doors(page)} == {"S"}

    def test_it_costs_the_same_for_three(self, ended: Cast, django_assert_num_queries: DjangoAssertNumQueries):
        client = browser(ended["S"])
        for _ in range(2):
            with django_assert_num_queries(5):
                client.get(self.address)
            moved(CohortFactory(edition=ended.edition), up=2)


class TestTakingBack:
    def test_own_answers_are_removed_also_once_the_occasion_is_over(self, ended: Cast):
        client = browser(ended["M"])
        said(ended.cohort, ended["M"], "before")
        others = said(ended.cohort, ended["P"], "before")
        assert BACK in doors(client.get(RESULTS))
        page = client.post(BACK)
        assert (page.headers["Location"], told(page)) == (RESULTS, ["Your answers are removed."])
        assert list(Assessment.objects.values_list("pk", flat=True)) == [others.pk]

    def test_sent_twice_it_says_that_nothing_is_left(self, ended: Cast):
        client = browser(ended["M"])
        said(ended.cohort, ended["M"], "before")
        assert [told(client.post(BACK))[-1] for _ in range(2)] == [
            "Your answers are removed.",
            "You have no answers here.",
        ]

    def test_it_is_said_beforehand_that_sums_already_shown_change(self, ended: Cast):
        """Five pairs, then four: nothing is shown any more."""
        moved(ended.cohort, up=4)
        said(ended.cohort, ended["M"], "before"), said(ended.cohort, ended["M"], "after", 4)
        client = browser(ended["M"])
        assert "The results already shown for your cohort change when your" in main(client.get(BACK))
        assert len(rows(client.get(RESULTS))) == 7
        client.post(BACK)
        page = client.get(RESULTS)
        assert (rows(page), "Fewer than five pairs: not shown." in main(page)) == ([], True)

    def test_who_left_the_cohort_still_can(self, ended: Cast):
        left = MembershipFactory(cohort=ended.cohort, starts_on=date(2024, 3, 4), ends_on=date(2025, 1, 1)).user
        said(ended.cohort, left, "before")
        browser(left).post(BACK)
        assert Assessment.objects.count() == 0

    def test_who_said_nothing_has_nothing_to_take_back(self, ended: Cast):
        client = browser(ended["M"])
        assert "You have no answers here." in main(client.get(BACK))
        assert told(client.post(BACK)) == ["You have no answers here."]
        assert BACK not in doors(client.get(RESULTS))


def test_nothing_says_whose_answers_they_are(at_the_end: Cast, caplog: pytest.LogCaptureFixture):
    """Neither pages of those who may see everything, nor feeds, the search, the history, or the log."""
    member, cohort = at_the_end["M"], at_the_end.cohort
    contexts = Context.objects.count()
    with caplog.at_level(logging.DEBUG):
        browser(member).post(FORM, everything("4", "after", "then"))
    whose = pseudonym(cohort=cohort.pk, user=member.pk)
    row = Assessment.objects.first()
    assert row
    assert (row.pseudonym, set(vars(row)) & {"user_id", "by_id", "language"}) == (whose, set())
    assert Context.objects.count() == contexts
    ending(cohort, actual_start=date(2024, 3, 4), actual_end=ENDED)
    moved(cohort, up=5)
    said(cohort, member, "before")
    lab = browser(at_the_end["S"])
    addresses = ["/", RESULTS, "/cohorts/rivage/"]
    pages = "".join(who.get(address).content.decode() for who in (lab, browser(member)) for address in addresses)
    assert [text for text in (whose[:12], str(row.pk)) if text in pages + caplog.text] == []
    assert member.email not in lab.get(RESULTS).content.decode()
    nothing = main(lab.get(f"{reverse('search')}?q=nothing"))
    assert [
        main(lab.get(f"{reverse('search')}?q={text}")).replace(text, "nothing") for text in (whose, row.pk.hex)
    ] == [nothing] * 2
