"""Forms of the board: move a note, add and name an insight, make it a challenge."""

from collections.abc import Iterable
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from cohorts.models import Cohort
from fieldwork.models import Insight
from prototypes.enums import ChallengeKind
from prototypes.forms import MAX_TITLE_LENGTH
from prototypes.models import Challenge
from web.database.keys import key_of
from web.forms.edit_conflicts import VersionedForm
from web.forms.fields import NO_CHOICE, VisibleTextField
from web.forms.idempotency import IdempotentForm

TO_SORT: Final = ""
NEW_GROUP: Final = "new"
TITLE_HELP: Final = _("A sentence, for example: Acronyms make residents believe that they are at the wrong counter.")


class MoveForm(VersionedForm):
    """Where a note goes: an insight, a new group, or back among the notes to sort."""

    insight = forms.ChoiceField(label=_("Move to"), required=False, widget=forms.RadioSelect)
    contradicts = forms.BooleanField(label=_("The note contradicts the insight"), required=False)

    def __init__(self, *args: Any, insights: Iterable[Insight], **kwargs: Any) -> None:
        """Create the form with the `insights` of the board as choices."""
        super().__init__(*args, **kwargs)
        self.insights = {row.pk: row for row in insights}
        field = self.fields["insight"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        named = [(str(key), str(row)) for key, row in self.insights.items()]
        field.choices = [(TO_SORT, _("To sort")), *named, (NEW_GROUP, _("A new group"))]

    def action_arguments(self) -> dict[str, Any]:
        """Return the values of the valid form as arguments of `move_note`."""
        chosen = self.cleaned_data["insight"]
        return {
            "insight": self.insights.get(key_of(chosen) or 0),
            "to_new_group": chosen == NEW_GROUP,
            "contradicts": self.cleaned_data["contradicts"],
            "version_token": self.cleaned_data["version_token"],
        }


class NewInsightForm(IdempotentForm):
    """The name of a new insight, whose notes are moved to it afterwards."""

    title = VisibleTextField(label=_("Name of the insight"), max_length=MAX_TITLE_LENGTH, help_text=TITLE_HELP)


class InsightForm(VersionedForm):
    """The name of an insight."""

    title = VisibleTextField(label=_("Name of the insight"), max_length=MAX_TITLE_LENGTH, help_text=TITLE_HELP)


class ChallengeOfInsightForm(IdempotentForm):
    """The challenge that an insight becomes: a new one, or one that the cohort has already."""

    title = VisibleTextField(
        label=_("Title of the challenge"),
        max_length=MAX_TITLE_LENGTH,
        help_text=_("For example: How might residents find the right counter?"),
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=ChallengeKind.choices)
    existing = forms.ModelChoiceField(
        label=_("Or an existing challenge"),
        queryset=Challenge.objects.none(),
        required=False,
        empty_label=NO_CHOICE,
        help_text=_("If you choose one, the title and kind above are ignored."),
    )

    def __init__(self, *args: Any, cohort: Cohort, **kwargs: Any) -> None:
        """Create the form with the open challenges of the cohort as choices."""
        super().__init__(*args, **kwargs)
        field = self.fields["existing"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - declared above
        field.queryset = cohort.challenges.alive().order_by("title", "pk")
