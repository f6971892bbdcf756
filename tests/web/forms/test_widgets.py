"""A select and an input are rendered as Django's own templates render them."""

from django import forms
from django.forms.renderers import DjangoTemplates
from django.forms.utils import ErrorList
from django.test.html import parse_html

from web.forms.fields import FieldRenderer

INPUTS = (forms.TextInput, forms.NumberInput, forms.EmailInput, forms.DateInput, forms.HiddenInput, forms.CheckboxInput)

CHOICES = [
    ("", "—"),
    ("<1>", "One & “two”"),
    ("Group <b>", [(2, "Two"), (3, "Three")]),
]


def test_options_groups_and_attributes_are_rendered_as_by_django():
    for widget in (forms.Select, forms.SelectMultiple):
        drawn = widget(attrs={"required": True, "disabled": False, "class": 'a"b', "size": 4}, choices=CHOICES)
        value = ["<1>", 3] if drawn.allow_multiple_selected else "<1>"
        ours = drawn.render("choice", value, renderer=FieldRenderer())
        assert parse_html(ours) == parse_html(drawn.render("choice", value, renderer=DjangoTemplates()))


def test_an_input_with_its_value_and_attributes_is_rendered_as_by_django():
    for widget in INPUTS:
        drawn = widget(attrs={"required": True, "disabled": False, "class": 'a"b', "maxlength": 4})
        for value in (None, "", "<1> & “two”", 0, True):
            ours = drawn.render("text", value, renderer=FieldRenderer())
            assert parse_html(ours) == parse_html(drawn.render("text", value, renderer=DjangoTemplates()))


def test_errors_render_as_by_django_and_an_empty_list_as_nothing():
    for errors in ([], ["<1> & “two”"]):
        ours = ErrorList(errors, renderer=FieldRenderer()).render()
        assert parse_html(ours) == parse_html(ErrorList(errors, renderer=DjangoTemplates()).render())
