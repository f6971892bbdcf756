"""The e-mails about peer visits: to the host when someone asks, to the guest when the host answers."""

from collections.abc import Callable, Collection
from datetime import date, datetime
from typing import Final

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from exchanges.peers.actions import GUEST, HOST, KIND, REQUESTED
from exchanges.peers.enums import VisitState
from exchanges.peers.models import PeerVisit, PeerVisitQuerySet
from notifications.emails.texts import EmailTemplate, EmailTemplates
from notifications.models import DeliveryItem, Reminder
from notifications.registries import CommandScope, EmailPart, EventKind
from notifications.reminders.recipients import Audiences, platform_today
from web.templatetags.web import period

VISIT: Final = "exchanges:visit"
EMAILS: Final = {
    REQUESTED: EmailTemplate(
        about=_("a request for a visit"),
        subject=_("%(guest)s asks to visit you"),
        paragraphs=(
            _("%(guest)s found you in the directory and asks for a peer visit. The page says what for."),
            _("Agree on days, or decline. Your e-mail address is not shown unless you allow it."),
        ),
        button=_("Answer the request"),
        url_name=VISIT,
    ),
    "visit_agreed": EmailTemplate(
        about=_("the visit is agreed"),
        subject=_("%(host)s agrees to your visit: %(days)s"),
        paragraphs=(
            _("%(host)s agrees to your visit: %(days)s."),
            _("Venue: %(venue)s"),
            "%(reply)s",
        ),
        button=_("See the visit"),
        url_name=VISIT,
    ),
    "visit_declined": EmailTemplate(
        about=_("the visit is declined"),
        subject=_("%(host)s cannot welcome you"),
        paragraphs=(_("%(host)s declines your request for a visit."), "%(reply)s"),
        button=_("See the visit"),
        url_name=VISIT,
    ),
    "visit_cancelled": EmailTemplate(
        about=_("the visit is cancelled"),
        subject=_("The visit of %(guest)s to %(host)s is cancelled"),
        paragraphs=(
            _("The visit of %(guest)s to %(host)s is cancelled."),
            _("It was agreed for these days: %(days)s."),
        ),
        button=_("See the visit"),
        url_name=VISIT,
    ),
    "visit_reported": EmailTemplate(
        about=_("the report of the visit"),
        subject=_("%(guest)s wrote the report of the visit"),
        paragraphs=(_("%(guest)s wrote what came of the visit:"), "%(report)s"),
        button=_("See the visit"),
        url_name=VISIT,
    ),
}
TEXTS: Final = EmailTemplates(
    EMAILS,
    {
        HOST: (
            pgettext_lazy("visit", "Host"),
            _("You are receiving this e-mail because %(guest)s visits you, or asks to."),
        ),
        GUEST: (
            pgettext_lazy("visit", "Visitor"),
            _("You are receiving this e-mail because you asked %(host)s for a visit."),
        ),
    },
)


def _events(_email_types: Collection[str]) -> PeerVisitQuerySet:
    """Return the query for visits with their two people; the types of e-mail do not matter."""
    return PeerVisit.objects.select_related("guest", "host").order_by()


def _person(column: str) -> Callable[[int, date], Q]:
    """Return the audience of the one person in a column of a visit."""
    return lambda pk, _today: Q(pk__in=PeerVisit.objects.filter(pk=pk).values(column))


def _stop_reason(visit: PeerVisit, email_type: str, _at: datetime) -> str:
    """Return the slug of why an e-mail about an earlier state of the visit is no longer useful, else ""."""
    if email_type == REQUESTED and visit.state != VisitState.REQUESTED:
        return "answered"
    is_over = email_type == "visit_agreed" and visit.state == VisitState.CANCELLED
    is_unknown = email_type == "visit_cancelled" and not _is_known_to_host(visit)
    return "cancelled" if is_over or is_unknown else ""


def _is_known_to_host(visit: PeerVisit) -> bool:
    """Return whether the host agreed to the visit, or may have received the e-mail with its request."""
    requests = DeliveryItem.objects.filter(reminder__kind=KIND, reminder__email_type=REQUESTED)
    received = requests.filter(reminder__object_id=visit.pk).possibly_received()
    return visit.first_day is not None or received.exists()


VISITS: Final = Audiences(
    events=_events,
    today=platform_today,
    people={GUEST: _person("guest"), HOST: _person("host")},
    event_stop_reason=_stop_reason,
    event_name=str,
)


def render(reminder: Reminder, visit: PeerVisit, _user: User, _language: str) -> EmailPart:
    """Return the e-mail about a visit: names and texts, no e-mail address."""
    values = {
        "guest": visit.guest.full_name,
        "host": visit.host.full_name,
        "days": period(visit.first_day, visit.last_day, weekday=True) if visit.first_day and visit.last_day else "",
        "venue": visit.venue,
        "reply": visit.reply,
        "report": visit.report,
    }
    return TEXTS.part(reminder, values)


def _in_scope(scope: CommandScope) -> set[int]:
    """Return the keys of the visits of guests in a command's scope; of all visits without a limit."""
    cohort = "guest__memberships__cohort"
    limits = scope.limits(
        edition=f"{cohort}__edition__slug", cohort=f"{cohort}__slug", authority=f"{cohort}__authority__slug"
    )
    return set(PeerVisit.objects.filter(**limits).values_list("pk", flat=True))


def _names(pks: Collection[int]) -> dict[int, str]:
    """Return the two people of each visit as its name, by key (one statement)."""
    return {row.pk: str(row) for row in _events(()).filter(pk__in=pks)}


PEER_VISIT: Final = EventKind(
    label=_("Peer visits"),
    recipients=VISITS.recipients,
    check=VISITS.check,
    find=VISITS.find,
    render=render,
    describe=TEXTS.describe,
    href=lambda reminder: reverse(VISIT, args=[reminder.object_id]),
    in_scope=_in_scope,
    can_see=lambda user, pk: PeerVisit.objects.visible_to(user).filter(pk=pk).exists(),
    names=_names,
    sizes=VISITS.sizes,
    stop_reason=VISITS.stop_reason,
)
