"""Noting a lesson, refusing it, and saying which version answers it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from programmes.enums import About, PhaseKind
from programmes.models import Format
from programmes.models.formats import FormatQuerySet
from web.forms.edit_conflicts import StartedForm
from web.forms.fields import NOTHING, text_field


class LessonForm(StartedForm):
    phase = forms.ChoiceField(label=_("Phase"), choices=[("", NOTHING), *PhaseKind.choices])
    text = text_field(
        _("What was learned"),
        help_text=_("What happened, and what the format should change or keep. Name no person."),
    )


class RefuseForm(forms.Form):
    reason = text_field(_("Why the format stays as it is"))


class AnswerForm(StartedForm):
    """`versions` are those that may answer the lesson."""

    answered_by = forms.ModelChoiceField(Format.objects.none(), label=_("Version"), empty_label=NOTHING)
    answer = text_field(
        _("What this version changed"),
        rows=2,
        help_text=_("Write a few words. They are shown next to the difference between the versions."),
    )
    about = forms.ChoiceField(
        label=_("Part of the format"),
        choices=[("", _("nothing in particular")), *About.choices],
        required=False,
        help_text=_("The number, phases or e-mails next to which the lesson is shown."),
    )

    def __init__(self, *args: Any, versions: FormatQuerySet, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["answered_by"].queryset = versions  # type: ignore[attr-defined]
