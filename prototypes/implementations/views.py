"""Actions on an implementation."""

from django.http import HttpRequest, HttpResponse

from prototypes.action_pages.definitions import IMPLEMENTATION_ACTIONS
from prototypes.action_pages.views import get_action_or_404, perform
from prototypes.confirmations.return_links import return_url
from prototypes.views.lookups import get_implementation_or_404, roles_in
from web.forms.pages import form_page


@form_page
def implementation_action(request: HttpRequest, pk: int, action_slug: str) -> HttpResponse:
    """Show the form of one action on an implementation, such as "live" or "correct" (`action_slug`); run it on POST.

    Then the person returns to the list from which they came, else to the idea. Raises Refused for people other than the
    lab, the pilot and the authority's admin, Http404 for an unknown action.
    """
    row = get_implementation_or_404(request, pk)
    action = get_action_or_404(IMPLEMENTATION_ACTIONS, action_slug)
    roles = roles_in(request, row.idea.cohort)
    back = return_url(request.GET, row.idea)
    return perform(request, action, roles, back=back, context={"crumb": row.idea}, implementation=row)
