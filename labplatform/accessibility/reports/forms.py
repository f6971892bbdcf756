"""The form in which anyone reports what they cannot use."""

from typing import Final

from django import forms
from django.utils.translation import gettext_lazy as _

from labplatform.accessibility.reports.models import DESCRIPTION_LENGTH
from web.forms.fields import VisibleTextField, text_field
from web.mailboxes import MailboxField

PAGE_LENGTH: Final = 300


class AnswerForm(forms.Form):
    """What the lab answered to a report."""

    answer = text_field(
        _("What you answered"),
        required=False,
        length=DESCRIPTION_LENGTH,
        help_text=_("For example: the curve has a table below it. Your colleagues read it here."),
    )


class ProblemForm(forms.Form):
    """Which page someone cannot use, what does not work there, and where they want the answer, if they want one."""

    page = VisibleTextField(
        label=_("Page"),
        max_length=PAGE_LENGTH,
        help_text=_("Its address or its title, for example “Calendar”."),
    )
    description = text_field(
        _("What does not work"),
        rows=6,
        length=DESCRIPTION_LENGTH,
        help_text=_(
            "Say what you wanted to do and what happened. If you use a screen reader, a magnifier or only the keyboard,"
            " say which one."
        ),
    )
    reply_to = MailboxField(
        label=_("Your e-mail address"),
        max_length=254,
        required=False,
        help_text=_("Only if you want an answer. The lab deletes it after a year, with the report."),
    )
