"""How every form is drawn (the field template is written once, in `templates/django/forms/field.html`), and how much
a text may say."""

from django.forms.renderers import TemplatesSetting

MOST_LETTERS = 10_000  # of a text of several lines: about five printed pages


class FieldRenderer(TemplatesSetting):
    """Django's own rendering with our templates, found like any other."""

    form_template_name = "django/forms/form.html"
    field_template_name = "django/forms/field.html"
