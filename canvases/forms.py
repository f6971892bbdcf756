"""Forms of canvases: what one is called and is about, the text of a place with what it rests on, a step's name."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from canvases import json_format
from canvases.canvas_schema import MOST_SAID, CanvasKind, Lane
from canvases.models import CanvasCell
from cohorts.models import Cohort, Session
from prototypes.forms import EntryForm
from prototypes.models import Challenge, Idea, Trial
from web.forms.edit_conflicts import StartedForm
from web.forms.fields import WordsField

MOST_OFFERED = 200
ABOUT_NOTHING = ("", _("no challenge or idea in particular"))
ASSUMPTION = "assumption"


class TextField(WordsField):
    """A text of several lines, each ending in one way whatever browser sent it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=MOST_SAID, widget=forms.Textarea(attrs={"rows": 4, "data-focus": True}), **options)

    def to_python(self, value: Any) -> str:
        said = super().to_python(value) or ""
        return said.replace("\r\n", "\n").replace("\r", "\n")


def _filled(groups: list[tuple[Any, list[tuple[str, str]]]]) -> list[tuple[Any, Any]]:
    """The groups of choices with something to choose."""
    return [(label, choices) for label, choices in groups if choices]


class About:
    """What a canvas of a cohort can be about, as choices, and what was chosen."""

    def __init__(self, cohort: Cohort) -> None:
        self.challenges = {f"challenge-{row.pk}": row for row in cohort.challenges.order_by("title")[:MOST_OFFERED]}
        self.ideas = {f"idea-{row.pk}": row for row in cohort.ideas.newest_sign_first()[:MOST_OFFERED]}

    def choices(self) -> list[tuple[Any, Any]]:
        challenges = [(key, row.title) for key, row in self.challenges.items()]
        ideas = [(key, f"{row.reference} · {row.title}") for key, row in self.ideas.items()]
        return [ABOUT_NOTHING, *_filled([(_("Challenges"), challenges), (_("Ideas"), ideas)])]

    def chosen(self, key: str) -> dict[str, Challenge | Idea | None]:
        """The action's arguments."""
        return {"challenge": self.challenges.get(key), "idea": self.ideas.get(key)}


class NewCanvasForm(EntryForm):
    kind = forms.ChoiceField(label=_("Kind"), choices=CanvasKind.choices, widget=forms.RadioSelect)
    title = WordsField(
        label=_("Title"),
        max_length=160,
        help_text=_("For example “Marc, baker and firefighter” or “Finding the right counter”."),
    )
    about = forms.ChoiceField(label=_("About"), required=False)

    def __init__(self, *args: Any, about: About, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered = about
        _offer(self, "about", about.choices())

    def told(self) -> dict[str, Any]:
        said: dict[str, Any] = super().told()
        return said | self.offered.chosen(said.pop("about"))


class CanvasForm(StartedForm):
    title = WordsField(label=_("Title"), max_length=160)
    about = forms.ChoiceField(label=_("About"), required=False)

    def __init__(self, *args: Any, about: About, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered = about
        _offer(self, "about", about.choices())

    def told(self) -> dict[str, Any]:
        said = dict(self.cleaned_data)
        return said | self.offered.chosen(said.pop("about"))


class ShareForm(forms.Form):
    EDITION, COHORT = "edition", "cohort"
    readers = forms.ChoiceField(
        label=_("Choose who can read the canvas"),
        choices=[(COHORT, _("Only the cohort")), (EDITION, _("Every cohort of the edition"))],
        widget=forms.RadioSelect,
        help_text=_(
            "People who can read the canvas can also read its comments and its whole history: who wrote"
            " what and when, including changed or removed texts."
        ),
    )

    def shared(self) -> bool:
        return bool(self.cleaned_data["readers"] == self.EDITION)


class Evidence:
    """What texts of a cohort can rest on, as choices, and what was chosen."""

    def __init__(self, cohort: Cohort) -> None:
        held = Session.objects.filter(cohort=cohort, state__in=["held", "reported"]).order_by("-pk")
        tests = Trial.objects.filter(prototype__idea__cohort=cohort).exclude(state="cancelled")
        self.sessions = {row.pk: row for row in held[:MOST_OFFERED]}
        self.trials = {row.pk: row for row in tests.select_related("prototype__idea").order_by("-pk")[:MOST_OFFERED]}
        self.awaited: int | None = None

    def choices(self) -> list[tuple[Any, Any]]:
        done = [row for row in self.trials.values() if row.state == "concluded"]
        open_ones = [row for row in self.trials.values() if row.state != "concluded" or row.pk == self.awaited]
        groups = [
            (_("Seen in a session"), [(f"session-{pk}", str(row)) for pk, row in self.sessions.items()]),
            (_("Supported by a test"), [(f"supports-{row.pk}", test_line(row)) for row in done]),
            (_("Contradicted by a test"), [(f"contradicts-{row.pk}", test_line(row)) for row in done]),
            (_("An assumption to be tested"), [(f"awaits-{r.pk}", test_line(r)) for r in open_ones]),
        ]
        return [(ASSUMPTION, _("an assumption: nobody has observed it yet")), *_filled(groups)]

    def chosen(self, basis: str) -> dict[str, Any]:
        """The action's arguments; an unknown one means an assumption."""
        kind, _dash, key = basis.partition("-")
        pk = int(key) if key else 0
        if kind == "session":
            return {"session": self.sessions[pk]}
        if kind == "awaits":
            return {"assumption": True, "trial": self.trials[pk]}
        return {"trial": self.trials[pk], "stance": kind} if pk else {"assumption": True}

    def keep(self, cell: CanvasCell) -> None:
        """Offer what the text rests on already, however old; an assumption keeps the test that has told meanwhile."""
        if cell.session:
            self.sessions[cell.session.pk] = cell.session
        if cell.trial:
            self.trials[cell.trial.pk] = cell.trial
            self.awaited = cell.trial.pk if cell.assumption else None


def test_line(trial: Trial) -> str:
    idea = trial.prototype.idea
    return f"{idea.reference} · {trial}"[:120]


class CellForm(StartedForm):
    """The text of one place; `level` where its lane has a scale."""

    text = TextField(required=False)
    level = forms.TypedChoiceField(coerce=int, empty_value=None, required=False)
    basis = forms.ChoiceField(label=_("What this text is based on"), required=False)

    def __init__(self, *args: Any, lane: Lane, evidence: Evidence, stands: Mapping[str, object], **kwargs: Any) -> None:
        super().__init__(*args, stands=stands, **kwargs)
        self.evidence = evidence
        self.fields["text"].label, self.fields["text"].help_text = lane.label, lane.asks
        _offer(self, "basis", evidence.choices())
        self.initial["basis"] = stands["basis"] or ASSUMPTION
        if lane.scale:
            _offer(self, "level", [("", "—"), *reversed(lane.scale)])
            self.fields["level"].label = _("Level of ease") if lane.slug == "digital_ease" else _("How it feels")
        else:
            del self.fields["level"]

    def told(self) -> dict[str, Any]:
        """The action's arguments."""
        said = dict(self.cleaned_data)
        return said | self.evidence.chosen(said.pop("basis"))


class StepForm(EntryForm):
    name = WordsField(label=_("Name"), max_length=120)


class StepNameForm(StartedForm):
    name = WordsField(label=_("Name"), max_length=120)


class RemovalForm(forms.Form):
    """Nothing to fill in; it remembers which texts were read."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)


class CopyForm(EntryForm):
    cohort = forms.ModelChoiceField(label=_("For the cohort"), queryset=Cohort.objects.none(), empty_label=None)
    title = WordsField(label=_("Title"), max_length=160)

    def __init__(self, *args: Any, cohorts: QuerySet[Cohort], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cohort = self.fields["cohort"]
        assert isinstance(cohort, forms.ModelChoiceField)  # noqa: S101 - declared above
        cohort.queryset = cohorts


class ImportForm(EntryForm):
    """A file, read as far as its problems; `document` once it has none."""

    file = forms.FileField(label=_("File"), help_text=_("A JSON file exported from this platform, at most 8 MB."))

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > json_format.MOST_BYTES:
            raise forms.ValidationError(_("The file is larger than 8 MB. Choose a smaller file."))
        try:
            document = json_format.parsed(file.read())
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error
        if wrong := json_format.problems(document):
            raise forms.ValidationError([str(problem) for problem in wrong])
        return document

    def told(self) -> dict[str, Any]:
        return {"document": self.cleaned_data["file"], "entry": self.cleaned_data["entry"]}


def _offer(form: forms.Form, name: str, choices: list[tuple[Any, Any]]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
    field.choices = choices
