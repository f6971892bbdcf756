"""Forms for comments; their fields carry the names of the actions' arguments."""

from typing import Any
from unicodedata import normalize

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from comments.models import MOST_REASONED, MOST_SAID
from prototypes.forms import EntryForm
from web.forms.edit_conflicts import StartedForm
from web.forms.fields import WordsField, text_field


class SaidField(WordsField):
    """A comment's text: letters composed and lines ended in one way, so that a name is found however it was typed."""

    widget = forms.Textarea(attrs={"rows": 4, "data-mentions": ""})

    def to_python(self, value: Any) -> str:
        text: str = super().to_python(value) or ""
        return normalize("NFC", text.replace("\r\n", "\n"))


def said_field() -> SaidField:
    return SaidField(
        label=_("Your comment"),
        max_length=MOST_SAID,
        help_text=_(
            "Type @ and a name: that person gets an e-mail. **Bold**, *italics*, “- ” for lists, [links](https://…)."
        ),
    )


def named_field() -> Any:
    return forms.ModelMultipleChoiceField(
        label=_("Who should get an e-mail about this comment?"),
        queryset=User.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


def offer(form: forms.Form, people: QuerySet[User] | None) -> None:
    """The people to choose from; None leaves the question out."""
    if people is None:
        del form.fields["named"]
    else:
        form.fields["named"].queryset = people  # type: ignore[attr-defined] # declared below


class CommentForm(EntryForm):
    text = said_field()
    named = named_field()

    def __init__(self, *args: Any, people: QuerySet[User] | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, people)


class TakeBackForm(forms.Form):
    """For the lab, about what somebody else wrote."""

    reason = text_field(
        _("Why?"),
        length=MOST_REASONED,
        help_text=_("Everyone who reads the page sees this reason in place of the comment."),
    )


class ChangeCommentForm(StartedForm):
    text = said_field()
    named = named_field()

    def __init__(self, *args: Any, people: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, people)
