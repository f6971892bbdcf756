"""The register of consents of all cohorts, for lab staff: who can be seen on which file, by whom and until when."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from django import forms
from django.db.models import Case, CharField, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from cohorts.models import Agreement, Cohort, Session
from fieldwork.models import Note
from files.enums import Consent, ConsentMethod
from files.models import Attachment
from prototypes.models import Idea, Prototype, Trial
from web.dates.clock import platform_day
from web.exports.tables import Table
from web.forms.fields import CHOICE_ERRORS

# By kind of owner: the model, the lookup from it to its cohort, and its page.
FILE_OWNERS: Final[dict[str, tuple[Any, str, str]]] = {
    "session": (Session, "cohort", "cohorts:session"),
    "idea": (Idea, "cohort", "prototypes:idea"),
    "prototype": (Prototype, "idea__cohort", "prototypes:prototype"),
    "trial": (Trial, "prototype__idea__cohort", "prototypes:trial"),
    "note": (Note, "cohort", "fieldwork:note_page"),
    "agreement": (Agreement, "cohort", "cohorts:agreement"),
}
VALID, ENDED, WITHDRAWN = "holds", "ended", "withdrawn"
STATES: Final = (
    (VALID, pgettext_lazy("a consent", "valid")),
    (ENDED, pgettext_lazy("a consent", "ended")),
    (WITHDRAWN, pgettext_lazy("a consent", "withdrawn")),
)
TONES: Final = {VALID: "done", ENDED: "neutral", WITHDRAWN: "stopped"}


class ConsentFilter(forms.Form):
    """Filters the register of consents by cohort and state.

    An invalid choice shows an error next to its field and stays selected.
    """

    cohort = forms.ModelChoiceField(
        label=gettext_lazy("Cohort"),
        queryset=Cohort.objects.none(),
        required=False,
        empty_label=gettext_lazy("All cohorts"),
        error_messages=CHOICE_ERRORS,
    )
    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        choices=[("", gettext_lazy("All states")), *STATES],
        required=False,
        error_messages=CHOICE_ERRORS,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["cohort"].queryset = Cohort.objects.by_name()  # type: ignore[attr-defined] # of a choice field

    def full_clean(self) -> None:
        """Validate the form; an invalid choice is added to the options of its field, so that it stays selected."""
        super().full_clean()
        for name in set(self.errors) & set(self.fields):
            field: Any = self.fields[name]
            submitted = str(self.data[name])
            field.widget.choices = [*field.widget.choices, (submitted, submitted)]

    def rows(self, today: date) -> QuerySet[Any]:
        """Return the files in the register of consents that the form selects, with their state on the day `today`.

        All when nothing was chosen, none when a choice is invalid.
        """
        rows: QuerySet[Any] = register(today)
        if not self.is_bound:
            return rows
        if not self.is_valid():
            return rows.none()
        cohort, state = self.cleaned_data["cohort"], self.cleaned_data["state"]
        rows = rows.filter(cohort_pk=cohort.pk) if cohort else rows
        return rows.filter(consent_state=state) if state else rows


def register(today: date) -> QuerySet[Any]:
    """Return every file that shows recognisable people, the latest upload first, whether its consent is valid or not.

    A file to which nobody has agreed yet is not in it: only the author of its note sees it, for 30 days. Annotations:
    `cohort_pk`, `cohort_name`, and `consent_state` on the day `today` (valid, ended or withdrawn).
    """
    return (
        Attachment.objects.exclude(consent__in=[Consent.NOBODY, Consent.PENDING])
        .select_related("uploaded_by")
        .annotate(
            cohort_pk=_cohort_column("pk"), cohort_name=_cohort_column("name"), consent_state=_state_column(today)
        )
        .order_by(F("uploaded_at").desc(), "-pk")
    )


def _cohort_column(column: str) -> Case:
    """Return an expression for the column `column` of the cohort that a file belongs to.

    The cohort is found through the session, idea, prototype or test to which the file is attached.
    """
    cases = (
        When(about=about, then=Subquery(model.objects.filter(pk=OuterRef("object_id")).values(f"{path}__{column}")[:1]))
        for about, (model, path, _page) in FILE_OWNERS.items()
    )
    return Case(*cases)


def _state_column(today: date) -> Case:
    """Return an expression for the state of the consent to a file on the day `today`: withdrawn, else ended or valid.

    It ended when its last day is before `today`.
    """
    return Case(
        When(~Q(withdrawn_at=None), then=Value(WITHDRAWN)),
        When(consent_until__lt=today, then=Value(ENDED)),
        default=Value(VALID),
        output_field=CharField(),
    )


def row_context(row: Any) -> dict[str, Any]:
    """Return one file of the register as a dict for the page, with the texts of its consent and a link.

    The link (`href`) leads to the session, idea, prototype or test to which the file is attached.
    """
    return {
        "file": row,
        "href": reverse(FILE_OWNERS[row.about][2], args=[row.object_id]),
        "cohort": row.cohort_name or "",
        "how": ConsentMethod(row.consent_how).label if row.consent_how else "",
        "agreed": Consent(row.consent).short,
        "state": dict(STATES)[row.consent_state],
        "tone": TONES[row.consent_state],
    }


def consents_export(rows: Iterable[Any], today: date) -> Table:
    """Return files of the register as a table for download: their names and consents, without their content.

    `today` is printed as the day of their states.
    """
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
        rows=(_table_cells(row_context(row)) for row in rows),
        about_title=_("About this table"),
        about=[
            (_("As of"), today),
            (_("Contents"), _("Pictures and documents on which people can be recognised")),
        ],
    )


def _table_cells(line: dict[str, Any]) -> tuple[Any, ...]:
    """Return the cells of one file of the register, in the order of the table's columns, from its `row_context`."""
    row = line["file"]
    noted = platform_day(row.uploaded_at)
    facts = (line["cohort"], row.name, line["agreed"], row.consent_on, line["how"], row.consent_held)
    return (*facts, row.consent_until, str(line["state"]), str(row.uploaded_by), noted)
