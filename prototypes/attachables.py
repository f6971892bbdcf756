"""What pictures and documents of this app belong to: ideas, prototypes and tests."""

from datetime import date
from typing import Any, Final

from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import User
from cohorts.models import Cohort
from cohorts.permissions import standing
from cohorts.sessions.attachments import circle
from cohorts.visibility import read_until
from files.attachments.panels import pictures_of_each
from files.permissions import decisions
from files.registries import Owner
from prototypes.models import Idea, Prototype, Trial
from web.dates.clock import Today

# By model: the slug that files know it by, and what leads from it to its idea.
KINDS: Final[dict[type, tuple[str, str]]] = {
    Idea: ("idea", ""),
    Prototype: ("prototype", "idea"),
    Trial: ("trial", "prototype__idea"),
}


def owner_of(row: Idea | Prototype | Trial, user: User, letters: frozenset[str]) -> Owner:
    """An idea, a prototype or a test as the holder of files, for someone who may read it.

    The row is annotated with `cohort_opens`, whether the person may open its cohort, and not only what it shared; and
    with `read_until`, the day after which they read nothing new.
    """
    idea = _idea(row)
    published = row.retrospective or idea.retrospective or idea.cohort.retrospective
    return Owner(
        about=KINDS[type(row)][0],
        object_id=row.pk,
        name=str(row),
        href=row.get_absolute_url(),
        person=user,
        circle=circle(idea.cohort, opens=vars(row)["cohort_opens"]),
        **decisions(letters, published=published),
        until=vars(row)["read_until"],
        zone=idea.cohort.authority.time_zone,
    )


def pictures_for(idea: Idea, today: date) -> tuple[str, date | None, date]:
    """How near the reader of an idea is that is annotated as for `owner_of`, until when they read, and today."""
    return circle(idea.cohort, opens=vars(idea)["cohort_opens"]), vars(idea)["read_until"], today


def with_pictures(rows: QuerySet[Prototype], near: str, until: date | None, today: date) -> QuerySet[Prototype]:
    """Prototypes with `pictures`, those shown to somebody so near."""
    return rows.annotate(pictures=pictures_of_each(KINDS[Prototype][0], near, until, today))


def find_idea(pk: int, user: User, today: Today) -> Owner | None:
    return _find(Idea.objects.visible_to(user), pk, user, today)


def find_prototype(pk: int, user: User, today: Today) -> Owner | None:
    return _find(Prototype.objects.visible_to(user), pk, user, today)


def find_trial(pk: int, user: User, today: Today) -> Owner | None:
    return _find(Trial.objects.visible_to(user), pk, user, today)


def _find(rows: QuerySet[Any], pk: int, user: User, today: Today) -> Owner | None:
    cohort = f"{KINDS[rows.model][1]}__cohort".removeprefix("__")
    opens = Exists(Cohort.objects.visible_to(user).filter(pk=OuterRef(cohort)))
    row = (
        rows.select_related(f"{cohort}__authority")
        .annotate(cohort_opens=opens, read_until=read_until(user, cohort))
        .filter(pk=pk)
        .first()
    )
    return owner_of(row, user, standing(user, _idea(row).cohort, today)) if row else None


def _idea(row: Idea | Prototype | Trial) -> Idea:
    if isinstance(row, Idea):
        return row
    return row.idea if isinstance(row, Prototype) else row.prototype.idea
