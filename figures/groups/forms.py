"""The form that chooses the groups to compare, the edition and the day."""

from dataclasses import replace
from datetime import date

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from figures.groups.groupings import Grouping
from figures.scope.forms import ScopeForm
from figures.scope.selection import FiguresScope
from figures.scope.visibility import VisibleCohorts
from web.forms.fields import CHOICE_ERRORS


class GroupsForm(ScopeForm):
    """What the groups have in common, for the cohorts of all editions or of one, on a day."""

    by = forms.ChoiceField(label=_("Group by"), choices=Grouping.choices, required=False, error_messages=CHOICE_ERRORS)
    field_order = ("by", "edition", "as_of")

    def __init__(self, query: QueryDict, *, visible: VisibleCohorts, today: date) -> None:
        """Read the choices from the query string, as in the scope form, which also has authorities and cohorts."""
        super().__init__(query, visible=visible, today=today)
        del self.fields["authority"], self.fields["cohort"]

    @staticmethod
    def scope_of(visible: VisibleCohorts, query: QueryDict) -> FiguresScope:
        """Return the scope of all cohorts that the reader may count, in the edition that the query string asks for."""
        return replace(ScopeForm.scope_of(visible, query), authority=None, cohort=None, everyone=True)

    def clean_by(self) -> Grouping:
        """Return what the groups have in common, the kind of authority where nothing is chosen."""
        return Grouping(self.cleaned_data["by"] or Grouping.KIND)
