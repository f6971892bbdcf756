"""Forms for comments; their fields have the names of the actions' arguments."""

from typing import Any
from unicodedata import normalize

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from comments.models import MAX_CHARACTERS, MAX_REASON_CHARACTERS
from web.forms.edit_conflicts import VersionedForm
from web.forms.fields import VisibleTextField, text_field
from web.forms.idempotency import IdempotentForm


class CommentTextField(VisibleTextField):
    """The text of a comment, in one Unicode form, so that names are found."""

    widget = forms.Textarea(attrs={"rows": 4, "data-mentions": ""})

    def to_python(self, value: Any) -> str:
        """Return the typed text in Unicode form NFC; "" when nothing was typed."""
        return normalize("NFC", super().to_python(value) or "")


def comment_text_field() -> CommentTextField:
    """Return the form field for the text of a comment: required, at most 20,000 characters."""
    return CommentTextField(
        label=_("Your comment"),
        max_length=MAX_CHARACTERS,
        help_text=_(
            "Type @ and a name: that person gets an e-mail. For a list, begin each line with a hyphen and a space."
        ),
    )


def mentions_field() -> Any:
    """Return the form field for the people to mention, without choices; `offer_people` sets them."""
    return forms.ModelMultipleChoiceField(
        label=_("Who should get an e-mail about this comment?"),
        queryset=User.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


def offer_people(form: forms.Form, people: QuerySet[User] | None) -> None:
    """Set the people that the field `mentioned` of a form offers; None for `people` removes the field."""
    if people is None:
        del form.fields["mentioned"]
    else:
        form.fields["mentioned"].queryset = people  # type: ignore[attr-defined] # declared below


class CommentForm(IdempotentForm):
    text = comment_text_field()
    mentioned = mentions_field()

    def __init__(self, *args: Any, people: QuerySet[User] | None, **kwargs: Any) -> None:
        """Build the form to write a comment; `people` are those who can be mentioned, None removes the choice of
        people.
        """
        super().__init__(*args, **kwargs)
        offer_people(self, people)


class WithdrawCommentForm(forms.Form):
    """The reason for which the lab withdraws a comment of someone else."""

    reason = text_field(
        _("Why?"),
        length=MAX_REASON_CHARACTERS,
        help_text=_("Everyone who reads the page sees this reason in place of the comment."),
    )


class ChangeCommentForm(VersionedForm):
    text = comment_text_field()
    mentioned = mentions_field()

    def __init__(self, *args: Any, people: QuerySet[User], **kwargs: Any) -> None:
        """Build the form to change a comment; `people` are those who can be mentioned."""
        super().__init__(*args, **kwargs)
        offer_people(self, people)
