"""Routes of files: visible to those who see the object, within the consent given; usable by the roles in the table.

An export is visible only to the person who requested it.
"""

from datetime import UTC, datetime
from typing import Any

from files.models import Attachment
from tests.factories.cast import Cast
from tests.factories.cohorts import SessionFactory
from tests.factories.files import AttachmentFactory, ExportFactory, written_export
from tests.matrix import Arguments, RouteRow

READERS = "SCDPMRA"

BEFORE = datetime(2026, 10, 6, 9, tzinfo=UTC)  # before the last day of the member who left, who may therefore read it


def of_session(**fields: Any) -> Arguments:
    """Return a file that the pilot uploaded, which an ambassador may not edit."""

    def args(cast: Cast) -> list[Any]:
        return [a_file(cast, **fields).pk]

    return args


def a_file(cast: Cast, **fields: Any) -> Attachment:
    return AttachmentFactory(of=SessionFactory(cohort=cast.cohort), uploaded_by=cast["P"], uploaded_at=BEFORE, **fields)


def session(cast: Cast) -> list[Any]:
    return ["session", SessionFactory(cohort=cast.cohort).pk]


def waiting_export(cast: Cast) -> list[Any]:
    """Return an export that the admin requested."""
    return [ExportFactory(person=cast["A"]).pk]


def finished_export(cast: Cast) -> list[Any]:
    return [written_export(person=cast["A"]).pk]


def ideas_as_csv(_cast: Cast) -> list[Any]:
    return ["ideas", "csv"]


ROUTES = {
    "files:add": RouteRow(visible_to=READERS, usable_by="SCDPM", post=True, args=session),
    "files:file": RouteRow(visible_to=READERS, args=of_session(consent="cohort")),
    "files:small": RouteRow(visible_to=READERS, args=of_session()),
    "files:large": RouteRow(visible_to=READERS, args=of_session()),
    "files:edit": RouteRow(visible_to=READERS, usable_by="SCDP", post=True, args=of_session(consent="edition")),
    "files:withdraw": RouteRow(visible_to=READERS, usable_by="SCDP", post=True, args=of_session()),
    "files:own_copy": RouteRow(post=True),
    "files:exports": RouteRow(),
    "files:list_file": RouteRow(post=True, args=ideas_as_csv),
    "files:export": RouteRow(visible_to="A", args=waiting_export),
    "files:export_file": RouteRow(visible_to="A", args=finished_export),
    "files:cancel_export": RouteRow(visible_to="A", args=waiting_export, get=False, post=True),
}
