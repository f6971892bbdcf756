"""Forms read by themselves: what they make of lines of people, of units, and of a later conclusion."""

from datetime import date
from typing import Any

import pytest
from django import forms
from django.utils.translation import override

from prototypes.action_pages.forms import CorrectionForm, DayForm
from prototypes.forms import EntryForm
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
def test_a_line_is_a_group_and_its_number(line: str, counted: tuple[str, int]):
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


def test_a_share_asks_who_succeeded_and_other_units_the_value():
    share, minutes = log_form(Trial(unit="%")), log_form(Trial(unit="min"))
    assert ["successes" in share.fields, "observed_value" in share.fields] == [True, False]
    assert ["successes" in minutes.fields, "observed_value" in minutes.fields] == [False, True]


def test_concluding_later_asks_only_who_took_part_and_when():
    form = LogForm({"participants": "12", "held_on": "2026-11-24"}, trial=Trial(unit="%"), today=TODAY, later=True)
    assert form.is_valid(), form.errors
    assert form.held() == {
        "participants": 12,
        "successes": None,
        "held_on": TODAY,
        "observation": "",
        "groups": {},
    }


def test_what_was_held_and_what_was_learnt_are_told_apart():
    form = log_form(Trial(unit="%"), learning="Sigles", strength="said", groups="agents 2")
    assert form.is_valid(), form.errors
    assert (form.held()["groups"], form.learnt()) == (
        {"agents": 2},
        {"result": "met", "contradiction_reason": "", "learning": "Sigles", "decision": "", "strength": "said"},
    )


def test_a_test_held_before_keeps_its_day():
    form = LogForm(trial=Trial(unit="%", held_on=date(2026, 11, 2)), today=TODAY)
    assert form["held_on"].value() == date(2026, 11, 2)


def test_every_form_that_makes_a_row_carries_a_key_of_its_own():
    first, second = EntryForm(), EntryForm()
    assert (first["entry"].value() == first["entry"].value(), first["entry"].value() != second["entry"].value()) == (
        True,
        True,
    )


def test_the_day_of_an_act_is_today_unless_said_otherwise():
    assert DayForm(subject=None, today=TODAY)["on"].value() == TODAY


@pytest.mark.parametrize(("before", "offered"), [("accepted", ["abandoned", "accepted"]), ("", ["abandoned"])])
def test_a_correction_offers_another_day_or_the_state_before(before: str, offered: list[str]):
    event = IdeaEvent(state="abandoned", effective_on=date(2026, 10, 5), precision="month")
    with override("en"):
        form = CorrectionForm(subject=event, before=before, today=TODAY)
        assert [value for value, _label in form.fields["state"].choices] == offered
    assert (form["on"].value(), form["precision"].value()) == (date(2026, 10, 5), "month")
