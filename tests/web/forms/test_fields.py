"""Every field has its label, help and error, linked for screen readers."""

from typing import Any

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils.translation import override

from accounts.forms import ProfileForm
from accounts.models import User
from cohorts.access_requests.forms import GrantAccessForm
from cohorts.invitations.forms import NewcomerForm
from cohorts.people.forms import MemberForm
from exchanges.registration.forms import GuestForm
from programmes.forms.authorities import AdminForm
from programmes.models import Authority, CalendarPeriod
from web.forms.fields import ConfirmationForm, FieldRenderer, NameField, VisibleTextField, model_form_field, text_field


class TrialForm(forms.Form):
    people = forms.IntegerField(label="People", help_text="Not their names.")
    learning = forms.CharField(label="What we learned", required=False, widget=forms.Textarea)
    met = forms.ChoiceField(
        label="Met?", choices=[("y", "Yes"), ("n", "No")], widget=forms.RadioSelect(attrs={"class": "seg"})
    )
    no_faces = forms.BooleanField(label="No face can be recognised", required=False, help_text="Else ask.")
    version = forms.IntegerField(widget=forms.HiddenInput)


@pytest.fixture(autouse=True)
def _english():
    with override("en"):
        yield


def group(name: str, data: dict[str, str] | None = None) -> str:
    """Return the HTML of one field, with spaces for line breaks as in a browser."""
    return " ".join(TrialForm(data)[name].as_field_group().split())


@pytest.mark.parametrize("sent", [{}, {"sure": "no", "reason": "x"}])
def test_the_confirmation_form_has_no_fields(sent: dict[str, str]):
    form = ConfirmationForm(sent)
    assert (form.is_valid(), form.cleaned_data) == (True, {})


def test_a_text_of_several_lines_has_a_maximum_length():
    field = text_field("Why", rows=2, length=10, required=False)
    assert (field.clean("x" * 10), field.clean(""), field.widget.attrs["rows"]) == ("x" * 10, "", 2)
    with pytest.raises(forms.ValidationError):
        field.clean("x" * 11)


def test_a_line_break_counts_as_one_character_as_in_the_browser():
    assert text_field("Text", length=3).clean("a\r\nb") == "a\nb"


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (" a\x07\x1b[31m\x7f\u0085b ", "a[31mb"),
        ("\x08 a", "a"),
        ("a\r\n\tb\rc", "a\n\tb\nc"),
        ("👩🏽‍🚒 é \u202eb", "👩🏽‍🚒 é \u202eb"),
        (" \u200b\u2060\ufeff\u00ad\u3164\x07 ", ""),
        (None, ""),
    ],
)
def test_control_characters_are_removed_and_invisible_texts_are_empty(typed: str | None, expected: str):
    assert text_field("Text", required=False).clean(typed) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Ada\r\n\tEssai", "Ada Essai"),
        ("Ada\u2028Your account is closed.", "Ada Your account is closed."),
        ("Ada \u202eb\u2066", "Ada b"),
        ("Ada\u00a0Essai", "Ada\u00a0Essai"),
        ("\n\u202e", ""),
    ],
)
def test_one_line_texts_have_no_line_breaks_and_direction_marks(typed: str, expected: str):
    """Otherwise, a name could add a paragraph to an e-mail of the lab."""
    assert VisibleTextField(required=False).clean(typed) == expected


ADDRESSES = ["http://evil.example click", "Ada https://x.example", "WWW.evil.example", "ftp://x", "Ada (www.x.example)"]


@pytest.mark.parametrize("typed", ADDRESSES)
def test_a_name_cannot_contain_a_web_address(typed: str):
    with pytest.raises(forms.ValidationError) as refused:
        NameField(max_length=150).clean(typed)
    assert refused.value.messages == ["A name cannot contain a web address. Remove the address."]
    assert VisibleTextField(max_length=150).clean(typed) == typed


@pytest.mark.parametrize("typed", ["Ada Essai", "Jean-Noël d’Arc / DSI : accueil", "Awww Li", "A. b//c"])
def test_other_names_are_accepted(typed: str):
    assert NameField(max_length=150).clean(typed) == typed


def test_every_form_uses_the_name_field_for_names_of_people():
    """Names appear in e-mails to others."""
    forms_of = [ProfileForm, NewcomerForm, MemberForm, GrantAccessForm, AdminForm]
    name_fields = [form.base_fields["full_name"] for form in forms_of] + [GuestForm.base_fields["name"]]
    assert {type(field) for field in name_fields} == {NameField}


def test_a_person_name_column_has_a_name_field(db: None):
    assert type(model_form_field(User._meta.get_field("full_name"))) is NameField


def test_a_text_column_has_a_visible_text_field():
    name = model_form_field(Authority._meta.get_field("name"))
    with pytest.raises(forms.ValidationError, match="required"):
        name.clean("\u200b")


def test_a_label_belongs_to_its_field():
    assert '<label for="id_people">People' in group("people")


def test_help_text_is_linked_to_its_field():
    html = group("people")
    assert 'aria-describedby="id_people_helptext"' in html
    assert '<div class="help" id="id_people_helptext">Not their names.</div>' in html


def test_an_error_is_next_to_its_field_and_linked_to_it():
    html = group("people", {"people": "many"})
    assert 'aria-describedby="id_people_helptext id_people_error"' in html
    assert 'aria-invalid="true"' in html
    assert '<ul class="errorlist" id="id_people_error"><li>Enter a whole number.</li></ul>' in html


def test_typed_values_are_kept():
    assert 'value="many"' in group("people", {"people": "many"})


@pytest.mark.parametrize(("name", "times"), [("people", 0), ("learning", 1), ("met", 0), ("no_faces", 0)])
def test_only_optional_fields_are_marked_as_optional(name: str, times: int):
    assert group(name).count("(optional)") == times


def test_a_choice_is_a_fieldset_with_its_legend():
    html = group("met")
    assert html.startswith("<fieldset")
    assert "<legend>Met? </legend>" in html
    assert '<div id="id_met" class="seg">' in html


def test_the_error_of_a_choice_is_linked_to_its_fieldset():
    assert '<fieldset aria-describedby="id_met_error">' in group("met", {"people": "1"})


def test_a_checkbox_is_before_its_label():
    html = group("no_faces")
    assert html.index("<input") < html.index('<label for="id_no_faces">No face can be recognised</label>')
    assert '<div class="help" id="id_no_faces_helptext">Else ask.</div>' in html


def test_a_form_renders_every_field_once():
    html = str(TrialForm())
    assert html.count('<div class="field">') == 4
    assert html.count('type="hidden"') == 1


def test_a_form_that_was_not_sent_shows_no_errors():
    assert "error-summary" not in str(TrialForm())


def test_a_refused_form_begins_with_links_to_what_needs_correcting():
    html = str(TrialForm({"people": "many", "version": "1"}))
    assert html.startswith('<div class="error-summary" role="alert" tabindex="-1" data-focus>')
    links = [line.strip() for line in html.splitlines() if line.strip().startswith('href="#')]
    assert links == ['href="#id_people"', 'href="#id_met"']


def test_an_error_of_the_whole_form_is_in_the_summary():
    form = TrialForm({"people": "12", "met": "y", "version": "1"})
    form.add_error(None, "This test is locked.")
    assert "<li>This test is locked.</li>" in str(form)


def test_error_messages_are_escaped():
    form = TrialForm({"people": "12", "met": "y", "version": "1"})
    form.add_error(None, "<script>")
    assert "<li>&lt;script&gt;</li>" in str(form)


@pytest.mark.parametrize(
    "field", [CalendarPeriod._meta.get_field("kind"), Authority._meta.get_field("successor")], ids=["choice", "row"]
)
def test_the_empty_choice_is_a_dash(field: Any, db: None):
    assert [words for key, words in model_form_field(field).choices if not key] == ["—"]


def test_a_select_looks_as_django_renders_it():
    choices = [("", "Any"), ("Near", [(1, "A & B"), (2, "C")]), (3, "D")]
    widget = forms.Select(attrs={"required": True, "class": "form-select"}, choices=choices)
    ours, djangos = (
        widget.render("place", 2, {"id": "id_place"}, renderer=renderer()).split()
        for renderer in (FieldRenderer, DjangoTemplates)
    )
    assert ours == djangos
