"""Acts on an implementation: live, sustained, discontinued, failed."""

from django.http import HttpRequest, HttpResponse

from prototypes.acts import IMPLEMENTATION_ACTS
from prototypes.views.acting import act_named, perform
from prototypes.views.reach import implementation_at, letters
from web.form_pages import form_page


@form_page
def implementation_act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """One of the acts on an implementation; the page it comes back to is the idea's."""
    row = implementation_at(request, pk)
    chosen = act_named(IMPLEMENTATION_ACTS, act)
    holds = letters(request, row.idea.cohort)
    back = row.idea.get_absolute_url()
    return perform(request, chosen, holds, back=back, context={"crumb": row.idea}, implementation=row)
