"""The register of consents: who agreed to be seen on what, how far and until when, over all cohorts. For lab staff."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from django import forms
from django.db.models import Case, CharField, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from cohorts.models import Cohort, Session
from files.enums import Consent, How
from files.models import Attachment
from prototypes.models import Idea, Prototype, Trial
from web.dates.clock import platform_day
from web.exports.tables import Table
from web.forms.fields import CHOOSE

# By what a file is about: the model, what leads from it to its cohort, and its page.
WAYS: Final[dict[str, tuple[Any, str, str]]] = {
    "session": (Session, "cohort", "cohorts:session"),
    "idea": (Idea, "cohort", "prototypes:idea"),
    "prototype": (Prototype, "idea__cohort", "prototypes:prototype"),
    "trial": (Trial, "prototype__idea__cohort", "prototypes:trial"),
}
HOLDS, ENDED, WITHDRAWN = "holds", "ended", "withdrawn"
STATES: Final = (
    (HOLDS, pgettext_lazy("a consent", "valid")),
    (ENDED, pgettext_lazy("a consent", "ended")),
    (WITHDRAWN, pgettext_lazy("a consent", "withdrawn")),
)
TONES: Final = {HOLDS: "done", ENDED: "neutral", WITHDRAWN: "stopped"}


class ConsentFilter(forms.Form):
    """By cohort and by state. A choice that is none is said beside its field, where it stays until another is made."""

    cohort = forms.ModelChoiceField(
        label=gettext_lazy("Cohort"),
        queryset=Cohort.objects.none(),
        required=False,
        empty_label=gettext_lazy("All cohorts"),
        error_messages=CHOOSE,
    )
    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        choices=[("", gettext_lazy("All states")), *STATES],
        required=False,
        error_messages=CHOOSE,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["cohort"].queryset = Cohort.objects.by_name()  # type: ignore[attr-defined] # of a choice field

    def full_clean(self) -> None:
        super().full_clean()
        for name in set(self.errors) & set(self.fields):
            field: Any = self.fields[name]
            asked = str(self.data[name])
            field.widget.choices = [*field.widget.choices, (asked, asked)]

    def rows(self, today: date) -> QuerySet[Any]:
        """What was chosen; nothing where the choice is none."""
        rows: QuerySet[Any] = register(today)
        if not self.is_bound:
            return rows
        if not self.is_valid():
            return rows.none()
        cohort, state = self.cleaned_data["cohort"], self.cleaned_data["state"]
        rows = rows.filter(cohort_pk=cohort.pk) if cohort else rows
        return rows.filter(state_then=state) if state else rows


def register(today: date) -> QuerySet[Any]:
    """Every file on which people can be recognised, the latest first, with its cohort and how its consent stands."""
    return (
        Attachment.objects.exclude(consent=Consent.NOBODY)
        .select_related("uploaded_by")
        .annotate(cohort_pk=_of_cohort("pk"), cohort_name=_of_cohort("name"), state_then=_state(today))
        .order_by(F("uploaded_at").desc(), "-pk")
    )


def _of_cohort(column: str) -> Case:
    found = (
        When(about=about, then=Subquery(model.objects.filter(pk=OuterRef("object_id")).values(f"{way}__{column}")[:1]))
        for about, (model, way, _page) in WAYS.items()
    )
    return Case(*found)


def _state(today: date) -> Case:
    return Case(
        When(~Q(withdrawn_at=None), then=Value(WITHDRAWN)),
        When(consent_until__lt=today, then=Value(ENDED)),
        default=Value(HOLDS),
        output_field=CharField(),
    )


def line_of(row: Any) -> dict[str, Any]:
    """One row as the page shows it."""
    return {
        "file": row,
        "href": reverse(WAYS[row.about][2], args=[row.object_id]),
        "cohort": row.cohort_name or "",
        "how": How(row.consent_how).label if row.consent_how else "",
        "agreed": Consent(row.consent).short,
        "state": dict(STATES)[row.state_then],
        "tone": TONES[row.state_then],
    }


def table_of(rows: Iterable[Any], today: date) -> Table:
    """The same to take away, without what the files show."""
    return Table(
        title=_("Consents"),
        header=[
            _("Cohort"),
            _("File"),
            _("Consent given"),
            _("Agreed on"),
            _("How they agreed"),
            _("Where their consent is kept"),
            _("Shown until"),
            _("State"),
            _("Recorded by"),
            _("Recorded on"),
        ],
        rows=(_cells(line_of(row)) for row in rows),
        about_title=_("About this table"),
        about=[
            (_("As of"), today),
            (_("Contents"), _("Pictures and documents on which people can be recognised")),
        ],
    )


def _cells(line: dict[str, Any]) -> tuple[Any, ...]:
    row = line["file"]
    noted = platform_day(row.uploaded_at)
    facts = (line["cohort"], row.name, line["agreed"], row.consent_on, line["how"], row.consent_held)
    return (*facts, row.consent_until, str(line["state"]), str(row.uploaded_by), noted)
