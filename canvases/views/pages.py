"""A cohort's canvases, the page of one, and the forms to begin, name and share one."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.requests import person
from canvases import actions
from canvases.canvas_schema import PATTERNS, CellState
from canvases.filters import CanvasFilter
from canvases.forms import About, CanvasForm, NewCanvasForm, ShareForm, StepForm
from canvases.models import Canvas
from canvases.permissions import may_edit_canvas
from canvases.views.layout import layout
from canvases.views.lookups import canvas_at, canvas_to_edit
from prototypes.permissions import both, may_add_work, may_steer, open_to_additions
from prototypes.registries import parts_of
from prototypes.views.lookups import cohort_at, letters, works_somewhere
from prototypes.views.pages import ask
from web.dates.clock import today_everywhere
from web.decisions import enforce
from web.forms.pages import form_page, sent
from web.pages.htmx import render as render_page
from web.pages.pagination import paginate


@require_safe
def canvas_list(request: HttpRequest, slug: str) -> HttpResponse:
    """The canvases of a cohort, the latest first, of all kinds or of one."""
    cohort = cohort_at(request, slug)
    rows = cohort.canvases.visible_to(person(request)).with_counts().order_by("-pk")
    rows = rows.select_related("idea", "challenge", "made_by")
    found = CanvasFilter(request.GET or None, rows)
    context = {
        "cohort": cohort,
        "filter": found,
        "page": paginate(found.qs, request.GET.get("page")),
        "kind": PATTERNS.get(request.GET.get("kind", "")),
        "may_add": both(may_add_work(letters(request, cohort)), open_to_additions(cohort)),
    }
    return render_page(request, "canvases/list.html", "results", context)


@require_safe
def canvas(request: HttpRequest, pk: int) -> HttpResponse:
    """What is said, where it stands, and what each text rests on."""
    row = canvas_at(request, pk)
    holds = letters(request, row.cohort)
    context = {
        "canvas": row,
        "layout": layout(row),
        "states": CellState,
        "may_edit": may_edit_canvas(holds, person(request), row),
        "may_share": may_steer(holds),
        "may_copy": may_add_work(holds) or works_somewhere(person(request), today_everywhere()),
        "form": StepForm(auto_id="step-%s"),
        **parts_of("canvas", request, row, holds),
    }
    return render(request, "canvases/canvas.html", context)


@form_page
def add_canvas(request: HttpRequest, slug: str) -> HttpResponse:
    """Begin one; `?kind=` and `?about=` are what the page one comes from chose."""
    cohort = cohort_at(request, slug)
    enforce(both(may_add_work(letters(request, cohort)), open_to_additions(cohort)))
    chosen = {name: request.GET[name] for name in ("kind", "about") if name in request.GET}
    form = NewCanvasForm(sent(request), about=About(cohort), initial={"kind": "persona", **chosen})

    def add() -> Canvas:
        return actions.add_canvas(cohort=cohort, by=person(request), **form.told())

    said, done = _("Add the canvas"), _("The canvas has its page now. Fill in its cells in any order.")
    return ask(request, form, add, title=_("Add canvas"), action=said, done=done, crumb=cohort)


@form_page
def edit_canvas(request: HttpRequest, pk: int) -> HttpResponse:
    """What it is called, and what it is about."""
    row = canvas_to_edit(request, pk)
    form = CanvasForm(sent(request), about=About(row.cohort), stands=row.called())

    def change() -> Canvas:
        return actions.change_canvas(canvas=row, by=person(request), **form.told())

    title = _("Edit title and subject")
    return ask(request, form, change, title=title, action=_("Save"), done=_("Saved."), crumb=row)


@form_page
def share_canvas(request: HttpRequest, pk: int) -> HttpResponse:
    """Share it with the edition, or stop that."""
    row = canvas_at(request, pk)
    enforce(may_steer(letters(request, row.cohort)))
    readers = ShareForm.EDITION if row.shared_with_edition else ShareForm.COHORT
    form = ShareForm(sent(request), initial={"readers": readers})

    def share() -> Canvas:
        return actions.share_canvas(canvas=row, shared=form.shared(), by=person(request))

    return ask(
        request, form, share, title=_("Choose who can read the canvas"), action=_("Save"), done=_("Saved."), crumb=row
    )
