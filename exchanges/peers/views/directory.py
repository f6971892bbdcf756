"""The directory: whom one finds there, and one's own entry."""

from typing import Any

from django.contrib import messages
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.requests import person
from cohorts.models import Membership
from exchanges.peers import actions
from exchanges.peers.filters import DirectoryFilter
from exchanges.peers.forms import ProfileForm
from exchanges.peers.models import PeerProfile, PeerVisit
from exchanges.peers.permissions import can_join_alumni, can_join_directory, can_read_directory
from web.dates.clock import platform_today, today_everywhere
from web.decisions import enforce
from web.forms.edit_conflicts import column_values
from web.forms.pages import apply_form, form_page, submitted_data
from web.pages import htmx
from web.pages.pagination import paginate
from web.security.acting import forbidden_while_acting
from web.security.lab_readers import open_to_lab_readers


def get_reader(request: HttpRequest) -> User:
    """Return the signed-in person; raises Http404 unless they may read the directory."""
    user = person(request)
    if not can_read_directory(user, platform_today()):
        raise Http404
    return user


@require_safe
def directory(request: HttpRequest) -> HttpResponse:
    """Show the people whom the reader finds in the directory, by name, and the reader's visits.

    Raises Http404 unless they are a member of a cohort, or lab staff.
    """
    user, today = get_reader(request), platform_today()
    memberships = Membership.objects.active(today_everywhere()).select_related("cohort").order_by("starts_on", "pk")
    entries = PeerProfile.objects.visible_to(user).select_related("user").by_name()
    entries = entries.prefetch_related(Prefetch("user__memberships", memberships, to_attr="current_memberships"))
    filtered = DirectoryFilter(request.GET, entries, request=request)
    page, can_join = paginate(filtered.qs, request.GET.get("page")), can_join_directory(user, today)
    for entry in page:
        entry.can_request_visit = can_join and _is_from_another_cohort(entry, user)
    context = {
        "filter": filtered,
        "page": page,
        "can_join": can_join,
        "is_listed": PeerProfile.objects.filter(user=user).exists(),
        "visits": PeerVisit.objects.visible_to(user).select_related("guest", "host").order_by("-pk")[:20],
    }
    return htmx.render(request, "exchanges/peers/directory.html", "results", context)


def _is_from_another_cohort(entry: Any, user: User) -> bool:
    """Return whether the person of an entry, read with `current_memberships`, shares no cohort with the user."""
    own = {*user.access.cohorts, *user.access.ending_cohorts}
    return entry.user_id != user.pk and not own & {row.cohort_id for row in entry.user.current_memberships}


@forbidden_while_acting
@form_page
def own_profile(request: HttpRequest) -> HttpResponse:
    """Show the form with one's own entry in the directory; save it on POST and go to the directory.

    Someone with an entry who is no longer a member, or joined the lab, can only leave. Raises Http404 for others who
    may not read the directory, Refused for lab staff.
    """
    user = person(request)
    row, decision = PeerProfile.objects.filter(user=user).first(), can_join_directory(user, platform_today())
    if row and not decision:
        return render(request, "exchanges/peers/profile.html", {"is_listed": True, "can_only_leave": True})
    get_reader(request)
    enforce(decision)
    can_join = can_join_alumni(user)
    names = ("skills", "offers", "requests", *(("is_alumnus",) if can_join else ()))
    current = column_values(row, *names) if row else None
    form = ProfileForm(submitted_data(request), can_join_alumni=can_join, current=current)
    if apply_form(form, actions.save_profile, by=user):
        messages.success(request, _("Your entry is in the directory. You can leave it at any time."))
        return redirect("exchanges:directory")
    return render(request, "exchanges/peers/profile.html", {"form": form, "is_listed": row is not None})


@open_to_lab_readers
@forbidden_while_acting
@require_POST
def leave_directory(request: HttpRequest) -> HttpResponse:
    """Delete one's own entry in the directory (POST only), and go to the directory, or home for those who cannot read
    it.

    Everyone signed in can leave, whatever they may do otherwise.
    """
    user = person(request)
    if PeerProfile.objects.filter(user=user).exists():
        actions.leave_directory(user=user, by=user)
        messages.success(request, _("Your entry is deleted. Nobody finds you in the directory any more."))
    return redirect("exchanges:directory" if can_read_directory(user, platform_today()) else "home")
