"""The form of the attendance sheet, and the form that invites people to a session."""

import re
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from cohorts.attendance.actions import AttendanceMark, Attendee, attendee_key
from cohorts.attendance.enums import AttendanceStatus
from cohorts.attendance.sheets import AttendanceSheet, SheetRow
from cohorts.models import Attendance, Membership, Session, SessionDay, Stakeholder
from cohorts.people.enums import INVITED_ROLES
from cohorts.visibility import active_on
from web.forms.fields import NO_CHOICE

ROW_NAME = re.compile(r"^day\d+-(member|stakeholder)\d+$")
STATUS_CHOICES: list[tuple[str, StrOrPromise]] = [
    ("present", _("Here")),
    ("partial", _("Partly")),
    ("excused", _("Excused")),
    ("absent", _("Absent")),
    ("unknown", _("Unknown")),
]
# On a day of two half-days, someone who is partly here is here for one of them.
STATUS_CHOICES_BY_HALF_DAYS = {
    1: STATUS_CHOICES,
    2: [(status, _("Half-day") if status == "partial" else label) for status, label in STATUS_CHOICES],
}


class AttendanceSheetForm(forms.Form):
    """The attendance sheet of a session: one choice of status per person and day; a row without a choice changes
    nothing.

    Each day, and each person if there are several days, has a field `fill-…` with the status for `with_filled`. A
    submission with a row for someone who is not on the sheet is refused, and nothing of it is saved.
    """

    def __init__(self, data: QueryDict | None, *, sheet: AttendanceSheet) -> None:
        """Add a field for each row of the `sheet`; `data` is the submission, None to show it."""
        super().__init__(data)
        self.rows = {row.name: row for row in sheet.rows}
        for name, row in self.rows.items():
            self.fields[name] = forms.ChoiceField(
                label=row.person.name,
                choices=self._choices(row, has_one_day=len(sheet.days) == 1),
                initial=row.initial_status,
                show_hidden_initial=True,
                required=False,
                widget=forms.RadioSelect({"class": "seg"})
                if len(sheet.days) == 1
                else forms.Select({"aria-label": f"{row.person.name}, {row.day}"}),
            )
        for target, label in sheet.fill_targets:
            self.fields[f"fill-{target}"] = forms.ChoiceField(
                label=label, choices=STATUS_CHOICES, initial="present", required=False
            )

    @staticmethod
    def _choices(row: SheetRow, *, has_one_day: bool) -> list[tuple[str, StrOrPromise]]:
        """Return the statuses to choose from in a row; a select, which several days have, also offers no choice."""
        choices = STATUS_CHOICES_BY_HALF_DAYS[row.day.half_days]
        return choices if has_one_day else [("", "—"), *choices]

    def clean(self) -> dict[str, Any]:
        """Raise ValidationError if the submission has a row for someone who is not on the sheet; return the cleaned
        data. A choice for a row that someone else has recorded since the sheet was opened gets an error.
        """
        unknown_rows = [name for name in self.data if ROW_NAME.match(name) and name not in self.rows]
        if unknown_rows:
            raise forms.ValidationError(
                _(
                    "A person on this sheet is not on the list of this session. Nothing was saved. Open the"
                    " sheet again and start again."
                )
            )
        for name, row in self.rows.items():
            if self._is_chosen(name) and self._status_when_opened(name) != row.initial_status:
                self._show_edit_conflict(name, row)
        return self.cleaned_data

    def _status_when_opened(self, name: str) -> str:
        """Return the status of a row when the sheet was opened; the present one if the submission does not say."""
        return str(self.data.get(self.add_initial_prefix(name), self.rows[name].initial_status))

    def _is_chosen(self, name: str) -> bool:
        """Return whether the person chose another status for a row than it had when they opened the sheet."""
        row, status = self.rows[name], self.cleaned_data.get(name, "")
        return status not in ("", row.status, self._status_when_opened(name))

    def _show_edit_conflict(self, name: str, row: SheetRow) -> None:
        """Add the error that someone else has recorded a row, and take what they recorded for seen from now on."""
        label = dict(AttendanceStatus.choices)[row.status or AttendanceStatus.EXPECTED]
        text = _("Someone else has changed this to “%(status)s” since you opened the sheet. Check it, then save again.")
        self.add_error(name, text % {"status": label})
        self.data = {**self.data, self.add_initial_prefix(name): row.initial_status}

    def marks(self) -> dict[tuple[SessionDay, Attendee], AttendanceMark]:
        """Return what to record, by pair of day and person, for every row for which another status was chosen.

        Call this on a valid form.
        """
        return {
            (row.day, row.person): AttendanceMark(self.cleaned_data[name])
            for name, row in self.rows.items()
            if self._is_chosen(name)
        }

    def seen(self) -> dict[tuple[SessionDay, Attendee], str]:
        """Return the status with which each row was read, by pair of day and person."""
        return {(row.day, row.person): row.status for row in self.rows.values()}

    def with_filled(self, target: str) -> QueryDict:
        """Return a copy of the submitted data in which everyone of `target` without a choice has the status of its
        `fill-` field.

        `target` is a day or a person of the sheet, such as "day5" or "member12"; any other fills nothing.
        """
        filled = QueryDict(mutable=True)
        names = [*self.fields, *map(self.add_initial_prefix, self.rows)]
        filled.update({name: self.data[name] for name in names if name in self.data})
        status = self.data.get(f"fill-{target}", "")
        for name in self.rows if f"fill-{target}" in self.fields else ():
            if target in name.split("-") and not filled.get(name):
                filled[name] = status
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
            (
                "stakeholders",
                _("Stakeholders"),
                Stakeholder.objects.filter(cohort=session.cohort_id, erased_at=None).in_order(),
            ),
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


class SessionWalkInForm(forms.Form):
    """A member or stakeholder of the cohort who is at a session without being on its list."""

    person = forms.ChoiceField(label=_("Person"))

    def __init__(self, data: QueryDict | None, *, session: Session, day: SessionDay | None) -> None:
        """Offer the cohort's members on the `day`, and its stakeholders, who are not on the list of the day; nobody
        without a day.

        `data` is the submission, None to show the form.
        """
        super().__init__(data)
        self._attendees: dict[str, Attendee] = {}
        if day is not None:
            listed = Attendance.objects.filter(day=day)
            members = Membership.objects.filter(cohort=session.cohort_id).active(day.date)
            members = members.exclude(user__in=listed.filter(member__isnull=False).values("member__user"))
            stakeholders = Stakeholder.objects.filter(cohort=session.cohort_id, erased_at=None)
            stakeholders = stakeholders.exclude(pk__in=listed.filter(stakeholder__isnull=False).values("stakeholder"))
            people = [*members.select_related("user").order_by("user__full_name", "pk"), *stakeholders.in_order()]
            self._attendees = {attendee_key(person): person for person in people}
        choices = [(key, attendee_label(person)) for key, person in self._attendees.items()]
        self.fields["person"].choices = [("", NO_CHOICE), *choices]  # type: ignore[attr-defined]  # a ChoiceField

    @property
    def attendee(self) -> Attendee:
        """The chosen member or stakeholder of a valid form."""
        return self._attendees[self.cleaned_data["person"]]


def attendee_label(person: Attendee) -> str:
    """Return the name of a member with the role, or of a stakeholder with the organisation if it is known."""
    note = person.organisation if isinstance(person, Stakeholder) else person.get_role_display()
    return f"{person.name} ({note})" if note else person.name
