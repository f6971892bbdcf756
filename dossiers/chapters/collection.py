"""What the chapters of one dossier share: what its readers may see, a record of what is shown, pictures, dates."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Final

from dossiers.layout.blocks import Block, Heading, Picture, Pictures
from dossiers.models import Dossier
from dossiers.visibility import AudienceAccess
from files import storage
from files.enums import StoredSize
from files.models import Attachment
from web.text.names import display_name

MAX_PICTURES: Final = 40  # in one dossier: the typesetter holds them all in memory
MAX_PICTURES_OF_ONE: Final = 6  # of one idea, prototype or session


@dataclass
class Collection:
    """What is collected for one dossier. `contents` are the ids of what it shows, by kind; `report` counts the steps.

    `consent_ends` is the first day on which the consent for one of its pictures ends, None where none does.
    """

    dossier: Dossier
    access: AudienceAccess
    report: Callable[[int], None]
    contents: dict[str, set[int]] = field(default_factory=dict)
    steps: int = 0
    consent_ends: date | None = None
    first_picture: Picture | None = None
    pictures_left: int = MAX_PICTURES

    def has(self, part: str) -> bool:
        """Return whether the person chose this part."""
        return part in self.dossier.parts

    @property
    def lists_field_notes(self) -> bool:
        """Return whether a chapter lists what was noted at tests, so that the tests themselves leave it out."""
        return self.dossier.cohort_id is not None and self.has("observations")

    def show(self, kind: str, ids: Iterable[int]) -> None:
        """Record that the dossier shows these things, of a kind such as “ideas”."""
        self.contents.setdefault(kind, set()).update(ids)

    def step(self) -> None:
        """Count one more step of the work, for the progress that people see."""
        self.steps += 1
        self.report(self.steps)

    def pictures_of(self, about: str, object_id: int, limit: int = MAX_PICTURES_OF_ONE) -> list[Picture]:
        """Return the pictures of an object that the readers may see, the oldest first, and record them.

        At most `limit`, and not more than the dossier has room for. Pictures that are missing are left out.
        """
        limit = min(limit, self.pictures_left)
        if limit <= 0 or (owner := self.access.owner(about, object_id)) is None:
            return []
        rows = [row for row in self.access.pictures(owner)[:limit] if storage.is_stored(row.stored, StoredSize.LARGE)]
        self.show("pictures", (row.pk for row in rows))
        self.pictures_left -= len(rows)
        for row in rows:
            if row.consent_until and (self.consent_ends is None or row.consent_until < self.consent_ends):
                self.consent_ends = row.consent_until
        pictures = [_picture(row) for row in rows]
        self.first_picture = self.first_picture or next(iter(pictures), None)
        return pictures

    def picture_block(self, about: str, object_id: int) -> Iterator[Block]:
        """Yield the pictures of an object, if the person chose pictures and there are any for the readers."""
        if self.has("pictures") and (pictures := self.pictures_of(about, object_id)):
            yield Pictures(tuple(pictures))

    def name_of(self, person: object) -> str:
        """Return the name of a person, "" where the readers see no names."""
        return display_name(str(person)) if self.access.sees_names and person else ""


def _picture(row: Attachment) -> Picture:
    """Return the picture of an attachment in its large size."""
    content = partial(storage.open_stored, row.stored, StoredSize.LARGE)
    return Picture(row.stored, content, row.width or 1, row.height or 1, row.alt_text)


def paragraphs(text: str) -> list[str]:
    """Return the paragraphs of a plain text: what empty lines separate."""
    parts = text.replace("\r\n", "\n").split("\n\n")
    return [part.strip() for part in parts if part.strip()]


def chapter(title: object, blocks: Iterable[Block]) -> Iterator[Block]:
    """Yield a heading and the blocks below it; nothing where there is no block."""
    content = list(blocks)
    if content:
        yield Heading(1, str(title))
        yield from content
