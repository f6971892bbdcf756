"""Field notes and insights on the pages of cohorts, challenges and ideas."""

from functools import partial
from typing import Any, Final

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, OuterRef
from django.http import HttpRequest

from accounts.models import User
from accounts.requests import person
from accounts.roles import Roles
from fieldwork.models import Insight, Note
from fieldwork.visibility import cohorts_of_work, usable_notes
from prototypes.enums import ImplementationState
from prototypes.models import Implementation
from web.database.nested_rows import nested
from web.pages.panels import Panel

MAX_LINES: Final = 4
MAX_CITED: Final = 40  # notes of all insights of one challenge


def columns_of_cohort(user: User) -> dict[str, ArraySubquery]:
    """Return the columns of a query of cohorts that the panel reads: the latest insights and notes of each.

    `notebook_rows` is empty for a cohort whose notebook is not for the user.
    """
    of_cohort = {"cohort": OuterRef("pk")}
    insights = Insight.objects.visible_to(user).filter(**of_cohort).exclude(title="").order_by("-pk")
    notes = Note.objects.visible_to(user).filter(**of_cohort).latest_first()
    return {
        "insight_rows": nested(insights[:MAX_LINES], "id", "title"),
        "note_rows": nested(notes[:MAX_LINES], "id", "text", "kind"),
        "notebook_rows": nested(cohorts_of_work(user).filter(pk=OuterRef("pk")), "id"),
    }


def notebook_of_cohort(request: HttpRequest, cohort: Any) -> dict[str, Any] | None:
    """Return the context of the panel on a cohort's page; None if its notebook is not for the person."""
    if not cohort.notebook_rows:
        return None
    return {
        "cohort": cohort,
        "insights": cohort.insight_rows,
        "notes": cohort.note_rows,
        "is_reader": person(request).is_lab_reader,
    }


COHORT_PANEL: Final = Panel("fieldwork/panel.html", notebook_of_cohort, columns=columns_of_cohort)


def evidence_of(challenge: str, user: User) -> dict[str, ArraySubquery]:
    """Return the columns of a query of challenges or ideas with what was noted in the field about their challenge.

    `challenge` is the path from the row to the key of its challenge. `insight_rows` are its insights, each with the
    number of its notes that can be used, and of those that were withdrawn or whose consent has ended; `note_rows` are
    notes about the challenge itself. Both are empty for people who do not work in the cohort.
    """
    of_challenge = {"challenge": OuterRef(challenge)}
    usable = usable_notes("notes__")
    insights = Insight.objects.visible_to(user).filter(**of_challenge)
    insights = insights.annotate(note_count=Count("notes", filter=usable), gone_count=Count("notes", filter=~usable))
    notes = Note.objects.visible_to(user).usable().filter(**of_challenge).latest_first()
    return {
        "insight_rows": nested(insights.order_by("pk"), "id", "title", "note_count", "gone_count"),
        "note_rows": nested(notes[:MAX_LINES], "id", "text", "kind"),
    }


def evidence_of_challenge(_request: HttpRequest, challenge: Any, _roles: Roles) -> dict[str, Any] | None:
    """Return the context of the insights and notes on a challenge's page; None without any."""
    if not (challenge.insight_rows or challenge.note_rows):
        return None
    return {"cohort": challenge.cohort, "insights": challenge.insight_rows, "notes": challenge.note_rows}


def columns_of_idea(user: User) -> dict[str, ArraySubquery]:
    """Return the columns of a query of ideas that the panel about their origin reads."""
    live = [ImplementationState.LIVE, ImplementationState.SUSTAINED]
    implementations = Implementation.objects.filter(idea=OuterRef("pk"), state__in=live).order_by("pk")
    notes = Note.objects.visible_to(user).usable().filter(insight__challenge=OuterRef("challenge")).latest_first()
    return {
        **evidence_of("challenge", user),
        "cited_rows": nested(notes[:MAX_CITED], "id", "text", "kind", "insight_id", "contradicts"),
        "live_rows": nested(implementations[:MAX_LINES], "id", "unit", authority_name="authority__name"),
    }


def origin_of_idea(_request: HttpRequest, idea: Any, _roles: Roles) -> dict[str, Any] | None:
    """Return the context of the line from field notes to implementation on an idea's page; None without notes and
    insights.

    Each insight has its latest notes, as far as the person may read them, the number of further ones, and the number of
    those that were withdrawn.
    """
    if not (idea.insight_rows or idea.note_rows):
        return None
    insights = []
    for row in idea.insight_rows:
        notes = [note for note in idea.cited_rows if note["insight_id"] == row["id"]][:MAX_LINES]
        insights.append({**row, "notes": notes, "more_count": row["note_count"] - len(notes)})
    return {"idea": idea, "insights": insights, "notes": idea.note_rows, "implementations": idea.live_rows}


CHALLENGE_PANEL: Final = Panel(
    "fieldwork/evidence.html", evidence_of_challenge, position="aside", columns=partial(evidence_of, "pk")
)
IDEA_PANEL: Final = Panel("fieldwork/origin.html", origin_of_idea, position="aside", columns=columns_of_idea)
