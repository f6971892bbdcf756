"""The rows that views start from: those the person may read, or 404, and the roles of the person in their cohort."""

from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from accounts.models import User
from accounts.requests import person
from accounts.roles import Roles
from cohorts.clock import local_today
from cohorts.models import Cohort
from cohorts.permissions import roles_of
from cohorts.visibility import active_on, readable_until
from prototypes.effects.columns import indicator_columns
from prototypes.enums import IdeaState, LineageKind
from prototypes.hooks import challenge_panels
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
from prototypes.trial_corrections import timeline_entries
from prototypes.visibility import readable_by, working_cohorts
from web.database.nested_rows import column_names, nested
from web.database.prepared import one_or_404, prepared
from web.dates.clock import Day
from web.pages.panels import columns_of
from web.text.names import name_ordering

MAX_CONFIRMATIONS = 12  # in a timeline: six years with two confirmations a year


def roles_in(request: HttpRequest, cohort: Cohort) -> Roles:
    """Return the roles that the signed-in person has in the cohort on its local date of today; empty when they have
    none.
    """
    return roles_of(person(request), cohort, local_today(cohort))


def works_somewhere(user: User, today: Day) -> bool:
    """Return whether the person adds work in any cohort on the day `today` (one statement).

    They do as active coordinator, resident, pilot or ambassador; as lab staff, if any cohort runs or is suspended.
    """
    return bool(_working_cohort(user, today))


@prepared
def _working_cohort(user: User, today: Day) -> QuerySet[Cohort, int]:
    """Return the key of a cohort in which the person adds work, if any."""
    return working_cohorts(user, today).values_list("pk", flat=True)[:1]


def get_challenge_or_404(request: HttpRequest, pk: int) -> Challenge:
    """Return the challenge with this key; raise Http404 if the person may not read it.

    It has the columns that the panels of its page read.
    """
    return one_or_404(_challenge(person(request), pk))


@prepared
def _challenge(user: User, pk: int) -> QuerySet[Challenge]:
    """Return the challenge with the key `pk`, if the person may read it, with its cohort and the columns of its page's
    panels.
    """
    rows = Challenge.objects.visible_to(user).select_related("cohort__authority", "cohort__edition")
    return rows.annotate(**columns_of(challenge_panels(), user)).filter(pk=pk)


def can_read_cohort(user: User, cohort: str) -> Exists:
    """Return a subquery that says for each row of a query whether the person may open its cohort.

    `cohort` is the lookup path from the row to its cohort.
    """
    return Exists(Cohort.objects.visible_to(user).filter(pk=OuterRef(cohort)))


def get_idea_or_404(request: HttpRequest, pk: int) -> Idea:
    """Return the idea with this key; raise Http404 if the person may not read it (of their cohorts, or shared with
    their edition).

    It is annotated with cohort_opens, target_opens and readable_until, as by `idea_rows`.
    """
    return one_or_404(_idea(person(request), pk))


@prepared
def _idea(user: User, pk: int) -> QuerySet[Idea]:
    """Return the idea with the key `pk`, if the person may read it, annotated as by `idea_rows`."""
    return idea_rows(user).filter(pk=pk)


def idea_rows(user: User) -> QuerySet[Idea]:
    """Return the ideas that the person may read, with their cohort, challenge, owner and the idea they were merged
    into.

    Annotations: `cohort_opens` and `target_opens`, whether the person may open the cohort and the idea it was merged
    into; `readable_until`, the last day whose content a past member may read, else None.
    """
    target = Exists(Idea.objects.visible_to(user).filter(pk=OuterRef("merged_into")))
    rows = Idea.objects.visible_to(user).select_related(
        "cohort__authority", "cohort__edition", "challenge", "owner", "merged_into", "acceptance_request__by"
    )
    return rows.annotate(
        cohort_opens=can_read_cohort(user, "cohort"), readable_until=readable_until(user, "cohort"), target_opens=target
    )


def with_timeline(rows: QuerySet[Idea], user: User, today: Day) -> QuerySet[Idea]:
    """Annotate ideas, in the same statement, with all that their timeline shows and this person may read.

    These are co-authors, related ideas, follow-ups, hand-over packages, the latest 12 confirmations, corrections of
    tests, indicators with their values, and `can_reuse`, whether the person adds work in another cohort on the day
    `today`.
    """
    visible = Idea.objects.visible_to(user)
    elsewhere = working_cohorts(user, today).exclude(pk=OuterRef("cohort"))
    return rows.annotate(
        co_author_rows=nested(
            User.objects.filter(co_authored_ideas=OuterRef("pk")).order_by(*name_ordering("full_name")),
            "id",
            "full_name",
        ),
        comes_from=nested(
            Lineage.objects.filter(child=OuterRef("pk")).order_by("pk"),
            "kind",
            **_related_idea_values("parent", visible),
        ),
        leads_to=nested(
            _visible_offspring(user).filter(parent=OuterRef("pk")), "kind", **_related_idea_values("child", visible)
        ),
        carries_on=nested(
            visible.filter(merged_into=OuterRef("pk")).order_by("reference"),
            *("id", "reference", "title", "state_since", "state_precision"),
        ),
        follow_up_rows=nested(
            FollowUp.objects.filter(idea=OuterRef("pk")).order_by("noted_on", "pk"), *column_names(FollowUp)
        ),
        confirmation_rows=nested(
            Confirmation.objects.filter(idea=OuterRef("pk")).latest_first()[:MAX_CONFIRMATIONS],
            *("state", "confirmed_on", "evidence"),
            who="by__full_name",
        ),
        correction_rows=nested(
            TrialCorrection.objects.visible_to(user).filter(trial__prototype__idea=OuterRef("pk")).order_by("pk"),
            *timeline_entries.COLUMNS,
            who="by__full_name",
            prototype="trial__prototype__title",
            unit="trial__unit",
        ),
        package_rows=nested(
            Package.objects.visible_to(user).filter(event__idea=OuterRef("pk")).order_by("pk"),
            "id",
            position="event__position",
        ),
        **indicator_columns(user),
        clock_precision=_clock_precision(),
        can_reuse=Exists(elsewhere),
    )


def _clock_precision() -> Coalesce:
    """Return an expression for the precision ("day", "month" or "year") of the day from which an idea's months count.

    It is the day of acceptance of the idea itself, or of an idea it was split from, up to three splits back. Each has
    its own subquery: with one condition for all, PostgreSQL would read the events of all ideas.
    """
    accepted = IdeaEvent.objects.uncorrected().filter(state=IdeaState.ACCEPTED, effective_on=OuterRef("accepted_on"))
    conditions, path = [Q(idea=OuterRef("pk"))], "idea"
    for _depth in range(3):
        conditions.append(
            Q(**{f"{path}__offspring__child": OuterRef("pk"), f"{path}__offspring__kind": LineageKind.SPLIT})
        )
        path = f"{path}__offspring__child"
    precisions = (accepted.filter(condition).order_by("pk").values("precision")[:1] for condition in conditions)
    return Coalesce(*(Subquery(rows) for rows in precisions))


def _visible_offspring(user: User) -> QuerySet[Lineage]:
    """Return the links from ideas that the person may read to the ideas that come from them, as parts or reuses.

    Past members see no links to ideas created after they left.
    """
    return Lineage.objects.filter(readable_by(user, "parent__", "child__created_on")).order_by("pk")


def _related_idea_values(side: str, visible: QuerySet[Idea]) -> dict[str, Any]:
    """Return the columns to read of a linked idea, by name: id, reference, title, cohort, and `opens`, whether it is
    among `visible`.

    `side` is the field of the link, "parent" or "child"; `visible` are the ideas that the person may read.
    """
    paths = {"id": "pk", "reference": "reference", "title": "title", "cohort": "cohort__name"}
    values: dict[str, Any] = {name: f"{side}__{path}" for name, path in paths.items()}
    values["opens"] = Exists(visible.filter(pk=OuterRef(side)))
    return values


def get_prototype_or_404(request: HttpRequest, pk: int) -> Prototype:
    """Return the prototype with this key; raise Http404 if the person may not read it.

    It has `cohort_opens`, whether they may open its cohort, and `readable_until`, the last day whose content a past
    member may read, else None.
    """
    return one_or_404(_prototype(person(request), pk))


@prepared
def _prototype(user: User, pk: int) -> QuerySet[Prototype]:
    """Return the prototype with the key `pk`, if the person may read it, with `cohort_opens` and `readable_until`."""
    rows = Prototype.objects.visible_to(user).select_related("idea__cohort__authority", "supersedes", "made_by")
    return rows.annotate(
        cohort_opens=can_read_cohort(user, "idea__cohort"), readable_until=readable_until(user, "idea__cohort")
    ).filter(pk=pk)


def get_trial_or_404(request: HttpRequest, pk: int) -> Trial:
    """Return the test with this key; raise Http404 if the person may not read it.

    It has `cohort_opens`, whether they may open its cohort, and `readable_until`, the last day whose content a past
    member may read, else None.
    """
    return one_or_404(_trial(person(request), pk))


@prepared
def _trial(user: User, pk: int) -> QuerySet[Trial]:
    """Return the test with the key `pk`, if the person may read it, with `cohort_opens` and `readable_until`."""
    related = ("prototype__idea__cohort__authority", "session", "planned_by", "method_card")
    rows = Trial.objects.visible_to(user).select_related(*related)
    cohort = "prototype__idea__cohort"
    return rows.annotate(
        cohort_opens=can_read_cohort(user, cohort), readable_until=readable_until(user, cohort)
    ).filter(pk=pk)


def get_implementation_or_404(request: HttpRequest, pk: int) -> Implementation:
    """Return the implementation with this key, with its authority and the cohort of its idea.

    Raises Http404 if the person may not read it: its idea is neither of their cohorts nor shared with their edition.
    """
    rows = Implementation.objects.visible_to(person(request)).select_related("idea__cohort__authority", "authority")
    return get_object_or_404(rows, pk=pk)


def get_package_or_404(request: HttpRequest, pk: int) -> Package:
    """Return the hand-over package with this key; raise Http404 if the person may not read it.

    `cohort_opens` says whether they may open the cohort of its idea. They may read it if the idea is of their cohorts
    or shared with their edition.
    """
    user = person(request)
    rows = Package.objects.visible_to(user).select_related("event__idea__cohort__authority")
    return get_object_or_404(rows.annotate(cohort_opens=can_read_cohort(user, "event__idea__cohort")), pk=pk)


def people_of(cohort: Cohort, today: date) -> QuerySet[User]:
    """Return the people with an active membership in the cohort on the day `today`, who may own its ideas, by name."""
    return (
        User.objects.filter(active_on(today, "memberships__"), memberships__cohort=cohort)
        .distinct()
        .order_by(*name_ordering("full_name"))
    )


def people_for(idea: Idea, today: date) -> QuerySet[User]:
    """Return the people who may own the idea, by name: active members of its cohort on the day `today`, and its
    co-authors.
    """
    return User.objects.filter(
        Q(pk__in=people_of(idea.cohort, today).order_by().values("pk")) | Q(pk__in=idea.co_author_ids)
    ).order_by(*name_ordering("full_name"))
