"""Actions on calls: write, publish, close and extend one, and name the people who review the applications."""

from datetime import date, datetime
from itertools import chain, count
from typing import Final, TypedDict, Unpack

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from cohorts.calls.actions.applications import announce_withdrawn_call
from cohorts.calls.enums import CallState
from cohorts.calls.models import Call, CallReviewer
from notifications.actions import announce_change
from notifications.events import EventRef
from notifications.models import Reminder
from programmes.slugs import slug_of
from web.actions import action, report_no_change
from web.database.after_commit import after_commit
from web.errors import DomainError
from web.forms.row_changes import change, lock_row
from web.pages.hot_pages import drop_all

CALL: Final = "call"  # kind of event
REVIEW_EMAIL: Final = "call_review"
SLUG_ROOM: Final = 75  # of the 80 characters of a slug, when a number follows


class CallValues(TypedDict):
    """What the lab writes in a call; both languages have the same criteria in the same order."""

    title_fr: str
    title_en: str
    text_fr: str
    text_en: str
    criteria_fr: list[str]
    criteria_en: list[str]
    opens_on: date
    closes_on: date


@action(gettext_lazy("Call for authorities written"))
def add_call(*, by: User, **values: Unpack[CallValues]) -> Call:
    """Create a call as a draft, which only the lab reads, and return it.

    Raises DomainError for the title of another one that is not withdrawn. A withdrawn one keeps its address: the new
    one has a number behind it.
    """
    return Call.objects.create(slug=_slug_of_call(values["title_fr"]), **values)


def _slug_of_call(title: str) -> str:
    """Return the slug of a call with this title: the first that no withdrawn call has, “transfo” or “transfo-2”."""
    slug = slug_of(title, field="title_fr")
    taken = set(Call.objects.withdrawn().values_list("slug", flat=True))
    candidates = chain([slug], (f"{slug[:SLUG_ROOM]}-{number}" for number in count(2)))
    return next(each for each in candidates if each not in taken)


@action(gettext_lazy("Call for authorities changed"))
def change_call(*, call: Call, by: User, version_token: str | None = None, **values: Unpack[CallValues]) -> Call:
    """Save the texts, criteria and dates of a call, and return it.

    Raises EditConflict when someone else saved since the form with this `version_token` was opened, and DomainError
    when criteria, first or last day of a published call would change: applicants read them.
    """
    row = lock_row(call)
    if row.state != CallState.DRAFT and values["closes_on"] != row.closes_on:
        raise DomainError(_("To change the last day, extend or close the call."), field="closes_on")
    after_commit(drop_all)
    return change(call, values, form_values=Call.form_values, version_token=version_token)


@action(gettext_lazy("Call for authorities published"))
def publish_call(*, call: Call, today: date, at: datetime, by: User) -> Call:
    """Publish a draft, which anyone can read from its first day on, and return it.

    Raises DomainError when its last day is over, or when it is published already.
    """
    row = lock_row(call)
    if row.state != CallState.DRAFT:
        raise DomainError(_("This call is published already."))
    if row.closes_on < today:
        raise DomainError(_("The last day of this call is over: change it first."))
    row.state, row.published_at = CallState.PUBLISHED, at
    row.save(update_fields=["state", "published_at"])
    after_commit(drop_all)
    return row


@action(gettext_lazy("Call for authorities closed"))
def close_call(*, call: Call, by: User) -> Call:
    """Close a published call, so that nobody can apply any longer, and return it; a closed one is returned as it is."""
    row = lock_row(call)
    if row.state == CallState.CLOSED:
        return report_no_change(row)
    row.state = CallState.CLOSED
    row.save(update_fields=["state"])
    after_commit(drop_all)
    return row


@action(gettext_lazy("Call for authorities withdrawn"), security_event=True)
def withdraw_call(*, call: Call, at: datetime, by: User) -> Call:
    """Take a published or closed call from the public pages for good, and return it: nobody can apply any longer.

    People who were writing an application get an e-mail. What was sent is still to be decided.
    """
    row = lock_row(call)
    row.state = CallState.WITHDRAWN
    row.save(update_fields=["state"])
    announce_withdrawn_call(row, at=at, by=by)
    after_commit(drop_all)
    return row


@action(gettext_lazy("Call for authorities extended"))
def extend_call(*, call: Call, closes_on: date, today: date, by: User) -> Call:
    """Give a published or closed call a later last day, which opens it again, and return it.

    Raises DomainError for a day that is over or not later than the present one while the call is open.
    """
    row = lock_row(call)
    if closes_on < today or (row.is_open(today) and closes_on <= row.closes_on):
        raise DomainError(_("Choose a day after the present last day, and not before today."), field="closes_on")
    row.state, row.closes_on = CallState.PUBLISHED, closes_on
    row.save(update_fields=["state", "closes_on"])
    after_commit(drop_all)
    return row


@action(gettext_lazy("Reviewer of a call named"), security_event=True)
def add_reviewer(*, call: Call, email: str, at: datetime, by: User) -> CallReviewer:
    """Let the person with this address read and rate the applications to a call; return them as its reviewer.

    They get an e-mail; someone who was removed can be asked again. Raises DomainError for an address without an open
    account, for readers of the lab, who change nothing, and for someone who reviews the call already.
    """
    user = User.objects.with_address(email).filter(is_active=True).first()
    if user is None:
        raise DomainError(_("Nobody has an account with this address. Invite the person first."), field="email")
    if user.is_lab_reader:
        raise DomainError(_("Readers of the lab change nothing, so they cannot review."), field="email")
    row = CallReviewer.objects.filter(call=call, user=user).exclude(ended_at=None).first()
    if row:
        row.ended_at = None
        row.save(update_fields=["ended_at"])
    else:
        row = CallReviewer.objects.create(call=call, user=user)
    audience = f"reviewer-{row.pk}"
    sent = Reminder.objects.filter(kind=CALL, object_id=call.pk, email_type=REVIEW_EMAIL, audience=audience)
    announce_change(
        event=EventRef(CALL, call.pk),
        email_type=REVIEW_EMAIL,
        audience=audience,
        step=f"{audience}-{sent.count()}",
        at=at,
        by=by,
    )
    return row


@action(gettext_lazy("Reviewer of a call removed"), security_event=True)
def remove_reviewer(*, reviewer: CallReviewer, at: datetime, by: User) -> CallReviewer:
    """Take from a person the right to read and rate the applications to a call, and return them; their ratings stay
    with their name.
    """
    row = lock_row(reviewer)
    if row.ended_at:
        return report_no_change(row)
    row.ended_at = at
    row.save(update_fields=["ended_at"])
    return row
