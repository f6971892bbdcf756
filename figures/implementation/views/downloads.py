"""The rates to take away, as CSV or XLSX: the figures, and the ideas behind them row by row.

The address is the page's, with what is chosen on it. What the page's form refuses, it says there.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_safe

from accounts.requests import person
from figures.formats import language, number
from figures.implementation.exports import IDEAS, Asked, asked_by, figures_table, file_name, ideas_table
from files.exports.actions import ask_export
from web.dates.clock import platform_today
from web.exports.downloads import download_table
from web.exports.tables import Table
from web.forms.fields import SureForm
from web.forms.pages import FormPage, form_page, refusals_into, sent
from web.security.own_paths import own_path

AT_ONCE = 2000  # rows of ideas that are answered without making anybody wait


@require_safe
def figures(request: HttpRequest, form: str) -> HttpResponse:
    """What the page shows, figure by figure."""
    asked = _asked(request)
    if not asked.form.is_valid():
        return redirect(_page(request))
    table = figures_table(asked, today=platform_today())
    return _answer(table, form, file_name(pgettext("name of a file", "rates"), asked.as_of, form))


@form_page
def ideas(request: HttpRequest, form: str) -> HttpResponse:
    """Those the reader may see one by one: at once, or, where there are many, written in the background when asked."""
    asked = _asked(request)
    if not asked.form.is_valid():
        return redirect(_page(request))
    name = file_name(pgettext("name of a file", "ideas"), asked.as_of, form)
    found = asked.figures(bounded=False)
    rows = found.group.own if found else 0
    if rows > AT_ONCE:
        return _in_the_background(request, asked, form, name, rows)
    if request.method == "POST":
        return redirect(own_path(request.get_full_path(), "home"))
    return _answer(ideas_table(asked, today=platform_today()), form, name)


def _in_the_background(request: HttpRequest, asked: Asked, form: str, name: str, rows: int) -> HttpResponse:
    """Asks first, since looking at an address changes nothing; then leads to how far it is."""
    sure = SureForm(sent(request))
    if sure.is_bound and sure.is_valid():
        what = {"kind": IDEAS, "form": form, "language": language(), "asked": asked.fixed().urlencode()}
        with refusals_into(sure):
            return redirect(ask_export(**what, name=name, rows=rows, by=person(request), at=now()))
    return FormPage(
        _("Ideas, row by row"),
        _("Create file"),
        _page(request),
        crumb=_("Rates"),
        intro=ngettext("The file has %(n)s row.", "The file has %(n)s rows.", rows) % {"n": number(rows)},
        consequences=(
            _(
                "The file is created in the background. You can leave the page and find the file later under"
                " “Your downloads”."
            ),
            _("Only you can download it. It is deleted after seven days."),
        ),
    ).show(request, sure)


def _asked(request: HttpRequest) -> Asked:
    return asked_by(person(request), request.GET, today=platform_today())


def _page(request: HttpRequest) -> str:
    """The page with the same choices."""
    chosen = request.META.get("QUERY_STRING", "")
    return f"{reverse('figures:rates')}?{chosen}" if chosen else reverse("figures:rates")


def _answer(table: Table, form: str, name: str) -> HttpResponse:
    return download_table(table, form, name=name, language=language())
