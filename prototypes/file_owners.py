"""Owners of files in this app: ideas, prototypes and tests."""

from datetime import date
from typing import Any, Final, TypeVar

from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import User
from accounts.roles import Roles
from cohorts.models import Cohort
from cohorts.permissions import roles_of
from cohorts.sessions.file_owners import audience
from cohorts.visibility import readable_until
from files.attachments.panels import pictures_of_each
from files.permissions import file_decisions
from files.registries import Owner
from prototypes.models import Idea, Prototype, Trial
from web.dates.clock import Today

# By model: its slug in the files app, and the path from it to its idea.
KINDS: Final[dict[type, tuple[str, str]]] = {
    Idea: ("idea", ""),
    Prototype: ("prototype", "idea"),
    Trial: ("trial", "prototype__idea"),
}
PrototypeOrTrial = TypeVar("PrototypeOrTrial", Prototype, Trial)


def owner_of(row: Idea | Prototype | Trial, user: User, roles: Roles) -> Owner:
    """Return an idea, a prototype or a test as the `Owner` of its files, which says who may see and add files.

    `user` may read the row and has these `roles` in its cohort. The row must be annotated with `cohort_opens` (whether
    they may open its cohort) and `readable_until` (the last day whose content a past member may read, else None).
    Nobody adds files to published facts.
    """
    idea = _idea(row)
    published = row.retrospective or idea.retrospective or idea.cohort.retrospective
    return Owner(
        about=KINDS[type(row)][0],
        object_id=row.pk,
        name=str(row),
        href=row.get_absolute_url(),
        person=user,
        audience=audience(idea.cohort, opens=vars(row)["cohort_opens"]),
        **file_decisions(roles, published=published),
        until=vars(row)["readable_until"],
        zone=idea.cohort.authority.time_zone,
    )


def pictures_for(idea: Idea, today: date) -> tuple[str, date | None, date]:
    """Return how close the reader is to the idea's cohort, the last day whose pictures they may see (None: no limit),
    and `today`.

    These are the arguments that `with_pictures` takes. The idea must be annotated with `cohort_opens` (whether the
    reader may open its cohort) and `readable_until` (that last day).
    """
    return audience(idea.cohort, opens=vars(idea)["cohort_opens"]), vars(idea)["readable_until"], today


def with_pictures(
    rows: QuerySet[PrototypeOrTrial], audience: str, until: date | None, today: date
) -> QuerySet[PrototypeOrTrial]:
    """Annotate prototypes or tests with `pictures`: the first pictures of each that may be shown to these readers on
    the day `today`.

    `audience` says how close they are: "cohort", "edition" or "signed_in". `until` leaves out pictures added after this
    day, on which a past member left (None: no limit).
    """
    return rows.annotate(pictures=pictures_of_each(KINDS[rows.model][0], audience, until, today))


def find_owner(model: type[Idea | Prototype | Trial], pk: int, user: User, today: Today) -> Owner | None:
    """Return the idea, prototype or test with this key as the owner of its files, with what this person may do to them.

    Returns None if they may not read it. `today` is the day on which their roles count.
    """
    rows: QuerySet[Any] = model.objects.visible_to(user)
    cohort = f"{KINDS[model][1]}__cohort".removeprefix("__")
    opens = Exists(Cohort.objects.visible_to(user).filter(pk=OuterRef(cohort)))
    row = (
        rows.select_related(f"{cohort}__authority")
        .annotate(cohort_opens=opens, readable_until=readable_until(user, cohort))
        .filter(pk=pk)
        .first()
    )
    return owner_of(row, user, roles_of(user, _idea(row).cohort, today)) if row else None


def _idea(row: Idea | Prototype | Trial) -> Idea:
    """Return the idea that an idea, a prototype or a test belongs to."""
    if isinstance(row, Idea):
        return row
    return row.idea if isinstance(row, Prototype) else row.prototype.idea
