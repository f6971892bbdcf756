"""The structure of the four kinds of canvases: their sections, the lanes of their steps, and the states of a text.

A cell is a section, or a lane at a step. Slugs are stored; the slug of a lane with a scale belongs to one kind only.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_stubs_ext import StrOrPromise

MAX_CHARACTERS = 20_000  # of one text
MAX_STEPS = 60


class CanvasKind(models.TextChoices):
    PERSONA = "persona", _("persona")
    JOURNEY = "journey_map", _("journey map")
    BLUEPRINT = "service_blueprint", _("service blueprint")
    SERVICE = "service_model", _("service model")


class Stance(models.TextChoices):
    SUPPORTS = "supports", _("supports the text")
    CONTRADICTS = "contradicts", _("contradicts the text")


class CellState(models.TextChoices):
    """The state of a text, from the session, field note, insight or test that it cites."""

    ASSUMPTION = "assumption", _("assumption")
    CITED = "cited", _("seen in a session")
    FIELD = "field", _("seen or heard in the field")
    SUPPORTED = "supported", _("supported by a test")
    CONTRADICTED = "contradicted", _("contradicted by a test")

    @property
    def tone(self) -> str:
        """Return the name of the colour in which pages show the state: "waiting", "open", "done" or "risk"."""
        return CELL_TONES[self]


CELL_TONES = {
    CellState.ASSUMPTION: "waiting",
    CellState.CITED: "open",
    CellState.FIELD: "open",
    CellState.SUPPORTED: "done",
    CellState.CONTRADICTED: "risk",
}


@dataclass(frozen=True, slots=True)
class Lane:
    """One kind of text on a canvas: a section, or a row that crosses the steps.

    With a `scale`, a level can be chosen too, from the lowest to the highest. `line_above` is the name of the line
    drawn above the lane.
    """

    slug: str
    label: StrOrPromise
    help_text: StrOrPromise
    scale: tuple[tuple[int, StrOrPromise], ...] = ()
    line_above: StrOrPromise = ""

    def level_label(self, level: int | None) -> StrOrPromise:
        """Return the label of a level on the scale of the lane, like “at ease”; "" for None or a level that is not on
        it.
        """
        return dict(self.scale).get(level, "") if level is not None else ""


@dataclass(frozen=True, slots=True)
class CanvasPattern:
    """The structure of one kind of canvas: its sections, the lanes of its steps, and labels.

    An `is_wide` canvas is printed on A3.
    """

    description: StrOrPromise
    icon: str
    sections: tuple[Lane, ...] = ()
    lanes: tuple[Lane, ...] = ()
    step_label: StrOrPromise = ""
    name_label: StrOrPromise = ""
    add_label: StrOrPromise = ""
    empty_text: StrOrPromise = ""
    is_wide: bool = False

    def all_lanes(self) -> Iterator[tuple[Lane, bool]]:
        """Yield each section of this kind of canvas with False, then each lane of its steps with True."""
        yield from ((lane, False) for lane in self.sections)
        yield from ((lane, True) for lane in self.lanes)


EASE = ((1, _("only with help")), (2, _("with help")), (3, _("gets by")), (4, _("at ease")), (5, _("helps others")))
MOODS = (
    (-2, _("very hard")),
    (-1, _("hard")),
    (0, pgettext_lazy("emotion", "neutral")),
    (1, _("good")),
    (2, _("very good")),
)

PATTERNS: dict[str, CanvasPattern] = {
    CanvasKind.PERSONA: CanvasPattern(
        description=_("Someone you design for, drawn from people you met."),
        icon="user-round",
        sections=(
            Lane("quote", _("In their own words"), _("One sentence you heard.")),
            Lane("situation", _("Situation"), _("Age, work, home, what brings them here.")),
            Lane("needs", _("What they need"), _("What they want to get done, and what would help.")),
            Lane("digital_ease", _("Digital ease"), _("What they do online alone, with help, or never."), EASE),
            Lane("access_needs", _("Access needs"), _("Sight, hearing, moving, reading, language, time of day.")),
        ),
        lanes=(Lane("trait", _("Trait"), _("What they do, and why it matters here.")),),
        step_label=_("Trait"),
        name_label=_("Name of the trait"),
        add_label=_("Add trait"),
        empty_text=_(
            "Add a trait: a habit, a fear, a strength. For each trait, cite where you saw it, or mark it as an"
            " assumption."
        ),
    ),
    CanvasKind.JOURNEY: CanvasPattern(
        description=_("What someone goes through, step by step: what they do, feel and stumble over."),
        icon="route",
        lanes=(
            Lane("doing", _("What they do"), _("“She looks for the right counter.”")),
            Lane("touchpoint", _("What they meet"), _("A person, a sign, a form, a site.")),
            Lane("emotion", _("Emotion"), _("How it feels, in their words."), MOODS),
            Lane("pains", _("Pains"), _("What stops, tires or shames them.")),
            Lane("openings", _("What could be better"), _("Where an idea could start.")),
        ),
        step_label=_("Step"),
        name_label=_("Name of the step"),
        add_label=_("Add step"),
        empty_text=_("Add the first step: where does it begin for them, often long before the counter?"),
        is_wide=True,
    ),
    CanvasKind.BLUEPRINT: CanvasPattern(
        description=_("How a service is delivered: what people see, what staff do, what works behind the scenes."),
        icon="layout-grid",
        lanes=(
            Lane(
                "evidence", pgettext_lazy("lane", "Evidence"), _("What people see and touch: signs, letters, screens.")
            ),
            Lane("user", _("User"), _("What the person does.")),
            Lane(
                "frontstage", _("Frontstage"), _("What staff do in front of them."), line_above=_("line of interaction")
            ),
            Lane("backstage", _("Backstage"), _("What staff do out of sight."), line_above=_("line of visibility")),
            Lane(
                "support",
                _("Support"),
                _("Tools, rules and partners all this rests on."),
                line_above=_("line of internal interaction"),
            ),
        ),
        step_label=_("Step"),
        name_label=_("Name of the step"),
        add_label=_("Add step"),
        empty_text=_("Add the first step of the service, as the person lives it."),
        is_wide=True,
    ),
    CanvasKind.SERVICE: CanvasPattern(
        description=_("Whether a service is viable: for whom, with whom, at what cost, on what legal basis."),
        icon="clipboard-list",
        sections=(
            Lane("problem", _("Problem"), _("What goes wrong today, for whom.")),
            Lane("beneficiaries", _("Beneficiaries"), _("Who it is for, and how many they are.")),
            Lane("value", _("Value"), _("What becomes better for the beneficiaries and for the authority.")),
            Lane("channels", _("Channels"), _("How people hear of it and reach it.")),
            Lane("activities", _("Activities"), _("What has to be done, every week.")),
            Lane("partners", _("Partners"), _("Who does it with you.")),
            Lane("resources", _("Resources"), _("People, premises, tools.")),
            Lane("costs", _("Costs"), _("To start it, and each year.")),
            Lane("funding", _("Funding"), _("Who pays, and until when.")),
            Lane("legal_basis", _("Legal basis"), _("What allows it, what must be decided.")),
            Lane("measures", _("Measures"), _("How you will know that it works.")),
        ),
    ),
}


def lane_of(kind: str, slug: str, *, at_step: bool) -> Lane | None:
    """Return the lane (kind of text) with that slug in a kind of canvas: of its steps if `at_step`, else one of its
    sections.

    Returns None when there is no such lane. `kind` is a kind of canvas, such as "persona".
    """
    lanes = PATTERNS[kind].all_lanes()
    return next((lane for lane, of_step in lanes if (lane.slug, of_step) == (slug, at_step)), None)


def cell_keys() -> list[str]:
    """Return a text for every cell that a kind of canvas can have, like "persona>section>needs" or
    "persona>step>trait".

    The database trigger that refuses unknown cells compares with these texts.
    """
    rows = ((kind, lane.slug, at_step) for kind, pattern in PATTERNS.items() for lane, at_step in pattern.all_lanes())
    return [f"{kind}>{'step' if at_step else 'section'}>{slug}" for kind, slug, at_step in rows]


def scales() -> dict[str, tuple[int, int]]:
    """Return the pair of lowest and highest level for each lane that has a scale, by the slug of the lane."""
    lanes = [lane for pattern in PATTERNS.values() for lane, _at_step in pattern.all_lanes() if lane.scale]
    return {lane.slug: (lane.scale[0][0], lane.scale[-1][0]) for lane in lanes}


LANES_BY_SLUG: dict[str, Lane] = {
    lane.slug: lane for pattern in PATTERNS.values() for lane, _at_step in pattern.all_lanes()
}
LANE_SLUGS = sorted(LANES_BY_SLUG)
