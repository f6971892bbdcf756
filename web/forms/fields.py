"""Form fields and their rendering, the same in every form: days, texts and choices.

All fields are rendered with `templates/django/forms/field.html`.
"""

from typing import Any, TypeVar

from django import forms
from django.db.models import CharField, DateField, EmailField, Field, SlugField, TextField, URLField
from django.forms.renderers import TemplatesSetting
from django.forms.utils import ErrorList
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from web.database.lengths import MAX_CHARACTERS
from web.dates.plausible import check_year
from web.forms.widgets import WIDGETS
from web.text.names import NO_ADDRESS, PersonName
from web.text.visible import clean_line, clean_text, contains_address

NO_CHOICE = "—"  # the label of the empty choice
NOT_OFFERED = _("This choice is not offered here. Choose one from the list.")
CHOICE_ERRORS = {"invalid_choice": NOT_OFFERED}


class FieldRenderer(TemplatesSetting):
    """Django's form renderer with the templates of this project; selects, inputs and empty error lists have none."""

    form_template_name = "django/forms/form.html"
    field_template_name = "django/forms/field.html"

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        """Return the HTML of a template of Django's forms; `<select>`, `<input>` and empty lists of errors are rendered
        without a template, which is faster.

        `request` is passed on to the template.
        """
        if template_name == ErrorList.template_name and not context["errors"]:
            return ""
        if template_name in WIDGETS:
            return WIDGETS[template_name](context["widget"])
        return super().render(template_name, context, request)


class ConfirmationForm(forms.Form):
    """A form without fields: sending it confirms."""


class DayInput(forms.DateInput):
    """The browser's own input for a date."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class DayField(forms.DateField):
    """A plausible date, picked in the browser's calendar or typed."""

    widget = DayInput
    default_validators = [check_year]


class VisibleTextField(forms.CharField):
    """A text without control characters; empty when nothing in it is visible.

    With a one-line widget, the text is one line whatever was sent.
    """

    def to_python(self, value: Any) -> str | None:
        """Return the text without control characters, "" when nothing in it is visible.

        With a one-line widget, line breaks become spaces.
        """
        clean = clean_line if type(self.widget) is forms.TextInput else clean_text
        return super().to_python(clean(value) if isinstance(value, str) else value)


class NameField(VisibleTextField):
    """A person's name without a web address, which mail programs would turn into a link."""

    def validate(self, value: str) -> None:
        """Raise ValidationError for a name that contains a web address, besides what any text field refuses."""
        super().validate(value)
        if contains_address(value):
            raise forms.ValidationError(NO_ADDRESS, code="address")


F = TypeVar("F", bound=forms.Field)


def required_if(field: F, condition: StrOrPromise) -> F:
    """Make a field optional in the browser, let its label say when it is required (`condition`, as text), and return
    it.

    The form's `clean` must check the rule.
    """
    field.required = field.widget.is_required = False
    field.required_condition = condition  # type: ignore[attr-defined] # read by templates/django/forms/field.html
    return field


def with_named_empty_choice(field: F) -> F:
    """Leave “(optional)” out of the label of a field whose empty choice says what it means; return the field."""
    field.required = field.widget.is_required = False
    field.required_condition = ""  # type: ignore[attr-defined] # read by templates/django/forms/field.html
    return field


def text_field(label: StrOrPromise, *, rows: int = 4, length: int = MAX_CHARACTERS, **options: Any) -> forms.CharField:
    """Return a form field for a text of several lines: a box of `rows` lines, at most `length` characters.

    Control characters are removed. `options` are further arguments of the field.
    """
    return VisibleTextField(label=label, max_length=length, widget=forms.Textarea(attrs={"rows": rows}), **options)


def model_form_field(field: Field[Any, Any], **options: Any) -> Any:
    """Return the form field of a model field, as all our forms have it; set it as the `formfield_callback` of a form.

    Dates must be plausible (1990 to 2100), texts lose control characters and have a maximum length, and the empty
    choice is a dash. `options` are further arguments of the form field.
    """
    if isinstance(field, DateField):
        options.setdefault("form_class", DayField)
    if isinstance(field, TextField):
        options.setdefault("max_length", MAX_CHARACTERS)
    if isinstance(field, PersonName):
        options.setdefault("form_class", NameField)
    if isinstance(field, CharField | TextField) and not isinstance(field, EmailField | URLField | SlugField):
        options.setdefault("form_class", VisibleTextField)
    form_field = field.formfield(**options)
    if isinstance(form_field, forms.ModelChoiceField):
        form_field.empty_label = form_field.empty_label and NO_CHOICE
    elif isinstance(form_field, forms.ChoiceField):
        form_field.choices = [(key, label if key else NO_CHOICE) for key, label in form_field.choices]  # type: ignore[misc, union-attr]
    return form_field
