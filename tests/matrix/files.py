"""Routes of files: those who read what a file belongs to see it, within what people agreed; those of the table act.

What is written for one person to take away is that person's only.
"""

from datetime import UTC, datetime
from typing import Any

from files.models import Attachment
from tests.factories.cast import Cast
from tests.factories.cohorts import SessionFactory
from tests.factories.files import AttachmentFactory, ExportFactory, written_export
from tests.matrix import Arguments, Row

READERS = "SCDPMRA"

BEFORE = datetime(2026, 10, 6, 9, tzinfo=UTC)  # somebody left, who reads it therefore


def of_session(**told: Any) -> Arguments:
    """A file that the pilot brought: an ambassador may not edit it."""

    def args(cast: Cast) -> list[Any]:
        return [a_file(cast, **told).pk]

    return args


def a_file(cast: Cast, **told: Any) -> Attachment:
    return AttachmentFactory(of=SessionFactory(cohort=cast.cohort), uploaded_by=cast["P"], uploaded_at=BEFORE, **told)


def session(cast: Cast) -> list[Any]:
    return ["session", SessionFactory(cohort=cast.cohort).pk]


def waiting_for(cast: Cast) -> list[Any]:
    """A table the admin waits for."""
    return [ExportFactory(person=cast["A"]).pk]


def written_for(cast: Cast) -> list[Any]:
    return [written_export(person=cast["A"]).pk]


ROUTES = {
    "files:add": Row(see=READERS, act="SCDPM", post=True, args=session),
    "files:file": Row(see=READERS, args=of_session(consent="cohort")),
    "files:small": Row(see=READERS, args=of_session()),
    "files:large": Row(see=READERS, args=of_session()),
    "files:edit": Row(see=READERS, act="SCDP", post=True, args=of_session(consent="edition")),
    "files:withdraw": Row(see=READERS, act="SCDP", post=True, args=of_session()),
    "files:own_copy": Row(post=True),
    "files:exports": Row(),
    "files:export": Row(see="A", args=waiting_for),
    "files:export_file": Row(see="A", args=written_for),
    "files:cancel_export": Row(see="A", args=waiting_for, get=False, post=True),
}
