"""The note on the home page about access requests that wait for an answer."""

from django.contrib.postgres.expressions import ArraySubquery
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from cohorts.access_requests.permissions import may_answer_requests
from cohorts.models import AccessRequest
from web.database.nested_rows import counted
from web.dates.clock import Today
from web.pages.home import Attention, Found, Watch


def _find_requests(user: User, today: Today) -> ArraySubquery | None:
    return counted(AccessRequest.objects.visible_to(user).pending()) if may_answer_requests(user) else None


def _say_requests(request: HttpRequest, found: Found) -> list[Attention]:
    count = found[0]["count"]
    said = ngettext("%(count)s person asks for access.", "%(count)s people ask for access.", count)
    why = _("They signed in with their organisation’s account, and nobody invited them.")
    address = reverse("cohorts:access_requests")
    return [Attention(said % {"count": count}, why, address, _("Answer"))] if count else []


def open_requests(user: User) -> int | None:
    """How many wait for whoever may answer them (one statement); None for anybody else."""
    return AccessRequest.objects.visible_to(user).pending().count() if may_answer_requests(user) else None


# People a provider of identities sent, whom nobody answered.
asking_to_come_in = Watch(find=_find_requests, say=_say_requests)
