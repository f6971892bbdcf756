"""The page on which a person postpones a reminder of their home page."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.requests import person
from labplatform.home.actions import snooze_notice as action
from labplatform.home.forms import GONE, SnoozeForm
from labplatform.home.notices import home_page_notices
from web.dates.clock import platform_today
from web.forms.pages import FormPage, form_page, form_response, submitted_data
from web.security.lab_readers import open_to_lab_readers


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
