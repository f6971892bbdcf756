"""Forms that plan, move, postpone, cancel and report sessions."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, TypeVar

from django import forms
from django.db.models import QuerySet
from django.forms.formsets import BaseFormSet, formset_factory
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cohorts.cohort.forms import CohortChoiceForm
from cohorts.models import Cohort, Session, SessionDay
from cohorts.sessions.actions.sessions import DayPlan, SessionChanged, SessionVersion
from cohorts.sessions.conflicts import Conflict, DatesInConflict
from cohorts.sessions.enums import SessionLead, SessionState
from cohorts.sessions.report_templates import report_template, without_empty_headings
from web.errors import DomainError
from web.forms.edit_conflicts import VersionedForm
from web.forms.fields import DayField, VisibleTextField, model_form_field, required_if

R = TypeVar("R")
EMPTY_ROWS, MAX_DAYS = 5, 31
LEAD_CHOICES = [*SessionLead.choices, ("", pgettext_lazy("who led a session", "not known"))]
SEGMENTS = forms.RadioSelect(attrs={"class": "seg"})


class SessionForm(forms.ModelForm[Session]):
    """The number, kind and title of a session, and the reason for an on-site week beyond those of the format."""

    reason = required_if(
        VisibleTextField(
            label=_("Why there are more on-site weeks than in the format"),
            max_length=2000,
            help_text=_("The reason is recorded with the cohort."),
        ),
        _("required for an on-site week beyond those of the format"),
    )

    class Meta:
        model = Session
        fields = ("number", "kind", "title")
        formfield_callback = model_form_field
        help_texts = {"number": _("Such as 9, or 9.2 for the second part of session 9.")}

    field_order = ["number", "kind", "title", "reason"]

    def __init__(self, *args: Any, needs_reason: bool = False, **kwargs: Any) -> None:
        """Remove the field for the reason, unless the cohort has no on-site week left in its format (`needs_reason`).

        Other arguments are those of a model form.
        """
        super().__init__(*args, **kwargs)
        if not needs_reason:
            del self.fields["reason"]


class SessionVersionForm(forms.Form):
    """The hidden version and state of the session as the person saw it, so that no later change is overwritten."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    state = forms.ChoiceField(widget=forms.HiddenInput, choices=SessionState.choices)

    def __init__(self, data: QueryDict | None, *, session: Session) -> None:
        """Fill the hidden fields with the session's present version and state; `data` is the submission, None to show
        the form.
        """
        super().__init__(data, initial={"version": session.version, "state": session.state})

    @property
    def version_token(self) -> SessionVersion:
        """The version and state of the session that the person saw, as a pair; for a valid form."""
        return self.cleaned_data["version"], self.cleaned_data["state"]

    def show_current(self, session: Session) -> None:
        """Put the session's present version and state into the sent form, so that sending it again accepts what is
        shown now.
        """
        self.data = {**dict(self.data.items()), "version": str(session.version), "state": session.state}


class SessionDayForm(forms.Form):
    """One day of a session; a row without a date is ignored."""

    date = DayField(label=_("Date"), required=False)
    starts_at = forms.TimeField(label=_("From"), required=False, widget=forms.TimeInput({"type": "time"}, "%H:%M"))
    ends_at = forms.TimeField(label=_("To"), required=False, widget=forms.TimeInput({"type": "time"}, "%H:%M"))
    venue = VisibleTextField(label=_("Venue"), required=False, max_length=200)

    def clean(self) -> dict[str, Any]:
        """Add an error for hours or a venue without a date, and for a day that ends before it starts; return the
        cleaned data.
        """
        values = self.cleaned_data
        if not values.get("date") and any(values.get(name) for name in ("starts_at", "ends_at", "venue")):
            self.add_error("date", _("Give the date of this day, or empty its row."))
        starts, ends = values.get("starts_at"), values.get("ends_at")
        if starts and ends and ends <= starts:
            self.add_error("ends_at", _("The day ends before it starts: check both times."))
        return values


if TYPE_CHECKING:
    DayForms = BaseFormSet[SessionDayForm]
else:
    DayForms = BaseFormSet


class DayRows(DayForms):
    """The days of a session: at least one, and no date twice."""

    def clean(self) -> None:
        """Raise ValidationError when no row has a date, or when two rows have the same date."""
        dates = [form.cleaned_data.get("date") for form in self.forms if form.is_valid()]
        days = [date for date in dates if date]
        if not days and all(form.is_valid() for form in self.forms):
            raise forms.ValidationError(_("Give the session at least one day first."))
        if len(set(days)) < len(days):
            raise forms.ValidationError(_("The session has this day already."))

    def plans(self) -> list[DayPlan]:
        """Return the planned days (date, hours, venue) of a valid form, in its order; rows without a date are left
        out.
        """
        return [DayPlan(**form.cleaned_data) for form in self.forms if form.cleaned_data.get("date")]


DayFormSet: type[DayRows] = formset_factory(  # type: ignore[assignment]  # the stubs lose the class of the formset
    SessionDayForm, formset=DayRows, extra=0, max_num=MAX_DAYS, absolute_max=MAX_DAYS
)


class SessionPlan:
    """The forms of a page that plans a session: its details, its days, and the conflicts that they have.

    Call `is_valid`, then `attempt` with the action. When the action refuses, the page shows why, and nothing typed is
    lost.
    """

    def __init__(
        self,
        data: QueryDict | None,
        *,
        days: Iterable[SessionDay] = (),
        number: str = "",
        needs_reason: bool = False,
    ) -> None:
        """Build the forms from the submitted `data`, or from the present `days` and the proposed `number` of the
        session.

        With `needs_reason`, the form asks why there is one on-site week more than in the format.
        """
        self.needs_reason = needs_reason
        self.form = self.make_form(data, number)
        rows = [{"date": d.date, "starts_at": d.starts_at, "ends_at": d.ends_at, "venue": d.venue} for d in days]
        self.rows = DayFormSet(data, prefix="days", initial=[*rows, *[{}] * max(EMPTY_ROWS - len(rows), 1)])
        self.accept_conflicts = bool(data and data.get("accept_conflicts"))
        self.conflicts: list[Conflict] = []
        self.impossible = self.has_edit_conflict = False

    def make_form(self, data: QueryDict | None, number: str) -> forms.BaseForm:
        """Return the form above the days: number, kind and title of the session, filled with `data` or the proposed
        `number`.
        """
        return SessionForm(data, initial={"number": number}, needs_reason=self.needs_reason)

    @property
    def open_rows(self) -> list[SessionDayForm]:
        """The rows that the page shows unfolded: those with a day, or with anything sent, and two more."""
        used = [position for position, row in enumerate(self.rows, 1) if row.initial or row.has_changed()]
        return self.rows.forms[: max(used, default=0) + 2]

    @property
    def folded_rows(self) -> list[SessionDayForm]:
        """The empty rows after the open ones."""
        return self.rows.forms[len(self.open_rows) :]

    def is_valid(self) -> bool:
        """Return whether the details and the days are both valid; each form then has its errors."""
        valid = [self.form.is_valid(), self.rows.is_valid()]
        return all(valid)

    @property
    def action_arguments(self) -> dict[str, Any]:
        """The arguments by name for the action that plans the session: number, kind, title, days, and the accepted
        conflicts.
        """
        return {**self.form.cleaned_data, **self.day_arguments}

    @property
    def day_arguments(self) -> dict[str, Any]:
        """The arguments by name for an action about days: `days`, and `accept_conflicts`, whether the person accepts
        conflicts.
        """
        return {"days": self.rows.plans(), "accept_conflicts": self.accept_conflicts}

    def preview_conflicts(self, conflicts: list[Conflict]) -> None:
        """Show the conflicts that proposed days have, before anything is sent."""
        self.conflicts, self.impossible = conflicts, any(conflict.impossible for conflict in conflicts)

    def attempt(self, action: Callable[..., R]) -> R | None:
        """Call the action with the values of the forms and return its result; None when it refuses.

        The page then shows the conflicts of the days, or the error in the form. Call it when the forms are valid.
        """
        try:
            return action(**self.action_arguments)
        except DatesInConflict as error:
            self.conflicts, self.impossible = list(error.conflicts), error.impossible
        except DomainError as error:
            error.add_to(self.form)
            self.has_edit_conflict = isinstance(error, SessionChanged)
        return None


class SessionMove(SessionPlan):
    """The forms of a page that moves a session; `has_edit_conflict` once someone else has changed it meanwhile."""

    def __init__(self, data: QueryDict | None, session: Session, days: Iterable[SessionDay]) -> None:
        """Build the forms from the submitted `data` (None to show them), or from the session's version and `days`,
        present or proposed.
        """
        self.version_form = SessionVersionForm(data, session=session)
        super().__init__(data, days=days)

    def make_form(self, data: QueryDict | None, number: str) -> forms.BaseForm:
        """Return the hidden form with the version and state that the person saw, made before; the arguments are not
        used.
        """
        return self.version_form

    @property
    def action_arguments(self) -> dict[str, Any]:
        """The arguments by name for the action that moves the session: days, accepted conflicts, and the version that
        the person saw.
        """
        return {**self.day_arguments, "version_token": self.version_form.version_token}

    def show_current(self, session: Session) -> None:
        """After a move refused because someone else changed the session, set the hidden version to the session's
        present one.

        Sending the form again then moves it. Nothing happens otherwise.
        """
        if self.has_edit_conflict:
            self.version_form.show_current(session)


class NewSessionForm(CohortChoiceForm):
    """The cohort and the days of a session to add; the page that plans it opens with these days filled in."""

    first_day = DayField(label=_("First day"), required=False)
    last_day = DayField(label=_("Last day"), required=False)

    def __init__(self, data: QueryDict | None, *, cohorts: QuerySet[Cohort]) -> None:
        """Let people choose among these `cohorts`; `data` is the query of the address, None to show the form."""
        super().__init__(data, cohorts=cohorts)
        self.order_fields(["cohort", "first_day", "last_day"])


class SessionReasonForm(forms.Form):
    """The reason why a session is called off."""

    reason = VisibleTextField(label=_("Reason"), widget=forms.Textarea({"rows": 3}), max_length=2000)


class PostponeForm(SessionReasonForm):
    """The optional reason why a session is postponed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Make the reason optional; the arguments are those of a Django form."""
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = False


class OutcomeForm(VersionedForm):
    """What became of a session, and the version of this text that the writer started from."""

    outcome = VisibleTextField(
        label=_("What became of it"),
        widget=forms.Textarea({"rows": 10}),
        max_length=10_000,
        required=False,
        help_text=_(
            "What the cohort did with what people said: ideas, tests, decisions. **Bold**, *italics*, “- ” for lists,"
            " [links](https://…). Members of the cohort can read it, and so can guests who get e-mails and came, or of"
            " whom nobody recorded whether they came."
        ),
    )

    def __init__(self, data: QueryDict | None, *, session: Session) -> None:
        """Fill the form with the session's present text; `data` is the submission, None to show the form."""
        super().__init__(data, current={"outcome": session.outcome})


class ReportForm(VersionedForm):
    """The report of a session with who prepared and led it, and the version that the writer started from."""

    prepared_by = forms.ChoiceField(
        label=_("Who prepared the session?"), choices=LEAD_CHOICES, required=False, widget=SEGMENTS
    )
    led_by = forms.ChoiceField(label=_("Who led it?"), choices=LEAD_CHOICES, required=False, widget=SEGMENTS)

    report = VisibleTextField(
        label=_("Report"),
        widget=forms.Textarea({"rows": 20}),
        max_length=50_000,
        help_text=_(
            "Write below the headings: those you leave empty are removed. **Bold**, *italics*, “- ” for lists,"
            " [links](https://…). Members of the cohort can read the report, and so can guests who get e-mails and"
            " came, or of whom nobody recorded whether they came."
        ),
    )

    def __init__(self, data: QueryDict | None, *, session: Session) -> None:
        """Fill the form with the session's present report, or what the report of such a session asks for.

        `data` is the submission, None to show the form.
        """
        super().__init__(data, current={"report": session.report})
        self.initial.update(prepared_by=session.prepared_by, led_by=session.led_by)
        self.kind = session.kind
        if not session.report:
            self.initial["report"] = report_template(session.kind)

    def clean_report(self) -> str:
        """Return the report without headings left empty; raise ValidationError where nothing was written below any."""
        report = without_empty_headings(self.cleaned_data["report"], self.kind)
        if not report:
            raise forms.ValidationError(_("Write something below the headings."))
        return report
