"""E-mails about calls: the applicant's link, receipt and decision, and the request to review.

The first e-mail of an applicant goes to an address that nobody has proved: it holds nothing that was typed.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Final

from django.db.models import Q
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from cohorts.calls.actions.applications import (
    CALL_WITHDRAWN_EMAIL,
    DECISION_EMAIL,
    LINK_EMAIL,
    LINK_EMAILS,
    RECEIPT_EMAIL,
    RESENT_LINK_EMAIL,
)
from cohorts.calls.actions.calls import REVIEW_EMAIL
from cohorts.calls.documents import APPLICATION
from cohorts.calls.enums import DECIDED, ApplicationState
from cohorts.calls.links import token_of_application
from cohorts.calls.models import DRAFT_LIFETIME, Application, Call, CallQuerySet, CallReviewer
from notifications.emails.texts import EmailTemplate, EmailTemplates
from notifications.models import Reminder
from notifications.registries import (
    AudienceQuery,
    AudienceSize,
    CommandScope,
    EmailPart,
    EventKind,
    Recipient,
    RecipientCheck,
)
from notifications.reminders.recipients import NOBODY, Audiences, platform_today
from web.text import formats

REFUSED_EMAIL: Final = "application_refused"  # the texts of a decision that refuses
APPLICANT, REVIEWER = "", "reviewer"
LAB_PAGE: Final = "cohorts:application"  # for the lab's list of e-mails; the button has the applicant's own link
TEXTS: Final = EmailTemplates(
    {
        LINK_EMAIL: EmailTemplate(
            about=pgettext_lazy("application", "the link to write it"),
            subject=_("Your link for the call “%(call)s”"),
            paragraphs=(
                _("Someone gave this address to apply to the call “%(call)s”."),
                _("The button opens the form. You can leave it at any time and open it again with the same link."),
                _("The link works until %(until)s. Only send it to people who write the application with you."),
                _("If you did not ask for it, do nothing: the address is erased after two days."),
            ),
            button=_("Open the form"),
            url_name=LAB_PAGE,
        ),
        RESENT_LINK_EMAIL: EmailTemplate(
            about=pgettext_lazy("application", "its link again"),
            subject=_("Your link for the call “%(call)s”"),
            paragraphs=(
                _("Someone asked for the link of your application to the call “%(call)s” again."),
                _("The button opens your application. It is the same link as before, unless it had expired."),
                _(
                    "This link works until %(until)s. If you did not ask for it, do nothing:"
                    " your application stays as it is."
                ),
            ),
            button=_("See the application"),
            url_name=LAB_PAGE,
        ),
        CALL_WITHDRAWN_EMAIL: EmailTemplate(
            about=pgettext_lazy("application", "its call was withdrawn"),
            subject=_("The call “%(call)s” was withdrawn"),
            paragraphs=(
                _("The lab withdrew the call “%(call)s”. The application that you were writing can no longer be sent."),
                _(
                    "With the link you can copy your texts or erase the application, until %(until)s."
                    " The lab does not read it."
                ),
            ),
            button=_("See the application"),
            url_name=LAB_PAGE,
        ),
        RECEIPT_EMAIL: EmailTemplate(
            about=pgettext_lazy("application", "it was received"),
            subject=_("%(authority)s: your application was received"),
            paragraphs=(
                _("The lab received the application of %(authority)s to the call “%(call)s”."),
                _(
                    "You will get the decision by e-mail."
                    " With the link you can read what you sent, withdraw it or erase it."
                ),
            ),
            button=_("See the application"),
            url_name=LAB_PAGE,
        ),
        DECISION_EMAIL: EmailTemplate(
            about=pgettext_lazy("application", "the decision"),
            subject=_("%(authority)s: your application is accepted"),
            paragraphs=(
                _("The application of %(authority)s to the call “%(call)s” is accepted."),
                "%(reason)s",
                _(
                    "The lab will contact you about the next steps."
                    " It will invite the people you named later, by e-mail."
                ),
            ),
            button=_("See the application"),
            url_name=LAB_PAGE,
        ),
        REFUSED_EMAIL: EmailTemplate(
            about=pgettext_lazy("application", "the decision"),
            subject=_("%(authority)s: your application is not accepted"),
            paragraphs=(
                _("The application of %(authority)s to the call “%(call)s” is not accepted."),
                "%(reason)s",
                _("The lab will delete the application in a year. With the link you can erase it at once."),
            ),
            button=_("See the application"),
            url_name=LAB_PAGE,
        ),
    },
    {APPLICANT: (pgettext_lazy("audience", "Applicant"), _("You are receiving this e-mail because you are applying."))},
)
REVIEW_TEXTS: Final = EmailTemplates(
    {
        REVIEW_EMAIL: EmailTemplate(
            about=_("please review"),
            subject=_("Please review the applications to “%(call)s”"),
            paragraphs=(
                _("The lab asks you to review the applications to the call “%(call)s”."),
                _(
                    "You read them on the platform, and rate each by the criteria of the call."
                    " You see the ratings of others once you have given yours."
                ),
            ),
            button=_("Open the call"),
            url_name="cohorts:call",
        )
    },
    {
        REVIEWER: (
            pgettext_lazy("audience", "Reviewer"),
            _("You are receiving this e-mail because the lab asked you to review."),
        )
    },
)


def find(reminder: Reminder) -> Application | None:
    """Return the application of a reminder; None once it is erased."""
    rows = Application.objects.select_related("call", "user")
    return rows.filter(pk=reminder.object_id).first()


def recipients(reminder: Reminder, at: datetime) -> list[Recipient]:
    """Return a list with the applicant while nothing stops the e-mail at the moment `at`; else an empty list."""
    row = find(reminder)
    return [] if row is None or _stop_slug(row, reminder) else [Recipient(row.user)]


def check(reminder: Reminder, user: User, at: datetime) -> RecipientCheck:
    """Return the slug of the reason not to send the user this e-mail after all ("" to send it), and the application."""
    row = find(reminder)
    if row is None:
        return RecipientCheck("removed", None)
    return RecipientCheck(_stop_slug(row, reminder) or ("" if row.user_id == user.pk else "left"), row)


def stop_reason(reminder: Reminder, at: datetime) -> str:
    """Return the slug of the reason why nobody gets this e-mail; "" when the applicant gets it."""
    row = find(reminder)
    return _stop_slug(row, reminder) if row else "removed"


def _stop_slug(row: Application, reminder: Reminder) -> str:
    """Return "resent" for a link that was sent again later, "withdrawn" for a receipt or decision of a withdrawn
    application, else ""; the link itself is always sent, so that the applicant can erase it.
    """
    if reminder.email_type in LINK_EMAILS:
        links = Reminder.objects.filter(kind=APPLICATION, object_id=row.pk, email_type__in=LINK_EMAILS)
        is_latest = row.link_version == reminder.version and not links.filter(due_at__gt=reminder.due_at).exists()
        return "" if is_latest else "resent"
    return "withdrawn" if row.state == ApplicationState.WITHDRAWN else ""


def render(reminder: Reminder, row: Application, _user: User, language: str) -> EmailPart:
    """Return the text of an e-mail to the applicant, in the active language; the link is computed each time.

    Where none can be computed, since the applicant has another main address by now, the button leads to the page that
    sends a new one. Raises LookupError for such an e-mail with nothing but the link.
    """
    token = token_of_application(row)
    if not token and reminder.email_type in LINK_EMAILS:
        raise LookupError("No key of ours makes this link: send it again")
    return _part(reminder.email_type, row, language, row.reason, token)


def decision_preview(row: Application, *, accepted: bool, reason: str) -> EmailPart:
    """Return the e-mail that a decision would send, in the language of the applicant, with a hidden link."""
    language = row.user.language or translation.get_language() or "fr"
    with translation.override(language):
        part = _part(DECISION_EMAIL if accepted else REFUSED_EMAIL, row, language, reason, "…")
        return replace(part, subject=str(part.subject), text=str(part.text))


def _part(email_type: str, row: Application, language: str, reason: str, token: str) -> EmailPart:
    """Return the part of an e-mail of this type about the application, with this reason and secret link ("" without
    one).
    """
    if email_type == DECISION_EMAIL and row.state in DECIDED and row.state != ApplicationState.ACCEPTED:
        email_type = REFUSED_EMAIL
    until = row.link_expires_at.date()
    if email_type == CALL_WITHDRAWN_EMAIL:
        until = min(until, row.call.closes_on + DRAFT_LIFETIME)  # then the draft is deleted
    values = {
        "call": row.call.title_in(language),
        "authority": row.authority_name,
        "reason": reason,
        "until": formats.long_day(until, language),
    }
    part = TEXTS.part(Reminder(email_type=email_type, object_id=row.pk, audience=APPLICANT), values)
    link = reverse("cohorts:own_application", args=[token]) if token else reverse("cohorts:apply", args=[row.call.slug])
    return replace(part, button=((part.button or ("", ""))[0], link), secret=token)


def names(pks: Collection[int]) -> dict[int, str]:
    """Return the authority of each application, else the title of its call, by key (one statement)."""
    rows = Application.objects.filter(pk__in=pks).select_related("call")
    return {row.pk: row.authority_name or str(row.call) for row in rows}


def sizes(queries: Collection[AudienceQuery], at: datetime) -> Mapping[AudienceQuery, AudienceSize]:
    """Return that each e-mail about an application goes to one person."""
    return {query: AudienceSize(1) for query in queries}


def _in_scope(scope: CommandScope) -> set[int]:
    """Return the keys of all applications without a limit, else of those whose cohort is in the scope."""
    limits = scope.limits(edition="cohort__edition__slug", cohort="cohort__slug", authority="cohort__authority__slug")
    return set(Application.objects.filter(**limits).values_list("pk", flat=True))


def _calls(_email_types: Collection[str]) -> CallQuerySet:
    """Return the query for calls; the types of e-mail do not matter."""
    return Call.objects.order_by()


def _reviewer(reminder: Reminder, _today: date) -> Q:
    """Return a filter for the one reviewer of the reminder, as long as they review the call."""
    number = reminder.audience.removeprefix(f"{REVIEWER}-")
    current = CallReviewer.objects.current()
    reviewers = current.filter(pk=int(number)) if number.isdigit() else current.none()
    return Q(pk__in=reviewers.values("user"))


REVIEWS: Final = Audiences(
    events=_calls,
    today=platform_today,
    people={REVIEWER: lambda _pk, _today: NOBODY},
    event_stop_reason=lambda _call, _email_type, _at: "",
    event_name=str,
    audience_override=_reviewer,
)


def render_review(reminder: Reminder, call: Call, _user: User, language: str) -> EmailPart:
    """Return the text of the e-mail that asks a person to review a call."""
    return REVIEW_TEXTS.part(reminder, {"call": call.title_in(language)})


APPLICATION_EMAILS: Final = EventKind(
    label=_("Applications to calls"),
    recipients=recipients,
    check=check,
    find=find,
    render=render,
    describe=TEXTS.describe,
    href=lambda reminder: reverse(LAB_PAGE, args=[reminder.object_id]),
    in_scope=_in_scope,
    can_see=lambda user, pk: Application.objects.visible_to(user).filter(pk=pk).exists(),
    names=names,
    sizes=sizes,
    stop_reason=stop_reason,
    reasons={"resent": _("the link was sent again"), "withdrawn": _("the application was withdrawn")},
    sends_to_invited_people=True,
)
CALL_EMAILS: Final = EventKind(
    label=_("Calls that you review"),
    recipients=REVIEWS.recipients,
    check=REVIEWS.check,
    find=REVIEWS.find,
    render=render_review,
    describe=REVIEW_TEXTS.describe,
    href=lambda reminder: reverse("cohorts:call", args=[reminder.object_id]),
    in_scope=lambda scope: set() if scope else set(Call.objects.values_list("pk", flat=True)),
    can_see=lambda user, pk: Call.objects.visible_to(user).filter(pk=pk).exists(),
    names=lambda pks: {row.pk: str(row) for row in Call.objects.filter(pk__in=pks)},
    sizes=REVIEWS.sizes,
    stop_reason=REVIEWS.stop_reason,
)
