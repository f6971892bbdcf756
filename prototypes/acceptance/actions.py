"""The action that asks those who may accept an idea to do so."""

from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from notifications.actions import announce_change
from notifications.events import EventRef
from prototypes.acceptance.models import AcceptanceRequest
from prototypes.ideas.actions.recording import lock_idea
from prototypes.models import Idea
from web.actions import action
from web.dates.clock import day_in
from web.errors import DomainError
from web.text import formats
from web.text.language import active_language

EVENT_KIND: Final = "acceptance"  # the slug of the kind of event; its events are ideas
REQUEST_EMAIL: Final = "acceptance_requested"
LEADS_AUDIENCE: Final = "leads"


@action(gettext_lazy("Acceptance asked for"))
def ask_for_acceptance(*, idea: Idea, by: User, at: datetime) -> AcceptanceRequest:
    """Record that `by` asks for the acceptance of a captured idea, e-mail those who may accept it, and return the
    request.

    There is one request for each idea, and so one e-mail to each of them. The same person asking again changes nothing.
    Raises DomainError when somebody else has asked, and for an idea that does not wait to be accepted.
    """
    lock_idea(idea)
    row, created = AcceptanceRequest.objects.select_related("by").get_or_create(
        idea=idea, defaults={"by": by, "requested_at": at}
    )
    if created:
        event = EventRef(EVENT_KIND, idea.pk)
        announce_change(event=event, email_type=REQUEST_EMAIL, audience=LEADS_AUDIENCE, at=at, by=by)
    elif row.by_id != by.pk:
        raise DomainError(request_text(row, idea.cohort.authority.time_zone))
    return row


def request_text(row: AcceptanceRequest, zone: str) -> str:
    """Return the sentence who asked for the acceptance of an idea, and on which day in the time zone `zone`."""
    day = formats.short_day(day_in(zone, row.requested_at), active_language())
    return _("%(person)s asked for its acceptance on %(day)s.") % {"person": row.by, "day": day}
