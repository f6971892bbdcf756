"""Write the field notes and insights of the demonstration."""

import tomllib
from functools import cache
from typing import Any
from uuid import uuid4

from dateutil.relativedelta import relativedelta
from PIL import Image, ImageDraw

from cohorts.models import Cohort
from fieldwork.insights import actions as insight_actions
from fieldwork.models import Note
from fieldwork.notes import actions
from fieldwork.notes.forms import CONSENT_YEARS
from files.attachments.actions import NewFile
from files.enums import PEOPLE_AGREED, ConsentMethod
from labplatform.demo.dates import Dates, moment
from labplatform.demo.files import IMAGE_SIZE, INK, MARKER, PAPER, accepted_picture
from labplatform.demo.people import CohortTeam
from labplatform.demo.stories import CONTENT, StoryData
from web.database.created_on import created_on

COHORT = "dunkerque"
GROUPED_ON = 20  # days after the first one


@cache
def field_data() -> StoryData:
    """Return the notes and insights in `content/notes.toml`."""
    return tomllib.loads((CONTENT / "notes.toml").read_text(encoding="utf-8"))


def write_notes(*, name: str, cohort: Cohort, team: CohortTeam, dates: Dates) -> None:
    """Write the notes of a cohort, group them into insights, and link these to challenges, as its people did.

    `name` is the cohort's name in `content/`; only one cohort has notes.
    """
    if name != COHORT:
        return
    data = field_data()
    for row in data["insights"]:
        with created_on(dates.on(name, GROUPED_ON)):
            insight = insight_actions.add_insight(cohort=cohort, title=row["title"], by=team.pilot)
        for note_row in row["notes"]:
            note = _write(note_row, name=name, cohort=cohort, team=team, dates=dates)
            against = note_row.get("contradicts", False)
            insight_actions.move_note(note=note, insight=insight, contradicts=against, by=team.pilot)
        if challenge := cohort.challenges.filter(title=row.get("challenge")).first():
            insight_actions.make_challenge(insight=insight, existing=challenge, by=team.pilot)
    for note_row in data["to_sort"]:
        _write(note_row, name=name, cohort=cohort, team=team, dates=dates)


def _write(row: StoryData, *, name: str, cohort: Cohort, team: CohortTeam, dates: Dates) -> Note:
    """Write one note on its day, with the consent and the picture that the story gives it."""
    on = dates.on(name, row["day"])
    fields: dict[str, Any] = {key: row[key] for key in ("kind", "text", "place", "segment", "consent") if key in row}
    if row["consent"] in PEOPLE_AGREED:
        fields |= {"consent_until": on + relativedelta(years=CONSENT_YEARS), "consent_how": ConsentMethod.SPOKEN}
    if row["kind"] == "picture":
        fields["file"] = NewFile(accepted_picture("panneau.png", sign_in_the_hall()), uuid4())
    with created_on(on):
        at = moment(on)
        by = team.ambassadors[row["author"]]
        return actions.add_note(cohort=cohort, happened_at=at, by=by, at=at, **fields)


def sign_in_the_hall() -> Image.Image:
    """Return an invented drawing of a sign: four lines of two signs each, and arrows."""
    sheet = Image.new("RGB", IMAGE_SIZE, "#d9d3c5")
    draw = ImageDraw.Draw(sheet)
    draw.rectangle((300, 150, 1300, 950), fill="#2f4a58", outline=INK, width=8)
    for line in range(4):
        top = 240 + line * 170
        for column in range(2):
            draw.rectangle((380 + column * 330, top, 640 + column * 330, top + 70), fill=PAPER)
        draw.polygon(((1120, top - 10), (1220, top + 35), (1120, top + 80)), fill=MARKER)
    draw.rectangle((750, 950, 850, 1200), fill="#6c6557")
    return sheet
