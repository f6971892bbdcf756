"""What the four canvases are made of: their kinds, their sections, the lanes of their steps, and how a text stands.

A place is a lane at a step, or a section of the whole. Slugs are stored; each is used by one kind only where it has a
scale.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_stubs_ext import StrOrPromise

MOST_SAID = 20_000  # letters of one text
MOST_STEPS = 60


class CanvasKind(models.TextChoices):
    PERSONA = "persona", _("persona")
    JOURNEY = "journey_map", _("journey map")
    BLUEPRINT = "service_blueprint", _("service blueprint")
    SERVICE = "service_model", _("service model")


class Stance(models.TextChoices):
    SUPPORTS = "supports", _("supports the text")
    CONTRADICTS = "contradicts", _("contradicts the text")


class CellState(models.TextChoices):
    """How a text stands: what a cited test or session makes of it."""

    ASSUMPTION = "assumption", _("assumption")
    CITED = "cited", _("seen in a session")
    SUPPORTED = "supported", _("supported by a test")
    CONTRADICTED = "contradicted", _("contradicted by a test")

    @property
    def tone(self) -> str:
        return CELL_TONES[self]


CELL_TONES = {
    CellState.ASSUMPTION: "waiting",
    CellState.CITED: "open",
    CellState.SUPPORTED: "done",
    CellState.CONTRADICTED: "risk",
}


@dataclass(frozen=True, slots=True)
class Lane:
    """One kind of text; with a `scale` a level can be chosen beside it, from the lowest to the highest.

    `line` is the name of the line drawn above the lane.
    """

    slug: str
    label: StrOrPromise
    asks: StrOrPromise
    scale: tuple[tuple[int, StrOrPromise], ...] = ()
    line: StrOrPromise = ""

    def word(self, level: int | None) -> StrOrPromise:
        return dict(self.scale).get(level, "") if level is not None else ""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A kind's sections and the lanes of each step; `step` is what one is called, `wide` what is printed on A3."""

    says: StrOrPromise
    icon: str
    sections: tuple[Lane, ...] = ()
    lanes: tuple[Lane, ...] = ()
    step: StrOrPromise = ""
    add: StrOrPromise = ""
    first: StrOrPromise = ""
    wide: bool = False

    def places(self) -> Iterator[tuple[Lane, bool]]:
        """Every lane, and whether it belongs to a step."""
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

PATTERNS: dict[str, Pattern] = {
    CanvasKind.PERSONA: Pattern(
        says=_("Someone you design for, drawn from people you met."),
        icon="user-round",
        sections=(
            Lane("quote", _("In their own words"), _("One sentence you heard.")),
            Lane("situation", _("Situation"), _("Age, work, home, what brings them here.")),
            Lane("needs", _("What they need"), _("What they want to get done, and what would help.")),
            Lane("digital_ease", _("Digital ease"), _("What they do online alone, with help, or never."), EASE),
            Lane("access_needs", _("Access needs"), _("Sight, hearing, moving, reading, language, time of day.")),
        ),
        lanes=(Lane("trait", _("Trait"), _("What they do, and why it matters here.")),),
        step=_("Trait"),
        add=_("Add trait"),
        first=_(
            "Add a trait: a habit, a fear, a strength. For each trait, cite where you saw it, or mark it as an"
            " assumption."
        ),
    ),
    CanvasKind.JOURNEY: Pattern(
        says=_("What someone goes through, step by step: what they do, feel and stumble over."),
        icon="route",
        lanes=(
            Lane("doing", _("What they do"), _("“She looks for the right counter.”")),
            Lane("touchpoint", _("What they meet"), _("A person, a sign, a form, a site.")),
            Lane("emotion", _("Emotion"), _("How it feels, in their words."), MOODS),
            Lane("pains", _("Pains"), _("What stops, tires or shames them.")),
            Lane("openings", _("What could be better"), _("Where an idea could start.")),
        ),
        step=_("Step"),
        add=_("Add step"),
        first=_("Add the first step: where does it begin for them, often long before the counter?"),
        wide=True,
    ),
    CanvasKind.BLUEPRINT: Pattern(
        says=_("How a service is delivered: what people see, what staff do, what works behind the scenes."),
        icon="layout-grid",
        lanes=(
            Lane(
                "evidence", pgettext_lazy("lane", "Evidence"), _("What people see and touch: signs, letters, screens.")
            ),
            Lane("user", _("User"), _("What the person does.")),
            Lane("frontstage", _("Frontstage"), _("What staff do in front of them."), line=_("line of interaction")),
            Lane("backstage", _("Backstage"), _("What staff do out of sight."), line=_("line of visibility")),
            Lane(
                "support",
                _("Support"),
                _("Tools, rules and partners all this rests on."),
                line=_("line of internal interaction"),
            ),
        ),
        step=_("Step"),
        add=_("Add step"),
        first=_("Add the first step of the service, as the person lives it."),
        wide=True,
    ),
    CanvasKind.SERVICE: Pattern(
        says=_("Whether a service is viable: for whom, with whom, at what cost, on what legal basis."),
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
    """The lane of that name, among the sections or the lanes of a step."""
    return next((lane for lane, stepped in PATTERNS[kind].places() if (lane.slug, stepped) == (slug, at_step)), None)


def known_places() -> list[str]:
    """Every place as the database names it: kind, whether at a step, lane."""
    rows = ((kind, lane.slug, stepped) for kind, pattern in PATTERNS.items() for lane, stepped in pattern.places())
    return [f"{kind}>{'step' if stepped else 'whole'}>{slug}" for kind, slug, stepped in rows]


def scales() -> dict[str, tuple[int, int]]:
    """The lowest and highest level of each lane that has a scale."""
    lanes = [lane for pattern in PATTERNS.values() for lane, _stepped in pattern.places() if lane.scale]
    return {lane.slug: (lane.scale[0][0], lane.scale[-1][0]) for lane in lanes}


BY_SLUG: dict[str, Lane] = {lane.slug: lane for pattern in PATTERNS.values() for lane, _stepped in pattern.places()}
LANES = sorted(BY_SLUG)
