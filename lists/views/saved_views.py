"""Pages of saved views: open one, save one, change or delete one's own."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.requests import person
from lists.access import open_list, views_of
from lists.actions import delete_view, save_view
from lists.forms import SavedViewForm
from lists.models import MAX_QUERY, SavedView
from lists.view_counts import counts_of_views
from web.database.keys import key_of
from web.dates.clock import today_everywhere
from web.forms.fields import ConfirmationForm
from web.forms.pages import FormPage, adding_errors_to, form_page, submitted_data
from web.lists.bound import SUBJECT_KEY, VIEW, BoundList
from web.lists.declarations import List, lists
from web.security.acting import forbidden_while_acting
from web.security.lab_readers import open_to_lab_readers


def get_list_or_404(slug: str) -> List:
    """Return the list with this slug; raise Http404 if there is none."""
    if slug not in lists:
        raise Http404
    return lists[slug]


def open_requested_list(request: HttpRequest, slug: str) -> BoundList:
    """Return the list that the address of the request names and chooses from, as the signed-in person opens it.

    Raises Http404 for an unknown list, and Http404 or Refused if they may not see it.
    """
    return open_list(person(request), get_list_or_404(slug), request.GET, request.GET.get(SUBJECT_KEY, ""))


def address_of(view: SavedView) -> str:
    """Return the address of the list as the view shows it."""
    query = QueryDict(view.query, mutable=True)
    query[VIEW] = str(view.pk)
    return f"{get_list_or_404(view.list_slug).href(view.subject_key)}?{query.urlencode()}"


@require_safe
def view(request: HttpRequest, pk: int) -> HttpResponse:
    """Redirect to the list as a saved view shows it, without filters that the list does not offer to the person; 404
    for a view that is neither theirs nor shared with them.

    Raises Http404 or Refused for a list that they may not see: its address can name people.
    """
    row = get_object_or_404(SavedView.objects.visible_to(person(request), today_everywhere()), pk=pk)
    query = QueryDict(row.query)
    opened = open_list(person(request), get_list_or_404(row.list_slug), query, row.subject_key)
    offered = opened.view_query
    if opened.lasting_query.keys() - offered.keys():
        messages.warning(request, _("This view has filters that are not offered to you. They are left out."))
    offered[VIEW] = str(row.pk)
    return redirect(f"{opened.declaration.href(row.subject_key)}?{offered.urlencode()}")


@require_safe
def view_counts(request: HttpRequest, slug: str) -> HttpResponse:
    """Return the links to the views of a list, each with its number of rows, which htmx puts into the open page.

    The page itself comes without the numbers: each costs as much as its list. 404 or 403 for a list that the person may
    not see.
    """
    bound_list = open_requested_list(request, slug)
    views = views_of(bound_list)
    total, *counts = counts_of_views(bound_list, views)
    context = {
        "bound_list": bound_list,
        "total": total,
        "views": zip(views, counts, strict=True),
        "current_view": key_of(request.GET.get(VIEW, "")),
    }
    return render(request, "lists/views.html", context)


@open_to_lab_readers
@forbidden_while_acting
@form_page
def add_view(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the form that saves the list at this address as a view; save it on POST and go to the list."""
    bound_list = open_requested_list(request, slug)
    return _view_form(request, bound_list, None)


@open_to_lab_readers
@forbidden_while_acting
@form_page
def edit_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the form to rename or share a view of one's own; with parameters in the address, they replace those of the
    view. 404 for views of others.
    """
    row = get_object_or_404(SavedView, pk=pk, person=person(request))
    query = request.GET if request.GET else QueryDict(row.query)
    return _view_form(request, open_list(person(request), get_list_or_404(row.list_slug), query, row.subject_key), row)


def _view_form(request: HttpRequest, bound_list: BoundList, row: SavedView | None) -> HttpResponse:
    """Show the form of a new view, or of the view `row`; on POST save it with the parameters of the bound list."""
    user, query = person(request), bound_list.view_query.urlencode()
    initial = {"name": row.name, "shared_with": row.shared_with} if row else {}
    form = SavedViewForm(submitted_data(request), user=user, today=bound_list.reader.today, initial=initial)
    if form.is_bound and form.is_valid():
        with adding_errors_to(form):
            saved = save_view(
                view=row,
                list_slug=bound_list.declaration.slug,
                subject_key=bound_list.reader.subject_key,
                query=query,
                by=user,
                **form.cleaned_data,
            )
            messages.success(request, _("The view “%(name)s” is saved.") % {"name": saved.name})
            return redirect(address_of(saved))
    return FormPage(
        _("Edit view") if row else _("Save view"),
        _("Save"),
        bound_list.address(),
        crumb=bound_list.declaration.title,
        consequences=(_("The view will show the filters, order and columns you see now."),) if row else (),
        unavailable_reason=_unavailable_reason(query),
    ).show(request, form)


def _unavailable_reason(query: str) -> str:
    """Return why these parameters cannot be saved as a view: there are none, or too many; "" if they can."""
    if not query:
        return _("Choose a filter, an order or columns first. Then save the view.")
    return _("This choice is too long for a view. Choose fewer filters.") if len(query) > MAX_QUERY else ""


@open_to_lab_readers
@forbidden_while_acting
@form_page
def remove_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for confirmation, then delete a view of one's own and go to the list; 404 for views of others."""
    row = get_object_or_404(SavedView, pk=pk, person=person(request))
    of_list = get_list_or_404(row.list_slug)
    form = ConfirmationForm(submitted_data(request))
    if form.is_bound and form.is_valid():
        delete_view(view=row, by=person(request))
        messages.success(request, _("The view “%(name)s” is deleted.") % {"name": row.name})
        return redirect(of_list.href(row.subject_key))
    return FormPage(
        _("Delete the view “%(name)s”?") % {"name": row.name},
        _("Delete"),
        address_of(row),
        crumb=of_list.title,
        consequences=(
            _("The view is no longer offered to you, nor to those it is shared with."),
            _("The rows it shows stay as they are."),
        ),
        is_destructive=True,
    ).show(request, form)
