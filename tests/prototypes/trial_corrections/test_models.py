"""Database rules of corrections of concluded tests, in raw SQL."""

import json
from typing import Any

import pytest

from prototypes.models import Trial, TrialCorrection
from prototypes.trials.log_values import figures, json_values
from tests.factories.accounts import UserFactory
from tests.factories.prototypes import TrialCorrectionFactory, TrialFactory
from tests.sql import delete, execute, refused_by, truncate, update

pytestmark = pytest.mark.django_db


@pytest.fixture
def trial() -> Trial:
    return TrialFactory(state="concluded", segments={"habitants": 8, "agents": 4})


def insert(trial: Trial, *, reason: str = "Counted twice", **changed: Any) -> None:
    after = json_values(figures(trial)) | changed
    columns = "trial_id, before, after, reason, recorded_at, by_id"
    execute(
        f"INSERT INTO prototypes_trialcorrection ({columns}) VALUES (%s, '{{}}', %s, %s, '2026-05-14T09:00:00Z', %s)",
        *(trial.pk, json.dumps(after), reason, UserFactory().pk),
    )


def figures_of(trial: Trial) -> dict[str, Any]:
    return json_values(figures(Trial.objects.get(pk=trial.pk)))


def test_the_test_shows_the_figures_of_its_latest_correction_and_the_first_stay_readable(trial: Trial):
    first = figures_of(trial)
    insert(trial, successes=8, observed_value="66.67")
    insert(trial, participants=10, successes=8, observed_value="80", result="met", groups={"habitants": 10})
    assert figures_of(trial) == first | {
        "participants": 10,
        "successes": 8,
        "observed_value": "80",
        "result": "met",
        "groups": {"habitants": 10},
    }
    corrections = [(row.before, row.after) for row in TrialCorrection.objects.order_by("pk")]
    assert (corrections[0][0], corrections[1][0], corrections[1][1]) == (first, corrections[0][1], figures_of(trial))


def test_figures_without_a_correction_are_refused(trial: Trial):
    with refused_by("trial_frozen_once_concluded"):
        update(trial, successes=8)


def test_after_a_correction_other_figures_are_still_refused(trial: Trial):
    insert(trial, successes=8, observed_value="66.67")
    for column, value in {"successes": 9, "concluded_on": "2026-05-20", "participants": 20}.items():
        with refused_by("trial_frozen_once_concluded"):
            update(trial, **{column: value})


def test_a_correction_needs_a_reason(trial: Trial):
    with refused_by("trial_correction_reason"):
        insert(trial, reason="", successes=8)


@pytest.mark.parametrize("state", ["planned", "locked", "held", "cancelled"])
def test_only_a_concluded_test_is_corrected(state: str):
    with refused_by("trial_correction_concluded"):
        insert(TrialFactory(state=state), successes=8)


def test_published_facts_are_not_corrected():
    with refused_by("trial_correction_concluded"):
        insert(TrialFactory(state="concluded", retrospective=True, result="met"), successes=8)


def test_a_correction_changes_something(trial: Trial):
    with refused_by("trial_correction_changes"):
        insert(trial)


def test_a_correction_names_every_figure(trial: Trial):
    with refused_by("trial_correction_complete"):
        insert(trial, colour="blue")


@pytest.mark.parametrize(
    ("rule", "changed"),
    [
        ("trial_held_participants", {"participants": 0, "successes": 0, "groups": {}}),
        ("trial_successes_fit", {"successes": 13}),
        ("trial_result_contradicts", {"result": "met"}),
        ("trial_concluded_on_what", {"observed_value": None}),
        ("trial_concluded_on_what", {"held_on": "2026-05-13"}),
        ("trial_concluded_result", {"result": ""}),
        ("trial_observed_share", {"observed_value": "101", "result": "met"}),
        ("participant_groups_fit", {"participants": 11}),
        ("participant_group_count", {"groups": {"habitants": 0}}),
    ],
)
def test_the_rules_of_tests_hold_for_corrected_figures(trial: Trial, rule: str, changed: dict[str, Any]):
    before = figures_of(trial)
    with refused_by(rule):
        insert(trial, **changed)
    assert (figures_of(trial), TrialCorrection.objects.count()) == (before, 0)


def test_full_success_and_a_day_before_the_conclusion_are_accepted(trial: Trial):
    insert(trial, successes=12, observed_value="100", result="met", held_on="2026-05-12")
    assert (figures_of(trial)["successes"], figures_of(trial)["held_on"]) == (12, "2026-05-12")


@pytest.mark.parametrize("column", ["after", "before", "reason", "recorded_at", "trial_id"])
def test_a_correction_never_changes(column: str):
    row = TrialCorrectionFactory()
    value = {"recorded_at": "2026-05-20T09:00:00Z", "trial_id": 0}.get(column, "{}")
    with refused_by("trial_correction_append_only"):
        update(row, **{column: value})


def test_a_correction_is_never_deleted():
    row = TrialCorrectionFactory()
    with refused_by("trial_correction_append_only"):
        delete(row)
    with refused_by("trial_correction_no_truncate"):
        truncate(TrialCorrection)


def test_a_person_who_is_erased_can_be_replaced():
    row, nobody = TrialCorrectionFactory(), UserFactory()
    update(row, by_id=nobody.pk)
    row.refresh_from_db()
    assert row.by == nobody


class TestGroups:
    def test_groups_of_a_concluded_test_cannot_change_or_be_deleted(self, trial: Trial):
        group = trial.groups.get(segment="agents")
        for change in ({"count": 3}, {"segment": "elus"}):
            with refused_by("participant_groups_frozen"):
                update(group, **change)
        with refused_by("participant_groups_frozen"):
            delete(group)

    def test_no_group_is_added_to_a_concluded_test(self):
        trial = TrialFactory(state="concluded", segments={"habitants": 8})
        with refused_by("participant_groups_frozen"):
            execute(
                "INSERT INTO prototypes_participantgroup (trial_id, segment, count) VALUES (%s, 'elus', 1)", trial.pk
            )

    def test_after_a_correction_that_leaves_them_they_are_still_frozen(self, trial: Trial):
        insert(trial, successes=8, observed_value="66.67")
        with refused_by("participant_groups_frozen"):
            delete(trial.groups.get(segment="agents"))

    def test_groups_of_a_held_test_still_change(self):
        trial = TrialFactory(state="held", segments={"habitants": 8})
        update(trial.groups.get(), count=7)
        delete(trial.groups.get())
        assert trial.groups.count() == 0
