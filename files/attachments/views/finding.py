"""What the views look up first: the thing files belong to, and a file the person may see there."""

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.timezone import now

from accounts.requests import person
from files.models import Attachment
from files.registries import Owner, attachables
from web.dates.clock import day_in, today_everywhere


def owner_at(request: HttpRequest, about: str, object_id: int) -> Owner:
    """Raises Http404 for what is not there, or not for this person."""
    find = dict(attachables.items()).get(about)
    owner = find(object_id, person(request), today_everywhere()) if find else None
    if owner is None:
        raise Http404
    return owner


def whose(request: HttpRequest, pk: int) -> Owner:
    """What a file belongs to."""
    row = get_object_or_404(Attachment.objects.only("about", "object_id"), pk=pk)
    return owner_at(request, row.about, row.object_id)


def shown_at(request: HttpRequest, pk: int) -> Attachment:
    """A file to look at: Http404 past its consent, and once it is withdrawn."""
    owner = whose(request, pk)
    return get_object_or_404(Attachment.objects.shown_to(owner, day_in(owner.zone, now())), pk=pk)


def kept_at(request: HttpRequest, pk: int) -> tuple[Attachment, Owner]:
    """A file to say something about: for those who may, also one whose consent has ended, or that is withdrawn."""
    owner = whose(request, pk)
    return get_object_or_404(Attachment.objects.visible_to(owner, day_in(owner.zone, now())), pk=pk), owner
