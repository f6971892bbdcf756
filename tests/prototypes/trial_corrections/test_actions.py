"""Figures of a concluded test are corrected with a reason; test, idea and figures show the correction."""

from decimal import Decimal

import pytest

from prototypes import actions
from prototypes.models import Trial, TrialCorrection
from tests.factories.cast import Cast
from tests.factories.prototypes import IdeaFactory, PrototypeFactory, TrialCorrectionFactory, TrialFactory
from tests.prototypes.pages import change, errors, page, send, signed_in, statements, version_token
from web.forms.edit_conflicts import EditConflict

pytestmark = pytest.mark.django_db
FORM = {
    "participants": "12",
    "successes": "8",
    "result": "not_met",
    "contradiction_reason": "",
    "held_on": "2026-05-11",
    "groups": "habitants 7",
    "reason": "One person was counted twice.",
}


@pytest.fixture
def trial(cast: Cast) -> Trial:
    idea = IdeaFactory(cohort=cast.cohort, state="testing")
    return TrialFactory(
        prototype=PrototypeFactory(idea=idea, title="Borne"), state="concluded", segments={"habitants": 8}
    )


def address(trial: Trial) -> str:
    return f"/trials/{trial.pk}/correct/"


def test_the_form_starts_from_the_figures_on_record(cast: Cast, trial: Trial):
    form = signed_in(cast["M"]).get(address(trial)).context["form"]
    assert {name: form[name].value() for name in form.fields if name != "version_token"} == {
        "participants": 12,
        "successes": 9,
        "result": "not_met",
        "contradiction_reason": "",
        "held_on": trial.held_on,
        "groups": "habitants 8",
        "reason": None,
    }


def test_a_correction_is_recorded_with_who_when_why_and_both_values(cast: Cast, trial: Trial):
    assert change(cast["M"], address(trial), **FORM).status_code == 302
    trial.refresh_from_db()
    row = TrialCorrection.objects.get()
    assert (trial.successes, trial.observed_value, [str(group) for group in trial.groups.all()]) == (
        8,
        Decimal("66.67"),
        ["habitants (7)"],
    )
    assert (row.by, row.reason, row.before["successes"], row.after["successes"], row.before["groups"]) == (
        cast["M"],
        "One person was counted twice.",
        9,
        8,
        {"habitants": 8},
    )


def test_a_correction_without_a_reason_is_refused(cast: Cast, trial: Trial):
    assert errors(change(cast["M"], address(trial), **(FORM | {"reason": ""}))) == {
        "reason": ["This field is required."]
    }
    assert TrialCorrection.objects.count() == 0


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"participants": "0"}, "participants"),
        ({"successes": "13"}, "successes"),
        ({"result": "met"}, "contradiction_reason"),
        ({"groups": "habitants 13"}, "__all__"),
        ({"held_on": "2026-05-13"}, "held_on"),
        ({"successes": "9", "groups": "habitants 8"}, "__all__"),
    ],
)
def test_figures_that_break_a_rule_come_back_with_the_reason(
    cast: Cast, trial: Trial, wrong: dict[str, str], field: str
):
    answer = change(cast["M"], address(trial), **(FORM | wrong))
    assert list(errors(answer)) == [field]
    trial.refresh_from_db()
    assert (trial.successes, TrialCorrection.objects.count()) == (9, 0)


def test_two_who_correct_at_once_see_each_other(cast: Cast, trial: Trial):
    before = version_token(cast["P"], address(trial))
    change(cast["M"], address(trial), **FORM)
    late = send(cast["P"], address(trial), **(FORM | {"successes": "7", "version_token": before}))
    assert list(errors(late)) == ["__all__"]
    trial.refresh_from_db()
    assert (trial.successes, TrialCorrection.objects.count()) == (8, 1)


def test_action_refuses_an_outdated_version(cast: Cast, trial: Trial):
    with pytest.raises(EditConflict):
        actions.correct_trial(
            trial=trial, reason="R", by=cast["P"], at=trial.locked_at, version_token="old", successes=7
        )


@pytest.mark.parametrize(("state", "status"), [("planned", 403), ("locked", 403), ("held", 403), ("concluded", 200)])
def test_only_a_concluded_test_has_the_page(cast: Cast, trial: Trial, state: str, status: int):
    row = TrialFactory(prototype=trial.prototype, state=state)
    assert signed_in(cast["M"]).get(address(row)).status_code == status
    assert (address(row) in page(cast["M"], row.get_absolute_url())) is (status == 200)


def test_those_who_conclude_tests_correct_them(cast: Cast, trial: Trial):
    statuses = {role: signed_in(cast[role]).get(address(trial)).status_code for role in "SCDPMRANX"}
    assert statuses == dict.fromkeys("SCDPM", 200) | {"R": 403, "A": 403, "N": 404, "X": 404}


def test_test_page_shows_old_and_new_figures_author_and_reason(cast: Cast, trial: Trial):
    change(cast["M"], address(trial), **FORM)
    text = page(cast["R"], trial.get_absolute_url())
    parts = ["figures corrected", "Corrected by Ambassador Rivage on", "One person was counted twice.", "8 of 12"]
    assert [part in text for part in parts] == [True] * 4
    assert "9, corrected to 8" in text


@pytest.mark.parametrize("about", ["test", "idea"])
def test_observed_value_is_corrected_in_the_readers_language_with_its_unit(cast: Cast, trial: Trial, about: str):
    change(cast["M"], address(trial), **FORM)
    path = trial.get_absolute_url() if about == "test" else trial.prototype.idea.get_absolute_url()
    text = signed_in(cast["R"]).get(path, headers={"accept-language": "fr"}).content.decode()
    assert "75 %, corrigé en 66,67 %" in " ".join(text.split())


def test_idea_page_shows_the_correction(cast: Cast, trial: Trial):
    change(cast["M"], address(trial), **FORM)
    text = page(cast["R"], trial.prototype.idea.get_absolute_url())
    parts = [
        "Figures of a test corrected",
        "by Ambassador Rivage",
        "One person was counted twice.",
        "9, corrected to 8",
        "habitants (8), corrected to habitants (7)",
    ]
    assert [part in text for part in parts] == [True] * 5


def test_the_ideas_page_costs_the_same_with_one_correction_and_with_three(cast: Cast, trial: Trial):
    idea = trial.prototype.idea.get_absolute_url()
    none = statements(cast["M"], idea)
    TrialCorrectionFactory(trial=trial)
    one = statements(cast["M"], idea)
    for some in (7, 6):
        actions.correct_trial(trial=trial, reason="Again", by=cast["M"], at=trial.locked_at, successes=some)
    assert (none, one) == (one, statements(cast["M"], idea))


def test_corrections_are_read_by_those_who_read_the_test(cast: Cast, trial: Trial):
    change(cast["M"], address(trial), **FORM)
    assert [TrialCorrection.objects.visible_to(cast[role]).count() for role in "SCDPMRANX"] == [1] * 7 + [0, 0]
