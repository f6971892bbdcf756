"""Look up a canvas for a page, and whether the person may change it."""

from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest

from accounts.models import User
from accounts.requests import person
from canvases.models import Canvas
from canvases.permissions import can_edit_canvas
from prototypes.views.lookups import can_read_cohort, roles_in
from web.database.prepared import one_or_404, prepared
from web.decisions import enforce


def get_canvas_or_404(request: HttpRequest, pk: int) -> Canvas:
    """Return a canvas that the person may read (of their cohorts, or shared with their edition), or raise Http404.

    It has `cohort_opens` and `source_opens`: whether the person can open its cohort, and the canvas it was copied from.
    """
    return one_or_404(_canvas(person(request), pk))


@prepared
def _canvas(user: User, pk: int) -> QuerySet[Canvas]:
    """Return the canvas with the key `pk`, if the person may read it, with its cohort, subject and author.

    Annotations: `cohort_opens` and `source_opens`, whether the person can open its cohort, and the canvas it was copied
    from.
    """
    rows = Canvas.objects.visible_to(user).select_related(
        "cohort__authority", "cohort__edition", "challenge", "idea", "made_by", "copied_from__cohort"
    )
    source = Exists(Canvas.objects.visible_to(user).filter(pk=OuterRef("copied_from")))
    annotated: QuerySet[Canvas] = rows.annotate(
        cohort_opens=can_read_cohort(user, "cohort"), source_opens=source
    ).filter(pk=pk)
    return annotated


def canvas_to_edit(request: HttpRequest, pk: int) -> Canvas:
    """Return the canvas with this key. Raises Http404 for people who may not read it, Refused for people who may not
    edit it.

    The lab, coordinator, residents and pilot of its cohort may, and ambassadors if they created it or it is shared with
    the edition.
    """
    canvas = get_canvas_or_404(request, pk)
    enforce(can_edit_canvas(roles_in(request, canvas.cohort), person(request), canvas))
    return canvas
