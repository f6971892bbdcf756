"""How every form is drawn (the field template is written once, in `templates/django/forms/field.html`), how it asks
for a day, and how much a text may say."""

from typing import Any, TypeVar

from django import forms
from django.db.models import CharField, DateField, EmailField, Field, SlugField, TextField, URLField
from django.forms.renderers import TemplatesSetting
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from web.database.lengths import MOST_LETTERS
from web.dates.plausible import check_year
from web.forms import selects
from web.text.names import NO_ADDRESS, PersonName
from web.text.visible import cleaned, leads_away, one_line

NOTHING = "—"  # what a list of choices says of none of them
NOT_OFFERED = _("This choice is not offered here. Choose one from the list.")
CHOOSE = {"invalid_choice": NOT_OFFERED}  # what a field with choices says of any other


class FieldRenderer(TemplatesSetting):
    """Django's own rendering with our templates, found like any other."""

    form_template_name = "django/forms/form.html"
    field_template_name = "django/forms/field.html"

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        if template_name == selects.TEMPLATE:
            return selects.drawn(context["widget"])
        return super().render(template_name, context, request)


class SureForm(forms.Form):
    """Nothing to fill in: the button is the answer."""


class DayInput(forms.DateInput):
    """The browser's own date field."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class DayField(forms.DateField):
    """A day that somebody can mean, picked in the browser's own calendar or typed."""

    widget = DayInput
    default_validators = [check_year]


class WordsField(forms.CharField):
    """Text that can be read: without control characters, and none at all where there is nothing to see.

    Where people type it into one line it stays one, whatever was sent.
    """

    def to_python(self, value: Any) -> str | None:
        tidied = one_line if type(self.widget) is forms.TextInput else cleaned
        return super().to_python(tidied(value) if isinstance(value, str) else value)


class NameField(WordsField):
    """A person's name: it stands in letters, where the address of a page would be a link we never wrote."""

    def validate(self, value: str) -> None:
        super().validate(value)
        if leads_away(value):
            raise forms.ValidationError(NO_ADDRESS, code="address")


F = TypeVar("F", bound=forms.Field)


def needed_if(field: F, condition: StrOrPromise) -> F:
    """Make a field optional for the browser, with a label that says when it is needed; `clean` holds the rule."""
    field.required = field.widget.is_required = False
    field.needed_if = condition  # type: ignore[attr-defined] # read by templates/django/forms/optional.html
    return field


def text_field(label: StrOrPromise, *, rows: int = 4, length: int = MOST_LETTERS, **options: Any) -> forms.CharField:
    """A text of several lines."""
    return WordsField(label=label, max_length=length, widget=forms.Textarea(attrs={"rows": rows}), **options)


def column(field: Field[Any, Any], **options: Any) -> Any:
    """The form field of a column: a day is plausible, a text of several lines has an end, no choice is a dash."""
    if isinstance(field, DateField):
        options.setdefault("form_class", DayField)
    if isinstance(field, TextField):
        options.setdefault("max_length", MOST_LETTERS)
    if isinstance(field, PersonName):
        options.setdefault("form_class", NameField)
    if isinstance(field, CharField | TextField) and not isinstance(field, EmailField | URLField | SlugField):
        options.setdefault("form_class", WordsField)
    made = field.formfield(**options)
    if isinstance(made, forms.ModelChoiceField):
        made.empty_label = made.empty_label and NOTHING
    elif isinstance(made, forms.ChoiceField):
        made.choices = [(key, words if key else NOTHING) for key, words in made.choices]  # type: ignore[misc, union-attr]
    return made
