"""Forms to word an e-mail of a format version, and to choose how its preview is read."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.roles import ROLE_LABELS
from programmes.formats.wording_previews import UNPROVEN
from programmes.formats.wordings import editable_texts, usual_texts, wording_problems
from programmes.models import ReminderStep
from programmes.models.formats import MAX_BODY, MAX_SUBJECT
from web.forms.edit_conflicts import VersionedForm
from web.forms.fields import VisibleTextField, text_field, with_named_empty_choice

SUBJECT_HELP = _("One line. Leave subject and text empty to use the usual ones.")
BODY_HELP = _("An empty line begins a paragraph. A paragraph whose placeholder has no value is left out.")


class WordingForm(VersionedForm):
    """Subject and text of a step's e-mail in both languages, with placeholders in braces."""

    subject_fr = VisibleTextField(
        label=_("Subject in French"), max_length=MAX_SUBJECT, required=False, help_text=SUBJECT_HELP
    )
    body_fr = text_field(_("Text in French"), rows=12, length=MAX_BODY, required=False, help_text=BODY_HELP)
    subject_en = VisibleTextField(
        label=_("Subject in English"), max_length=MAX_SUBJECT, required=False, help_text=SUBJECT_HELP
    )
    body_en = text_field(_("Text in English"), rows=12, length=MAX_BODY, required=False, help_text=BODY_HELP)

    def __init__(self, data: QueryDict | None, *, step: ReminderStep, is_locked: bool = False) -> None:
        """Create the form with the step's present texts, or with those sent; `is_locked` shows them only."""
        super().__init__(data, current=editable_texts(step))
        self.step = step
        for name in ReminderStep.TEXTS:
            self.fields[name].disabled = is_locked
            self.fields[name].widget.attrs["lang"] = name[-2:]

    def clean(self) -> dict[str, Any]:
        """Return the texts; add an error next to each field whose placeholders are unknown, missing or misplaced."""
        cleaned = super().clean() or {}
        if not self.errors:
            for field, message in wording_problems(self.step, cleaned):
                self.add_error(field, message)
        return cleaned

    def written_texts(self) -> Mapping[str, str]:
        """Return the texts in the boxes by column, valid or not, for the preview."""
        return {name: str(self[name].value() or "") for name in ReminderStep.TEXTS}

    @classmethod
    def with_usual_texts(cls, data: QueryDict, step: ReminderStep) -> "WordingForm":
        """Return the sent form with the usual texts in its boxes; nothing is saved."""
        changed = data.copy()
        for name, text in usual_texts(step).items():
            changed[name] = text
        return cls(changed, step=step)


class PreviewForm(forms.Form):
    """The event that a preview is about, and the kind of person who reads it."""

    event = with_named_empty_choice(forms.TypedChoiceField(label=_("Event"), coerce=int, empty_value=None))
    role = with_named_empty_choice(forms.ChoiceField(label=_("Read by")))

    def __init__(self, data: QueryDict | None, *, events: list[tuple[int, str]]) -> None:
        """Create the form; `events` are ids and names of the events to choose from, besides sample values."""
        super().__init__(data)
        event, role = self.fields["event"], self.fields["role"]
        assert isinstance(event, forms.ChoiceField)  # noqa: S101 - declared above
        assert isinstance(role, forms.ChoiceField)  # noqa: S101
        event.choices = [("", _("sample values")), (0, _("sample values; what may be empty is empty")), *events]
        role.choices = [
            ("", _("anyone who receives it")),
            *ROLE_LABELS.items(),
            (UNPROVEN, _("someone whose address is not confirmed")),
        ]
