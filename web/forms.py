"""How every form is drawn: the field template is written once, in `templates/django/forms/field.html`."""

from django.forms.renderers import TemplatesSetting


class FieldRenderer(TemplatesSetting):
    """Django's own rendering with our templates, found like any other."""

    form_template_name = "django/forms/form.html"
    field_template_name = "django/forms/field.html"
