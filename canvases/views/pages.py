"""The list of a cohort's canvases, the page of one, and the forms to add, edit and share one."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.requests import person
from canvases import actions
from canvases.canvas_schema import PATTERNS, CellState
from canvases.filters import CanvasFilter
from canvases.forms import CanvasForm, CanvasStepForm, NewCanvasForm, ShareForm, SubjectChoices
from canvases.permissions import can_edit_canvas
from canvases.views.layout import layout
from canvases.views.lookups import canvas_to_edit, get_canvas_or_404
from cohorts.cohort.pages import get_cohort_or_404
from prototypes.hooks import canvas_panels
from prototypes.permissions import allow_if_all, can_add_work, can_steer_idea, open_to_additions
from prototypes.views.lookups import roles_in, works_somewhere
from web.dates.clock import today_everywhere
from web.decisions import enforce
from web.forms.pages import FormPage, form_page, form_response, submitted_data
from web.pages.htmx import render as render_page
from web.pages.pagination import paginate
from web.pages.panels import render_panels


@require_safe
def canvas_list(request: HttpRequest, slug: str) -> HttpResponse:
    """List the canvases of a cohort that the person may read, the latest first, page by page; `?kind=` limits them to
    one kind.

    Raises Http404 for a cohort (its `slug`) that the person may not see.
    """
    cohort = get_cohort_or_404(request, slug)
    rows = cohort.canvases.visible_to(person(request)).with_counts().order_by("-pk")
    rows = rows.select_related("idea", "challenge", "made_by")
    filtered = CanvasFilter(request.GET or None, rows)
    context = {
        "cohort": cohort,
        "filter": filtered,
        "page": paginate(filtered.qs, request.GET.get("page")),
        "kind": PATTERNS.get(request.GET.get("kind", "")),
        "can_add": allow_if_all(can_add_work(roles_in(request, cohort)), open_to_additions(cohort)),
    }
    return render_page(request, "canvases/list.html", "results", context)


@require_safe
def canvas(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a canvas with its texts and their evidence, and buttons to edit, share and copy it for those who may.

    Raises Http404 for people who may not read it.
    """
    row = get_canvas_or_404(request, pk)
    roles = roles_in(request, row.cohort)
    context = {
        "canvas": row,
        "layout": layout(row, person(request)),
        "states": CellState,
        "can_edit": can_edit_canvas(roles, person(request), row),
        "can_share": can_steer_idea(roles),
        "can_copy": can_add_work(roles) or works_somewhere(person(request), today_everywhere()),
        "form": CanvasStepForm(auto_id="step-%s", pattern=row.pattern),
        "panels": render_panels(canvas_panels(), request, row, roles),
    }
    return render(request, "canvases/page.html", context)


@form_page
def add_canvas(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the form to add a canvas to a cohort; add it on POST and go to it. `?kind=` and `?about=` preselect kind and
    subject.

    Raises Refused for people other than the lab, coordinator, residents, pilot and ambassadors, and for a cohort of
    published facts.
    """
    cohort = get_cohort_or_404(request, slug)
    enforce(allow_if_all(can_add_work(roles_in(request, cohort)), open_to_additions(cohort)))
    preselected = {name: request.GET[name] for name in ("kind", "about") if name in request.GET}
    form = NewCanvasForm(
        submitted_data(request), subjects=SubjectChoices(cohort), initial={"kind": "persona", **preselected}
    )
    page = FormPage(_("Add canvas"), _("Add the canvas"), cohort.get_absolute_url(), crumb=cohort)
    done = _("The canvas is added. Fill in its parts in any order.")
    add, user = actions.add_canvas, person(request)
    return form_response(request, form, page, add, done=done, to_result=True, cohort=cohort, by=user)


@form_page
def edit_canvas(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the form for the title and subject of a canvas; save it on POST and go back to the canvas.

    Raises Refused for people other than the lab, coordinator, residents, pilot, and ambassadors for their own or shared
    canvases; Http404 for people who may not read it.
    """
    row = canvas_to_edit(request, pk)
    form = CanvasForm(submitted_data(request), subjects=SubjectChoices(row.cohort), current=row.form_values())
    page = FormPage(_("Edit title and subject"), _("Save"), row.get_absolute_url(), crumb=row)
    return form_response(request, form, page, actions.change_canvas, done=_("Saved."), canvas=row, by=person(request))


@form_page
def share_canvas(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the form to share a canvas with every cohort of its edition, or only with its own; save it on POST.

    Raises Refused for people other than the lab and the cohort's coordinator and pilot, Http404 for people who may not
    read it.
    """
    row = get_canvas_or_404(request, pk)
    enforce(can_steer_idea(roles_in(request, row.cohort)))
    readers = ShareForm.EDITION if row.shared_with_edition else ShareForm.COHORT
    form = ShareForm(submitted_data(request), initial={"readers": readers})
    page = FormPage(_("Choose who can read the canvas"), _("Save"), row.get_absolute_url(), crumb=row)
    return form_response(request, form, page, actions.share_canvas, done=_("Saved."), canvas=row, by=person(request))
