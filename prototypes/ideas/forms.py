"""Forms of ideas; their fields carry the names of the actions' arguments."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from prototypes.forms import MOST_OF_TITLE, EntryForm, day_field, precision_field, text_field
from prototypes.models import Challenge
from web.forms.edit_conflicts import StartedForm
from web.forms.fields import WordsField


class IdeaForm(StartedForm):
    """What an idea says; `challenges` are those of its cohort, `people` who may own it."""

    title = WordsField(label=_("The idea in a few words"), max_length=160)
    summary = text_field(_("Summary"), required=False, help_text=_("Say who the idea is for, and what would change."))
    challenge = forms.ModelChoiceField(
        label=_("Challenge"), queryset=Challenge.objects.none(), required=False, empty_label=_("none yet")
    )
    owner = forms.ModelChoiceField(
        label=_("Owner"), queryset=User.objects.none(), required=False, empty_label=_("nobody yet")
    )
    co_authors = forms.ModelMultipleChoiceField(
        label=_("Co-authors"),
        queryset=User.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Co-authors can edit the idea, its prototypes and its tests, like the owner."),
    )

    def __init__(self, *args: Any, challenges: QuerySet[Challenge], people: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, rows in (("challenge", challenges), ("owner", people), ("co_authors", people)):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - declared above
            field.queryset = rows


class NewIdeaForm(EntryForm):
    """The short form of the field: an idea, and the challenge or the cohort it belongs to (`places`)."""

    place = forms.ChoiceField(label=_("Challenge"))
    title = WordsField(label=_("The idea in a few words"), max_length=160)
    summary = text_field(_("Summary"), required=False, help_text=_("Say who the idea is for, and what would change."))
    on = day_field(_("Captured on"))
    precision = precision_field()

    def __init__(self, *args: Any, places: Iterable[tuple[Any, Any]], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        place = self.fields["place"]
        assert isinstance(place, forms.ChoiceField)  # noqa: S101 - declared above
        place.choices = list(places)
        self.fields["on"].initial = today


class ReuseForm(EntryForm):
    """An idea taken up by a cohort the person works in: where, and what it is called there."""

    place = forms.ChoiceField(label=_("Where"))
    title = WordsField(label=_("The idea in a few words"), max_length=MOST_OF_TITLE)
    summary = text_field(_("Summary"), required=False, help_text=_("Say what is different where you work."))

    def __init__(self, *args: Any, places: Iterable[tuple[Any, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        place = self.fields["place"]
        assert isinstance(place, forms.ChoiceField)  # noqa: S101 - declared above
        place.choices = list(places)
