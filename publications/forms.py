"""Forms of publications."""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from files.enums import ConsentMethod
from files.models import Attachment
from publications.enums import DataLicence, PublicationKind, TextLicence
from publications.facts import MeasuredEffect
from publications.figure_cards import CardSubject
from publications.models import (
    ALT_LENGTH,
    MEASURE_LENGTH,
    MEASURE_TEXTS,
    METHOD_LENGTH,
    NAME_LENGTH,
    SUMMARY_LENGTH,
    TEXTS,
    TITLE_LENGTH,
    UNIT_LENGTH,
    PublicationPicture,
    PublicationQuerySet,
)
from web.forms.edit_conflicts import VersionedForm
from web.forms.fields import CHOICE_ERRORS, DayField, NameField, VisibleTextField, required_if, text_field


class PublicationForm(VersionedForm):
    """The texts for the public, and their licences; a draft may be incomplete."""

    title_fr = VisibleTextField(label=_("Title in French"), max_length=TITLE_LENGTH)
    summary_fr = text_field(
        _("Summary in French"),
        rows=2,
        length=SUMMARY_LENGTH,
        required=False,
        help_text=_("One or two sentences for people who know nothing of it. Lists and previews show them."),
    )
    text_fr = text_field(
        _("Text in French"),
        rows=12,
        required=False,
        help_text=_("What was the problem, what was tried, what became of it? Name nobody who did not agree."),
    )
    title_en = VisibleTextField(label=_("Title in English"), max_length=TITLE_LENGTH, required=False)
    summary_en = text_field(_("Summary in English"), rows=2, length=SUMMARY_LENGTH, required=False)
    text_en = text_field(_("Text in English"), rows=12, required=False)
    indicator = forms.TypedChoiceField(
        label=_("Before and after"),
        coerce=int,
        empty_value=None,
        required=False,
        error_messages=CHOICE_ERRORS,
        help_text=_("The page shows the value before and the latest one, with their days, in the words below."),
    )
    measure_fr = VisibleTextField(
        label=_("What is measured, in French"), max_length=MEASURE_LENGTH, help_text=_("Name nobody.")
    )
    unit_fr = VisibleTextField(label=_("Unit in French"), max_length=UNIT_LENGTH)
    method_fr = text_field(
        _("How it was measured, in French"),
        rows=2,
        length=METHOD_LENGTH,
        help_text=_("How many cases, when, and what else may have changed the values."),
    )
    measure_en = VisibleTextField(label=_("What is measured, in English"), max_length=MEASURE_LENGTH)
    unit_en = VisibleTextField(label=_("Unit in English"), max_length=UNIT_LENGTH)
    method_en = text_field(_("How it was measured, in English"), rows=2, length=METHOD_LENGTH)
    shows_tests = forms.BooleanField(
        label=_("Show the prototypes and the concluded tests"),
        required=False,
        help_text=_(
            "Day and realism of prototypes; day, number of people, criterion, number of people who succeeded, observed"
            " value, result and decision of tests; none of their texts."
        ),
    )
    licence = forms.ChoiceField(
        label=_("Licence of texts and pictures"), choices=TextLicence.choices, error_messages=CHOICE_ERRORS
    )
    data_licence = forms.ChoiceField(
        label=_("Licence of facts and figures"),
        choices=DataLicence.choices,
        error_messages=CHOICE_ERRORS,
        help_text=_("For data of authorities, the law lists these licences (CRPA, article D323-2-1)."),
    )

    def __init__(
        self, *args: Any, has_tests: bool, effects: Mapping[int, MeasuredEffect] = MappingProxyType({}), **options: Any
    ) -> None:
        """Create the form. Only for an idea (`has_tests`) it asks whether to show tests; it offers to show one of the
        `effects`, if there are any.
        """
        super().__init__(*args, **options)
        for name in TEXTS:
            if not self.fields[name].required:
                required_if(self.fields[name], _("required before it is submitted"))
        if not has_tests:
            del self.fields["shows_tests"]
        if effects:
            indicator: Any = self.fields["indicator"]
            indicator.choices = [("", _("not on the page")), *((key, str(each)) for key, each in effects.items())]
            for name in MEASURE_TEXTS:
                required_if(self.fields[name], _("required with a measure"))
        else:
            for name in ("indicator", *MEASURE_TEXTS):
                del self.fields[name]

    def action_arguments(self) -> dict[str, Any]:
        """Return the values as `save_draft` takes them."""
        values = self.cleaned_data
        columns = (*TEXTS, "licence", "data_licence")
        indicator = values.get("indicator")
        measure = {name: values[name] if indicator else "" for name in MEASURE_TEXTS}
        return {
            "texts": {name: values[name] for name in columns} | measure | {"indicator_id": indicator},
            "shows_tests": values.get("shows_tests", False),
            "version_token": values.get("version_token"),
        }


class PicturesForm(forms.Form):
    """Which pictures a draft shows, each with a description in both languages."""

    def __init__(
        self, *args: Any, offered: Sequence[Attachment], chosen: Mapping[int, PublicationPicture], **options: Any
    ) -> None:
        """Create the form with three fields for each picture that can be shown; `chosen` are those shown now, by key of
        the file.
        """
        super().__init__(*args, **options)
        self.keys = [picture.pk for picture in offered]
        for picture in offered:
            now = chosen.get(picture.pk)
            texts = {"fr": now.alt_fr if now else picture.alt_text, "en": now.alt_en if now else ""}
            self.fields[f"show_{picture.pk}"] = forms.BooleanField(
                label=_("Show “%(name)s”") % {"name": picture.name}, required=False, initial=bool(now)
            )
            for code, label in (("fr", _("What it shows, in French")), ("en", _("What it shows, in English"))):
                self.fields[f"alt_{code}_{picture.pk}"] = VisibleTextField(
                    label=label, max_length=ALT_LENGTH, required=False, initial=texts[code]
                )

    def clean(self) -> dict[str, Any]:
        """Return the cleaned values; add an error to each description that is missing."""
        values = super().clean() or {}
        for key in self.keys:
            for name in (f"alt_fr_{key}", f"alt_en_{key}"):
                if values.get(f"show_{key}") and not values.get(name) and name not in self.errors:
                    self.add_error(name, _("Describe the picture for people who do not see it."))
        return values

    def action_arguments(self) -> dict[str, Any]:
        """Return the chosen pictures as `choose_pictures` takes them."""
        values = self.cleaned_data
        chosen = [key for key in self.keys if values[f"show_{key}"]]
        return {"pictures": {key: (values[f"alt_fr_{key}"], values[f"alt_en_{key}"]) for key in chosen}}


class NameForm(forms.Form):
    """A person who agreed to be named on the public page."""

    name = NameField(label=_("Name"), max_length=NAME_LENGTH)
    agreed_on = DayField(label=_("Agreed on"))
    agreed_how = forms.ChoiceField(
        label=_("How they agreed"), choices=ConsentMethod.choices, error_messages=CHOICE_ERRORS
    )
    agreed_until = DayField(
        label=_("Named until"), required=False, help_text=_("Leave it empty if they gave no last day.")
    )


class NamesCheckForm(forms.Form):
    """What lab staff found when they read a version for the name of an erased person."""

    name = NameField(
        label=_("Name of the person"),
        max_length=NAME_LENGTH,
        required=False,
        help_text=_("As the text has it. Leave it empty if the text does not name the person who was erased."),
    )


class SearchForm(forms.Form):
    """What visitors look for among what is public; an invalid value is as none."""

    q = forms.CharField(label=_("Words"), required=False, max_length=200, widget=forms.SearchInput)
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("All kinds")), *PublicationKind.choices])
    authority = forms.ChoiceField(label=_("Authority"), required=False)

    def __init__(self, *args: Any, authorities: Iterable[str], **options: Any) -> None:
        """Create the form, with these names of authorities to choose from."""
        super().__init__(*args, **options)
        names = [(name, name) for name in authorities]
        self.fields["authority"].choices = [("", _("All authorities")), *names]  # type: ignore[attr-defined]

    def found_in(self, rows: PublicationQuerySet) -> PublicationQuerySet:
        """Return those of the versions that the visitor looks for."""
        self.is_valid()
        wanted = {name: value for name, value in self.cleaned_data.items() if value}
        if "q" in wanted:
            rows = rows.matching(wanted["q"].replace("\0", ""))
        columns = {"kind": "kind", "authority": "facts__authority"}
        return rows.filter(**{columns[name]: wanted[name] for name in columns if name in wanted})


class ApprovalRuleForm(forms.Form):
    """Whether publications need the approval of someone more."""

    is_required = forms.BooleanField(
        label="", required=False, help_text=_("It counts for what is submitted from now on.")
    )

    def __init__(self, *args: Any, label: StrOrPromise, **options: Any) -> None:
        """Create the form; `label` says whose approval is needed."""
        super().__init__(*args, **options)
        self.fields["is_required"].label = label


class WithdrawalForm(forms.Form):
    """Why something is withdrawn."""

    reason = text_field(
        _("Reason"), rows=2, length=SUMMARY_LENGTH, help_text=_("For the history. The public does not read it.")
    )


class CardForm(forms.Form):
    """Whose figures a card shows."""

    show = forms.ChoiceField(label=_("Figures of"), required=False, error_messages=CHOICE_ERRORS)

    def __init__(self, *args: Any, subjects: Sequence[CardSubject], **options: Any) -> None:
        """Offer the `subjects`; the other arguments are those of a Django form."""
        super().__init__(*args, **options)
        show: Any = self.fields["show"]
        show.choices = [(subject.path, subject.title) for subject in subjects]

    def chosen_path(self) -> str:
        """Return the `path` of the chosen subject; "" without a choice, or for one that is not offered."""
        return self.cleaned_data["show"] if self.is_bound and self.is_valid() else ""
