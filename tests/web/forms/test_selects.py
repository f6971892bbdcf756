"""A select is rendered as Django's own template renders it."""

from django import forms
from django.forms.renderers import DjangoTemplates
from django.test.html import parse_html

from web.forms.fields import FieldRenderer

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
