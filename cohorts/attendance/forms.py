"""The attendance sheet, and who else is invited to a session."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from cohorts.attendance.actions import Attendee, Mark
from cohorts.attendance.sheets import SheetRow
from cohorts.models import Membership, Session, SessionDay, Stakeholder
from cohorts.people.enums import INVITED_ROLES
from cohorts.visibility import active_on

ROW_NAME = re.compile(r"^day\d+-(member|stakeholder)\d+$")
SEEN = [
    ("present", _("Here")),
    ("partial", _("Partly")),
    ("excused", _("Excused")),
    ("absent", _("Absent")),
    ("unknown", _("Unknown")),
]


class AttendanceForm(forms.Form):
    """One row of choices per person and day; a row left alone changes nothing.

    A row for someone who is not on the sheet is refused as a whole: nothing of such a form is saved.
    """

    def __init__(self, data: QueryDict | None, *, sheet: Mapping[SessionDay, Sequence[SheetRow]]) -> None:
        super().__init__(data)
        self.rows = {row.name: row for rows in sheet.values() for row in rows}
        for name, row in self.rows.items():
            self.fields[name] = forms.ChoiceField(
                label=row.person.name,
                choices=SEEN,
                initial=row.seen,
                required=False,
                widget=forms.RadioSelect({"class": "seg"}),
            )

    def clean(self) -> dict[str, Any]:
        strangers = [name for name in self.data if ROW_NAME.match(name) and name not in self.rows]
        if strangers:
            raise forms.ValidationError(
                _(
                    "A person on this sheet is not on the list of this session. Nothing was saved. Open the"
                    " sheet again and start again."
                )
            )
        return self.cleaned_data

    def marks(self) -> dict[tuple[SessionDay, Attendee], Mark]:
        """What was chosen, as the action takes it."""
        chosen = ((self.rows[name], status) for name, status in self.cleaned_data.items() if status)
        return {(row.day, row.person): Mark(status) for row, status in chosen}

    def with_all_here(self, day: str) -> QueryDict:
        """What was sent, with everyone of that day who has no mark yet marked as here."""
        filled = QueryDict(mutable=True)
        filled.update({name: self.data[name] for name in self.rows if name in self.data})
        for name, row in self.rows.items():
            if str(row.day.pk) == day and name not in filled:
                filled[name] = "present"
        return filled


class InviteForm(forms.Form):
    """Stakeholders of the cohort, and members who come on invitation, for some days of a session."""

    def __init__(self, data: QueryDict | None, *, session: Session) -> None:
        super().__init__(data)
        invited = Membership.objects.filter(cohort=session.cohort_id, role__in=INVITED_ROLES)
        if session.first_day:
            invited = invited.filter(active_on(session.first_day))
        days = session.days.all()
        choices: list[tuple[str, StrOrPromise, QuerySet[Any]]] = [
            ("days", _("Days"), days),
            ("stakeholders", _("Stakeholders"), Stakeholder.objects.filter(cohort=session.cohort_id).in_order()),
            ("members", _("By invitation only"), invited.select_related("user").order_by("role", "user__full_name")),
        ]
        for name, label, rows in choices:
            self.fields[name] = forms.ModelMultipleChoiceField(
                queryset=rows, label=label, required=name == "days", widget=forms.CheckboxSelectMultiple
            )
        self.initial["days"] = days

    @property
    def people(self) -> list[Attendee]:
        return [*self.cleaned_data["stakeholders"], *self.cleaned_data["members"]]

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if not self.errors and not self.people:
            raise forms.ValidationError(_("Choose at least one person."))
        return given
