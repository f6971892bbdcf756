"""Domain errors: one sentence, next to its field when the form has it."""

from django import forms
from django.utils.translation import gettext_lazy, override

from web.errors import DomainError, Refused


class PlanForm(forms.Form):
    day = forms.DateField(required=False)


def bound() -> PlanForm:
    form = PlanForm({})
    assert form.is_valid()
    return form


def test_an_error_reads_as_its_message():
    error = DomainError("The host is closed that day.")
    assert (str(error), error.message, error.field) == (
        "The host is closed that day.",
        "The host is closed that day.",
        None,
    )


def test_a_lazy_message_is_translated_when_it_is_read():
    error = DomainError(gettext_lazy("No"))
    with override("fr"):
        assert str(error) == "Non"


def test_the_message_is_shown_next_to_its_field():
    form = bound()
    DomainError("The host is closed that day.", field="day").add_to(form)
    assert form.errors == {"day": ["The host is closed that day."]}


def test_the_message_is_shown_above_a_form_without_that_field():
    form = bound()
    DomainError("Another exchange overlaps.", field="venue").add_to(form)
    assert form.errors == {"__all__": ["Another exchange overlaps."]}


def test_a_message_without_a_field_is_shown_above_the_form():
    form = bound()
    DomainError("Another exchange overlaps.").add_to(form)
    assert form.errors == {"__all__": ["Another exchange overlaps."]}


def test_a_refusal_is_a_domain_error_too():
    form = bound()
    Refused("Only the pilot may do this.").add_to(form)
    assert form.errors == {"__all__": ["Only the pilot may do this."]}
