"""Forms of ideas. Field names are the names of the actions' arguments."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from files.attachments.picture_form import PICTURE_FOLD, PictureForm
from prototypes.forms import MAX_TITLE_LENGTH, day_field, precision_field, text_field
from prototypes.models import Challenge
from web.forms.edit_conflicts import VersionedForm
from web.forms.fields import VisibleTextField
from web.forms.folds import Fold
from web.forms.idempotency import IdempotentForm


class IdeaTextsForm(forms.Form):
    """The texts of an idea, which every form about ideas has: the title and `Idea.TEXTS`."""

    title = VisibleTextField(label=_("The idea in a few words"), max_length=MAX_TITLE_LENGTH)
    summary = text_field(_("Summary"), required=False, help_text=_("Say who the idea is for, and what would change."))


class IdeaForm(IdeaTextsForm, VersionedForm):
    """The texts and people of an idea; `challenges` are those of its cohort, `people` its possible owners."""

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
        """Create the form; it offers these `challenges`, those of the idea's cohort, and `people` as owner and
        co-authors.
        """
        super().__init__(*args, **kwargs)
        for name, rows in (("challenge", challenges), ("owner", people), ("co_authors", people)):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - declared above
            field.queryset = rows


class NewIdeaForm(PictureForm, IdeaTextsForm, IdempotentForm):
    """The short form for a new idea with its picture; `targets` are the challenges and cohorts it can belong to."""

    field_order = ["title", "target", "summary"]
    folds = (PICTURE_FOLD, Fold(_("The idea is older than today"), ("on", "precision")))

    target = forms.ChoiceField(label=_("Cohort and challenge"))
    on = day_field(_("Captured on"))
    precision = precision_field()

    def __init__(self, *args: Any, targets: Iterable[tuple[Any, Any]], today: date, **kwargs: Any) -> None:
        """Create the form; `targets` are the choices of challenge or cohort for the idea, pairs like ("cohort-3",
        name).

        `today` is proposed as the day on which it was captured.
        """
        super().__init__(*args, **kwargs)
        target = self.fields["target"]
        assert isinstance(target, forms.ChoiceField)  # noqa: S101 - declared above
        target.choices = without_choice(list(targets))
        self.fields["on"].initial = today
        self.order_fields(self.field_order)


def without_choice(targets: list[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    """Return the choices of where an idea belongs so that none is chosen for the person, except their only cohort.

    That cohort comes first, without a challenge. With several cohorts, an empty choice is first.
    """
    cohorts = [target for target in targets if target[0].startswith("cohort-")]
    if len(cohorts) == 1:
        return [*cohorts, *(target for target in targets if target not in cohorts)]
    return [("", _("Choose")), *targets]


class ReuseForm(IdeaTextsForm, IdempotentForm):
    """The reuse of an idea in another cohort; `targets` are the challenges and cohorts it can belong to."""

    field_order = ["target"]

    target = forms.ChoiceField(label=_("Where"))
    summary = text_field(_("Summary"), required=False, help_text=_("Say what is different where you work."))

    def __init__(self, *args: Any, targets: Iterable[tuple[Any, Any]], **kwargs: Any) -> None:
        """Create the form; `targets` are the choices of challenge or cohort for the new idea, pairs like ("cohort-3",
        name).
        """
        super().__init__(*args, **kwargs)
        target = self.fields["target"]
        assert isinstance(target, forms.ChoiceField)  # noqa: S101 - declared above
        target.choices = without_choice(list(targets))
