"""Forms about needs, guests, registration of others, and attendance."""

from functools import partial
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from exchanges.registration.enums import Travel
from web.forms.fields import NO_CHOICE, NameField, VisibleTextField, text_field
from web.mailboxes import MailboxField

_short_text_field = partial(text_field, rows=2, length=1000, required=False)


class NeedsForm(forms.Form):
    """How a person travels and what they need; every field is optional."""

    travels = forms.ChoiceField(label=_("How you travel"), choices=[("", "—"), *Travel.choices], required=False)
    comes_from = VisibleTextField(label=_("Where you travel from"), max_length=200, required=False)
    access = _short_text_field(
        _("Access needs"), help_text=_("A ramp, a seat near the front, sign language, a quiet room…")
    )
    diet = _short_text_field(_("Dietary needs"), help_text=_("What you do not eat, and allergies."))


class GuestForm(forms.Form):
    name = NameField(label=_("Name"), max_length=200)
    organisation = VisibleTextField(label=_("Organisation or community"), max_length=200)
    email = MailboxField(
        label=_("E-mail address"),
        help_text=_(
            "Only the lab and the host’s coordinator and pilot can read this address. It is erased 30 days"
            " after the last day."
        ),
        max_length=254,
        required=False,
    )
    invited_by = forms.ModelChoiceField(label=_("Invited by"), queryset=User.objects.none())

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        """Create the form; `people` is the query of people who can be named as the one who invites the guest."""
        super().__init__(*args, **kwargs)
        self.fields["invited_by"].empty_label = NO_CHOICE  # type: ignore[attr-defined]  # a ModelChoiceField
        self.fields["invited_by"].queryset = people  # type: ignore[attr-defined]  # a ModelChoiceField, as above


class RegisterOthersForm(forms.Form):
    """People of one's cohorts who have no seat yet."""

    people = forms.ModelMultipleChoiceField(
        label=_("People"), queryset=User.objects.none(), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        """Create the form; `people` is the query of people who can be ticked to be registered."""
        super().__init__(*args, **kwargs)
        self.fields["people"].queryset = people  # type: ignore[attr-defined]  # a ModelMultipleChoiceField, as above


class WalkInForm(forms.Form):
    """A person of the edition who came without being on the list of participants."""

    user = forms.ModelChoiceField(label=_("Person"), queryset=User.objects.none(), empty_label=NO_CHOICE)

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        """Create the form; `people` is the query of people who can be chosen."""
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = people  # type: ignore[attr-defined]  # a ModelChoiceField


class WalkInGuestForm(forms.Form):
    """A guest from another community who came without being on the list."""

    name = NameField(label=_("Name"), max_length=200)
    organisation = VisibleTextField(label=_("Organisation or community"), max_length=200)


class RemainingForm(forms.Form):
    """Whether everyone of whom nothing is recorded came."""

    came = forms.TypedChoiceField(
        label=_("Everyone else"),
        choices=[("yes", _("came")), ("no", _("did not come"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
