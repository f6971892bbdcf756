"""Find the object that files belong to, and a file that the person may see there."""

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.timezone import now

from accounts.requests import person
from files.models import Attachment
from files.registries import Owner, file_owners
from web.dates.clock import day_in, today_everywhere


def get_owner_or_404(request: HttpRequest, about: str, object_id: int) -> Owner:
    """Return the object that files belong to, with what the signed-in person may do with its files.

    `about` is the slug of its kind. Raises Http404 if there is no such object or the person may not see it.
    """
    find = dict(file_owners.items()).get(about)
    owner = find(object_id, person(request), today_everywhere()) if find else None
    if owner is None:
        raise Http404
    return owner


def get_file_owner_or_404(request: HttpRequest, pk: int) -> Owner:
    """Return the object that the file with the key `pk` belongs to; Http404 if the person may not see that object."""
    row = get_object_or_404(Attachment.objects.only("about", "object_id"), pk=pk)
    return get_owner_or_404(request, row.about, row.object_id)


def get_viewable_file_or_404(request: HttpRequest, pk: int) -> Attachment:
    """Return the file with the key `pk` if the person can look at it today; raises Http404 otherwise.

    A file is not shown once it is withdrawn, nor without the consent of the people on it for this person's audience.
    """
    owner = get_file_owner_or_404(request, pk)
    return get_object_or_404(Attachment.objects.viewable_by(owner, day_in(owner.zone, now())), pk=pk)


def get_described_file_or_404(request: HttpRequest, pk: int) -> tuple[Attachment, Owner]:
    """Return the file with the key `pk`, to edit it, and the object it belongs to.

    Raises Http404 if the person may not see it. A file that is no longer shown (withdrawn, or its consent has ended) is
    returned to people who may edit it.
    """
    owner = get_file_owner_or_404(request, pk)
    return get_object_or_404(Attachment.objects.visible_to(owner, day_in(owner.zone, now())), pk=pk), owner
