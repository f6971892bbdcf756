"""Forms of saved views."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_stubs_ext import StrOrPromise

from accounts.hooks import account_hooks
from accounts.models import User
from lists.models import WITH_LAB
from web.dates.clock import Day
from web.forms.fields import CHOICE_ERRORS, VisibleTextField

NOBODY = pgettext_lazy("shared with", "Nobody: only I see it")


class SavedViewForm(forms.Form):
    """The name of a view, and with whom it is shared."""

    name = VisibleTextField(
        label=_("Name of the view"), max_length=60, help_text=_("For example: open ideas of this autumn.")
    )
    shared_with = forms.ChoiceField(
        label=_("Shared with"),
        required=False,
        error_messages=CHOICE_ERRORS,
        help_text=_("The view holds filters, order and columns. Everyone who opens it sees only what they may see."),
    )

    def __init__(self, *args: Any, user: User, today: Day, **kwargs: Any) -> None:
        """Create the form; it offers the groups that `user` belongs to on the day `today`."""
        super().__init__(*args, **kwargs)
        groups: list[tuple[str, StrOrPromise]] = [(WITH_LAB, _("All lab staff"))] if user.is_lab_staff else []
        for hooks in account_hooks:
            groups += hooks.groups(user, today)
        self.fields["shared_with"].choices = [("", NOBODY), *groups]  # type: ignore[attr-defined] # a choice field
