"""The home page, and the page on which a person postpones one of its reminders."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.requests import person
from labplatform.home.actions import snooze_notice as action
from labplatform.home.forms import GONE, SnoozeForm
from labplatform.home.notices import home_page_notices
from web.dates.clock import platform_today
from web.forms.pages import FormPage, form_page, form_response, submitted_data
from web.pages.hooks import home_cards, main_action
from web.pages.panels import render_panels
from web.security.lab_readers import open_to_lab_readers


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the signed-in person's home page: notices about what is late or at risk, cards and the main button.

    The apps add all of these; the person sees only what concerns them.
    """
    notices, reads_only = home_page_notices(request), person(request).is_lab_reader
    context = {
        "today": platform_today(),
        "notices": notices,
        "cards": render_panels(home_cards(), request),
        "main_action": None if reads_only or notices.checklist else main_action(request),
    }
    return render(request, "labplatform/home/home.html", context)


@open_to_lab_readers
@form_page
def snooze_notice(request: HttpRequest) -> HttpResponse:
    """Show the form with the day on which a reminder of the home page comes back; save it on POST and go home.

    `?notice=` is the key of the reminder, which must be on the person's page now, or postponed.
    """
    key, today = request.GET.get("notice", ""), platform_today()
    notice = home_page_notices(request).find(key)
    page = FormPage(
        _("Remind me later"),
        _("Remind me on this day"),
        reverse("home"),
        crumb=_("Home"),
        intro=f"{notice.notice.strong} {notice.notice.text}".strip() if notice else "",
        unavailable_reason="" if notice else GONE,
    )
    form = SnoozeForm(submitted_data(request), today=today, notice=notice)
    return form_response(request, form, page, action, done=_("Saved."), notice=key, today=today, by=person(request))
