"""Acts on an implementation: live, sustained, discontinued, failed."""

from django.http import HttpRequest, HttpResponse

from prototypes.action_pages.offered import IMPLEMENTATION_ACTS
from prototypes.action_pages.views import act_named, perform
from prototypes.confirmations.return_links import back_to
from prototypes.views.lookups import implementation_at, letters
from web.forms.pages import form_page


@form_page
def implementation_act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """One of the acts on an implementation; it comes back to the idea's page, or the list it was asked from."""
    row = implementation_at(request, pk)
    chosen = act_named(IMPLEMENTATION_ACTS, act)
    holds = letters(request, row.idea.cohort)
    back = back_to(request.GET, row.idea)
    return perform(request, chosen, holds, back=back, context={"crumb": row.idea}, implementation=row)
