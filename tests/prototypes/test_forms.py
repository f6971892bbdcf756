"""Forms on their own: groups of people, units, and a later conclusion."""

from datetime import date
from typing import Any

import pytest
from django import forms
from django.utils.translation import override

from prototypes.action_pages.forms import CorrectionForm, EffectiveDateForm
from prototypes.models import IdeaEvent, Trial
from prototypes.trials.forms import LogForm, counted_group

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("line", "counted"),
    [
        ("habitants 8", ("habitants", 8)),
        ("agents d'accueil: 3", ("agents d'accueil", 3)),
        ("18-25 ans  12", ("18-25 ans", 12)),
        ("x" * 200 + " 2", ("x" * 120, 2)),
    ],
)
def test_line_is_read_as_group_and_count(line: str, counted: tuple[str, int]):
    assert counted_group(line) == counted


@pytest.mark.parametrize(
    "line", ["habitants", "8", "habitants huit", "habitants 0", "habitants -3", "a ²", "a 999999999"]
)
def test_a_line_without_a_number_of_people_is_refused(line: str):
    with pytest.raises(forms.ValidationError):
        counted_group(line)


def log_form(trial: Trial, *, later: bool = False, **filled: Any) -> LogForm:
    note = {"participants": "12", "successes": "9", "result": "met", "held_on": "2026-11-24"} | filled
    return LogForm(note, trial=trial, today=TODAY, later=later)


def test_log_form_asks_for_successes_of_a_share_and_for_the_value_otherwise():
    share, minutes = log_form(Trial(unit="%")), log_form(Trial(unit="min"))
    assert ["successes" in share.fields, "observed_value" in share.fields] == [True, False]
    assert ["successes" in minutes.fields, "observed_value" in minutes.fields] == [False, True]


def test_log_form_without_conclusion_requires_only_people_and_day():
    form = LogForm({"participants": "12", "held_on": "2026-11-24"}, trial=Trial(unit="%"), today=TODAY, later=True)
    assert form.is_valid(), form.errors
    assert form.run_arguments() == {
        "participants": 12,
        "successes": None,
        "held_on": TODAY,
        "observation": "",
        "groups": {},
    }


def test_log_form_separates_run_and_conclusion_arguments():
    form = log_form(Trial(unit="%"), learning="Sigles", strength="said", groups="agents 2")
    assert form.is_valid(), form.errors
    assert (form.run_arguments()["groups"], form.conclusion_arguments()) == (
        {"agents": 2},
        {"result": "met", "contradiction_reason": "", "learning": "Sigles", "decision": "", "strength": "said"},
    )


def test_log_form_of_a_held_test_keeps_its_day():
    form = LogForm(trial=Trial(unit="%", held_on=date(2026, 11, 2)), today=TODAY)
    assert form["held_on"].value() == date(2026, 11, 2)


def test_default_date_of_an_action_is_today():
    assert EffectiveDateForm(subject=None, today=TODAY)["on"].value() == TODAY


@pytest.mark.parametrize(("before", "offered"), [("accepted", ["abandoned", "accepted"]), ("", ["abandoned"])])
def test_correction_form_offers_another_date_or_the_previous_state(before: str, offered: list[str]):
    event = IdeaEvent(state="abandoned", effective_on=date(2026, 10, 5), precision="month")
    with override("en"):
        form = CorrectionForm(subject=event, before=before, today=TODAY)
        assert [value for value, _label in form.fields["state"].choices] == offered
    assert (form["on"].value(), form["precision"].value()) == (date(2026, 10, 5), "month")
