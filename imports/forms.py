"""Forms of imports: the file or the pasted rows, the columns, and cells to correct."""

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from imports.columns import ImportColumn
from imports.models import ImportBatch
from web.forms.fields import CHOICE_ERRORS, VisibleTextField

MAX_PASTED_CHARACTERS = 50_000
ORDERS = [
    ("", _("Day first: 03/10/2026 is 3 October")),
    ("1", _("Month first: 03/10/2026 is 10 March")),
]


class TableForm(forms.Form):
    """A file with a table, or its rows pasted."""

    file = forms.FileField(
        label=_("File"),
        required=False,
        help_text=_("XLSX, ODS or CSV, at most 20 MB and 50,000 rows. Columns may be in any order."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xlsm,.ods,.csv,.tsv,.txt"}),
    )
    pasted = VisibleTextField(
        label=_("Or paste the rows here"),
        required=False,
        strip=False,
        max_length=MAX_PASTED_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
        help_text=_("Copy the cells in your spreadsheet, with their headings, and paste them."),
    )

    idempotency_key = forms.UUIDField(widget=forms.HiddenInput, required=False, initial=uuid4)

    def clean(self) -> dict[str, Any]:
        """Return the cleaned data; add an error unless there is a file or a text, and not both."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and bool(cleaned.get("file")) == bool(cleaned.get("pasted")):
            self.add_error(
                "file",
                _("Choose a file or paste rows, not both.")
                if cleaned.get("file")
                else _("Choose a file, or paste the rows below."),
            )
        return cleaned


class UndoForm(forms.Form):
    """Confirmation of an undo; where e-mails were sent, whether to correct them."""

    correct_emails = forms.BooleanField(
        label=_("E-mail these people that their invitation no longer counts"), required=False
    )

    def __init__(self, *args: Any, emails_sent: bool, **kwargs: Any) -> None:
        """Leave the field out when no e-mail was sent; other arguments are a form's."""
        super().__init__(*args, **kwargs)
        if not emails_sent:
            del self.fields["correct_emails"]


class ColumnsForm(forms.Form):
    """Which column each column of the table becomes, how dates are read, and values for rows without one."""

    def __init__(self, *args: Any, batch: ImportBatch, columns: list[ImportColumn], **kwargs: Any) -> None:
        """Offer the `columns` of the kind for each column of the table of the `batch`; other arguments are a form's."""
        super().__init__(*args, **kwargs)
        self.batch = batch
        choices = [("", _("Not imported")), *((column.name, column.label) for column in columns)]
        for position, (heading, name) in enumerate(zip(batch.header, batch.mapping, strict=True)):
            self.fields[f"column_{position}"] = forms.ChoiceField(
                label=heading or _("Column %(n)d") % {"n": position + 1},
                choices=choices,
                initial=name,
                required=False,
                error_messages=CHOICE_ERRORS,
            )
        for column in columns:
            if column.choices and column.default:
                self.fields[f"default_{column.name}"] = forms.ChoiceField(
                    label=_("Value of “%(column)s” for rows without one") % {"column": column.label},
                    choices=list(column.choices),
                    initial=batch.defaults.get(column.name, column.default),
                    error_messages=CHOICE_ERRORS,
                )
        self.fields["month_first"] = forms.ChoiceField(
            label=_("Dates"),
            choices=ORDERS,
            initial="1" if batch.month_first else "",
            required=False,
            error_messages=CHOICE_ERRORS,
        )

    def clean(self) -> dict[str, Any]:
        """Return the cleaned data; add an error to the second of two columns that are imported as the same."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        taken: set[str] = set()
        for position in range(len(self.batch.header)):
            name = cleaned.get(f"column_{position}", "")
            if name and name in taken:
                self.add_error(
                    f"column_{position}", _("Another column is already imported as this. Choose a different one.")
                )
            taken.add(name)
        return cleaned

    @property
    def choices_made(self) -> dict[str, Any]:
        """Return the arguments of the action for the cleaned data: mapping, defaults, and the order of dates."""
        cleaned = self.cleaned_data
        return {
            "mapping": [cleaned[f"column_{position}"] for position in range(len(self.batch.header))],
            "month_first": cleaned["month_first"] == "1",
            "defaults": {
                name.removeprefix("default_"): value for name, value in cleaned.items() if name.startswith("default_")
            },
        }
