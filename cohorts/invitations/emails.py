"""E-mails to invited people: the invitation with its link, always sent alone, two reminders until they answer, and a
correction when it was withdrawn.

They go to addresses that nobody has verified, so they contain nothing that the inviting person typed: they name the
authority and the edition, which the lab records, but no person, and not the cohort, whose pilot may rename it.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from cohorts.cohort.enums import CohortState
from cohorts.invitations.actions.invitations import REMINDER_EMAIL
from cohorts.invitations.actions.revocation import WITHDRAWAL_EMAIL
from cohorts.invitations.ending_reasons import ACCESS_GIVEN_OTHERWISE
from cohorts.invitations.enums import InvitationState
from cohorts.invitations.tokens import token_for_hash
from cohorts.models import Invitation
from notifications.models import Reminder
from notifications.registries import (
    AudienceQuery,
    AudienceSize,
    CommandScope,
    EmailPart,
    EventKind,
    Recipient,
    RecipientCheck,
    everyone_can_see,
)
from notifications.reminders.reason_texts import join_with_colon
from web.text import formats

REASONS: Final = {
    ACCESS_GIVEN_OTHERWISE: gettext_lazy("the person was given access in another way"),
    "revoked": gettext_lazy("the invitation was withdrawn"),
    "resent": gettext_lazy("the invitation was sent again with a new link"),
    "withdrawn": gettext_lazy("the cohort has withdrawn"),
}
ENDED_SLUGS: Final = {
    InvitationState.ACCEPTED: "answered",
    InvitationState.REVOKED: "revoked",
    InvitationState.EXPIRED: "expired",
}
FOOTER_TEXT: Final = gettext_lazy(
    "You are receiving this e-mail because someone who can invite people to %(where)s gave us your"
    " address. If you do not answer, we erase the address after some months."
)


def find(reminder: Reminder) -> Invitation | None:
    """Return the invitation that an e-mail (`reminder`) is about, with cohort and authority; None when it has been
    deleted.
    """
    return Invitation.objects.with_targets().filter(pk=reminder.object_id).first()


def recipients(reminder: Reminder, at: datetime) -> list[Recipient]:
    """Return a list with the invited person while there is no reason not to send the e-mail at the moment `at`; else an
    empty list.

    `reminder` is the e-mail that is due.
    """
    row = find(reminder)
    return [] if row is None or _end_slug(row, reminder, at) else [Recipient(row.person)]


def check(reminder: Reminder, user: User, at: datetime) -> RecipientCheck:
    """Return the slug of the reason not to send this e-mail (`reminder`) to the user after all, and the invitation.

    The slug is "" to send it. Called right before sending, at the moment `at`. If the invitation was deleted, the slug
    is "removed" and the invitation None.
    """
    row = find(reminder)
    return RecipientCheck(_refusal(row, reminder, user, at) if row else "removed", row)


def _refusal(row: Invitation, reminder: Reminder, user: User, at: datetime) -> str:
    """Return the slug of the reason not to send the user this e-mail about the invitation `row`; "" when there is none.

    It has ended before the moment `at`, was sent again with a new link, or invites another person.
    """
    return _end_slug(row, reminder, at) or ("" if row.person_id == user.pk else "left")


def _end_slug(row: Invitation, reminder: Reminder, at: datetime) -> str:
    """Return the slug of the reason why the invitation `row` can no longer be answered through this e-mail; "" while it
    can.

    It was sent again ("resent": the `reminder` has an older link), its cohort has withdrawn, or it ended before the
    moment `at`. The e-mail that it is withdrawn goes to everyone whose address was not erased since.
    """
    if reminder.email_type == WITHDRAWAL_EMAIL:
        return _ended_slug(row, reminder.email_type, at)
    if row.version != reminder.version:
        return "resent"
    if row.cohort and row.cohort.state == CohortState.WITHDRAWN:
        return "withdrawn"
    return _ended_slug(row, reminder.email_type, at)


def _ended_slug(row: Invitation, email_type: str, at: datetime) -> str:
    """Return a slug for how the invitation `row` ended before the moment `at`: a value of `ENDED_SLUGS` such as
    “withdrawn”.

    “access-given-otherwise” stands for an invitation that is no longer needed; "" for one that is still pending. For
    the e-mail that it is withdrawn (`email_type`), only an erased address counts.
    """
    if email_type == WITHDRAWAL_EMAIL:
        return "" if row.email else "removed"
    return ACCESS_GIVEN_OTHERWISE if row.reason == ACCESS_GIVEN_OTHERWISE else ENDED_SLUGS.get(row.state_at(at), "")


def stop_reason(reminder: Reminder, at: datetime) -> str:
    """Return the slug of the reason why nobody gets this e-mail at the moment `at`; "" when the invited person still
    gets it.

    The invitation was deleted, was sent again, has ended, or its cohort has withdrawn.
    """
    row = find(reminder)
    return _end_slug(row, reminder, at) if row else "removed"


def render(reminder: Reminder, row: Invitation, user: User, language: str) -> EmailPart:
    """Return the subject, text, footer and button of an e-mail about the invitation `row`, in the active language.

    `reminder` tells which e-mail it is, `language` formats dates; `user` is not used. The secret link is computed each
    time and stored nowhere. Raises LookupError when no key of the platform gives it.
    """
    where = f"{row.cohort.authority.name}, {row.cohort.edition.name}" if row.cohort else str(row.target)
    values = {"where": where, "role": row.get_role_display(), "day": formats.long_day(row.last_day, language)}
    if reminder.email_type == WITHDRAWAL_EMAIL:
        return _withdrawal(values)
    token = token_for_hash(row.seed, row.version, row.email, row.token_hash)
    if not token:
        raise LookupError("No key of ours makes this link: send the invitation again")
    is_reminder = reminder.email_type == REMINDER_EMAIL
    subject = _("%(where)s: your invitation is still open") if is_reminder else _("You are invited: %(where)s")
    return EmailPart(
        subject=subject % values,
        text="\n\n".join(paragraph % values for paragraph in _paragraphs(row, is_reminder=is_reminder)),
        why=str(FOOTER_TEXT) % values,
        button=(_("See the invitation"), reverse("cohorts:join", args=[token])),
        secret=token,
    )


def _withdrawal(values: Mapping[str, str]) -> EmailPart:
    """Return the e-mail that corrects an invitation; `values` are the place (`where`) and the `role` it was for."""
    paragraphs = (
        _("The invitation to take part in %(where)s (%(role)s) was sent to you by mistake."),
        _("It no longer counts, and the links in the e-mails about it no longer work. You have nothing to do."),
        _("If you receive another invitation, you can accept that one."),
    )
    return EmailPart(
        subject=_("%(where)s: your invitation was a mistake") % values,
        text="\n\n".join(paragraph % values for paragraph in paragraphs),
        why=str(FOOTER_TEXT) % values,
    )


def _paragraphs(row: Invitation, *, is_reminder: bool) -> list[str]:
    """Return the paragraphs of an invitation's e-mail, with placeholders for place, role and last day.

    A reminder opens with the sentence that the person has not answered yet.
    """
    opening = _("You have not answered yet.") if is_reminder else ""
    as_admin = _("You are invited to be responsible for the figures of %(where)s on this platform.")
    as_member = _("You are invited to take part in %(where)s as %(role)s.")
    as_colleague = _("You are invited to work on this platform with the lab, as %(role)s.")
    what = as_member if row.cohort else as_colleague if row.is_to_lab else as_admin
    how = _("The button opens a page that explains the invitation. Nothing happens until you accept on that page.")
    until = _("The invitation is open until %(day)s, for your address only. Do not forward this e-mail.")
    return [paragraph for paragraph in (opening, what, how, until) if paragraph]


def describe(reminder: Reminder) -> str:
    """Return one line with recipient and topic of an invitation's e-mail, such as “The person invited: invitation to
    join”.

    It needs no statement: lists of e-mails call it for each row.
    """
    what = {REMINDER_EMAIL: _("invitation still open"), WITHDRAWAL_EMAIL: _("invitation withdrawn")}
    return join_with_colon(_("The person invited"), what.get(reminder.email_type, _("invitation to join")))


def href(reminder: Reminder) -> str:
    """Return the path of the page of the invitation that an e-mail is about; no statement."""
    return reverse("cohorts:invitation", args=[reminder.object_id])


def names(pks: Collection[int]) -> dict[int, str]:
    """Return, by id of the invitation, the name of the invited person with the cohort or authority (one statement).

    Ids of deleted invitations have no key.
    """
    rows = Invitation.objects.with_targets().filter(pk__in=pks)
    return {row.pk: _name(row) for row in rows}


def _name(row: Invitation) -> str:
    """Return the name of the invited person with the cohort or authority."""
    return f"{row.full_name or row.person} · {row.target}"


def sizes(queries: Collection[AudienceQuery], at: datetime) -> dict[AudienceQuery, AudienceSize]:
    """Return, for each query about the e-mail of an invitation, how many people would get it at the moment `at`.

    That is one, with the slug of the reason if nobody gets it after all. One statement.
    """
    rows = {row.pk: row for row in Invitation.objects.with_targets().filter(pk__in={row.event for row in queries})}
    return {query: _size(rows.get(query.event), query.email_type, at) for query in queries}


def _size(row: Invitation | None, email_type: str, at: datetime) -> AudienceSize:
    """Return the size of the audience of an e-mail of this type about the invitation `row`: one person.

    It carries the slug of the reason why nobody gets it at the moment `at`: the invitation ended, or is deleted (None).
    """
    return AudienceSize(1, _ended_slug(row, email_type, at), _name(row)) if row else AudienceSize(1, "removed")


def in_scope(scope: CommandScope) -> set[int]:
    """Return the ids of the unanswered invitations in the scope of a management command: an edition, cohort or
    authority.
    """
    limits = scope.limits(edition="cohort__edition__slug", cohort="cohort__slug", authority="cohort__authority__slug")
    return set(Invitation.objects.open().filter(**limits).values_list("pk", flat=True))


INVITATION = EventKind(
    label=gettext_lazy("Invitations to join"),
    recipients=recipients,
    check=check,
    find=find,
    render=render,
    describe=describe,
    href=href,
    in_scope=in_scope,
    can_see=everyone_can_see,
    names=names,
    sizes=sizes,
    stop_reason=stop_reason,
    reasons=REASONS,
    sends_to_invited_people=True,
)
