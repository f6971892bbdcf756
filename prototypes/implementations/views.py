"""Actions on an implementation."""

from django.http import HttpRequest, HttpResponse

from prototypes.action_pages.definitions import IMPLEMENTATION_ACTIONS
from prototypes.action_pages.views import get_action_or_404, perform
from prototypes.confirmations.return_links import return_url
from prototypes.views.lookups import implementation_at, roles_in
from web.forms.pages import form_page


@form_page
def implementation_action(request: HttpRequest, pk: int, action_slug: str) -> HttpResponse:
    """Show the form of one action on an implementation; on POST run it and return to the idea or the list it came from.

    `action_slug` is a key of `IMPLEMENTATION_ACTIONS`, else Http404.
    """
    row = implementation_at(request, pk)
    action = get_action_or_404(IMPLEMENTATION_ACTIONS, action_slug)
    roles = roles_in(request, row.idea.cohort)
    back = return_url(request.GET, row.idea)
    return perform(request, action, roles, back=back, context={"crumb": row.idea}, implementation=row)
