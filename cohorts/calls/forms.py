"""Forms of calls: of the lab, of applicants step by step, and of reviewers."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.models import User
from cohorts.calls.authorities import NEW, candidate_label, candidates
from cohorts.calls.enums import APPLICANT_ROLES
from cohorts.calls.models import MAX_CRITERIA, MAX_POINTS, MIN_POINTS, Application, ApplicationPerson
from cohorts.opening.actions import STATES_TAKING_COHORTS
from cohorts.refusals import INVALID_SIREN
from programmes.authorities.siren import is_siren
from programmes.enums import AuthorityKind
from programmes.models import Edition
from web.forms.edit_conflicts import VersionedForm
from web.forms.fields import DayField, NameField, VisibleTextField, required_if, text_field
from web.mailboxes import KnownMailboxField, MailboxField

MAX_PEOPLE: Final = 8
BEFORE_SENDING: Final = gettext_lazy("required before you send the application")
ONE_LINE: Final = 120  # characters of a criterion, a function, a site


class LinesField(VisibleTextField):
    """Several short texts, one on each line."""

    def clean(self, value: Any) -> Any:
        """Return the lines that are not empty; raise ValidationError for too many, or one that is too long."""
        lines = [line.strip() for line in super().clean(value).splitlines() if line.strip()]
        if len(lines) > MAX_CRITERIA or any(len(line) > ONE_LINE for line in lines):
            raise forms.ValidationError(
                _("At most %(lines)s lines of %(most)s characters.") % {"lines": MAX_CRITERIA, "most": ONE_LINE}
            )
        return lines


def _lines_field(label: Any, help_text: Any) -> LinesField:
    """Return the field for the criteria in one language."""
    return LinesField(label=label, max_length=2000, widget=forms.Textarea(attrs={"rows": 4}), help_text=help_text)


class CallForm(VersionedForm):
    """Texts, criteria and dates of a call, in both languages."""

    title_fr = VisibleTextField(label=gettext_lazy("Title in French"), max_length=160)
    title_en = VisibleTextField(label=gettext_lazy("Title in English"), max_length=160)
    text_fr = text_field(
        gettext_lazy("Text in French"),
        rows=10,
        help_text=gettext_lazy("Who can apply, what the lab offers, what it expects. Anyone reads it."),
    )
    text_en = text_field(gettext_lazy("Text in English"), rows=10)
    criteria_fr = _lines_field(
        gettext_lazy("Criteria in French"),
        gettext_lazy("One on each line, for example “Soutien de la direction”. Anyone reads them."),
    )
    criteria_en = _lines_field(
        gettext_lazy("Criteria in English"), gettext_lazy("The same criteria in the same order.")
    )
    opens_on = DayField(label=gettext_lazy("First day"))
    closes_on = DayField(
        label=gettext_lazy("Last day"), help_text=gettext_lazy("Authorities can apply until the end of this day.")
    )

    def clean(self) -> dict[str, Any]:
        """Return the cleaned values; add an error when the two languages have different numbers of criteria."""
        cleaned = super().clean() or {}
        french, english = cleaned.get("criteria_fr"), cleaned.get("criteria_en")
        if french is not None and english is not None and len(french) != len(english):
            self.add_error("criteria_en", _("Give the same criteria in both languages, one on each line."))
        return cleaned


class ExtendForm(forms.Form):
    """The new last day of a call."""

    closes_on = DayField(label=gettext_lazy("New last day"))


class ReviewerForm(forms.Form):
    """The address of a person who is asked to review."""

    email = KnownMailboxField(
        label=gettext_lazy("E-mail address"),
        max_length=254,
        help_text=gettext_lazy("Of someone with an account. They read all applications to this call, and no others."),
    )


class StartForm(forms.Form):
    """The address to which the link of an application is sent."""

    email = MailboxField(
        label=gettext_lazy("Your e-mail address at work"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=gettext_lazy("We e-mail you a link. With it you write the application; you can stop and come back."),
    )


def _required_before_sending(field: forms.CharField) -> forms.CharField:
    """Return the field of a draft: it may be empty until the application is sent, and its label says so."""
    return required_if(field, BEFORE_SENDING)


class AuthorityStepForm(forms.Form):
    """Which authority applies, and who writes."""

    authority_name = _required_before_sending(
        VisibleTextField(label=gettext_lazy("Name of the authority"), max_length=ONE_LINE)
    )
    siren = forms.CharField(
        label=gettext_lazy("SIREN number"),
        max_length=20,
        required=False,
        help_text=gettext_lazy("Nine digits. Leave it empty if the authority has none."),
    )
    contact_name = _required_before_sending(NameField(label=gettext_lazy("Your name"), max_length=150))
    contact_role = _required_before_sending(
        VisibleTextField(
            label=gettext_lazy("Your function"),
            max_length=ONE_LINE,
            help_text=gettext_lazy("For example: head of the department for inclusion."),
        )
    )

    def clean_siren(self) -> str | None:
        """Return the number without spaces, None for an empty field; raise ValidationError for a wrong one."""
        number = "".join(str(self.cleaned_data["siren"]).split())
        if number and not is_siren(number):
            raise forms.ValidationError(INVALID_SIREN)
        return number or None


class NeedStepForm(forms.Form):
    """What the authority needs, and who supports it."""

    need = _required_before_sending(
        text_field(
            gettext_lazy("Why do you want to take part?"),
            help_text=gettext_lazy("What does not work today, and for whom?"),
        )
    )
    challenge = _required_before_sending(
        text_field(
            gettext_lazy("On which challenge would you work first?"),
            help_text=gettext_lazy("For example: how can parents find a place in a nursery without ten phone calls?"),
        )
    )
    sponsors = _required_before_sending(
        text_field(
            gettext_lazy("Who supports it?"),
            rows=3,
            help_text=gettext_lazy("Elected officials and directors, with their function."),
        )
    )
    site = VisibleTextField(
        label=gettext_lazy("Where would the team work?"),
        max_length=ONE_LINE,
        required=False,
        help_text=gettext_lazy("A school, a station, an office: if you know it already."),
    )


class PeopleStepForm(forms.Form):
    """The people whom the authority names for its cohort, a row of fields for each."""

    def __init__(self, *args: Any, people: Sequence[ApplicationPerson], **kwargs: Any) -> None:
        """Create the form with the saved `people` in the first rows, and three empty ones while there is room."""
        super().__init__(*args, **kwargs)
        self.numbers = range(1, min(MAX_PEOPLE, len(people) + 3) + 1)
        roles = [("", "—"), *((role.value, role.label) for role in APPLICANT_ROLES)]
        for number in self.numbers:
            saved = people[number - 1] if number <= len(people) else None
            self.fields[f"name_{number}"] = NameField(label=_("Name"), max_length=150, required=False)
            self.fields[f"email_{number}"] = MailboxField(label=_("E-mail address"), max_length=254, required=False)
            self.fields[f"role_{number}"] = forms.ChoiceField(label=_("Role"), choices=roles, required=False)
            if saved:
                saved_values = {"name": saved.full_name, "email": saved.email, "role": saved.role}
                self.initial.update({f"{part}_{number}": value for part, value in saved_values.items()})

    def rows(self) -> Iterator[tuple[int, list[BoundField]]]:
        """Yield the number and the fields of each person."""
        for number in self.numbers:
            yield number, [self[f"{part}_{number}"] for part in ("name", "email", "role")]

    def clean(self) -> dict[str, Any]:
        """Return the cleaned values; add an error for a person of whom something is missing, and one named twice."""
        cleaned, addresses = super().clean() or {}, set[str]()
        for number in self.numbers:
            values = {part: cleaned.get(f"{part}_{number}") for part in ("name", "email", "role")}
            for part, value in values.items():
                if any(values.values()) and not value and f"{part}_{number}" not in self.errors:
                    self.add_error(f"{part}_{number}", _("Give name, address and role, or leave all three empty."))
            email = str(values["email"] or "").lower()
            if email and email in addresses:
                self.add_error(f"email_{number}", _("This person is named already."))
            addresses.add(email)
        return cleaned

    def action_arguments(self) -> dict[str, Any]:
        """Return the people as arguments of `save_people`."""
        values = self.cleaned_data
        numbers = [number for number in self.numbers if values[f"email_{number}"]]
        return {
            "people": [
                {
                    "full_name": values[f"name_{number}"],
                    "email": values[f"email_{number}"].lower(),
                    "role": values[f"role_{number}"],
                }
                for number in numbers
            ]
        }


class DocumentStepForm(forms.Form):
    """A document of an application."""

    document = forms.Field(
        label=gettext_lazy("Document"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".pdf,.odt,.ods,.odp,.docx,.xlsx,.pptx"}),
        help_text=gettext_lazy(
            "Up to five, for example a letter of your director. Add no pictures of people: only texts are needed."
        ),
    )


class RatingForm(forms.Form):
    """The ratings of a reviewer for an application: points and a sentence for each criterion of the call."""

    def __init__(self, *args: Any, criteria: Sequence[str], **kwargs: Any) -> None:
        """Create the fields of each criterion, named in the reader's language."""
        super().__init__(*args, **kwargs)
        self.criteria = criteria
        points = [(number, str(number)) for number in range(MIN_POINTS, MAX_POINTS + 1)]
        for number, criterion in enumerate(criteria):
            self.fields[f"points_{number}"] = forms.TypedChoiceField(
                label=criterion,
                choices=points,
                coerce=int,
                widget=forms.RadioSelect(attrs={"class": "seg"}),
                help_text=_("From 1, not at all, to 5, fully."),
            )
            self.fields[f"sentence_{number}"] = VisibleTextField(
                label=_("Why: %(criterion)s") % {"criterion": criterion}, max_length=500
            )

    def action_arguments(self) -> dict[str, Any]:
        """Return pairs of points and sentence, in the order of the criteria."""
        values = self.cleaned_data
        return {
            "ratings": [(values[f"points_{each}"], values[f"sentence_{each}"]) for each in range(len(self.criteria))]
        }


class ApplicationDecisionForm(forms.Form):
    """Whether an application is accepted, and why."""

    decision = forms.ChoiceField(
        label=gettext_lazy("Decision"),
        choices=[
            ("accept", pgettext_lazy("application", "Accept")),
            ("refuse", pgettext_lazy("application", "Refuse")),
        ],
        widget=forms.RadioSelect(attrs={"class": "seg"}),
    )
    reason = text_field(
        gettext_lazy("Reason"),
        length=2000,
        help_text=gettext_lazy("The applicant reads it in the e-mail, so write to them. Name no other authority."),
    )

    def action_arguments(self) -> dict[str, Any]:
        """Return the values as arguments of `decide_application`."""
        return {"accepted": self.cleaned_data["decision"] == "accept", "reason": self.cleaned_data["reason"]}


class PersonChoices(forms.ModelMultipleChoiceField[ApplicationPerson]):
    """The people of an application, with their role and address."""

    def label_from_instance(self, obj: ApplicationPerson) -> str:
        """Return the label of a person in the choices, such as “Ada (pilot), ada@ville.example”."""
        return f"{obj.full_name} ({obj.get_role_display()}), {obj.email}"


class OpenCohortForm(forms.Form):
    """The edition in which an accepted application becomes a cohort, and whom to invite."""

    edition = forms.ModelChoiceField(label=gettext_lazy("Edition"), queryset=Edition.objects.none())
    starts_on = DayField(
        label=gettext_lazy("First day of the cohort"),
        required=False,
        help_text=gettext_lazy("If you leave this field empty, the authority starts with the edition."),
    )
    site = VisibleTextField(label=gettext_lazy("Site"), max_length=ONE_LINE, required=False)
    authority = forms.ChoiceField(
        label=gettext_lazy("Which authority is it?"),
        widget=forms.RadioSelect,
        help_text=gettext_lazy("The application has no SIREN, and several authorities may have the same name."),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind of authority"), choices=[("", "—"), *AuthorityKind.choices], required=False
    )
    people = PersonChoices(
        label=gettext_lazy("Invite now"),
        queryset=ApplicationPerson.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    field_order = ["edition", "starts_on", "site", "authority", "kind", "people"]

    def __init__(self, *args: Any, application: Application, user: User, **kwargs: Any) -> None:
        """Offer the editions that take cohorts, the people of the application, and the authorities it may be from; ask
        for the kind of one that may be added as written.
        """
        super().__init__(*args, **kwargs)
        edition, people = self.fields["edition"], self.fields["people"]
        open_editions = Edition.objects.visible_to(user).filter(
            state__in=STATES_TAKING_COHORTS, starts_on__isnull=False
        )
        edition.queryset = open_editions.order_by("-starts_on", "name")  # type: ignore[attr-defined]
        people.queryset = application.people.all()  # type: ignore[attr-defined]
        self.initial = {
            **self.initial,
            "site": application.site,
            "people": list(application.people.values_list("pk", flat=True)),
        }
        self.candidates = candidates(application)
        choices = [(key, candidate_label(each, application)) for key, each in self.candidates.items()]
        self.fields["authority"].choices = choices  # type: ignore[attr-defined]
        if NEW not in self.candidates:
            del self.fields["kind"]
        elif len(choices) > 1:
            required_if(self.fields["kind"], _("required for another authority"))
        else:
            self.fields["kind"].required = True
        if len(choices) == 1:
            del self.fields["authority"]

    def clean(self) -> dict[str, Any]:
        """Return the cleaned values, with the authority itself; add an error for a new one without a kind."""
        cleaned = super().clean() or {}
        key = cleaned.get("authority", "") if "authority" in self.fields else next(iter(self.candidates))
        cleaned["authority"] = self.candidates.get(key)
        if key == NEW and not cleaned.get("kind") and "kind" not in self.errors:
            self.add_error("kind", _("Choose the kind of this authority."))
        return cleaned

    def action_arguments(self) -> dict[str, Any]:
        """Return the values as arguments of `open_cohort`."""
        return {"kind": "", **self.cleaned_data}
