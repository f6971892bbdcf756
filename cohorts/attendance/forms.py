"""The form of the attendance sheet, and the form that invites people to a session."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from cohorts.attendance.actions import AttendanceMark, Attendee
from cohorts.attendance.sheets import SheetRow
from cohorts.models import Membership, Session, SessionDay, Stakeholder
from cohorts.people.enums import INVITED_ROLES
from cohorts.visibility import active_on

ROW_NAME = re.compile(r"^day\d+-(member|stakeholder)\d+$")
STATUS_CHOICES = [
    ("present", _("Here")),
    ("partial", _("Partly")),
    ("excused", _("Excused")),
    ("absent", _("Absent")),
    ("unknown", _("Unknown")),
]


class AttendanceSheetForm(forms.Form):
    """The attendance sheet of a session: one choice of status per person and day; a row without a choice changes
    nothing.

    A submission with a row for someone who is not on the sheet is refused, and nothing of it is saved.
    """

    def __init__(self, data: QueryDict | None, *, sheet: Mapping[SessionDay, Sequence[SheetRow]]) -> None:
        """Add a field for each row of the `sheet`, which holds the people of each day; `data` is the submission, None
        to show it.
        """
        super().__init__(data)
        self.rows = {row.name: row for rows in sheet.values() for row in rows}
        for name, row in self.rows.items():
            self.fields[name] = forms.ChoiceField(
                label=row.person.name,
                choices=STATUS_CHOICES,
                initial=row.initial_status,
                required=False,
                widget=forms.RadioSelect({"class": "seg"}),
            )

    def clean(self) -> dict[str, Any]:
        """Raise ValidationError if the submission has a row for someone who is not on the sheet; return the cleaned
        data.
        """
        unknown_rows = [name for name in self.data if ROW_NAME.match(name) and name not in self.rows]
        if unknown_rows:
            raise forms.ValidationError(
                _(
                    "A person on this sheet is not on the list of this session. Nothing was saved. Open the"
                    " sheet again and start again."
                )
            )
        return self.cleaned_data

    def marks(self) -> dict[tuple[SessionDay, Attendee], AttendanceMark]:
        """Return what to record, by pair of day and person, for every row in which a status was chosen.

        Call this on a valid form.
        """
        chosen = ((self.rows[name], status) for name, status in self.cleaned_data.items() if status)
        return {(row.day, row.person): AttendanceMark(status) for row, status in chosen}

    def with_all_here(self, day: str) -> QueryDict:
        """Return a copy of the submitted data in which everyone without a choice on one day is marked as present.

        `day` is the id of that day, as text.
        """
        filled = QueryDict(mutable=True)
        filled.update({name: self.data[name] for name in self.rows if name in self.data})
        for name, row in self.rows.items():
            if str(row.day.pk) == day and name not in filled:
                filled[name] = "present"
        return filled


class InviteToSessionForm(forms.Form):
    """The days of a session, and the people to invite to them.

    These are the cohort's stakeholders, and its members who come by invitation only.
    """

    def __init__(self, data: QueryDict | None, *, session: Session) -> None:
        """Offer the days of the session (all ticked), and its cohort's stakeholders, relays, elected officials and
        direction.

        Members are offered if active on the session's first day. `data` is the submission, None to show the form.
        """
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
        """The chosen stakeholders, then the chosen members, of a valid form."""
        return [*self.cleaned_data["stakeholders"], *self.cleaned_data["members"]]

    def clean(self) -> dict[str, Any]:
        """Raise ValidationError when no person is chosen; return the cleaned data."""
        cleaned = self.cleaned_data
        if not self.errors and not self.people:
            raise forms.ValidationError(_("Choose at least one person."))
        return cleaned
