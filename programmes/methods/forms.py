"""Forms of methods."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from programmes.forms.rows import RowForm
from programmes.methods.models import MAX_MINUTES, Method
from web.forms.edit_conflicts import VersionedForm
from web.forms.fields import model_form_field, text_field


class MethodForm(VersionedForm, RowForm[Method]):
    """The form of a method’s card; its texts can use Markdown."""

    need = text_field(
        _("When to use it"),
        rows=2,
        help_text=_("One or two sentences. For example: “You want many ideas before you choose one.”"),
    )
    minutes = forms.IntegerField(
        label=_("Time in minutes"),
        required=False,
        min_value=1,
        max_value=MAX_MINUTES,
        help_text=_("For a group, without preparation. For example: 90. Leave it empty if it varies."),
    )
    material = text_field(_("Material"), rows=2, required=False)
    steps = text_field(
        _("Steps"),
        rows=8,
        help_text=_("One line for each step, with its number: “1. Read the question aloud.”"),
    )

    class Meta:
        model = Method
        fields = ("name", "need", "phase", "minutes", "material", "steps", "licence", "author")
        formfield_callback = model_form_field
        labels = {"phase": _("Phase"), "author": _("Author")}
        help_texts = {"phase": _("Leave it empty if the method fits any phase.")}


class StarterMethodsForm(forms.Form):
    """The language in which the starter methods are added."""

    language = forms.ChoiceField(label=_("Language of the cards"), choices=settings.LANGUAGES)
