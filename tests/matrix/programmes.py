"""Routes of the programmes app: everyone signed in reads, lab staff act."""

from datetime import date
from typing import Any

from tests.factories.cast import Cast
from tests.factories.programmes import CalendarPeriodFactory, EditionFactory, FormatFactory, LessonFactory
from tests.matrix import Row

THEN = date(2026, 10, 5)  # before anybody left


def programme(cast: Cast) -> list[Any]:
    return [cast.edition.programme.slug]


def published(cast: Cast) -> list[Any]:
    return [cast.edition.format.pk]


def draft(cast: Cast) -> list[Any]:
    return [FormatFactory(programme=cast.edition.programme, published_at=None).pk]


def unready_draft(cast: Cast) -> list[Any]:
    """Without phases nobody can publish it, so that it stays a draft for everyone who tries."""
    return [FormatFactory(programme=cast.edition.programme, published_at=None, phases=()).pk]


def draft_ladder(cast: Cast) -> list[Any]:
    return [*draft(cast), "exchange"]


def edition(cast: Cast) -> list[Any]:
    return [cast.edition.slug]


def authority(cast: Cast) -> list[Any]:
    return [cast.cohort.authority.slug]


def admin(cast: Cast) -> list[Any]:
    return [*authority(cast), cast.cohort.authority.admins.get(user=cast["A"]).pk]


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
    """One that a later version can answer."""
    FormatFactory(programme=cast.edition.programme)
    return [LessonFactory(edition=cast.edition, state="accepted", noted_on=THEN).pk]


def answered_lesson(cast: Cast) -> list[Any]:
    version = FormatFactory(programme=cast.edition.programme)
    return [LessonFactory(edition=cast.edition, answered_by=version, noted_on=THEN).pk]


PEOPLE = "SCDPMRAN"  # of the edition, whichever their cohort
NEAR = "SCDPMRA"  # and of the authority a lesson comes from

ROUTES: dict[str, Row] = {
    "programmes:programmes": Row(),
    "programmes:create_programme": Row(act="S", post=True),
    "programmes:programme": Row(args=programme),
    "programmes:draft_format": Row(act="S", post=True, args=programme),
    "programmes:format": Row(args=published),
    "programmes:change_format": Row(see="S", post=True, args=draft),
    "programmes:set_phases": Row(see="S", post=True, args=draft),
    "programmes:set_ladder": Row(see="S", post=True, args=draft_ladder),
    "programmes:publish_format": Row(see="S", post=True, args=unready_draft),
    "programmes:revise_format": Row(act="S", post=True, args=published),
    "programmes:edition": Row(args=edition),
    "programmes:change_edition": Row(act="S", post=True, args=edition),
    "programmes:move_edition": Row(see="S", post=True, args=draft_edition),
    "programmes:compare_formats": Row(args=versions),
    "programmes:lessons": Row(see=PEOPLE, args=edition),
    "programmes:note_lesson": Row(see=PEOPLE, post=True, past=False, args=edition),
    "programmes:edit_lesson": Row(see=NEAR, act="M", post=True, args=own_lesson),
    "programmes:accept_lesson": Row(see=NEAR, act="S", post=True, args=proposed_lesson),
    "programmes:refuse_lesson": Row(see=NEAR, act="S", post=True, args=proposed_lesson),
    "programmes:answer_lesson": Row(see=PEOPLE, act="S", post=True, args=accepted_lesson),
    "programmes:withdraw_answer": Row(see=PEOPLE, act="S", post=True, args=answered_lesson),
    "programmes:authorities": Row(),
    "programmes:create_authority": Row(act="S", post=True),
    "programmes:authority": Row(args=authority),
    "programmes:change_authority": Row(act="S", post=True, args=authority),
    "programmes:name_admin": Row(act="S", post=True, args=authority),
    "programmes:end_admin": Row(act="S", post=True, args=admin),
    "programmes:calendar_periods": Row(act="S"),
    "programmes:add_calendar_period": Row(act="S", post=True),
    "programmes:change_calendar_period": Row(act="S", post=True, args=period),
    "programmes:remove_calendar_period": Row(act="S", post=True, args=period),
}
