"""Find a commitment, or raise Http404, and the people who can own one."""

from django.db.models import Q
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from accounts.models import User
from accounts.requests import person
from cohorts.models import Membership
from exchanges.models import Commitment
from exchanges.permissions import EditionRoles, can_record_commitments_of_others, members_led


def get_commitment_or_404(request: HttpRequest, pk: int) -> Commitment:
    """Return the commitment with this key and its people, if the signed-in person may see it; raise Http404."""
    return get_object_or_404(Commitment.objects.visible_to(person(request)).with_people(), pk=pk)


def possible_owners(roles: EditionRoles) -> list[tuple[int, str]]:
    """Return the people who can own a commitment that the signed-in person records, as pairs of key and name, by name.

    These are the person and the active members of the cohorts they lead as coordinator or pilot; for lab staff the
    members of all cohorts.
    """
    others = members_led(roles) if can_record_commitments_of_others(roles) else Membership.objects.none()
    people = User.objects.filter(Q(pk=roles.user.pk) | Q(pk__in=others.values("user"), is_active=True))
    return [(user.pk, str(user)) for user in people.order_by("full_name", "pk")]
