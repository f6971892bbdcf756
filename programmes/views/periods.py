"""The table of periods that adds to, or corrects, the published calendars."""

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
from programmes.permissions import may_keep_programmes
from programmes.workdays import KNOWN_CORRECTIONS
from web.dates.clock import platform_today
from web.decisions import enforce
from web.forms.fields import SureForm
from web.forms.pages import FormPage, done, form_page, sent
from web.pages.pagination import paginate


def _staff(request: HttpRequest) -> User:
    """The person, who keeps the calendar; raises Refused otherwise."""
    user = person(request)
    enforce(may_keep_programmes(user))
    return user


@require_safe
def calendar_periods(request: HttpRequest) -> HttpResponse:
    """Periods that are not over, unless all are asked for."""
    _staff(request)
    everything = "all" in request.GET
    lines = CalendarPeriod.objects.order_by("starts_on", "name", "pk")
    context = {
        "page": paginate(lines if everything else lines.ending_from(platform_today()), request.GET.get("page")),
        "everything": everything,
        "corrections": KNOWN_CORRECTIONS,
    }
    return render(request, "programmes/calendar/periods.html", context)


@form_page
def add_calendar_period(request: HttpRequest) -> HttpResponse:
    user = _staff(request)
    form = PeriodForm(request.POST or None)
    if done(form, actions.add_calendar_period, by=user):
        messages.success(request, _("The period is added to the table."))
        return redirect("programmes:calendar_periods")
    page = FormPage(_("Add period"), _("Add period"), reverse("programmes:calendar_periods"))
    return page.show(request, form)


@form_page
def change_calendar_period(request: HttpRequest, pk: int) -> HttpResponse:
    user = _staff(request)
    line = get_object_or_404(CalendarPeriod, pk=pk)
    form = PeriodForm(request.POST or None, instance=line)
    if done(form, actions.change_calendar_period, period=line, by=user):
        messages.success(request, _("Saved."))
        return redirect("programmes:calendar_periods")
    page = FormPage(_("Add period"), _("Save"), reverse("programmes:calendar_periods"), crumb=line)
    return page.show(request, form)


@form_page
def remove_calendar_period(request: HttpRequest, pk: int) -> HttpResponse:
    user = _staff(request)
    if request.method == "POST" and not CalendarPeriod.objects.filter(pk=pk).exists():
        messages.warning(request, _("This period has already been removed from the table."))
        return redirect("programmes:calendar_periods")
    line = get_object_or_404(CalendarPeriod, pk=pk)
    form = SureForm(sent(request))
    if form.is_bound:
        actions.remove_calendar_period(period=line, by=user)
        messages.success(request, _("“%(name)s” is removed from the table.") % {"name": line.name})
        return redirect("programmes:calendar_periods")
    page = FormPage(
        _("Remove “%(name)s” from the calendar") % {"name": line.name},
        _("Remove"),
        reverse("programmes:calendar_periods"),
        consequences=(
            _("Dates will be proposed as if the period did not exist."),
            _("Dates already agreed on do not change."),
        ),
        grave=True,
    )
    return page.show(request, form)
