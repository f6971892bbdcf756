"""Pictures and documents of the demonstration, drawn while it is loaded.

The repository holds none of these files.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from io import BytesIO
from typing import Any, Final
from uuid import uuid4

from PIL import Image, ImageDraw

from accounts.models import User
from cohorts.models import Cohort
from files.attachments.actions import NewFile, attach_files
from files.enums import Consent
from files.registries import Owner, file_owners
from files.storage import write_all
from files.uploads.handler import new_file
from files.uploads.intake import AcceptedFile, accept_file
from labplatform.demo.dates import Dates, moment
from prototypes.models import Prototype
from web.dates.clock import Today

PAPER, INK, GREEN, MARKER, BROWN = "#faf8f3", "#1c1b18", "#0f5c4a", "#ffd84d", "#a93a16"
IMAGE_SIZE: Final = (1600, 1200)
CONSENT_DURATION: Final = timedelta(days=730)
PUBLISHED_IDEA: Final = "La liste des pièces en une page"
NOTES: Final = """Notes prises pendant le test (document inventé)

- Deux personnes demandent si « investissement » veut dire « gros achat ».
- Une personne plie la feuille et la garde : « Je la montrerai à mon comptable. »
- Personne n’a retourné la feuille : le numéro de téléphone, au dos, n’a servi à personne.
"""


@dataclass(frozen=True, slots=True)
class DemoFile:
    """A file of the demonstration to attach: its name, its content and the description of what it shows."""

    name: str
    content: bytes
    description: str = ""


def add_files(*, cohort: Cohort, dates: Dates) -> None:
    """Attach invented files to the cohort's first prototype, to its test, and to the first session that has a report.

    They are uploaded as the owner of the prototype's idea, or as the pilot.
    """
    prototype = Prototype.objects.filter(idea__cohort=cohort).select_related("idea__owner").order_by("made_on", "pk")[0]
    by = prototype.idea.owner or cohort.memberships.filter(role="pilot")[0].user
    trial = prototype.trials.filter(held_on__isnull=False)[0]
    session = cohort.sessions.filter(state="reported").order_by("first_day")[0]
    sheet = DemoFile(
        "feuille-pliee.png",
        _picture_content(folded_sheet(), "PNG"),
        "Une feuille pliée en trois, une question sur chaque volet",
    )
    poster = DemoFile("trois-questions.pdf", _picture_content(folded_sheet(), "PDF"), "La feuille à imprimer")
    _attach(_owner("prototype", prototype.pk, by, dates.today), by, dates.today, [sheet, poster])
    notes = DemoFile("notes-du-test.txt", NOTES.encode(), "Ce que les personnes ont dit")
    table = _jpeg("autour-de-la-table.jpg", people_at_a_table(), "Trois personnes autour d’une table, vues de haut")
    _attach(_owner("trial", trial.pk, by, dates.today), by, dates.today, [table, notes], Consent.EDITION)
    leaflet = _jpeg("page-des-pieces.jpg", folded_sheet(), "La feuille des pièces, posée sur un guichet")
    published = Prototype.objects.filter(idea__cohort=cohort, idea__title=PUBLISHED_IDEA).order_by("pk")[0]
    _attach(_owner("prototype", published.pk, by, dates.today), by, dates.today, [leaflet], Consent.PUBLIC)
    wall = _jpeg("mur-de-la-seance.jpg", wall_of_notes(), "Un mur de papillons jaunes rangés en quatre colonnes")
    _attach(_owner("session", session.pk, by, dates.today), by, dates.today, [wall])


def add_residency_pictures(*, cohort: Cohort, dates: Dates) -> None:
    """Attach an invented picture to the first session of a residency that has a report, and to its first prototypes.

    They are uploaded as the pilot.
    """
    by = cohort.memberships.filter(role="pilot")[0].user
    session = cohort.sessions.filter(state="reported").order_by("first_day")[0]
    corridor = _jpeg("couloir.jpg", corridor_with_doors(), "Un couloir et ses portes fermées, une seule est ouverte")
    _attach(_owner("session", session.pk, by, dates.today), by, dates.today, [corridor])
    prototypes = Prototype.objects.filter(idea__cohort=cohort).order_by("idea__number", "pk")
    pictures = (
        _jpeg("cahier-et-cles.jpg", keys_on_a_notebook(), "Un trousseau de trois clés posé sur un cahier ouvert"),
        _jpeg("table-du-gouter.jpg", trays_on_a_table(), "Trois plateaux de fruits et de pain sur une table"),
    )
    for prototype, picture in zip(prototypes, pictures, strict=False):
        _attach(_owner("prototype", prototype.pk, by, dates.today), by, dates.today, [picture])


def _jpeg(name: str, sheet: Image.Image, description: str) -> DemoFile:
    """Return an invented drawing as a picture to attach."""
    return DemoFile(name, _picture_content(sheet, "JPEG"), description)


def _owner(about: str, pk: int, by: User, today: date) -> Owner:
    """Return what files can be attached to: the row of the kind `about` (“prototype”, “trial”, “session”) with the key
    `pk`.

    It must be open to `by` on the day `today`; raises AssertionError otherwise.
    """
    owner = file_owners[about](pk, by, Today(today))
    assert owner is not None  # noqa: S101 - its own people bring it
    return owner


def _attach(owner: Owner, by: User, today: date, demo_files: list[DemoFile], consent: Consent = Consent.NOBODY) -> None:
    """Attach the files to their owner, uploaded yesterday by `by`.

    With a `consent` other than NOBODY, consent for two years is recorded, by people who can be recognised.
    """
    files = [NewFile(_accepted(file), uuid4(), alt_text=file.description) for file in demo_files]
    agreed: dict[str, Any] = {
        "consent_until": today + CONSENT_DURATION,
        "consent_held": "Classeur du projet, à l’accueil",
    }
    attach_files(
        owner=owner,
        files=files,
        by=by,
        at=moment(today - timedelta(days=1)),
        consent=consent,
        **({} if consent == Consent.NOBODY else agreed),
    )


def _accepted(file_data: DemoFile) -> AcceptedFile:
    """Return a file as the upload form accepts it: checked, and stored. Raises what the form would show."""
    with new_file() as file:
        write_all(file, file_data.content)
        return accept_file(file_data.name, file)


def accepted_picture(name: str, image: Image.Image) -> AcceptedFile:
    """Return a drawing as the upload form accepts a PNG picture."""
    return _accepted(DemoFile(name, _picture_content(image, "PNG")))


def folded_sheet() -> Image.Image:
    """Return an invented drawing of a folded sheet: three panels side by side, with lines of text on each."""
    sheet = Image.new("RGB", IMAGE_SIZE, PAPER)
    draw = ImageDraw.Draw(sheet)
    for n, colour in enumerate((GREEN, BROWN, INK)):
        left = 100 + n * 470
        draw.rectangle((left, 150, left + 450, 1050), outline=INK, width=6)
        draw.ellipse((left + 125, 220, left + 325, 420), fill=colour)
        for line in range(5):
            draw.rectangle((left + 60, 520 + line * 90, left + 390 - line * 30, 545 + line * 90), fill="#c9c2b2")
    return sheet


def people_at_a_table() -> Image.Image:
    """Return an invented drawing of three people at a table, seen from above.

    Nobody is recognisable, but consent is recorded all the same.
    """
    sheet = Image.new("RGB", IMAGE_SIZE, "#e2f0ea")
    draw = ImageDraw.Draw(sheet)
    draw.rounded_rectangle((400, 350, 1200, 850), radius=60, fill="#d8b98f", outline=INK, width=6)
    for x, y, colour in ((380, 240, GREEN), (820, 200, BROWN), (1240, 900, INK)):
        draw.ellipse((x - 110, y - 110, x + 110, y + 110), fill=colour)
        draw.ellipse((x - 60, y - 60, x + 60, y + 60), fill="#f0d7bd")
    draw.polygon(((650, 480), (950, 460), (970, 720), (670, 740)), fill=PAPER, outline=INK)
    return sheet


def wall_of_notes() -> Image.Image:
    """Return an invented drawing of a wall with four columns of sticky notes."""
    sheet = Image.new("RGB", IMAGE_SIZE, "#f3efe6")
    draw = ImageDraw.Draw(sheet)
    for n in range(18):
        left, top = 120 + n % 4 * 360, 100 + n // 4 * 210
        draw.rectangle((left, top, left + 280, top + 170), fill=MARKER if n % 5 else "#bfd0ec")
        for line in range(3):
            draw.rectangle((left + 30, top + 40 + line * 40, left + 240 - line * 40, top + 50 + line * 40), fill=INK)
    return sheet


def corridor_with_doors() -> Image.Image:
    """Return an invented drawing of a corridor with five doors, of which one is open."""
    sheet = Image.new("RGB", IMAGE_SIZE, "#dfe7f4")
    draw = ImageDraw.Draw(sheet)
    draw.polygon(((0, 1200), (1600, 1200), (1600, 980), (0, 980)), fill="#b9ab93")
    for n in range(5):
        left = 90 + n * 300
        draw.rectangle((left, 300, left + 210, 980), fill=MARKER if n == 3 else "#2b5aa3", outline=INK, width=6)
        draw.ellipse((left + 165, 640, left + 190, 665), fill=PAPER)
    return sheet


def keys_on_a_notebook() -> Image.Image:
    """Return an invented drawing of three keys on an open notebook."""
    sheet = Image.new("RGB", IMAGE_SIZE, "#d8b98f")
    draw = ImageDraw.Draw(sheet)
    for left in (180, 800):
        draw.rectangle((left, 150, left + 620, 1050), fill=PAPER, outline=INK, width=6)
        for line in range(9):
            draw.rectangle((left + 60, 260 + line * 85, left + 540 - line * 25, 270 + line * 85), fill="#c9c2b2")
    draw.ellipse((960, 360, 1160, 560), outline=INK, width=14)
    for n, colour in enumerate((GREEN, BROWN, INK)):
        top = 520 + n * 110
        draw.ellipse((1000, top, 1100, top + 100), outline=colour, width=26)
        draw.rectangle((1095, top + 38, 1330, top + 62), fill=colour)
        draw.rectangle((1270, top + 62, 1300, top + 95), fill=colour)
    return sheet


def trays_on_a_table() -> Image.Image:
    """Return an invented drawing of three trays with fruit and bread, seen from above."""
    sheet = Image.new("RGB", IMAGE_SIZE, "#e4ecf8")
    draw = ImageDraw.Draw(sheet)
    draw.rectangle((120, 260, 1480, 940), fill="#d8b98f", outline=INK, width=6)
    for n, colour in enumerate((GREEN, BROWN, "#c98a2b")):
        left = 200 + n * 420
        draw.rounded_rectangle((left, 360, left + 360, 840), radius=40, fill=PAPER, outline=INK, width=5)
        for fruit in range(6):
            x, y = left + 50 + fruit % 2 * 150, 410 + fruit // 2 * 140
            draw.ellipse((x, y, x + 110, y + 110), fill=colour)
    return sheet


def _picture_content(sheet: Image.Image, kind: str) -> bytes:
    """Return the picture as the bytes of a file; `kind` is a format of Pillow, such as “PNG”."""
    out = BytesIO()
    sheet.save(out, kind)
    return out.getvalue()
