"""Indicators on the page of an idea, their forms, and the follow-up that asks for their values."""

from datetime import date
from html import unescape

import pytest
import time_machine
from django.urls import reverse

from prototypes.models import FollowUp, Idea, Indicator
from tests.factories.cast import Cast
from tests.factories.cohorts import MembershipFactory
from tests.factories.prototypes import IdeaFactory, IndicatorFactory, IndicatorValueFactory, measured_idea, package
from tests.prototypes.pages import errors, page, send, signed_in, statements, version_token

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
LAST, AFTER = date(2026, 9, 30), date(2026, 10, 1)
NO_CLAIM = "They do not show that the idea caused the difference: other causes are possible."
FORM = {
    "ready_made": "days",
    "measure": "",
    "unit": "",
    "baseline": "42",
    "baseline_on": "2026-11-20",
    "baseline_source": "Forty files",
    "target": "10",
    "method": "Count twenty files",
}


def idea_page(idea: Idea) -> str:
    return reverse("prototypes:idea", args=[idea.pk])


def add_page(idea: Idea) -> str:
    return reverse("prototypes:idea_action", args=[idea.pk, "add-indicator"])


def correct_page(row: Indicator) -> str:
    return reverse("prototypes:correct_indicator", args=[row.idea_id, row.pk])


class TestThePageOfAnIdea:
    def test_before_after_and_target_are_side_by_side_without_a_claim(self, cast: Cast):
        idea = measured_idea(cohort=cast.cohort)
        text = page(cast["M"], idea_page(idea))
        for part in ("12 pièces", "1 Jun", "5 pièces", "2 Nov", "4 pièces", NO_CLAIM, "Quarante dossiers de mai"):
            assert part in unescape(text).replace("\u00a0", " "), part

    def test_reason_is_shown_where_an_indicator_was_not_measured(self, cast: Cast):
        text = page(cast["M"], idea_page(measured_idea(None, cohort=cast.cohort)))
        assert "not measured yet" in text
        assert "not measured. Aucun dossier ce mois" in text

    def test_idea_without_indicators_has_no_such_card(self, cast: Cast):
        text = page(cast["M"], idea_page(IdeaFactory(cohort=cast.cohort, state="implemented")))
        assert ("Before and after" in text, NO_CLAIM in text) == (False, False)

    def test_baseline_measured_after_the_first_live_day_is_marked(self, cast: Cast):
        idea = measured_idea(cohort=cast.cohort)
        row = idea.indicators.get()
        sentence = "The baseline was not measured before the day the idea went live."
        assert sentence not in page(cast["M"], idea_page(idea))
        fixed = {"baseline_on": date(2026, 9, 1), "fixed_on": date(2026, 11, 1)}
        IndicatorFactory(idea=idea, corrects=row, correction_reason="Read wrongly", **fixed)
        text = page(cast["M"], idea_page(idea))
        assert (sentence in text, "Read wrongly" in text) == (True, True)

    def test_timeline_has_indicators_corrections_and_all_answers(self, cast: Cast):
        idea = measured_idea(cohort=cast.cohort)
        row = idea.indicators.get()
        IndicatorFactory(
            idea=idea,
            corrects=row,
            correction_reason="Read wrongly",
            target=3,
            fixed_on=date(2026, 11, 1),
            by=cast["P"],
        )
        IndicatorValueFactory(indicator=row, value=6, measured_on=date(2026, 11, 3))
        text = unescape(page(cast["M"], idea_page(idea))).replace("\u00a0", " ")
        titles = ("Indicator added", "Indicator corrected", "Indicators at the follow-up")
        assert [text.count(title) for title in titles] == [1, 1, 2]
        assert [text.count(part) for part in ("5 pièces (2 Nov 2026)", "6 pièces (3 Nov 2026)")] == [1, 2]

    def test_past_members_see_the_indicators_of_their_last_day(self, cast: Cast):
        past_member = MembershipFactory(cohort=cast.cohort, ends_on=LAST).user
        idea = IdeaFactory(cohort=cast.cohort, state="decided", created_on=LAST)
        rows = [IndicatorFactory(idea=idea, fixed_on=day) for day in (LAST, AFTER)]
        texts = [page(user, idea_page(idea)) for user in (past_member, cast["M"])]
        assert [[row.measure in text for row in rows] for text in texts] == [[True, False], [True, True]]

    def test_number_of_statements_does_not_grow_with_indicators(self, cast: Cast):
        idea = measured_idea(cohort=cast.cohort)
        before = statements(cast["M"], idea_page(idea))
        row = idea.indicators.get()
        for target in (1, 2, 3):
            IndicatorFactory(idea=idea, corrects=row, correction_reason="Wrong", target=target)
            IndicatorValueFactory(indicator=row)
        assert statements(cast["M"], idea_page(idea)) == before

    @pytest.mark.parametrize(("role", "corrects"), [("S", True), ("P", True), ("C", True), ("M", False), ("A", False)])
    def test_those_who_decide_may_correct(self, cast: Cast, role: str, corrects: bool):
        row = measured_idea(cohort=cast.cohort).indicators.get()
        assert (correct_page(row) in page(cast[role], idea_page(row.idea))) is corrects

    @pytest.mark.parametrize(
        ("role", "sentence"),
        [("M", "Measured before and after: 1 of 2 implemented ideas."), ("N", "")],
    )
    def test_share_of_measured_ideas_is_that_of_the_cohort_for_its_people(self, cast: Cast, role: str, sentence: str):
        idea = measured_idea(cohort=cast.cohort, shared_with_edition=True)
        IdeaFactory(cohort=cast.cohort, state="implemented")
        IdeaFactory(cohort=cast.other_cohort, state="implemented")
        text = page(cast[role], idea_page(idea))
        assert ("Ideas of the cohort measured before and after" in text, sentence in text) == (bool(sentence), True)


class TestAdding:
    def test_ready_made_measure_fills_in_words_and_unit(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="decided")
        assert send(cast["P"], add_page(idea), **FORM)["Location"] == idea_page(idea)
        row = idea.indicators.get()
        assert (row.measure, row.unit, row.by) == ("Days from the application to the answer", "days", cast["P"])

    def test_own_words_replace_those_of_the_ready_made_measure(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="decided")
        send(cast["P"], add_page(idea), **FORM | {"measure": "Working days", "unit": "working days"})
        assert str(idea.indicators.get()) == "Working days (working days)"

    def test_something_else_needs_words_and_unit(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="decided")
        answer = send(cast["P"], add_page(idea), **FORM | {"ready_made": "other"})
        assert sorted(answer.context["form"].errors) == ["measure", "unit"]
        assert "Count twenty files" in answer.content.decode()
        assert not idea.indicators.exists()

    def test_the_same_indicator_is_refused_next_to_its_words(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="decided")
        send(cast["P"], add_page(idea), **FORM)
        answer = send(cast["P"], add_page(idea), **FORM)
        assert list(answer.context["form"].errors) == ["measure"]

    @pytest.mark.parametrize(("state", "offered"), [("testing", False), ("decided", True), ("implemented", False)])
    def test_it_is_offered_between_decision_and_implementation(self, cast: Cast, state: str, offered: bool):
        idea = IdeaFactory(cohort=cast.cohort, state=state)
        assert (add_page(idea) in page(cast["P"], idea_page(idea))) is offered


class TestCorrecting:
    def test_correction_is_saved_as_a_new_version(self, cast: Cast):
        row = measured_idea(cohort=cast.cohort).indicators.get()
        form = row.form_values() | {"target": "3", "reason": "Read wrongly"}
        form["version_token"] = version_token(cast["P"], correct_page(row))
        assert send(cast["P"], correct_page(row), **form)["Location"] == idea_page(row.idea)
        assert [one.target for one in Indicator.objects.order_by("pk")] == [4, 3]

    def test_second_correction_starts_from_the_first(self, cast: Cast):
        row = measured_idea(cohort=cast.cohort).indicators.get()
        IndicatorFactory(idea=row.idea, corrects=row, correction_reason="Wrong", target=3)
        answer = signed_in(cast["P"]).get(correct_page(row))
        assert answer.context["form"]["target"].value() == 3

    @pytest.mark.parametrize("which", ["of another idea", "a correction"])
    def test_only_first_versions_of_the_idea_have_such_a_page(self, cast: Cast, which: str):
        row = measured_idea(cohort=cast.cohort).indicators.get()
        other = IndicatorFactory(idea__cohort=cast.cohort)
        if which == "a correction":
            other = IndicatorFactory(idea=row.idea, corrects=row, correction_reason="Wrong", target=3)
        address = reverse("prototypes:correct_indicator", args=[row.idea_id, other.pk])
        assert signed_in(cast["P"]).get(address).status_code == 404

    def test_indicator_added_after_the_last_day_of_a_past_member_is_not_found(self, cast: Cast):
        past_member = MembershipFactory(cohort=cast.cohort, ends_on=LAST).user
        idea = IdeaFactory(cohort=cast.cohort, state="decided", created_on=LAST)
        rows = [IndicatorFactory(idea=idea, fixed_on=day) for day in (LAST, AFTER)]
        assert [signed_in(past_member).get(correct_page(row)).status_code for row in rows] == [403, 404]


class TestFollowUps:
    @pytest.fixture
    def row(self, cast: Cast) -> Indicator:
        """Return the indicator of an idea whose first follow-up is due."""
        return measured_idea(cohort=cast.cohort).indicators.get()

    def address(self, row: Indicator) -> str:
        return reverse("prototypes:follow_up", args=[row.idea_id, 3])

    def form(self, row: Indicator, value: str = "", day: str = "", reason: str = "") -> dict[str, str]:
        key = row.pk
        fields = {f"value_{key}": value, f"measured_on_{key}": day, f"not_measured_{key}": reason}
        return {"answer": "full", "words": "", "evidence": "Seen", "version_token": ""} | fields

    @pytest.mark.parametrize(
        ("typed", "field"),
        [
            (("", "", ""), "value"),
            (("-1", "2026-12-01", ""), "value"),
            (("many", "2026-12-01", ""), "value"),
            (("5", "", ""), "measured_on"),
            (("", "2026-12-01", ""), "value"),
            (("", "2026-12-01", "Nobody counted"), "measured_on"),
            (("5", "2026-12-01", "Nobody counted"), "not_measured"),
        ],
    )
    def test_wrong_answer_is_refused_next_to_its_field(
        self, cast: Cast, row: Indicator, typed: tuple[str, str, str], field: str
    ):
        before = FollowUp.objects.count()
        answer = send(cast["P"], self.address(row), **self.form(row, *typed))
        assert list(answer.context["form"].errors) == [f"{field}_{row.pk}"]
        assert FollowUp.objects.count() == before

    def test_form_starts_with_the_recorded_value(self, cast: Cast, row: Indicator):
        form = signed_in(cast["P"]).get(self.address(row)).context["form"]
        names = (f"value_{row.pk}", f"measured_on_{row.pk}", f"not_measured_{row.pk}")
        assert [form[name].value() for name in names] == [5, date(2026, 11, 2), ""]
        assert form.fields[names[0]].label == str(row)

    @time_machine.travel("2026-12-02T09:00:00+00:00", tick=False)
    def test_value_is_not_saved_in_a_unit_that_was_corrected_since_the_form_was_opened(self, cast: Cast):
        row = measured_idea(None, cohort=cast.cohort).indicators.get()
        typed = self.form(row, "5", "2026-12-01") | {"version_token": version_token(cast["P"], self.address(row))}
        IndicatorFactory(idea=row.idea, corrects=row, correction_reason="Wrong", unit="weeks")
        answer = send(cast["P"], self.address(row), **typed)
        [conflict] = errors(answer)["__all__"]
        form = answer.context["form"]
        assert ("since you opened this page" in conflict, "weeks" in str(form[f"value_{row.pk}"].label)) == (True, True)
        send(cast["P"], self.address(row), **typed | {"version_token": form["version_token"].value()})
        assert [str(value.value) for value in row.values.order_by("pk")] == ["None", "5.00"]


def test_package_shows_what_will_be_measured(cast: Cast):
    idea = IdeaFactory(cohort=cast.cohort, state="handed_over")
    row = IndicatorFactory(idea=idea)
    text = page(cast["M"], reverse("prototypes:package", args=[package(idea).pk]))
    assert [part in text for part in ("What will be measured", row.measure, row.method)] == [True, True, True]


def test_package_from_before_there_were_indicators_shows_none(cast: Cast):
    idea = IdeaFactory(cohort=cast.cohort, state="handed_over")
    row = package(idea)
    content = {name: value for name, value in row.content.items() if name != "indicators"}
    other = IdeaFactory(cohort=cast.cohort, state="handed_over")
    old = type(row).objects.create(event=other.events.get(state="handed_over"), content=content)
    assert "What will be measured" not in page(cast["M"], reverse("prototypes:package", args=[old.pk]))
