"""Routes of the programmes app: all signed-in users read, lab staff act."""

from datetime import date
from typing import Any

from programmes.models import ListedAuthority
from tests.factories.cast import Cast
from tests.factories.programmes import (
    CalendarPeriodFactory,
    EditionFactory,
    FormatFactory,
    LessonFactory,
    MethodFactory,
    ReminderStepFactory,
)
from tests.matrix import RouteRow

THEN = date(2026, 10, 5)  # before the member left


def programme(cast: Cast) -> list[Any]:
    return [cast.edition.programme.slug]


def published(cast: Cast) -> list[Any]:
    return [cast.edition.format.pk]


def draft(cast: Cast) -> list[Any]:
    return [FormatFactory(programme=cast.edition.programme, published_at=None).pk]


def unready_draft(cast: Cast) -> list[Any]:
    """Return a draft without phases, which nobody can publish."""
    return [FormatFactory(programme=cast.edition.programme, published_at=None, phases=()).pk]


def draft_reminder_schedule(cast: Cast) -> list[Any]:
    return [*draft(cast), "exchange"]


def draft_step(cast: Cast) -> list[Any]:
    [pk] = draft(cast)
    return [pk, "exchange", ReminderStepFactory(format_id=pk).slug]


def edition(cast: Cast) -> list[Any]:
    return [cast.edition.slug]


def authority(cast: Cast) -> list[Any]:
    return [cast.cohort.authority.slug]


def admin(cast: Cast) -> list[Any]:
    return [*authority(cast), cast.cohort.authority.admins.get(user=cast["A"]).pk]


def listed(_cast: Cast) -> list[Any]:
    row = ListedAuthority.objects.get_or_create(
        key="municipality-59183",
        defaults={"kind": "municipality", "name": "Dunkerque", "words": " dunkerque", "time_zone": "Europe/Paris"},
    )
    return [row[0].key]


def period(_cast: Cast) -> list[Any]:
    return [CalendarPeriodFactory().pk]


def draft_edition(cast: Cast) -> list[Any]:
    return [EditionFactory(format=cast.edition.format, state="draft").slug]


def versions(cast: Cast) -> list[Any]:
    return [cast.edition.format.pk, FormatFactory(programme=cast.edition.programme).pk]


def own_lesson(cast: Cast) -> list[Any]:
    return [LessonFactory(edition=cast.edition, noted_by=cast["M"], noted_on=THEN).pk]


def proposed_lesson(cast: Cast) -> list[Any]:
    return [LessonFactory(edition=cast.edition, noted_by=cast["M"], noted_on=THEN).pk]


def accepted_lesson(cast: Cast) -> list[Any]:
    """Return a lesson that a later version can answer."""
    FormatFactory(programme=cast.edition.programme)
    return [LessonFactory(edition=cast.edition, state="accepted", noted_on=THEN).pk]


def answered_lesson(cast: Cast) -> list[Any]:
    version = FormatFactory(programme=cast.edition.programme)
    return [LessonFactory(edition=cast.edition, answered_by=version, noted_on=THEN).pk]


def method(_cast: Cast) -> list[Any]:
    return [MethodFactory().pk]


PEOPLE = "SCDPMRAN"  # of the edition, in any cohort
NEAR = "SCDPMRA"  # and of the authority a lesson comes from

ROUTES: dict[str, RouteRow] = {
    "programmes:known_formats": RouteRow(usable_by="S"),
    "programmes:official_list": RouteRow(usable_by="S"),
    "programmes:add_listed_authority": RouteRow(usable_by="S", get=False, post=True, args=listed),
    "programmes:start_programme": RouteRow(usable_by="S", post=True, args=lambda _cast: ["residency"]),
    "programmes:programmes": RouteRow(),
    "programmes:create_programme": RouteRow(usable_by="S", post=True),
    "programmes:programme": RouteRow(args=programme),
    "programmes:draft_format": RouteRow(usable_by="S", post=True, args=programme),
    "programmes:format": RouteRow(args=published),
    "programmes:change_format": RouteRow(visible_to="S", post=True, args=draft),
    "programmes:set_phases": RouteRow(visible_to="S", post=True, args=draft),
    "programmes:set_reminder_schedule": RouteRow(visible_to="S", post=True, args=draft_reminder_schedule),
    "programmes:reword_email": RouteRow(visible_to="S", post=True, args=draft_step),
    "programmes:publish_format": RouteRow(visible_to="S", post=True, args=unready_draft),
    "programmes:revise_format": RouteRow(usable_by="S", post=True, args=published),
    "programmes:edition": RouteRow(args=edition),
    "programmes:change_edition": RouteRow(usable_by="S", post=True, args=edition),
    "programmes:move_edition": RouteRow(visible_to="S", post=True, args=draft_edition),
    "programmes:compare_formats": RouteRow(args=versions),
    "programmes:lessons": RouteRow(visible_to=PEOPLE, args=edition),
    "programmes:add_lesson": RouteRow(visible_to=PEOPLE, post=True, open_to_former=False, args=edition),
    "programmes:edit_lesson": RouteRow(visible_to=NEAR, usable_by="M", post=True, args=own_lesson),
    "programmes:accept_lesson": RouteRow(visible_to=NEAR, usable_by="S", post=True, args=proposed_lesson),
    "programmes:refuse_lesson": RouteRow(visible_to=NEAR, usable_by="S", post=True, args=proposed_lesson),
    "programmes:answer_lesson": RouteRow(visible_to=PEOPLE, usable_by="S", post=True, args=accepted_lesson),
    "programmes:withdraw_answer": RouteRow(visible_to=PEOPLE, usable_by="S", post=True, args=answered_lesson),
    "programmes:methods": RouteRow(),
    "programmes:method": RouteRow(args=method),
    "programmes:add_method": RouteRow(usable_by="S", post=True),
    "programmes:add_starter_methods": RouteRow(usable_by="S", post=True),
    "programmes:edit_method": RouteRow(usable_by="S", post=True, args=method),
    "programmes:remove_method": RouteRow(usable_by="S", post=True, args=method),
    "programmes:authorities": RouteRow(),
    "programmes:create_authority": RouteRow(usable_by="S", post=True),
    "programmes:authority": RouteRow(args=authority),
    "programmes:change_authority": RouteRow(usable_by="S", post=True, args=authority),
    "programmes:name_admin": RouteRow(usable_by="S", post=True, args=authority),
    "programmes:end_admin": RouteRow(usable_by="S", post=True, args=admin),
    "programmes:calendar_periods": RouteRow(usable_by="S"),
    "programmes:add_calendar_period": RouteRow(usable_by="S", post=True),
    "programmes:change_calendar_period": RouteRow(usable_by="S", post=True, args=period),
    "programmes:remove_calendar_period": RouteRow(usable_by="S", post=True, args=period),
}
