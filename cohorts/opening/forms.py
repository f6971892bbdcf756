"""What opening an edition asks for, in two steps: the edition, then its authorities."""

from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cohorts.calendars.proposals import Entry
from cohorts.opening.actions import NO_AUTHORITY, ends_too_late
from programmes.models import Authority, Edition, Format
from web.database.keys import key_of
from web.dates.plausible import TOO_LONG
from web.forms.fields import DayField, WordsField

LISTED = 40  # authorities shown at once beside those chosen; the search finds the others
MOST_AUTHORITIES = 300  # of one edition at its opening: three fields each, within the thousand that Django accepts
TOO_MANY = _(
    "An edition can be opened with at most %(most)d authorities. Add the others later, on the page of the edition."
)


class EditionForm(forms.Form):
    """The format version, the name and the first day."""

    format = forms.ModelChoiceField(
        label=_("Programme and format version"),
        queryset=Format.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": _("Choose the format the edition follows.")},
    )
    name = WordsField(label=_("Name of the edition"), max_length=120, help_text=_("Such as La Transfo 2027–2028."))
    starts_on = DayField(
        label=_("First day"), help_text=_("Each authority may start later: you set its first day in the next step.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        published = Format.objects.published().measured().select_related("programme").prefetch_related("phases")
        self.formats.queryset = published.order_by("programme__name_fr", "-version")

    @property
    def formats(self) -> "forms.ModelChoiceField[Format]":
        field: forms.ModelChoiceField[Format] = self.fields["format"]  # type: ignore[assignment] # declared above
        return field

    @property
    def chosen(self) -> str:
        """The format ticked so far, as text."""
        return str(self["format"].value() or "")


class AuthoritiesForm(forms.Form):
    """Authorities to tick, each with its own first day and site where it has them.

    `authorities` lists those that match the search, and always those ticked already: nothing typed is lost.
    """

    search = WordsField(label=_("Find an authority"), max_length=80, required=False)

    def __init__(self, data: QueryDict, *, starts_on: date, months: int) -> None:
        super().__init__(data)
        self.starts_on, self.months = starts_on, months
        self.ticked = set(filter(None, map(key_of, data.getlist("authorities"))))
        self.fields["authorities"] = forms.TypedMultipleChoiceField(
            label=_("Authorities"),
            coerce=int,
            choices=[(authority.pk, authority.name) for authority in self.listed],
            widget=forms.CheckboxSelectMultiple,
            error_messages={"required": NO_AUTHORITY},
        )
        for authority in self.listed:
            self.fields[f"start_{authority.pk}"] = DayField(
                label=gettext("First day of %(name)s") % {"name": authority.name}, required=False
            )
            self.fields[f"site_{authority.pk}"] = WordsField(
                label=gettext("Site of %(name)s") % {"name": authority.name}, max_length=120, required=False
            )

    @property
    def searched(self) -> str:
        """The words looked for; none where they cannot be words, which its field says."""
        try:
            return str(self.fields["search"].clean(self.data.get("search")))
        except forms.ValidationError:
            return ""

    @cached_property
    def listed(self) -> list[Authority]:
        """Ticked ones first, then those the search finds, by name."""
        living = Authority.objects.living(self.starts_on).by_name()
        ticked = list(living.filter(pk__in=self.ticked))
        found = living.named_like(self.searched).exclude(pk__in=self.ticked)
        return [*ticked, *found[: min(LISTED, max(0, MOST_AUTHORITIES - len(ticked)))]]

    @property
    def limit_reached(self) -> str:
        """Why no further authority is listed; "" while there is room."""
        return str(TOO_MANY) % {"most": MOST_AUTHORITIES} if len(self.ticked) >= MOST_AUTHORITIES else ""

    @property
    def rows(self) -> list[dict[str, Any]]:
        """One row per authority for the page: the authority, whether it is ticked, and its two fields."""
        return [
            {
                "authority": authority,
                "ticked": authority.pk in self.ticked,
                "start": self[f"start_{authority.pk}"],
                "site": self[f"site_{authority.pk}"],
            }
            for authority in self.listed
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if len(self.ticked) > MOST_AUTHORITIES:
            self.add_error("authorities", self.limit_reached)
        for pk in cleaned.get("authorities", []):
            own = cleaned.get(f"start_{pk}") or self.starts_on
            if own < self.starts_on:
                self.add_error(f"start_{pk}", _("This day is before the edition starts: choose a later day."))
            elif ends_too_late(own, self.starts_on, self.months):
                self.add_error(f"start_{pk}", TOO_LONG)
        return cleaned

    def entries(self) -> list[Entry]:
        """The authorities ticked, in the order of the page; only after the form is found valid."""
        chosen = set(self.cleaned_data["authorities"])
        return [
            Entry(
                authority,
                self.cleaned_data[f"start_{authority.pk}"],
                self.cleaned_data[f"site_{authority.pk}"],
            )
            for authority in self.listed
            if authority.pk in chosen
        ]


class CohortForm(forms.Form):
    """One more authority for an edition that is open already."""

    authority = forms.ModelChoiceField(label=_("Authority"), queryset=Authority.objects.none())
    starts_on = DayField(
        label=_("First day of the authority"),
        required=False,
        help_text=_("If you leave this field empty, the authority starts with the edition."),
    )
    site = WordsField(
        label=_("Site"), max_length=120, required=False, help_text=_("The school or station that hosts a residency.")
    )

    def __init__(self, *args: Any, edition: Edition, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: forms.ModelChoiceField[Authority] = self.fields["authority"]  # type: ignore[assignment] # declared above
        field.queryset = Authority.objects.living(edition.starts_on or today).by_name()
