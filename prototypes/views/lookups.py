"""What the views look up first: the person, and the rows within their reach with the letters they have there."""

from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest

from accounts.models import User
from accounts.requests import person
from cohorts.clock import local_today
from cohorts.models import Cohort
from cohorts.permissions import standing
from cohorts.visibility import active_on, read_until
from prototypes.enums import IdeaState, LineageKind
from prototypes.models import (
    Challenge,
    Confirmation,
    FollowUp,
    Idea,
    IdeaEvent,
    Implementation,
    Lineage,
    Package,
    Prototype,
    Trial,
    TrialCorrection,
)
from prototypes.permissions import Letters
from prototypes.registries import columns_for
from prototypes.trial_corrections import story_lines
from prototypes.visibility import readable, working_cohorts
from web.database.nested_rows import columns, nested
from web.database.prepared import Slug, one_or_404, prepared
from web.dates.clock import Day
from web.text.names import by_name

MOST_CONFIRMATIONS = 12  # in a story: six years, where somebody looks when asked


def letters(request: HttpRequest, cohort: Cohort) -> Letters:
    """What the person is in the cohort today."""
    return standing(person(request), cohort, local_today(cohort))


def cohort_at(request: HttpRequest, slug: str) -> Cohort:
    return one_or_404(_cohort(person(request), Slug(slug)))


def works_somewhere(user: User, today: Day) -> bool:
    """Whether there is a cohort in which the person adds work that day (one statement)."""
    return bool(_one_to_work_in(user, today))


@prepared
def _one_to_work_in(user: User, today: Day) -> QuerySet[Cohort, int]:
    return working_cohorts(user, today).values_list("pk", flat=True)[:1]


@prepared
def _cohort(user: User, slug: str) -> QuerySet[Cohort]:
    return Cohort.objects.visible_to(user).select_related("authority", "edition").filter(slug=slug)


def challenge_at(request: HttpRequest, pk: int) -> Challenge:
    """With what the parts of its page read along."""
    return one_or_404(_challenge(person(request), pk))


@prepared
def _challenge(user: User, pk: int) -> QuerySet[Challenge]:
    rows = Challenge.objects.visible_to(user).select_related("cohort__authority", "cohort__edition")
    return rows.annotate(**columns_for("challenge", user)).filter(pk=pk)


def opens(user: User, cohort: str) -> Exists:
    """Whether the person may open the pages of a row's cohort, and not only what it shared; `cohort` leads to it."""
    return Exists(Cohort.objects.visible_to(user).filter(pk=OuterRef(cohort)))


def idea_at(request: HttpRequest, pk: int) -> Idea:
    """With `cohort_opens` and `target_opens`: whether the cohort and the idea it merged into can be opened."""
    return one_or_404(_idea(person(request), pk))


@prepared
def _idea(user: User, pk: int) -> QuerySet[Idea]:
    return idea_rows(user).filter(pk=pk)


def idea_rows(user: User) -> QuerySet[Idea]:
    target = Exists(Idea.objects.visible_to(user).filter(pk=OuterRef("merged_into")))
    rows = Idea.objects.visible_to(user).select_related(
        "cohort__authority", "cohort__edition", "challenge", "owner", "merged_into"
    )
    return rows.annotate(cohort_opens=opens(user, "cohort"), read_until=read_until(user, "cohort"), target_opens=target)


def with_story(rows: QuerySet[Idea], user: User, today: Day) -> QuerySet[Idea]:
    """In the same statement: co-authors, the ideas it comes from and those that come from it, follow-ups, packages,
    confirmations (the latest first), and whether the person could take it up elsewhere."""
    seen = Idea.objects.visible_to(user)
    elsewhere = working_cohorts(user, today).exclude(pk=OuterRef("cohort"))
    return rows.annotate(
        authors=nested(
            User.objects.filter(co_authored_ideas=OuterRef("pk")).order_by(*by_name("full_name")), "id", "full_name"
        ),
        comes_from=nested(Lineage.objects.filter(child=OuterRef("pk")).order_by("pk"), "kind", **_kin("parent", seen)),
        leads_to=nested(_onward(user).filter(parent=OuterRef("pk")), "kind", **_kin("child", seen)),
        carries_on=nested(
            seen.filter(merged_into=OuterRef("pk")).order_by("reference"),
            *("id", "reference", "title", "state_since", "state_precision"),
        ),
        follow_up_rows=nested(
            FollowUp.objects.filter(idea=OuterRef("pk")).order_by("noted_on", "pk"), *columns(FollowUp)
        ),
        confirmation_rows=nested(
            Confirmation.objects.filter(idea=OuterRef("pk")).latest_first()[:MOST_CONFIRMATIONS],
            *("state", "confirmed_on", "evidence"),
            who="by__full_name",
        ),
        correction_rows=nested(
            TrialCorrection.objects.visible_to(user).filter(trial__prototype__idea=OuterRef("pk")).order_by("pk"),
            *story_lines.COLUMNS,
            who="by__full_name",
            prototype="trial__prototype__title",
            unit="trial__unit",
        ),
        package_rows=nested(
            Package.objects.visible_to(user).filter(event__idea=OuterRef("pk")).order_by("pk"),
            "id",
            place="event__place",
        ),
        clock_precision=_clock_precision(),
        may_take_up=Exists(elsewhere),
    )


def _clock_precision() -> Subquery:
    """Return a subquery for the precision of the acceptance from which the idea's months count.

    It is that of the idea itself or of an idea it was split from, up to three splits back.
    """
    accepted = IdeaEvent.objects.counting().filter(state=IdeaState.ACCEPTED, effective_on=OuterRef("accepted_on"))
    own, path = Q(idea=OuterRef("pk")), "idea"
    for _depth in range(3):
        own |= Q(**{f"{path}__offspring__child": OuterRef("pk"), f"{path}__offspring__kind": LineageKind.SPLIT})
        path = f"{path}__offspring__child"
    return Subquery(accepted.filter(own).order_by("pk").values("precision")[:1])


def _onward(user: User) -> QuerySet[Lineage]:
    """Ideas that come from others, as those read of them who may read the others: past members none since they left."""
    return Lineage.objects.filter(readable(user, "parent__", "child__born_on")).order_by("pk")


def _kin(side: str, seen: QuerySet[Idea]) -> dict[str, Any]:
    """What is told of the idea at the other end: `opens` says whether the person may read it."""
    paths = {"id": "pk", "reference": "reference", "title": "title", "cohort": "cohort__name"}
    told: dict[str, Any] = {name: f"{side}__{path}" for name, path in paths.items()}
    told["opens"] = Exists(seen.filter(pk=OuterRef(side)))
    return told


def prototype_at(request: HttpRequest, pk: int) -> Prototype:
    """With `cohort_opens`: whether the cohort can be opened."""
    return one_or_404(_prototype(person(request), pk))


@prepared
def _prototype(user: User, pk: int) -> QuerySet[Prototype]:
    rows = Prototype.objects.visible_to(user).select_related("idea__cohort__authority", "supersedes", "made_by")
    return rows.annotate(cohort_opens=opens(user, "idea__cohort"), read_until=read_until(user, "idea__cohort")).filter(
        pk=pk
    )


def trial_at(request: HttpRequest, pk: int) -> Trial:
    """With `cohort_opens`: whether the cohort and its sessions can be opened."""
    return one_or_404(_trial(person(request), pk))


@prepared
def _trial(user: User, pk: int) -> QuerySet[Trial]:
    rows = Trial.objects.visible_to(user).select_related("prototype__idea__cohort__authority", "session", "planned_by")
    cohort = "prototype__idea__cohort"
    return rows.annotate(cohort_opens=opens(user, cohort), read_until=read_until(user, cohort)).filter(pk=pk)


def implementation_at(request: HttpRequest, pk: int) -> Implementation:
    return one_or_404(_implementation(person(request), pk))


@prepared
def _implementation(user: User, pk: int) -> QuerySet[Implementation]:
    rows = Implementation.objects.visible_to(user).select_related("idea__cohort__authority", "authority")
    return rows.filter(pk=pk)


def package_at(request: HttpRequest, pk: int) -> Package:
    """With `cohort_opens`: whether the cohort, and its challenge, can be opened."""
    return one_or_404(_package(person(request), pk))


@prepared
def _package(user: User, pk: int) -> QuerySet[Package]:
    rows = Package.objects.visible_to(user).select_related("event__idea__cohort__authority")
    return rows.annotate(cohort_opens=opens(user, "event__idea__cohort")).filter(pk=pk)


def people_of(cohort: Cohort, today: date) -> QuerySet[User]:
    """Active members, who may own its ideas."""
    return (
        User.objects.filter(active_on(today, "memberships__"), memberships__cohort=cohort)
        .distinct()
        .order_by(*by_name("full_name"))
    )


def people_for(idea: Idea, today: date) -> QuerySet[User]:
    """The same, and the idea's co-authors who have left: they stay what they were."""
    return User.objects.filter(
        Q(pk__in=people_of(idea.cohort, today).order_by().values("pk")) | Q(pk__in=idea.author_ids)
    ).order_by(*by_name("full_name"))
