"""The version token of forms, and the conflicts it detects."""

from datetime import time

import pytest
from django import forms

from web.forms.edit_conflicts import EditConflict, VersionedForm, check_version, fingerprint


def check(version_token: str | None, current: str, submitted: str = "Mine") -> None:
    check_version(version_token, current={"text": current}, submitted={"text": submitted})


def test_a_fingerprint_is_short_and_empty_for_empty_values():
    assert [len(fingerprint("One")), fingerprint(""), fingerprint("", None, False)] == [16, "", ""]


def test_fingerprints_separate_their_values():
    assert fingerprint("ab", "c") != fingerprint("a", "bc")


@pytest.mark.parametrize("version_token", [None, fingerprint("Theirs")])
def test_current_token_or_no_token_may_save(version_token: str | None):
    check(version_token, "Theirs")


@pytest.mark.parametrize("version_token", ["", "nonsense", fingerprint("As it was")])
def test_an_old_token_raises_the_current_values(version_token: str):
    with pytest.raises(EditConflict) as refused:
        check(version_token, "Theirs")
    assert refused.value.current == {"text": "Theirs"}


def test_the_same_values_or_an_empty_current_value_raise_no_conflict():
    check("", "Mine")
    check("", "")


class ConversationForm(VersionedForm):
    text = forms.CharField(label="Text")
    at = forms.TimeField(label="At")
    kind = forms.TypedChoiceField(label="Kind", choices=[(1, "One"), (2, "Two")], coerce=int)


def test_a_refused_form_keeps_the_typed_values_and_takes_the_new_token():
    form = ConversationForm({"text": "Mine", "at": "9:00", "kind": "1"}, current={"text": "", "at": None, "kind": None})
    current = {"text": "Theirs", "at": time(10), "kind": 2, "unknown": "x"}
    EditConflict("Join both", current=current).add_to(form)
    assert form.conflicting_values == [("Text", "Theirs"), ("At", "10:00"), ("Kind", "Two")]
    assert (form["text"].value(), form["version_token"].value()) == ("Mine", fingerprint(*current.values()))
    assert form.non_field_errors() == ["Join both"]


def test_a_choice_that_is_not_offered_is_not_named():
    form = ConversationForm({}, current={"kind": 1})
    form.show_conflict({"kind": 3})
    assert form.conflicting_values == [("Kind", "")]


def test_a_form_for_something_new_has_no_version_token():
    assert "version_token" not in ConversationForm().fields
