"""What a form remembers of what its writer saw."""

from datetime import time

import pytest
from django import forms

from web.forms.edit_conflicts import Changed, StartedForm, check_seen, fingerprint


def check(seen: str | None, stands: str, sent: str = "Mine") -> None:
    check_seen(seen, stands={"text": stands}, sent={"text": sent})


def test_a_mark_is_short_and_of_nothing_there_is_none():
    assert [len(fingerprint("One")), fingerprint(""), fingerprint("", None, False)] == [16, "", ""]


def test_values_do_not_run_into_each_other():
    assert fingerprint("ab", "c") != fingerprint("a", "bc")


@pytest.mark.parametrize("seen", [None, fingerprint("Theirs")])
def test_who_saw_it_or_means_to_replace_it_may_save(seen: str | None):
    check(seen, "Theirs")


@pytest.mark.parametrize("seen", ["", "nonsense", fingerprint("As it was")])
def test_who_did_not_is_told_what_stands(seen: str):
    with pytest.raises(Changed) as refused:
        check(seen, "Theirs")
    assert refused.value.stands == {"text": "Theirs"}


def test_sent_twice_or_over_nothing_nothing_is_lost():
    check("", "Mine")
    check("", "")


class Talk(StartedForm):
    text = forms.CharField(label="Text")
    at = forms.TimeField(label="At")
    kind = forms.TypedChoiceField(label="Kind", choices=[(1, "One"), (2, "Two")], coerce=int)


def test_a_refused_form_keeps_what_was_typed_and_starts_from_what_stands():
    form = Talk({"text": "Mine", "at": "9:00", "kind": "1"}, stands={"text": "", "at": None, "kind": None})
    stands = {"text": "Theirs", "at": time(10), "kind": 2, "unknown": "x"}
    Changed("Join both", stands=stands).add_to(form)
    assert form.theirs == [("Text", "Theirs"), ("At", "10:00"), ("Kind", "Two")]
    assert (form["text"].value(), form["seen"].value()) == ("Mine", fingerprint(*stands.values()))
    assert form.non_field_errors() == ["Join both"]


def test_a_choice_the_reader_may_not_choose_is_not_named():
    form = Talk({}, stands={"kind": 1})
    form.join({"kind": 3})
    assert form.theirs == [("Kind", "")]


def test_about_something_new_there_is_nothing_to_have_seen():
    assert "seen" not in Talk().fields
