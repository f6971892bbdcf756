"""The page that corrects an indicator of an idea."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.timezone import now
from django.utils.translation import gettext as _

from accounts.requests import person
from prototypes import actions
from prototypes.effects.forms import CorrectIndicatorForm
from prototypes.models import Indicator
from prototypes.permissions import allow_if_all, can_steer_idea, open_to_edits
from prototypes.views.lookups import get_idea_or_404, roles_in
from web.decisions import enforce
from web.forms.pages import FormPage, form_page, form_response, submitted_data


@form_page
def correct_indicator(request: HttpRequest, pk: int, indicator: int) -> HttpResponse:
    """Show the form to correct an indicator of an idea, given by the key of its first version; save it on POST.

    Raises Refused for people other than the lab, the coordinator and the pilot, Http404 for an indicator of another
    idea.
    """
    row = get_idea_or_404(request, pk)
    visible = Indicator.objects.visible_to(person(request)).filter(idea=row)
    get_object_or_404(visible.first_versions(), pk=indicator)
    enforce(allow_if_all(can_steer_idea(roles_in(request, row.cohort)), open_to_edits(row)))
    current = Indicator.objects.latest_version(indicator)
    current.idea = row
    form = CorrectIndicatorForm(submitted_data(request), current=current.form_values())
    return form_response(
        request,
        form,
        FormPage(_("Correct the indicator"), _("Correct"), row.get_absolute_url(), crumb=row),
        actions.correct_indicator,
        done=_("The indicator is corrected. The earlier version stays in the timeline."),
        indicator=current,
        by=person(request),
        at=now(),
    )
