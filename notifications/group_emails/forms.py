"""The form to write an e-mail to a group."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from notifications.group_emails.circles import EmailCircle
from notifications.group_emails.models import LANGUAGES, MAX_BODY, MAX_SUBJECT
from web.forms.fields import VisibleTextField, text_field

BOTH_PARTS = _("Write both a subject and a text in this language, or neither.")


class GroupEmailForm(forms.Form):
    """To whom, and what, in one language or both; people read their own language where it is written."""

    audience = forms.ChoiceField(label=_("To"))
    subject_fr = VisibleTextField(label=_("Subject in French"), max_length=MAX_SUBJECT, required=False)
    body_fr = text_field(
        _("Text in French"),
        rows=8,
        length=MAX_BODY,
        required=False,
        help_text=_("Plain text. The greeting, your name and the link to stop these e-mails are added."),
    )
    subject_en = VisibleTextField(label=_("Subject in English"), max_length=MAX_SUBJECT, required=False)
    body_en = text_field(
        _("Text in English"),
        rows=8,
        length=MAX_BODY,
        required=False,
        help_text=_("Optional. Without it, people who read English get the French text."),
    )

    def __init__(self, *args: Any, circle: EmailCircle, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        audience = self.fields["audience"]
        assert isinstance(audience, forms.ChoiceField)  # noqa: S101 - declared above
        audience.choices = list(circle.audiences.items())
        for name in ("subject_fr", "body_fr", "subject_en", "body_en"):
            self.fields[name].widget.attrs["lang"] = name[-2:]

    def clean(self) -> dict[str, Any]:
        """Return the values; add an error next to a subject or text that lacks the other, and without any text."""
        cleaned = super().clean() or {}
        for language in LANGUAGES:
            subject, body = (cleaned.get(f"{part}_{language}", "") for part in ("subject", "body"))
            if bool(subject) != bool(body):
                self.add_error(f"body_{language}" if subject else f"subject_{language}", BOTH_PARTS)
        if not (self.errors or cleaned["subject_fr"] or cleaned["subject_en"]):
            self.add_error("subject_fr", _("Write a subject and a text in French, in English or in both."))
        return cleaned
