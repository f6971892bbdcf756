"""Forms of the two steps that open an edition, the edition and its authorities; and the form that adds a cohort."""

from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cohorts.calendars.proposals import Participation
from cohorts.opening.actions import NO_AUTHORITY, ends_too_late
from programmes.models import Authority, Edition, Format
from web.database.keys import key_of
from web.dates.plausible import TOO_LONG
from web.forms.fields import DayField, VisibleTextField

MAX_LISTED = 40  # authorities listed besides those ticked; the search finds the others
MAX_AUTHORITIES = (
    300  # per edition at its opening: with three fields each they stay within Django's limit of 1000 fields
)
TOO_MANY_AUTHORITIES = _(
    "An edition can be opened with at most %(most)d authorities. Add the others later, on the page of the edition."
)


class OpenEditionForm(forms.Form):
    """Step 1 of opening an edition: its format version, name and first day."""

    format = forms.ModelChoiceField(
        label=_("Programme and format version"),
        queryset=Format.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": _("Choose the format the edition follows.")},
    )
    name = VisibleTextField(
        label=_("Name of the edition"), max_length=120, help_text=_("Such as La Transfo 2027–2028.")
    )
    starts_on = DayField(
        label=_("First day"), help_text=_("Each authority may start later: you set its first day in the next step.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the published format versions, sorted by programme, then latest version first, and choose the only one;
        the arguments are those of a form.
        """
        super().__init__(*args, **kwargs)
        published = Format.objects.published().measured().select_related("programme").prefetch_related("phases")
        self.formats.queryset = published.order_by("programme__name_fr", "-version")
        if not self.is_bound and len(self.formats.queryset) == 1:
            self.formats.initial = self.formats.queryset[0].pk

    @property
    def formats(self) -> "forms.ModelChoiceField[Format]":
        """The form field in which a published format version is chosen."""
        field: forms.ModelChoiceField[Format] = self.fields["format"]  # type: ignore[assignment] # declared above
        return field

    @property
    def chosen_format(self) -> str:
        """The id of the selected format version, as text; "" when none is selected."""
        return str(self["format"].value() or "")


class AuthoritiesForm(forms.Form):
    """Step 2 of opening an edition: the authorities to tick, each with its own first day and site if needed.

    Listed are those that match the search, and always those already ticked, so that nothing typed is lost.
    """

    search = VisibleTextField(label=_("Find an authority"), max_length=80, required=False)

    def __init__(self, data: QueryDict, *, starts_on: date, months: int) -> None:
        """Add the listed authorities as choices, each with fields for its own first day and site.

        `data` is what was entered so far, `starts_on` the first day of the edition, `months` the length of its format.
        """
        super().__init__(data)
        self.starts_on, self.months = starts_on, months
        self.ticked_ids = set(filter(None, map(key_of, data.getlist("authorities"))))
        self.fields["authorities"] = forms.TypedMultipleChoiceField(
            label=_("Authorities"),
            coerce=int,
            choices=[(authority.pk, authority.name) for authority in self.listed_authorities],
            widget=forms.CheckboxSelectMultiple,
            error_messages={"required": NO_AUTHORITY},
        )
        for authority in self.listed_authorities:
            self.fields[f"start_{authority.pk}"] = DayField(
                label=gettext("First day of %(name)s") % {"name": authority.name}, required=False
            )
            self.fields[f"site_{authority.pk}"] = VisibleTextField(
                label=gettext("Site of %(name)s") % {"name": authority.name}, max_length=120, required=False
            )

    @property
    def search_text(self) -> str:
        """The text by which authorities are searched; "" without a search, or when the text is invalid."""
        try:
            return str(self.fields["search"].clean(self.data.get("search")))
        except forms.ValidationError:
            return ""

    @cached_property
    def listed_authorities(self) -> list[Authority]:
        """The authorities that the form lists: the ticked ones, then up to 40 others that match the search, each group
        by name.

        Authorities dissolved by the edition's first day are left out.
        """
        living = Authority.objects.living(self.starts_on).by_name()
        ticked = list(living.filter(pk__in=self.ticked_ids))
        matching = living.named_like(self.search_text).exclude(pk__in=self.ticked_ids)
        return [*ticked, *matching[: min(MAX_LISTED, max(0, MAX_AUTHORITIES - len(ticked)))]]

    @property
    def limit_text(self) -> str:
        """The sentence that at most 300 authorities can be ticked; "" while fewer are ticked."""
        return str(TOO_MANY_AUTHORITIES) % {"most": MAX_AUTHORITIES} if len(self.ticked_ids) >= MAX_AUTHORITIES else ""

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The listed authorities as mappings for the template: `authority`, `is_ticked`, and the fields `start` and
        `site`.
        """
        return [
            {
                "authority": authority,
                "is_ticked": authority.pk in self.ticked_ids,
                "start": self[f"start_{authority.pk}"],
                "site": self[f"site_{authority.pk}"],
            }
            for authority in self.listed_authorities
        ]

    def clean(self) -> dict[str, Any]:
        """Add an error for more than 300 authorities, and for a first day before the edition's or far too late for its
        end.

        The cohort must end within ten years of the edition's start. Returns the cleaned data.
        """
        cleaned = super().clean() or {}
        if len(self.ticked_ids) > MAX_AUTHORITIES:
            self.add_error("authorities", self.limit_text)
        for pk in cleaned.get("authorities", []):
            own = cleaned.get(f"start_{pk}") or self.starts_on
            if own < self.starts_on:
                self.add_error(f"start_{pk}", _("This day is before the edition starts: choose a later day."))
            elif ends_too_late(own, self.starts_on, self.months):
                self.add_error(f"start_{pk}", TOO_LONG)
        return cleaned

    def participations(self) -> list[Participation]:
        """Return the ticked authorities with their own first day and site, in the order of the page.

        Call it on a valid form only.
        """
        chosen = set(self.cleaned_data["authorities"])
        return [
            Participation(
                authority,
                self.cleaned_data[f"start_{authority.pk}"],
                self.cleaned_data[f"site_{authority.pk}"],
            )
            for authority in self.listed_authorities
            if authority.pk in chosen
        ]


class AddCohortForm(forms.Form):
    """The authority to add to an edition, with its own first day and site if needed."""

    authority = forms.ModelChoiceField(label=_("Authority"), queryset=Authority.objects.none())
    starts_on = DayField(
        label=_("First day of the authority"),
        required=False,
        help_text=_("If you leave this field empty, the authority starts with the edition."),
    )
    site = VisibleTextField(
        label=_("Site"), max_length=120, required=False, help_text=_("The school or station that hosts a residency.")
    )

    def __init__(self, *args: Any, edition: Edition, today: date, **kwargs: Any) -> None:
        """Offer the authorities that are not dissolved on the first day of the `edition` (on `today` if it has none),
        by name.

        Other arguments are those of a Django form.
        """
        super().__init__(*args, **kwargs)
        field: forms.ModelChoiceField[Authority] = self.fields["authority"]  # type: ignore[assignment] # declared above
        field.queryset = Authority.objects.living(edition.starts_on or today).by_name()
