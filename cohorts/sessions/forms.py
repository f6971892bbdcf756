"""Forms that plan, move, call off, hold and report sessions."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, TypeVar

from django import forms
from django.forms.formsets import BaseFormSet, formset_factory
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from cohorts.models import Session, SessionDay
from cohorts.sessions.actions.sessions import DayPlan, Seen, SessionChanged
from cohorts.sessions.conflicts import Conflict, DatesInConflict
from cohorts.sessions.enums import SessionState
from web.errors import DomainError
from web.forms.edit_conflicts import StartedForm
from web.forms.fields import DayField, WordsField, column, needed_if

R = TypeVar("R")
ROWS, MOST_DAYS = 5, 31


class SessionForm(forms.ModelForm[Session]):
    """What a session is called."""

    reason = needed_if(
        WordsField(
            label=_("Why there are more on-site weeks than in the format"),
            max_length=2000,
            help_text=_("The reason is recorded with the cohort."),
        ),
        _("required for an on-site week beyond those of the format"),
    )

    class Meta:
        model = Session
        fields = ("number", "kind", "title")
        formfield_callback = column
        help_texts = {"number": _("Such as 9, or 9.2 for the second part of session 9.")}

    field_order = ["number", "kind", "title", "reason"]

    def __init__(self, *args: Any, asks_reason: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not asks_reason:
            del self.fields["reason"]


class SeenForm(forms.Form):
    """The session as the person saw it: one that changed meanwhile does not move unseen."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    state = forms.ChoiceField(widget=forms.HiddenInput, choices=SessionState.choices)

    def __init__(self, data: QueryDict | None, *, session: Session) -> None:
        super().__init__(data, initial={"version": session.version, "state": session.state})

    @property
    def seen(self) -> Seen:
        return self.cleaned_data["version"], self.cleaned_data["state"]

    def look_again(self, session: Session) -> None:
        """Take what the page now shows, so that sending once more means having seen it."""
        self.data = {**dict(self.data.items()), "version": str(session.version), "state": session.state}


class DayForm(forms.Form):
    """One day; a row without a date is left out."""

    date = DayField(label=_("Date"), required=False)
    starts_at = forms.TimeField(label=_("From"), required=False, widget=forms.TimeInput({"type": "time"}, "%H:%M"))
    ends_at = forms.TimeField(label=_("To"), required=False, widget=forms.TimeInput({"type": "time"}, "%H:%M"))
    place = WordsField(label=_("Venue"), required=False, max_length=200)

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if not given.get("date") and any(given.get(name) for name in ("starts_at", "ends_at", "place")):
            self.add_error("date", _("Give the date of this day, or empty its row."))
        starts, ends = given.get("starts_at"), given.get("ends_at")
        if starts and ends and ends <= starts:
            self.add_error("ends_at", _("The day ends before it starts: check both times."))
        return given


if TYPE_CHECKING:
    DayForms = BaseFormSet[DayForm]
else:
    DayForms = BaseFormSet


class DayRows(DayForms):
    """The days of a session: at least one, each once."""

    def clean(self) -> None:
        dates = [form.cleaned_data.get("date") for form in self.forms if form.is_valid()]
        given = [date for date in dates if date]
        if not given and all(form.is_valid() for form in self.forms):
            raise forms.ValidationError(_("Give the session at least one day first."))
        if len(set(given)) < len(given):
            raise forms.ValidationError(_("The session has this day already."))

    def plans(self) -> list[DayPlan]:
        """The days as the actions take them."""
        return [DayPlan(**form.cleaned_data) for form in self.forms if form.cleaned_data.get("date")]


DayFormSet: type[DayRows] = formset_factory(  # type: ignore[assignment]  # stubs forget which formset was asked for
    DayForm, formset=DayRows, extra=0, max_num=MOST_DAYS, absolute_max=MOST_DAYS
)


class SessionPlan:
    """A page that plans a session: what it is called, its days, and what speaks against them.

    Read it with `is_valid`, then `attempt` the action: what the action refuses is shown, and nothing typed is lost.
    """

    def __init__(
        self,
        data: QueryDict | None,
        *,
        days: Iterable[SessionDay] = (),
        number: str = "",
        asks_reason: bool = False,
    ) -> None:
        self.asks_reason = asks_reason
        self.form = self.asks(data, number)
        rows = [{"date": d.date, "starts_at": d.starts_at, "ends_at": d.ends_at, "place": d.place} for d in days]
        self.rows = DayFormSet(data, prefix="days", initial=[*rows, *[{}] * max(ROWS - len(rows), 1)])
        self.accept_conflicts = bool(data and data.get("accept_conflicts"))
        self.conflicts: list[Conflict] = []
        self.impossible = self.overtaken = False

    def asks(self, data: QueryDict | None, number: str) -> forms.BaseForm:
        """The form above the days."""
        return SessionForm(data, initial={"number": number}, asks_reason=self.asks_reason)

    def is_valid(self) -> bool:
        valid = [self.form.is_valid(), self.rows.is_valid()]
        return all(valid)

    @property
    def given(self) -> dict[str, Any]:
        """The arguments of the action."""
        return {**self.form.cleaned_data, **self.dated}

    @property
    def dated(self) -> dict[str, Any]:
        return {"days": self.rows.plans(), "accept_conflicts": self.accept_conflicts}

    def attempt(self, act: Callable[..., R]) -> R | None:
        """Call the action with what was given; None when it refused."""
        try:
            return act(**self.given)
        except DatesInConflict as refused:
            self.conflicts, self.impossible = list(refused.conflicts), refused.impossible
        except DomainError as refused:
            refused.add_to(self.form)
            self.overtaken = isinstance(refused, SessionChanged)
        return None


class SessionMove(SessionPlan):
    """A page that gives a session other days; `overtaken` when someone else changed it meanwhile."""

    def __init__(self, data: QueryDict | None, session: Session) -> None:
        self.seen_form = SeenForm(data, session=session)
        super().__init__(data, days=session.days.all())

    def asks(self, data: QueryDict | None, number: str) -> forms.BaseForm:
        return self.seen_form

    @property
    def given(self) -> dict[str, Any]:
        return {**self.dated, "seen": self.seen_form.seen}

    def look_again(self, session: Session) -> None:
        """Once refused because of it, start from what the session has become."""
        if self.overtaken:
            self.seen_form.look_again(session)


class ReasonForm(forms.Form):
    """Why a session is called off."""

    reason = WordsField(label=_("Reason"), widget=forms.Textarea({"rows": 3}), max_length=2000)


class PostponeForm(ReasonForm):
    """Why it is put off, where there is something to say."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = False


class ReportForm(StartedForm):
    """The report, and which version of it the writer started from."""

    report = WordsField(
        label=_("Report"),
        widget=forms.Textarea({"rows": 12}),
        max_length=50_000,
        help_text=_("What was done, what was learned, what was decided. Everyone in the cohort can read the report."),
    )

    def __init__(self, data: QueryDict | None, *, session: Session) -> None:
        super().__init__(data, stands={"report": session.report})
