"""Pages of the editable table of calendar periods, which adds to, or corrects, the published calendars."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.requests import person
from programmes import actions
from programmes.forms import PeriodForm
from programmes.models import CalendarPeriod
from programmes.permissions import can_manage_programmes
from programmes.workdays import KNOWN_CORRECTIONS
from web.dates.clock import platform_today
from web.decisions import enforce
from web.forms.fields import ConfirmationForm
from web.forms.pages import FormPage, form_page, form_response, submitted_data
from web.pages.pagination import paginate


def _calendar_manager(request: HttpRequest) -> User:
    """Return the signed-in person; raises Refused unless they are lab staff, who manage the calendar."""
    user = person(request)
    enforce(can_manage_programmes(user))
    return user


@require_safe
def calendar_periods(request: HttpRequest) -> HttpResponse:
    """List, to lab staff, the calendar periods that end today or later, by first day; with `?all` in the URL past ones
    too.

    Raises Refused for others.
    """
    _calendar_manager(request)
    show_all = "all" in request.GET
    periods = CalendarPeriod.objects.order_by("starts_on", "name", "pk")
    context = {
        "page": paginate(periods if show_all else periods.ending_from(platform_today()), request.GET.get("page")),
        "show_all": show_all,
        "corrections": KNOWN_CORRECTIONS,
    }
    return render(request, "programmes/calendar/periods.html", context)


@form_page
def add_calendar_period(request: HttpRequest) -> HttpResponse:
    """Show lab staff the form for a calendar period; add it on POST. Raises Refused for others."""
    user = _calendar_manager(request)
    form = PeriodForm(request.POST or None)
    page = FormPage(_("Add period"), _("Add period"), reverse("programmes:calendar_periods"))
    return form_response(
        request, form, page, actions.add_calendar_period, done=_("The period is added to the table."), by=user
    )


@form_page
def change_calendar_period(request: HttpRequest, pk: int) -> HttpResponse:
    """Show lab staff the form with the facts of a calendar period, given by its key; save it on POST."""
    user = _calendar_manager(request)
    period = get_object_or_404(CalendarPeriod, pk=pk)
    form = PeriodForm(request.POST or None, instance=period)
    page = FormPage(_("Add period"), _("Save"), reverse("programmes:calendar_periods"), crumb=period)
    return form_response(request, form, page, actions.change_calendar_period, done=_("Saved."), period=period, by=user)


@form_page
def remove_calendar_period(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask lab staff to confirm that a calendar period be removed; delete it on POST.

    A POST for a period that is already removed shows a warning and changes nothing; another request raises Http404.
    """
    user = _calendar_manager(request)
    if request.method == "POST" and not CalendarPeriod.objects.filter(pk=pk).exists():
        messages.warning(request, _("This period has already been removed from the table."))
        return redirect("programmes:calendar_periods")
    period = get_object_or_404(CalendarPeriod, pk=pk)
    form = ConfirmationForm(submitted_data(request))
    if form.is_bound:
        actions.remove_calendar_period(period=period, by=user)
        messages.success(request, _("“%(name)s” is removed from the table.") % {"name": period.name})
        return redirect("programmes:calendar_periods")
    page = FormPage(
        _("Remove “%(name)s” from the calendar") % {"name": period.name},
        _("Remove"),
        reverse("programmes:calendar_periods"),
        consequences=(
            _("Dates will be proposed as if the period did not exist."),
            _("Dates already agreed on do not change."),
        ),
        is_destructive=True,
    )
    return page.show(request, form)
