"""What the pages of canvases look up first: the canvas, and whether the person may change it."""

from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest

from accounts.models import User
from accounts.requests import person
from canvases.models import Canvas
from canvases.permissions import may_edit_canvas
from prototypes.views.lookups import letters, opens
from web.database.prepared import one_or_404, prepared
from web.decisions import Decision, enforce


def canvas_at(request: HttpRequest, pk: int) -> Canvas:
    """With `cohort_opens` and `source_opens`: whether the cohort and what it was copied from can be opened."""
    return one_or_404(_canvas(person(request), pk))


@prepared
def _canvas(user: User, pk: int) -> QuerySet[Canvas]:
    rows = Canvas.objects.visible_to(user).select_related(
        "cohort__authority", "cohort__edition", "challenge", "idea", "made_by", "copied_from__cohort"
    )
    source = Exists(Canvas.objects.visible_to(user).filter(pk=OuterRef("copied_from")))
    found: QuerySet[Canvas] = rows.annotate(cohort_opens=opens(user, "cohort"), source_opens=source).filter(pk=pk)
    return found


def may_edit(request: HttpRequest, canvas: Canvas) -> Decision:
    return may_edit_canvas(letters(request, canvas.cohort), person(request), canvas)


def canvas_to_edit(request: HttpRequest, pk: int) -> Canvas:
    """Raises Refused for those who only read it."""
    canvas = canvas_at(request, pk)
    enforce(may_edit(request, canvas))
    return canvas
