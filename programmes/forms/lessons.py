"""Forms for adding, refusing and answering a lesson."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from programmes.enums import FormatPart, PhaseKind
from programmes.models import Format, Method
from programmes.models.formats import FormatQuerySet
from web.database.text_search import name_order
from web.forms.edit_conflicts import VersionedForm
from web.forms.fields import NO_CHOICE, text_field


class LessonForm(VersionedForm):
    """The phase, text and method of a lesson; its version token detects that someone else saved since it was opened."""

    phase = forms.ChoiceField(label=_("Phase"), choices=[("", NO_CHOICE), *PhaseKind.choices])
    text = text_field(
        _("What was learned"),
        help_text=_("What happened, and what the format should change or keep. Name no person."),
    )
    method = forms.ModelChoiceField(
        Method.objects.order_by(name_order("name")),
        label=_("Method"),
        required=False,
        empty_label=NO_CHOICE,
        help_text=_("If the lesson is about a method, choose it: its page will show the lesson."),
    )


class RefuseLessonForm(forms.Form):
    """The lab's reason for refusing a lesson."""

    reason = text_field(_("Why the format stays as it is"))


class LessonAnswerForm(VersionedForm):
    """The answer to a lesson: a later format version, what it changed and where.

    `versions` are the format versions to choose from.
    """

    answered_by = forms.ModelChoiceField(Format.objects.none(), label=_("Version"), empty_label=NO_CHOICE)
    answer = text_field(
        _("What this version changed"),
        rows=2,
        help_text=_("Write a few words. They are shown next to the difference between the versions."),
    )
    about = forms.ChoiceField(
        label=_("Part of the format"),
        choices=[("", _("nothing in particular")), *FormatPart.choices],
        required=False,
        help_text=_("The number, phases or e-mails next to which the lesson is shown."),
    )

    def __init__(self, *args: Any, versions: FormatQuerySet, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["answered_by"].queryset = versions  # type: ignore[attr-defined]
