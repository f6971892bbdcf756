"""Forms of canvases: title and subject, the text of a cell with its evidence, and the names of steps."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from canvases import json_format
from canvases.canvas_schema import MAX_CHARACTERS, CanvasKind, CanvasPattern, Lane
from canvases.models import CanvasCell
from cohorts.models import Cohort, Session
from fieldwork.models import Insight, Note
from prototypes.models import Challenge, Idea, Trial
from web.database.prepared import prepared
from web.forms.edit_conflicts import VersionedForm
from web.forms.fields import VisibleTextField
from web.forms.idempotency import IdempotentForm

MAX_CHOICES = 200
NO_SUBJECT = ("", _("no challenge or idea in particular"))
ASSUMPTION = "assumption"


def _not_empty(groups: list[tuple[Any, list[tuple[str, str]]]]) -> list[tuple[Any, Any]]:
    """Return those groups of choices, as pairs of label and choices, that have at least one choice."""
    return [(label, choices) for label, choices in groups if choices]


class SubjectChoices:
    """The challenges and ideas of a cohort that a canvas can be about, as choices."""

    def __init__(self, cohort: Cohort) -> None:
        """Read at most 200 challenges of the cohort, by title, and at most 200 ideas, the latest updated first."""
        self.challenges = {f"challenge-{row.pk}": row for row in cohort.challenges.order_by("title")[:MAX_CHOICES]}
        self.ideas = {f"idea-{row.pk}": row for row in cohort.ideas.latest_update_first()[:MAX_CHOICES]}

    def choices(self) -> list[tuple[Any, Any]]:
        """Return the choices for a form field: no subject (""), then challenges and ideas as groups, each like
        ("idea-12", title).
        """
        challenges = [(key, row.title) for key, row in self.challenges.items()]
        ideas = [(key, f"{row.reference} · {row.title}") for key, row in self.ideas.items()]
        return [NO_SUBJECT, *_not_empty([(_("Challenges"), challenges), (_("Ideas"), ideas)])]

    def arguments(self, key: str) -> dict[str, Challenge | Idea | None]:
        """Return the subject for a choice like "idea-12", as the arguments `challenge` and `idea` of the actions on
        canvases.

        Both are None when `key` is "" or is not among the choices.
        """
        return {"challenge": self.challenges.get(key), "idea": self.ideas.get(key)}


class NewCanvasForm(IdempotentForm):
    kind = forms.ChoiceField(label=_("Kind"), choices=CanvasKind.choices, widget=forms.RadioSelect)
    title = VisibleTextField(
        label=_("Title"),
        max_length=160,
        help_text=_("For example “Marc, baker and firefighter” or “Finding the right counter”."),
    )
    about = forms.ChoiceField(label=_("About"), required=False)

    def __init__(self, *args: Any, subjects: SubjectChoices, **kwargs: Any) -> None:
        """Create the form to add a canvas; `subjects` holds the challenges and ideas of the cohort that it can be
        about.
        """
        super().__init__(*args, **kwargs)
        self.subjects = subjects
        _set_choices(self, "about", subjects.choices())

    def action_arguments(self) -> dict[str, Any]:
        """Return the arguments of `actions.add_canvas`: kind, title, idempotency key, and the challenge or idea."""
        values: dict[str, Any] = super().action_arguments()
        return values | self.subjects.arguments(values.pop("about"))


class CanvasForm(VersionedForm):
    title = VisibleTextField(label=_("Title"), max_length=160)
    about = forms.ChoiceField(label=_("About"), required=False)

    def __init__(self, *args: Any, subjects: SubjectChoices, **kwargs: Any) -> None:
        """Create the form to edit a canvas; `subjects` holds the challenges and ideas of the cohort that it can be
        about.
        """
        super().__init__(*args, **kwargs)
        self.subjects = subjects
        _set_choices(self, "about", subjects.choices())

    def action_arguments(self) -> dict[str, Any]:
        """Return the arguments of `actions.change_canvas`: title, version token, and the chosen challenge or idea."""
        values = dict(self.cleaned_data)
        return values | self.subjects.arguments(values.pop("about"))


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

    def action_arguments(self) -> dict[str, Any]:
        """Return the argument `shared` of the action: whether every cohort of the edition was chosen as reader."""
        return {"shared": self.cleaned_data["readers"] == self.EDITION}


class EvidenceChoices:
    """The sessions, field notes, insights and tests of a cohort that a text can cite, as choices."""

    def __init__(self, cohort: Cohort, user: User) -> None:
        """Read the cohort's latest 200 sessions that were held, its latest 200 tests that are not cancelled, and the
        latest 200 notes and named insights that the person may read.
        """
        self.sessions = {row.pk: row for row in _held_sessions(cohort.pk)}
        self.trials = {row.pk: row for row in _trials(cohort.pk)}
        self.field: dict[str, Insight | Note] = {f"insight-{row.pk}": row for row in _named_insights(user, cohort.pk)}
        self.field |= {f"note-{row.pk}": row for row in _usable_notes(user, cohort.pk)}
        self.labels = {key: str(row) for key, row in self.field.items()}
        self.awaited_trial: int | None = None

    def choices(self) -> list[tuple[Any, Any]]:
        """Return the choices of evidence for a form field: "assumption" first, then groups of sessions, notes and
        insights, and tests.

        Their values are like "session-3", "note-4", "insight-9", "supports-5" and "contradicts-5" (concluded tests),
        or "awaits-7" for an assumption that a test not yet concluded will check.
        """
        done = [row for row in self.trials.values() if row.state == "concluded"]
        open_ones = [row for row in self.trials.values() if row.state != "concluded" or row.pk == self.awaited_trial]
        groups = [
            (_("Seen in a session"), [(f"session-{pk}", str(row)) for pk, row in self.sessions.items()]),
            (_("Seen or heard in the field"), list(self.labels.items())),
            (_("Supported by a test"), [(f"supports-{row.pk}", trial_label(row)) for row in done]),
            (_("Contradicted by a test"), [(f"contradicts-{row.pk}", trial_label(row)) for row in done]),
            (_("An assumption to be tested"), [(f"awaits-{r.pk}", trial_label(r)) for r in open_ones]),
        ]
        return [(ASSUMPTION, _("an assumption: nobody has observed it yet")), *_not_empty(groups)]

    def arguments(self, basis: str) -> dict[str, Any]:
        """Return the evidence for a choice like "session-3" or "supports-5", as arguments of `actions.write_cell`.

        `basis` is the chosen value; "" and "assumption" make the text an assumption.
        """
        kind, _dash, key = basis.partition("-")
        pk = int(key) if key else 0
        if kind in ("note", "insight"):
            return {kind: self.field[basis]}
        if kind == "session":
            return {"session": self.sessions[pk]}
        if kind == "awaits":
            return {"assumption": True, "trial": self.trials[pk]}
        return {"trial": self.trials[pk], "stance": kind} if pk else {"assumption": True}

    def include_current(self, cell: CanvasCell) -> None:
        """Add to the choices what a cell cites now, even when it is older than those read, or withdrawn since.

        An assumption can also keep the test that was to check it after this test is concluded.
        """
        if cited := cell.note or cell.insight:
            self.field.setdefault(cell.basis, cited)
            self.labels.setdefault(cell.basis, str(_("the field note or insight cited so far")))
        if cell.session:
            self.sessions[cell.session.pk] = cell.session
        if cell.trial:
            self.trials[cell.trial.pk] = cell.trial
            self.awaited_trial = cell.trial.pk if cell.assumption else None


@prepared
def _held_sessions(cohort: int) -> QuerySet[Session]:
    """Return the latest sessions of a cohort (by key) that were held."""
    return Session.objects.filter(cohort=cohort, state__in=["held", "reported"]).order_by("-pk")[:MAX_CHOICES]


@prepared
def _trials(cohort: int) -> QuerySet[Trial]:
    """Return the latest tests of a cohort (by key) that are not cancelled."""
    rows = Trial.objects.filter(prototype__idea__cohort=cohort).exclude(state="cancelled")
    return rows.select_related("prototype__idea").order_by("-pk")[:MAX_CHOICES]


@prepared
def _usable_notes(user: User, cohort: int) -> QuerySet[Note]:
    """Return the latest notes of a cohort (by key) that the person may read and a text may cite."""
    return Note.objects.visible_to(user).usable().filter(cohort=cohort).latest_first()[:MAX_CHOICES]


@prepared
def _named_insights(user: User, cohort: int) -> QuerySet[Insight]:
    """Return the latest insights of a cohort (by key) with a name that the person may read."""
    return Insight.objects.visible_to(user).filter(cohort=cohort).exclude(title="").order_by("-pk")[:MAX_CHOICES]


def trial_label(trial: Trial) -> str:
    """Return the label of a test in a list of choices, cut at 120 characters: reference of its idea, numbers of the
    prototype and test, which tell apart tests of one hypothesis, and the hypothesis.
    """
    numbers = _("prototype %(version)s, test %(number)s") % {
        "version": trial.prototype.version,
        "number": trial.number,
    }
    return f"{trial.prototype.idea.reference} · {numbers} · {trial}"[:120]


class CellForm(VersionedForm):
    """The text of one cell with its evidence; with a `level` when its lane has a scale."""

    text = VisibleTextField(
        required=False,
        max_length=MAX_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 4, "data-focus": True}),
    )
    level = forms.TypedChoiceField(coerce=int, empty_value=None, required=False)
    basis = forms.ChoiceField(label=_("What this text is based on"), required=False)

    def __init__(
        self, *args: Any, lane: Lane, evidence: EvidenceChoices, current: Mapping[str, object], **kwargs: Any
    ) -> None:
        """Create the form to write in a cell of this lane, which gives the label, the help text and the choice of
        levels.

        `evidence` offers what can be cited; `current` holds the saved values by field: text, level and basis (the
        evidence).
        """
        super().__init__(*args, current=current, **kwargs)
        self.evidence = evidence
        self.fields["text"].label, self.fields["text"].help_text = lane.label, lane.help_text
        _set_choices(self, "basis", evidence.choices())
        self.initial["basis"] = current["basis"] or ASSUMPTION
        if lane.scale:
            _set_choices(self, "level", [("", "—"), *reversed(lane.scale)])
            self.fields["level"].label = _("Level of ease") if lane.slug == "digital_ease" else _("How it feels")
        else:
            del self.fields["level"]

    def action_arguments(self) -> dict[str, Any]:
        """Return the arguments of `actions.write_cell` that come from the form: text, level, version token and the
        evidence.
        """
        values = dict(self.cleaned_data)
        return values | self.evidence.arguments(values.pop("basis"))


class StepNameField(forms.Form):
    """The field for the name of a step, labelled as the kind of the canvas calls it."""

    name = VisibleTextField(max_length=120)

    def __init__(self, *args: Any, pattern: CanvasPattern, **kwargs: Any) -> None:
        """Create the form for a step of a canvas of this kind."""
        super().__init__(*args, **kwargs)
        self.fields["name"].label = pattern.name_label


class CanvasStepForm(StepNameField, IdempotentForm):
    """The form to add a step to a canvas."""


class StepNameForm(StepNameField, VersionedForm):
    """The form to rename a step of a canvas."""


class RemovalForm(forms.Form):
    """The confirmation that a step may be removed; a hidden field says which texts of the step the person saw."""

    version_token = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)


class CopyForm(IdempotentForm):
    cohort = forms.ModelChoiceField(label=_("For the cohort"), queryset=Cohort.objects.none(), empty_label=None)
    title = VisibleTextField(label=_("Title"), max_length=160)

    def __init__(self, *args: Any, cohorts: QuerySet[Cohort], **kwargs: Any) -> None:
        """Create the form to copy a canvas; `cohorts` are those to which the person can copy it."""
        super().__init__(*args, **kwargs)
        cohort = self.fields["cohort"]
        assert isinstance(cohort, forms.ModelChoiceField)  # noqa: S101 - declared above
        cohort.queryset = cohorts


class ImportForm(IdempotentForm):
    """The file of a canvas; `clean_file` returns its document, or lists its problems."""

    file = forms.FileField(label=_("File"), help_text=_("A JSON file exported from this platform, at most 8 MB."))

    def clean_file(self) -> Any:
        """Return the JSON document in the file. Raises ValidationError when the file is over 8 MB or not JSON, or with
        a list of what does not make a canvas.
        """
        file = self.cleaned_data["file"]
        if file.size > json_format.MAX_BYTES:
            raise forms.ValidationError(_("The file is larger than 8 MB. Choose a smaller file."))
        try:
            document = json_format.parse(file.read())
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error
        if problems := json_format.find_problems(document):
            raise forms.ValidationError([str(problem) for problem in problems])
        return document

    def action_arguments(self) -> dict[str, Any]:
        """Return the arguments of `actions.import_canvas` that come from the form: the JSON document and the
        idempotency key.
        """
        return {"document": self.cleaned_data["file"], "idempotency_key": self.cleaned_data["idempotency_key"]}


def _set_choices(form: forms.Form, name: str, choices: list[tuple[Any, Any]]) -> None:
    """Set the choices of the form's field `name`, as pairs of value and label, or of label and group of choices."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
    field.choices = choices
