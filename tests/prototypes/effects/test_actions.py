"""Fixing and correcting indicators, and recording their values with a follow-up."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from prototypes import actions
from prototypes.effects.answers import IndicatorAnswer
from prototypes.models import FollowUp, Idea, Indicator, IndicatorValue
from tests.factories.cast import Cast
from tests.factories.prototypes import IdeaFactory, IndicatorFactory, measured_idea
from web.errors import DomainError
from web.forms.edit_conflicts import EditConflict, fingerprint

pytestmark = pytest.mark.django_db
AT = datetime(2026, 12, 4, 9, tzinfo=UTC)
FACTS = {
    "measure": "Documents",
    "unit": "documents",
    "baseline": Decimal(12),
    "baseline_on": date(2026, 12, 1),
    "baseline_source": "Forty files",
    "target": Decimal(4),
    "method": "Count twenty files",
}


def value(indicator: Indicator, amount: int = 5, day: date = date(2026, 12, 3)) -> IndicatorAnswer:
    return IndicatorAnswer(indicator.first_id, Decimal(amount), day)


def answer(idea: Idea, cast: Cast, indicators: Iterable[IndicatorAnswer], **details: object) -> FollowUp:
    arguments = {"months": 3, "answer": "full", "evidence": "Seen", "by": cast["P"], "at": AT} | details
    return actions.record_follow_up(idea=idea, indicators=list(indicators), **arguments)


@pytest.fixture
def live_idea(cast: Cast) -> Idea:
    """An idea that went live on 1 September, with one indicator and no follow-up of 4 December yet."""
    return measured_idea(cohort=cast.cohort)


class TestAdding:
    def test_indicator_has_its_facts_author_and_local_day(self, cast: Cast):
        row = actions.add_indicator(idea=IdeaFactory(cohort=cast.cohort, state="decided"), by=cast["P"], at=AT, **FACTS)
        assert (row.form_values(), row.by, row.fixed_on, row.corrects) == (FACTS, cast["P"], date(2026, 12, 4), None)

    def test_baseline_of_a_future_day_is_refused_next_to_the_day(self, cast: Cast):
        with pytest.raises(DomainError, match="in the future") as error:
            actions.add_indicator(
                idea=IdeaFactory(cohort=cast.cohort, state="decided"),
                by=cast["P"],
                at=AT,
                **FACTS | {"baseline_on": date(2026, 12, 5)},
            )
        assert error.value.field == "baseline_on"

    def test_indicator_of_an_implemented_idea_is_refused(self, cast: Cast):
        with pytest.raises(DomainError, match="before it is implemented"):
            actions.add_indicator(
                idea=IdeaFactory(cohort=cast.cohort, state="implemented"), by=cast["P"], at=AT, **FACTS
            )


class TestCorrecting:
    def test_correction_is_a_new_version_and_the_first_one_stays(self, cast: Cast, live_idea: Idea):
        first = live_idea.indicators.get()
        row = actions.correct_indicator(indicator=first, target=Decimal(3), reason="Read wrongly", by=cast["P"], at=AT)
        assert (row.target, row.baseline, row.correction_reason, row.corrects) == (3, 12, "Read wrongly", first)
        assert [one.target for one in Indicator.objects.order_by("pk")] == [4, 3]

    def test_correction_of_a_correction_belongs_to_the_first_version(self, cast: Cast, live_idea: Idea):
        first = live_idea.indicators.get()
        second = actions.correct_indicator(indicator=first, target=3, reason="Wrong", by=cast["P"], at=AT)
        third = actions.correct_indicator(indicator=second, target=2, reason="Wrong", by=cast["P"], at=AT)
        assert (third.corrects, Indicator.objects.current().get()) == (first, third)

    def test_correction_without_a_change_is_refused(self, cast: Cast, live_idea: Idea):
        row = live_idea.indicators.get()
        with pytest.raises(DomainError, match="Change at least one"):
            actions.correct_indicator(indicator=row, target=row.target, reason="Wrong", by=cast["P"], at=AT)

    def test_correction_since_the_form_was_opened_is_a_conflict(self, cast: Cast, live_idea: Idea):
        row = live_idea.indicators.get()
        token = fingerprint(*row.form_values().values())
        actions.correct_indicator(indicator=row, target=3, reason="Wrong", by=cast["P"], at=AT)
        with pytest.raises(EditConflict) as conflict:
            actions.correct_indicator(indicator=row, target=2, reason="Wrong", by=cast["C"], at=AT, version_token=token)
        assert conflict.value.current["target"] == 3


class TestFollowUps:
    def test_follow_up_records_the_value_of_each_indicator(self, cast: Cast, live_idea: Idea):
        row = answer(live_idea, cast, [value(live_idea.indicators.get(), 4)])
        assert [(one.value, one.measured_on) for one in row.values.all()] == [(4, date(2026, 12, 3))]

    def test_follow_up_records_why_an_indicator_was_not_measured(self, cast: Cast, live_idea: Idea):
        indicator = live_idea.indicators.get()
        row = answer(live_idea, cast, [IndicatorAnswer(indicator.pk, not_measured="Nobody counted")])
        assert [(one.value, one.not_measured) for one in row.values.all()] == [(None, "Nobody counted")]

    def test_missing_answer_is_refused_next_to_the_value(self, cast: Cast, live_idea: Idea):
        indicator = live_idea.indicators.get()
        with pytest.raises(DomainError, match="say why it was not measured") as error:
            answer(live_idea, cast, [])
        assert (error.value.field, live_idea.follow_ups.count()) == (f"value_{indicator.pk}", 1)

    def test_answer_for_the_indicator_of_another_idea_is_refused(self, cast: Cast, live_idea: Idea):
        foreign = IndicatorFactory()
        with pytest.raises(DomainError):
            answer(live_idea, cast, [value(live_idea.indicators.get()), value(foreign)])

    @pytest.mark.parametrize(
        ("day", "is_allowed"),
        [
            (date(2026, 8, 31), False),
            (date(2026, 9, 1), True),
            (date(2026, 12, 4), True),
            (date(2026, 12, 5), False),
        ],
    )
    def test_values_are_measured_while_live_and_not_in_future(
        self, cast: Cast, live_idea: Idea, day: date, is_allowed: bool
    ):
        indicator = live_idea.indicators.get()
        if is_allowed:
            assert answer(live_idea, cast, [value(indicator, day=day)]).values.get().measured_on == day
            return
        with pytest.raises(DomainError, match="went live and today") as error:
            answer(live_idea, cast, [value(indicator, day=day)])
        assert error.value.field == f"measured_on_{indicator.pk}"

    def test_same_answer_and_values_are_recorded_once(self, cast: Cast, live_idea: Idea):
        indicator = live_idea.indicators.get()
        first = answer(live_idea, cast, [value(indicator)])
        assert answer(live_idea, cast, [value(indicator)]) == first
        assert IndicatorValue.objects.filter(follow_up=first).count() == 1

    def test_another_value_is_a_new_answer_and_the_first_one_stays(self, cast: Cast, live_idea: Idea):
        indicator = live_idea.indicators.get()
        rows = [answer(live_idea, cast, [value(indicator, amount)]) for amount in (5, 4)]
        assert [row.values.get().value for row in rows] == [5, 4]

    def test_value_saved_since_the_form_was_opened_is_a_conflict(self, cast: Cast, live_idea: Idea):
        indicator = live_idea.indicators.get()
        answer(live_idea, cast, [value(indicator, 6)])
        with pytest.raises(EditConflict) as conflict:
            answer(live_idea, cast, [value(indicator, 7)], version_token=fingerprint("opened before"))
        assert conflict.value.current[f"value_{indicator.pk}"] == 6

    def test_follow_up_before_the_idea_is_live_asks_for_no_value(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="handed_over")
        IndicatorFactory(idea=idea)
        assert answer(idea, cast, []).values.count() == 0

    def test_value_of_a_corrected_indicator_belongs_to_its_first_version(self, cast: Cast, live_idea: Idea):
        first = live_idea.indicators.get()
        corrected = actions.correct_indicator(indicator=first, target=3, reason="Wrong", by=cast["P"], at=AT)
        row = answer(live_idea, cast, [value(corrected)])
        assert row.values.get().indicator == first


def test_hand_over_package_has_the_current_version_of_each_indicator(cast: Cast):
    idea = IdeaFactory(cohort=cast.cohort, state="decided")
    row = actions.add_indicator(idea=idea, by=cast["P"], at=AT, **FACTS)
    actions.correct_indicator(indicator=row, target=Decimal(3), reason="Wrong", by=cast["P"], at=AT)
    event = actions.hand_over_idea(idea=idea, package={"receives": "All", "contact": "The pilot"}, by=cast["P"], at=AT)
    [saved] = event.packages.get().content["indicators"]
    assert saved == {name: str(value) for name, value in (FACTS | {"target": "3.00", "baseline": "12.00"}).items()}
