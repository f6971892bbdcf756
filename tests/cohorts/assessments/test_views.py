"""The pages of self-assessments: the form, the results, and that nothing reveals whose answers they are."""

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
from tests.cohorts.pages import browser, errors, page_links, page_messages, page_text
from tests.factories.accounts import UserFactory
from tests.factories.cast import Cast
from tests.factories.cohorts import CohortFactory, MembershipFactory, assess_for
from tests.factories.programmes import EditionFactory
from tests.pages import elements, rows, texts

FORM, RESULTS, BACK = (f"/cohorts/rivage/{page}/" for page in ("assessment", "assessments", "assessment/take-back"))
END_DATE = date(2026, 3, 1)  # so that on 24 November 2026 before, after and “then” are closed, and later is open


def set_dates(cohort: Cohort, **dates: Any) -> None:
    Cohort.objects.filter(pk=cohort.pk).update(**dates)


@pytest.fixture
def at_the_end(cast: Cast) -> Cast:
    """Rivage ends in January: “after” and “then” are open until February."""
    set_dates(cast.cohort, planned_end=date(2027, 1, 15))
    return cast


@pytest.fixture
def ended(cast: Cast) -> Cast:
    set_dates(cast.cohort, actual_start=date(2024, 3, 4), actual_end=END_DATE)
    return cast


def form_data(step: str, *moments: str) -> dict[str, str]:
    return {f"{moment}_{skill}": step for moment in moments for skill in Skill.values}


def members_who_moved(cohort: Cohort, up: int, same: int = 0, down: int = 0) -> list[User]:
    """Create people who answered 3 before, and 4, 3 or 2 after."""
    people = [UserFactory() for _ in range(up + same + down)]
    for person, after in zip(people, [4] * up + [3] * same + [2] * down, strict=True):
        assess_for(cohort, person, "before", 3)
        assess_for(cohort, person, "after", after)
    return people


class TestForm:
    def test_error_reports_hide_the_answers(self, at_the_end: Cast):
        """Reports name who was signed in."""
        sent = browser(at_the_end["M"]).post(FORM, form_data("2", "after", "then")).wsgi_request
        with override_settings(DEBUG=False):
            parameters = SafeExceptionReporterFilter().get_post_parameters(sent)
        assert set(parameters.values()) == {SafeExceptionReporterFilter.cleansed_substitute}

    def test_form_asks_seven_questions_today_and_looking_back(self, at_the_end: Cast):
        page = browser(at_the_end["M"]).get(FORM)
        assert texts(page, "h2")[-3:] == [
            "Who sees what",
            "Today",
            "Looking back: as you see it now, where were you at the start?",
        ]
        assert texts(page, "legend") == [str(skill.label) for skill in Skill] * 2
        first = [label["text"] for label in elements(page, "label") if "id_after_observing" in label["attrs"]["for"]]
        assert first == ["1 not yet", "2", "3 with help", "4", "5 I show others", "I’d rather not say"]

    def test_form_uses_plain_radio_buttons_and_works_without_scripts(self, at_the_end: Cast):
        page = browser(at_the_end["M"]).get(FORM)
        scales = [element for element in elements(page, "input") if element["attrs"].get("type") == "radio"]
        assert len(scales) == 2 * 7 * 6
        assert {len(elements(page, "div", "scale")), len(elements(page, "fieldset"))} == {2 * 7}
        assert 'name="viewport" content="width=device-width' in page.content.decode()

    def test_answers_are_saved_and_can_be_changed(self, at_the_end: Cast):
        client = browser(at_the_end["M"])
        sent = form_data("2", "after", "then") | {"then_curiosity": "0"}
        page = client.post(FORM, sent)
        assert (page.headers["Location"], page_messages(page)) == (
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

    def test_missing_answer_is_refused_and_the_others_stay_chosen(self, at_the_end: Cast):
        sent = form_data("4", "after", "then")
        del sent["then_framing"]
        page = browser(at_the_end["M"]).post(FORM, sent)
        assert errors(page) == {"then_framing": ["Choose a number, or “I’d rather not say”."]}
        chosen = [element["attrs"] for element in elements(page, "input") if "checked" in element["attrs"]]
        assert ({box["name"]: box["value"] for box in chosen}, Assessment.objects.count()) == (sent, 0)

    def test_page_outside_a_period_shows_when_the_next_one_opens(self, cast: Cast):
        page = browser(cast["M"]).get(FORM)
        assert (
            "The self-assessment is not open at present. The self-assessment opens on 4 October 2027."
        ) in page_text(page)
        assert browser(cast["M"]).post(FORM, form_data("4", "before")).status_code == 200
        assert Assessment.objects.count() == 0

    def test_page_long_after_the_end_offers_no_form(self, cast: Cast):
        set_dates(cast.cohort, actual_start=date(2020, 3, 4), actual_end=date(2022, 3, 1))
        assert "Members answer at the start of a cohort, at its end, and" in page_text(browser(cast["M"]).get(FORM))

    def test_people_who_may_not_answer_see_the_reason(self, at_the_end: Cast):
        assert "Only the pilot, ambassadors and relays assess" in browser(at_the_end["D"]).get(FORM).content.decode()

    def test_form_takes_few_queries(self, at_the_end: Cast, django_assert_num_queries: DjangoAssertNumQueries):
        client = browser(at_the_end["M"])
        with django_assert_num_queries(5):
            client.get(FORM)


class TestPanel:
    def test_panel_links_members_to_the_form_and_everybody_to_the_results(self, at_the_end: Cast):
        pages = {role: browser(at_the_end[role]).get("/cohorts/rivage/") for role in "SDPMRA"}
        assert {role for role, page in pages.items() if FORM in page_links(page)} == set("PMR")
        assert {role for role, page in pages.items() if RESULTS in page_links(page)} == set("SDPMRA")
        assert "Seven questions, two minutes, until 15 February 2027." in page_text(pages["M"])

    def test_panel_shows_when_the_next_period_opens(self, cast: Cast):
        page = browser(cast["M"]).get("/cohorts/rivage/")
        assert "The self-assessment opens on 4 October 2027." in page_text(page)
        assert FORM not in page_links(page)

    @pytest.mark.parametrize(
        "more", [{"state": "agreed", "actual_start": None}, {"state": "completed", "retrospective": True}]
    )
    def test_planned_and_published_cohorts_have_no_panel(self, cast: Cast, more: dict[str, Any]):
        row = CohortFactory(edition=cast.edition, **more)
        assert "How do you see your skills?" not in page_text(browser(cast["S"]).get(row.get_absolute_url()))

    def test_panel_takes_no_query(self, at_the_end: Cast, django_assert_num_queries: DjangoAssertNumQueries):
        client = browser(at_the_end["M"])
        with django_assert_num_queries(7):
            client.get("/cohorts/rivage/")


class TestHome:
    def test_home_note_shows_for_four_weeks_until_the_member_answers(self, cast: Cast):
        set_dates(cast.cohort, planned_end=date(2027, 2, 8))  # so that the occasion is open since 8 November
        periods = {role for role in "SDPMRAN" if FORM in page_links(browser(cast[role]).get("/"))}
        assert periods == set("PMR")
        assert "Rivage: seven questions, two minutes, until 8 March 2027." in page_text(browser(cast["M"]).get("/"))
        browser(cast["M"]).post(FORM, form_data("0", "after", "then"))
        assert [FORM in page_links(browser(cast[role]).get("/")) for role in "MP"] == [False, True]
        set_dates(cast.cohort, planned_end=date(2027, 1, 15))  # open since 15 October
        assert FORM not in page_links(browser(cast["P"]).get("/"))

    def test_lab_staff_get_no_note_even_where_they_are_members(self, cast: Cast):
        set_dates(cast.cohort, planned_end=date(2027, 2, 8))
        for role in "SP":
            MembershipFactory(cohort=cast.other_cohort, user=cast[role])
        set_dates(cast.other_cohort, planned_end=date(2027, 2, 8))
        form = FORM.replace(cast.cohort.slug, cast.other_cohort.slug)
        assert [form in page_links(browser(cast[role]).get("/")) for role in "SP"] == [False, True]


class TestResults:
    def test_results_show_a_sentence_before_the_numbers(self, ended: Cast):
        members_who_moved(ended.cohort, up=7, same=1, down=1)
        page = browser(ended["A"]).get(RESULTS)
        assert texts(page, "p", "say") == [
            "On none of 7 questions do more people rate themselves higher than chance explains."
        ]
        sentence = "7 of 9 rate themselves higher. Chance alone would give this result in 7 of 100 groups."
        assert rows(page) == [[sentence, "7", "1", "1"]] * 7

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
    def test_each_direction_of_change_has_its_sentence(self, ended: Cast, moves: tuple[int, int, int], words: str):
        members_who_moved(ended.cohort, *moves)
        assert rows(browser(ended["S"]).get(RESULTS))[0][0].startswith(words)

    def test_a_skill_in_which_more_went_up_than_chance_explains_is_counted(self, ended: Cast):
        for person in members_who_moved(ended.cohort, up=6):
            Assessment.objects.filter(pseudonym=pseudonym(cohort=ended.cohort.pk, user=person.pk)).update(testing=3)
        assert texts(browser(ended["S"]).get(RESULTS), "p", "say") == [
            "On 6 of 7 questions, more people rate themselves higher than chance explains."
        ]

    def test_four_pairs_show_no_number(self, ended: Cast):
        people = members_who_moved(ended.cohort, up=4)
        assess_for(ended.cohort, UserFactory(), "before")
        page = browser(ended["S"]).get(RESULTS)
        assert (rows(page), page_text(page).count("Fewer than five pairs: not shown.")) == ([], 2)
        more = [*people, UserFactory()]
        for person in more:
            assess_for(ended.cohort, person, "then", None if person in people else 1, testing=1)
        assess_for(ended.cohort, more[-1], "after", 4)
        then = browser(ended["S"]).get(RESULTS).context["sections"][1]
        assert [line.skill for line in then.visible_lines] == [Skill.TESTING]

    def test_open_moment_is_not_compared(self, at_the_end: Cast):
        members_who_moved(at_the_end.cohort, up=9)
        page = browser(at_the_end["S"]).get(RESULTS)
        assert (rows(page), page_text(page).count("after 15 February 2027, when nobody can answer any more.")) == (
            [],
            2,
        )
        assert "after 15 October 2027, when nobody can answer any more." in page_text(page)

    def test_results_take_the_same_queries_for_many(
        self, ended: Cast, django_assert_num_queries: DjangoAssertNumQueries
    ):
        client = browser(ended["M"])
        for many in (1, 3):
            members_who_moved(ended.cohort, up=many)
            with django_assert_num_queries(6):
                client.get(RESULTS)


class TestEdition:
    address = "/editions/transfo-2026/assessments/"

    def test_results_of_an_invisible_edition_are_not_found(self, ended: Cast):
        EditionFactory(slug="in-secret", state="draft")
        found = {role: browser(ended[role]) for role in "SM"}
        for slug, codes in (("transfo-2026", [200, 403]), ("in-secret", [200, 404])):
            address = f"/editions/{slug}/assessments/"
            assert [client.get(address).status_code for client in found.values()] == codes

    def test_edition_results_appear_once_all_cohorts_have_closed(self, ended: Cast):
        members_who_moved(ended.cohort, up=5)
        members_who_moved(ended.other_cohort, up=5)
        lab = browser(ended["S"])
        assert rows(lab.get(self.address)) == []
        set_dates(ended.other_cohort, actual_start=date(2024, 3, 4), actual_end=END_DATE)
        assert [line[1:] for line in rows(lab.get(self.address))] == [["10", "0", "0"]] * 7

    def test_edition_results_are_hidden_if_they_would_reveal_a_small_cohort(self, ended: Cast):
        set_dates(ended.other_cohort, actual_start=date(2024, 3, 4), actual_end=END_DATE)
        members_who_moved(ended.cohort, up=6)
        members_who_moved(ended.other_cohort, up=3)
        assert "Fewer than five pairs: not shown." in page_text(browser(ended["S"]).get(self.address))

    def test_withdrawn_cohort_does_not_delay_the_results(self, ended: Cast):
        set_dates(ended.other_cohort, state="withdrawn", reason="Budget")
        members_who_moved(ended.cohort, up=6)
        assert len(rows(browser(ended["S"]).get(self.address))) == 7

    def test_edition_page_links_lab_staff_to_the_results(self, ended: Cast):
        pages = {role: browser(ended[role]).get("/editions/transfo-2026/") for role in "SA"}
        assert {role for role, page in pages.items() if self.address in page_links(page)} == {"S"}

    def test_edition_results_take_the_same_queries_for_three(
        self, ended: Cast, django_assert_num_queries: DjangoAssertNumQueries
    ):
        client = browser(ended["S"])
        for _ in range(2):
            with django_assert_num_queries(5):
                client.get(self.address)
            members_who_moved(CohortFactory(edition=ended.edition), up=2)


class TestWithdrawing:
    def test_own_answers_are_removed_even_after_the_period(self, ended: Cast):
        client = browser(ended["M"])
        assess_for(ended.cohort, ended["M"], "before")
        others = assess_for(ended.cohort, ended["P"], "before")
        assert BACK in page_links(client.get(RESULTS))
        page = client.post(BACK)
        assert (page.headers["Location"], page_messages(page)) == (RESULTS, ["Your answers are removed."])
        assert list(Assessment.objects.values_list("pk", flat=True)) == [others.pk]

    def test_withdrawing_twice_reports_that_no_answers_are_left(self, ended: Cast):
        client = browser(ended["M"])
        assess_for(ended.cohort, ended["M"], "before")
        assert [page_messages(client.post(BACK))[-1] for _ in range(2)] == [
            "Your answers are removed.",
            "You have no answers here.",
        ]

    def test_confirmation_warns_that_shown_results_change(self, ended: Cast):
        """With four pairs instead of five, the results disappear."""
        members_who_moved(ended.cohort, up=4)
        assess_for(ended.cohort, ended["M"], "before"), assess_for(ended.cohort, ended["M"], "after", 4)
        client = browser(ended["M"])
        assert "The results already shown for your cohort change when your" in page_text(client.get(BACK))
        assert len(rows(client.get(RESULTS))) == 7
        client.post(BACK)
        page = client.get(RESULTS)
        assert (rows(page), "Fewer than five pairs: not shown." in page_text(page)) == ([], True)

    def test_former_member_can_withdraw_answers(self, ended: Cast):
        left = MembershipFactory(cohort=ended.cohort, starts_on=date(2024, 3, 4), ends_on=date(2025, 1, 1)).user
        assess_for(ended.cohort, left, "before")
        browser(left).post(BACK)
        assert Assessment.objects.count() == 0

    def test_person_without_answers_has_nothing_to_withdraw(self, ended: Cast):
        client = browser(ended["M"])
        assert "You have no answers here." in page_text(client.get(BACK))
        assert page_messages(client.post(BACK)) == ["You have no answers here."]
        assert BACK not in page_links(client.get(RESULTS))


def test_no_page_log_or_search_reveals_whose_answers_they_are(at_the_end: Cast, caplog: pytest.LogCaptureFixture):
    """Checks the pages of lab staff, the feeds, the search, the history and the log."""
    member, cohort = at_the_end["M"], at_the_end.cohort
    contexts = Context.objects.count()
    with caplog.at_level(logging.DEBUG):
        browser(member).post(FORM, form_data("4", "after", "then"))
    whose = pseudonym(cohort=cohort.pk, user=member.pk)
    row = Assessment.objects.first()
    assert row
    assert (row.pseudonym, set(vars(row)) & {"user_id", "by_id", "language"}) == (whose, set())
    assert Context.objects.count() == contexts
    set_dates(cohort, actual_start=date(2024, 3, 4), actual_end=END_DATE)
    members_who_moved(cohort, up=5)
    assess_for(cohort, member, "before")
    lab = browser(at_the_end["S"])
    addresses = ["/", RESULTS, "/cohorts/rivage/"]
    pages = "".join(who.get(address).content.decode() for who in (lab, browser(member)) for address in addresses)
    assert [text for text in (whose[:12], str(row.pk)) if text in pages + caplog.text] == []
    assert member.email not in lab.get(RESULTS).content.decode()
    nothing = page_text(lab.get(f"{reverse('search')}?q=nothing"))
    assert [
        page_text(lab.get(f"{reverse('search')}?q={text}")).replace(text, "nothing") for text in (whose, row.pk.hex)
    ] == [nothing] * 2
