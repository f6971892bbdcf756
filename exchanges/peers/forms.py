"""Forms of the directory and of peer visits."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from exchanges.peers.models import MAX_ENTRY_CHARACTERS, MAX_VISIT_CHARACTERS
from web.forms.edit_conflicts import VersionedForm
from web.forms.fields import DayField, VisibleTextField, text_field


class ProfileForm(VersionedForm):
    """One's own entry in the directory."""

    skills = text_field(
        _("Skills"),
        rows=2,
        length=MAX_ENTRY_CHARACTERS,
        required=False,
        help_text=_("For example: “drawing, interviews”."),
    )
    offers = text_field(
        _("What you offer"),
        rows=2,
        length=MAX_ENTRY_CHARACTERS,
        required=False,
        help_text=_("For example: “half a day to present our one-stop counter”."),
    )
    requests = text_field(
        _("What you look for"),
        rows=2,
        length=MAX_ENTRY_CHARACTERS,
        required=False,
        help_text=_("For example: “someone who has tested forms with elderly people”."),
    )
    is_alumnus = forms.BooleanField(
        label=_("Show me in the alumni circle"),
        required=False,
        help_text=_("Members of all editions of the lab then find your entry, not only those of your editions."),
    )

    def __init__(self, *args: Any, can_join_alumni: bool, **options: Any) -> None:
        """Create the form; the alumni circle is offered to people whose cohort has ended."""
        super().__init__(*args, **options)
        if not can_join_alumni:
            del self.fields["is_alumnus"]


class VisitForm(forms.Form):
    """A request for a visit."""

    purpose = text_field(
        _("What do you want to see or learn?"),
        length=MAX_VISIT_CHARACTERS,
        help_text=_("Say when you could come, and with how many people."),
    )


class AgreeForm(forms.Form):
    """The days that the host agrees to."""

    first_day = DayField(label=_("First day"))
    last_day = DayField(label=_("Last day"), required=False, help_text=_("Leave it empty for a single day."))
    venue = VisibleTextField(label=_("Venue"), max_length=200, required=False)
    reply = text_field(_("Message"), rows=3, length=MAX_VISIT_CHARACTERS, required=False)


class DeclineForm(forms.Form):
    """What the host answers when they decline."""

    reply = text_field(_("Message"), rows=3, length=MAX_VISIT_CHARACTERS, required=False)


class ReportForm(forms.Form):
    """What came of a visit."""

    report = text_field(
        _("What did you see and learn?"),
        length=MAX_VISIT_CHARACTERS,
        help_text=_("The host and the lab can read it."),
    )
