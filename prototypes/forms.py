"""Forms for challenges, ideas, prototypes and tests; their fields carry the names of the verbs' arguments."""

from collections import Counter
from collections.abc import Iterable
from copy import copy
from datetime import date
from functools import partial
from typing import Any
from uuid import uuid4

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.models import User
from cohorts.models import Cohort, Session, Stakeholder
from prototypes.enums import ChallengeKind, Comparator, Fidelity, Result, Strength, TrialDecision
from prototypes.models import Challenge, Prototype, Trial
from prototypes.trials.models import PERCENT
from web import forms as forms_of_web
from web.forms import DayField, WordsField, needed_if
from web.names import by_name
from web.precision import Precision
from web.seen import StartedForm

EMPTY = [("", "—")]
MOST_PEOPLE = 100_000
MOST_OF_TITLE = 160

text_field = partial(forms_of_web.text_field, rows=3)


def day_field(label: StrOrPromise, **options: Any) -> forms.DateField:
    """A day, with the browser's own calendar."""
    return DayField(label=label, **options)


def precision_field() -> forms.ChoiceField:
    return forms.ChoiceField(label=_("Known to the"), choices=Precision.choices, initial=Precision.DAY)


class EntryForm(forms.Form):
    """A form that makes a row; sent twice it makes one."""

    entry = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["entry"].initial = uuid4

    def renew(self) -> None:
        """Keep what was typed under a new key: once sent again it is another row."""
        data: Any = copy(self.data)  # of what was sent this can be changed, and keeps answers of several choices
        data["entry"] = str(uuid4())
        self.data = data

    def told(self) -> dict[str, Any]:
        """The verb's arguments."""
        return dict(self.cleaned_data)

    def changes(self) -> dict[str, Any]:
        """The same for a row that exists already."""
        return {name: value for name, value in self.cleaned_data.items() if name != "entry"}


class ChallengeForm(StartedForm, EntryForm):
    title = WordsField(label=_("Title"), max_length=160)
    kind = forms.ChoiceField(label=_("Kind"), choices=ChallengeKind.choices)
    kind_label = WordsField(
        label=_("Kind in its own words"), max_length=80, required=False, help_text=_("For a kind outside the list.")
    )
    framing = text_field(_("Framing"), required=False, help_text=_("What is part of it, and what is not."))
    sponsor = WordsField(label=_("Sponsor"), max_length=160, required=False)


class IdeaForm(StartedForm):
    """What an idea says; `challenges` are those of its cohort, `people` who may own it."""

    title = WordsField(label=_("The idea in a few words"), max_length=160)
    summary = text_field(_("Summary"), required=False, help_text=_("For whom, and what would change."))
    challenge = forms.ModelChoiceField(
        label=_("Challenge"), queryset=Challenge.objects.none(), required=False, empty_label=_("none yet")
    )
    owner = forms.ModelChoiceField(
        label=_("Owner"), queryset=User.objects.none(), required=False, empty_label=_("nobody yet")
    )
    co_authors = forms.ModelMultipleChoiceField(
        label=_("Co-authors"),
        queryset=User.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("They may edit the idea, its prototypes and its tests, as the owner may."),
    )

    def __init__(self, *args: Any, challenges: QuerySet[Challenge], people: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, rows in (("challenge", challenges), ("owner", people), ("co_authors", people)):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - declared above
            field.queryset = rows


class NewIdeaForm(EntryForm):
    """The short form of the field: an idea, and the challenge or the cohort it belongs to (`places`)."""

    place = forms.ChoiceField(label=_("Challenge"))
    title = WordsField(label=_("The idea in a few words"), max_length=160)
    summary = text_field(_("Summary"), required=False, help_text=_("For whom, and what would change."))
    on = day_field(_("Captured on"))
    precision = precision_field()

    def __init__(self, *args: Any, places: Iterable[tuple[Any, Any]], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        place = self.fields["place"]
        assert isinstance(place, forms.ChoiceField)  # noqa: S101 - declared above
        place.choices = list(places)
        self.fields["on"].initial = today


class ReuseForm(EntryForm):
    """An idea taken up by a cohort the person works in: where, and what it is called there."""

    place = forms.ChoiceField(label=_("Where"))
    title = WordsField(label=_("The idea in a few words"), max_length=MOST_OF_TITLE)
    summary = text_field(_("Summary"), required=False, help_text=_("What is different with you."))

    def __init__(self, *args: Any, places: Iterable[tuple[Any, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        place = self.fields["place"]
        assert isinstance(place, forms.ChoiceField)  # noqa: S101 - declared above
        place.choices = list(places)


class LinksForm(StartedForm):
    """Whom of the cohort's stakeholders a challenge concerns, and which of its sessions worked on it."""

    stakeholders = forms.ModelMultipleChoiceField(
        label=_("Stakeholders"),
        queryset=Stakeholder.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    sessions = forms.ModelMultipleChoiceField(
        label=_("Sessions"), queryset=Session.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, cohort: Cohort, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows: dict[str, QuerySet[Any]] = {
            "stakeholders": cohort.stakeholders.order_by(*by_name()),
            "sessions": cohort.sessions.order_by("pk"),
        }
        for name, found in rows.items():
            field = self.fields[name]
            assert isinstance(field, forms.ModelMultipleChoiceField)  # noqa: S101 - declared above
            field.queryset = found


class PrototypeForm(StartedForm, EntryForm):
    title = WordsField(label=_("Title"), max_length=160, help_text=_("What one sees: “cardboard kiosk”."))
    medium = WordsField(label=_("Medium"), max_length=120, required=False, help_text=_("Paper, cardboard, web…"))
    fidelity = forms.TypedChoiceField(label=_("How close to the real thing"), choices=Fidelity.choices, coerce=int)
    question = text_field(_("The question it answers"), rows=2, required=False)
    supersedes = forms.ModelChoiceField(
        label=_("Replaces"), queryset=Prototype.objects.none(), required=False, empty_label=_("none")
    )
    made_on = day_field(_("Made on"))
    description = text_field(_("Description"), required=False)

    def __init__(self, *args: Any, earlier: QuerySet[Prototype], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        supersedes = self.fields["supersedes"]
        assert isinstance(supersedes, forms.ModelChoiceField)  # noqa: S101 - declared above
        supersedes.queryset = earlier
        self.fields["made_on"].initial = today


class TrialForm(StartedForm, EntryForm):
    """What is expected of a test, written before it is run."""

    hypothesis = text_field(
        _("Hypothesis"), rows=2, help_text=_("“8 people in 10 find the right counter on their own.”")
    )
    measure = WordsField(
        label=_("What you measure"), max_length=200, help_text=_("“Share of people who find the counter.”")
    )
    comparator = forms.ChoiceField(label=_("Criterion"), choices=Comparator.choices)
    threshold = forms.DecimalField(label=_("Threshold"), max_digits=12, decimal_places=2)
    unit = WordsField(
        label=_("Unit"),
        max_length=40,
        initial=PERCENT,
        help_text=_("With %, you count those who succeed among those who take part."),
    )
    method = text_field(_("Method"), rows=2, required=False)
    planned_on = day_field(_("Planned on"), required=False)
    session = forms.ModelChoiceField(
        label=_("During session"), queryset=Session.objects.none(), required=False, empty_label=_("none")
    )

    def __init__(self, *args: Any, sessions: QuerySet[Session], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        session = self.fields["session"]
        assert isinstance(session, forms.ModelChoiceField)  # noqa: S101 - declared above
        session.queryset = sessions


def counted_group(line: str) -> tuple[str, int]:
    """The segment and its number of people; raises ValidationError for a line that does not end in one."""
    segment, _space, count = line.replace(":", " ").rpartition(" ")
    if not segment.strip() or not (count.isascii() and count.isdigit() and 0 < int(count[:7]) <= MOST_PEOPLE):
        raise forms.ValidationError(_("“%(line)s”: end each line with a number of people."), params={"line": line})
    return segment.strip()[:120], int(count)


class LearntForm(StartedForm):
    """What a concluded test taught; its figures stay as they are."""

    observation = text_field(_("Observation"), required=False)
    learning = text_field(_("What did we learn?"), required=False)
    decision = forms.ChoiceField(label=_("Decision"), choices=[*EMPTY, *TrialDecision.choices], required=False)
    strength = forms.ChoiceField(label=_("Strength of evidence"), choices=[*EMPTY, *Strength.choices], required=False)


class LogForm(LearntForm):
    """What happened in a locked test, short enough to be filled in the field."""

    participants = forms.IntegerField(label=_("People"), min_value=1, max_value=MOST_PEOPLE)
    successes = forms.IntegerField(label=_("Succeeded"), min_value=0, max_value=MOST_PEOPLE)
    observed_value = forms.DecimalField(label=_("Observed"), max_digits=12, decimal_places=2)
    result = forms.ChoiceField(
        label=_("Is the criterion met?"),
        choices=[(Result.MET, _("Yes")), (Result.NOT_MET, _("No")), (Result.INCONCLUSIVE, _("I do not know"))],
        widget=forms.RadioSelect(attrs={"class": "seg"}),
    )
    contradiction_reason = needed_if(
        text_field(_("Why does the result differ from the threshold?"), rows=2), _("required if it does")
    )
    held_on = day_field(_("Held on"))
    groups = text_field(
        _("Who took part"), required=False, help_text=_("One group a line with its number: “inhabitants 8”. No names.")
    )

    field_order = ["participants", "successes", "observed_value", "result", "contradiction_reason", "learning"]

    def __init__(self, *args: Any, trial: Trial, today: date | None = None, later: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("result", "observed_value", "successes"):
            self.fields[name].required = not later
        del self.fields["observed_value" if trial.counts_people else "successes"]
        unit = "" if trial.counts_people else trial.unit
        if unit:
            self.fields["observed_value"].label = f"{self.fields['observed_value'].label} ({unit})"
        self.initial.pop("held_on", None)
        self.fields["held_on"].initial = trial.held_on or today

    def clean_groups(self) -> dict[str, int]:
        """Lines of words ending in a number, as counts by segment; the same segment twice is added up."""
        counts: Counter[str] = Counter()
        for line in filter(None, map(str.strip, self.cleaned_data["groups"].splitlines())):
            segment, count = counted_group(line)
            counts[segment] += count
        return dict(counts)

    def held(self) -> dict[str, Any]:
        """What `hold_trial` takes."""
        names = ("participants", "successes", "held_on", "observation", "groups")
        return {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}

    def learnt(self) -> dict[str, Any]:
        """What `conclude_trial` takes."""
        names = ("observed_value", "result", "contradiction_reason", "learning", "decision", "strength")
        return {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}

    def learnt_so_far(self) -> dict[str, Any]:
        """What stays when the conclusion is left open."""
        return {name: value for name, value in self.learnt().items() if name not in ("result", "contradiction_reason")}
