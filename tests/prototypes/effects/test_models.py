"""Database rules of indicators and their values."""

from datetime import date
from decimal import Decimal

import pytest

from prototypes.effects.models import answers_of
from prototypes.models import FollowUp, Indicator, IndicatorValue
from tests.factories.prototypes import (
    PATH,
    FollowUpFactory,
    IdeaFactory,
    ImplementationFactory,
    IndicatorFactory,
    IndicatorValueFactory,
    measured_idea,
)
from tests.sql import delete, insert_like, refused_by, truncate, update

pytestmark = pytest.mark.django_db
OPEN_FOR_INDICATORS = ("decided", "handed_over", "implementing")


def a_value() -> IndicatorValue:
    return measured_idea().indicators.get().values.get()


class TestIndicators:
    @pytest.mark.parametrize("state", OPEN_FOR_INDICATORS)
    def test_indicator_is_added_between_decision_and_implementation(self, state: str):
        assert IndicatorFactory(idea=IdeaFactory(state=state)).idea.state == state

    @pytest.mark.parametrize("state", [*sorted({*PATH, "parked", "abandoned"} - {*OPEN_FOR_INDICATORS})])
    def test_indicator_in_another_state_is_refused(self, state: str):
        idea, row = IdeaFactory(state=state), IndicatorFactory()
        with refused_by("indicator_of_decided_idea"):
            insert_like(row, idea_id=idea.pk)

    @pytest.mark.parametrize(
        ("columns", "rule"),
        [
            ({"measure": ""}, "indicator_texts"),
            ({"unit": ""}, "indicator_texts"),
            ({"baseline_source": ""}, "indicator_texts"),
            ({"method": ""}, "indicator_texts"),
            ({"baseline": Decimal("-0.01")}, "indicator_not_negative"),
            ({"target": Decimal("-0.01")}, "indicator_not_negative"),
            ({"baseline_on": date(2026, 6, 3)}, "indicator_baseline_not_future"),
            ({"correction_reason": "Wrong"}, "indicator_correction_reason"),
        ],
    )
    def test_incomplete_indicator_is_refused(self, columns: dict[str, object], rule: str):
        row = IndicatorFactory()
        with refused_by(rule):
            insert_like(row, **{"measure": "Other"} | columns)

    def test_baseline_of_zero_measured_on_the_same_day_is_possible(self):
        assert IndicatorFactory(baseline=0, target=0, baseline_on=date(2026, 6, 2)).pk

    def test_the_same_measure_of_an_idea_is_recorded_once(self):
        row = IndicatorFactory()
        with refused_by("indicator_once"):
            insert_like(row)

    def test_correction_needs_a_reason(self):
        row = IndicatorFactory()
        with refused_by("indicator_correction_reason"):
            insert_like(row, corrects_id=row.pk)

    @pytest.mark.parametrize("corrected", ["of another idea", "already a correction"])
    def test_correction_names_the_first_version_of_the_same_idea(self, corrected: str):
        row = IndicatorFactory()
        other = IndicatorFactory()
        if corrected == "already a correction":
            other = IndicatorFactory(idea=row.idea, corrects=row, correction_reason="Wrong")
        with refused_by("indicator_corrects_first"):
            insert_like(row, corrects_id=other.pk, correction_reason="Wrong again")

    def test_indicator_of_an_implemented_idea_can_be_corrected(self):
        row = measured_idea().indicators.get()
        insert_like(row, corrects_id=row.pk, correction_reason="Wrong", target=3)
        assert Indicator.objects.current().get().target == 3

    def test_unit_can_be_corrected_until_a_value_is_recorded(self):
        row = IndicatorFactory()
        insert_like(row, corrects_id=row.pk, correction_reason="Wrong", unit="weeks")
        measured = measured_idea().indicators.get()
        with refused_by("indicator_unit_of_values"):
            insert_like(measured, corrects_id=measured.pk, correction_reason="Wrong", unit="weeks")

    @pytest.mark.parametrize("column", ["measure", "unit", "baseline", "baseline_on", "target", "fixed_on", "idea_id"])
    def test_indicators_are_never_changed(self, column: str):
        day = date(2026, 5, 31)
        values = {"baseline_on": day, "fixed_on": date(2026, 6, 3), "baseline": 1, "target": 1}
        values["idea_id"] = IdeaFactory(state="decided").pk
        row = IndicatorFactory()
        with refused_by("indicator_append_only"):
            update(row, **{column: values.get(column, "Other")})

    def test_indicators_are_never_deleted(self):
        row = IndicatorFactory()
        with refused_by("indicator_append_only"):
            delete(row)
        with refused_by("indicator_no_truncate"):
            truncate(Indicator)

    def test_latest_correction_counts_and_an_earlier_day_has_its_own_version(self):
        row = IndicatorFactory()
        for target, day in ((3, date(2026, 6, 10)), (2, date(2026, 6, 20))):
            IndicatorFactory(idea=row.idea, corrects=row, correction_reason="Wrong", target=target, fixed_on=day)
        targets = [
            [one.target for one in Indicator.objects.current(day)]
            for day in (None, date(2026, 6, 19), date(2026, 6, 9), date(2026, 6, 1))
        ]
        assert targets == [[2], [3], [4], []]


class TestValues:
    @pytest.mark.parametrize(
        ("columns", "rule"),
        [
            ({"value": None}, "indicator_value_or_reason"),
            ({"measured_on": None}, "indicator_value_or_reason"),
            ({"not_measured": "Nobody had time"}, "indicator_value_or_reason"),
            ({"value": None, "measured_on": None}, "indicator_value_or_reason"),
            ({"value": Decimal("-0.01")}, "indicator_value_not_negative"),
            ({"measured_on": date(2026, 8, 31)}, "indicator_value_day"),
            ({"measured_on": date(2026, 11, 4)}, "indicator_value_day"),
            ({}, "indicator_value_once"),
        ],
    )
    def test_impossible_value_is_refused(self, columns: dict[str, object], rule: str):
        row = a_value()
        with refused_by(rule):
            insert_like(row, **columns)

    @pytest.mark.parametrize("day", [date(2026, 9, 1), date(2026, 11, 3)])
    def test_value_is_measured_from_the_first_live_day_to_the_follow_up(self, day: date):
        row = a_value()
        again = FollowUpFactory(idea=row.follow_up.idea, counted_from="live", noted_on=date(2026, 11, 3))
        assert IndicatorValueFactory(indicator=row.indicator, follow_up=again, measured_on=day).measured_on == day

    def test_value_of_a_follow_up_before_the_idea_is_live_is_refused(self):
        row = a_value()
        before = FollowUpFactory(idea=row.indicator.idea, noted_on=date(2026, 11, 3))
        with refused_by("indicator_value_of_idea"):
            insert_like(row, follow_up_id=before.pk)

    def test_value_of_another_idea_is_refused(self):
        row, other = a_value(), a_value()
        with refused_by("indicator_value_of_idea"):
            insert_like(row, follow_up_id=other.follow_up_id)

    def test_value_belongs_to_the_first_version(self):
        row = a_value()
        first = row.indicator
        corrected = IndicatorFactory(idea=first.idea, corrects=first, correction_reason="Wrong")
        with refused_by("indicator_value_of_idea"):
            insert_like(row, indicator_id=corrected.pk)

    def test_day_of_a_partial_implementation_does_not_make_the_idea_live(self):
        row = a_value()
        ImplementationFactory(idea=row.indicator.idea, scope="partial", unit="Other", live_on=date(2026, 8, 1))
        with refused_by("indicator_value_day"):
            insert_like(row, measured_on=date(2026, 8, 15))

    @pytest.mark.parametrize("column", ["value", "measured_on"])
    def test_values_are_never_changed(self, column: str):
        row = a_value()
        with refused_by("indicator_value_append_only"):
            update(row, **{column: {"value": 6, "measured_on": date(2026, 11, 1)}[column]})

    def test_values_are_never_deleted(self):
        row = a_value()
        with refused_by("indicator_value_append_only"):
            delete(row)
        with refused_by("indicator_value_no_truncate"):
            truncate(IndicatorValue)

    def test_answers_of_a_follow_up_are_its_values(self):
        row = a_value()
        assert [(one.indicator, one.value) for one in answers_of(row.follow_up)] == [(row.indicator_id, Decimal(5))]
        assert (answers_of(None), FollowUp.objects.count()) == ([], 1)
