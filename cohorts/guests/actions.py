"""Actions on guests: record the consent to an e-mail address, answer for a session, correct and erase their data."""

from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import Max, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.actions import add_invited_person
from accounts.models import User
from accounts.privacy.actions import erase_person
from accounts.privacy.erasure_journal import record_on_commit
from cohorts.attendance.actions import ANSWERABLE_STATUSES
from cohorts.attendance.enums import AttendanceStatus
from cohorts.clock import local_day
from cohorts.guests.enums import GuestAnswer
from cohorts.guests.exports import exports_with_stakeholder
from cohorts.guests.reminders import KIND
from cohorts.hooks import cohort_hooks
from cohorts.invitations.actions.retention import people_without_purpose
from cohorts.invitations.email_limits import WINDOW, limit_of
from cohorts.models import Attendance, Session, Stakeholder, StakeholderContact
from cohorts.refusals import ADDRESS_REFUSED
from cohorts.sessions.actions.reminders import inform_late_guests
from cohorts.sessions.enums import SessionState
from cohorts.stakeholders.actions import STAKEHOLDER
from files.exports.actions import discard_exports
from imports.models import ImportRow
from notifications.preferences.actions import restore_refusals, unsubscribe
from web.actions import action
from web.errors import DomainError
from web.text.names import erased_name

RETENTION: Final = timedelta(days=30)  # of needs and substitutes, after the day they are for
CONTACT: Final = "contact"  # in the journal of erasures
CONTACT_RETENTION: Final = timedelta(days=365)  # of addresses, after the last day on whose list the stakeholder is


@action(gettext_lazy("E-mail address of a stakeholder recorded"), forbidden_while_acting=True)
def record_contact(*, stakeholder: Stakeholder, email: str, consent: str, at: datetime, by: User) -> StakeholderContact:
    """Record that a stakeholder agreed to get e-mails at this address, in the words of `consent`; return the contact.

    It replaces an earlier one, whose links open nothing more unless the address is the same. Invites the stakeholder at
    once to scheduled sessions whose other guests were invited already, unless the person of this address had stopped
    these e-mails. Raises DomainError without words, past the daily limit of `by`, and for an address that another
    stakeholder of the cohort or a closed account has.
    """
    _check_limit(by, at)
    stakeholder = Stakeholder.objects.select_for_update().get(pk=stakeholder.pk)
    remove_contact(stakeholder=stakeholder, new_address=email, at=at, by=by)
    user = _person_with(email, name=stakeholder.name, by=by)
    restore_refusals(user=user)
    contact = StakeholderContact.objects.create(
        stakeholder=stakeholder, user=user, consent=consent, recorded_at=at, recorded_by=by
    )
    sessions = Session.objects.filter(days__attendances__stakeholder=stakeholder, state=SessionState.SCHEDULED)
    for session in sessions.select_related("cohort__authority", "cohort__edition").distinct().order_by("pk"):
        inform_late_guests(session, at=at, by=by)
    return contact


@action(gettext_lazy("E-mail address of a stakeholder removed"))
def remove_contact(*, stakeholder: Stakeholder, at: datetime, by: User | None, new_address: str = "") -> None:
    """Delete the contact of a stakeholder, if there is one, and its address where nothing else needs it.

    With `new_address`, which replaces it, the address stays if it is the same. `at` is the moment, `by` who acts.
    """
    contact = StakeholderContact.objects.filter(stakeholder=stakeholder).select_related("user").first()
    if contact is None:
        return
    user = contact.user
    record_on_commit(CONTACT, contact.pk)
    contact.delete()
    if not User.objects.with_address(new_address).filter(pk=user.pk).exists():
        _erase_if_unused(user, at=at, by=by)


@action(gettext_lazy("Answer of a guest given"), forbidden_while_acting=True)
def answer_as_guest(
    *,
    contact: StakeholderContact,
    session: Session,
    answer: str,
    today: date,
    by: User,
    substitute: str = "",
    needs: str = "",
) -> int:
    """Record the answer (a value of `GuestAnswer`) of a stakeholder for the days of a session from `today` on.

    Returns how many days it covers. `substitute` is who comes instead; `needs` are of whoever comes. Raises DomainError
    when the session is not scheduled, or when no day is left on which the stakeholder can answer.
    """
    session = Session.objects.select_for_update(no_key=True).get(pk=session.pk)
    own = Attendance.objects.filter(day__session=session, stakeholder=contact.stakeholder_id, day__date__gte=today)
    rows = list(own.filter(status__in=ANSWERABLE_STATUSES).order_by("day__date"))
    if session.state != SessionState.SCHEDULED or not rows:
        raise DomainError(no_answer_reason(session, today))
    for row in rows:
        row.status = AttendanceStatus.EXCUSED if answer == GuestAnswer.NO else AttendanceStatus.EXPECTED
        row.substitute = substitute.strip() if answer == GuestAnswer.SUBSTITUTE else ""
        row.needs = "" if answer == GuestAnswer.NO else needs.strip()
        row.recorded_on = row.answered_on = today
        row.save()
    return len(rows)


def no_answer_reason(session: Session, today: date) -> str:
    """Return the sentence why a guest cannot answer for a session on the day `today`."""
    texts = {
        SessionState.DRAFT: _("The dates of this session are not confirmed."),
        SessionState.POSTPONED: _("This session is postponed. You will get the new dates by e-mail."),
        SessionState.CANCELLED: _("This session is cancelled."),
        SessionState.REPORTED: _("This session is over. The report is for the people who came."),
    }
    if session.state == SessionState.SCHEDULED and session.last_day and session.last_day >= today:
        return _("Your attendance is already recorded.")
    return texts.get(SessionState(session.state), _("This session is over."))


@action(gettext_lazy("Data of a guest corrected"), forbidden_while_acting=True)
def correct_guest(*, contact: StakeholderContact, name: str, organisation: str, by: User) -> Stakeholder:
    """Change the name and organisation of a stakeholder, who wrote them, and return the stakeholder.

    Raises DomainError, without naming anyone, when the cohort has another stakeholder of this name and organisation.
    """
    stakeholder = Stakeholder.objects.select_for_update().get(pk=contact.stakeholder_id)
    others = Stakeholder.objects.filter(cohort=stakeholder.cohort_id).exclude(pk=stakeholder.pk)
    if others.filter(name__iexact=name, organisation__iexact=organisation).exists():
        raise DomainError(_("This could not be saved. Ask the team to correct it."), field="name")
    stakeholder.name, stakeholder.organisation = name, organisation
    stakeholder.save(update_fields=["name", "organisation"])
    User.objects.filter(pk=contact.user_id, joined=False).update(full_name=name)
    return stakeholder


@action(gettext_lazy("Data of a guest erased"), security_event=True, forbidden_while_acting=True)
def erase_guest(*, stakeholder: Stakeholder, at: datetime, by: User | None) -> None:
    """Erase a stakeholder at once, with the address, unless an account, an invitation or another contact has it too.

    With the address, e-mails to guests end for good: recording it again sends none. `at` is the moment, `by` who acts.
    See `anonymise_stakeholder`.
    """
    user = User.objects.filter(stakeholder_contacts__stakeholder=stakeholder).first()
    anonymise_stakeholder(stakeholder=stakeholder, at=at, by=by)
    if user:
        _erase_if_unused(user, at=at, by=by, stops_emails=True)


@action(gettext_lazy("Stakeholder made anonymous"))
def anonymise_stakeholder(*, stakeholder: Stakeholder, at: datetime, by: User | None) -> None:
    """Delete name, organisation, notes, consent, substitutes and needs of a stakeholder, rows of imported tables and
    files to download with them, at the moment `at`.

    The row stays with a number, and so does the attendance of past days, which figures count. They leave the list of
    days to come. One who was erased stays unchanged. `by` is who acts.
    """
    row = Stakeholder.objects.select_for_update(of=("self",)).select_related("cohort__authority").get(pk=stakeholder.pk)
    if row.erased_at:
        return
    discard_exports(exports=exports_with_stakeholder(row), by=by, at=at)
    for hooks in cohort_hooks:
        hooks.name_erased(name=row.name, cohort=row.cohort, at=at)
    own = Attendance.objects.filter(stakeholder=row)
    own.filter(day__date__gte=local_day(row.cohort, at), status__in=ANSWERABLE_STATUSES).delete()
    own.exclude(substitute="", needs="").update(substitute="", needs="")
    StakeholderContact.objects.filter(stakeholder=row).delete()
    imported = ImportRow.objects.filter(batch__kind="stakeholders")
    imported.filter(Q(object_id=row.pk) | Q(cells__contains=[row.name], batch__target_slug=row.cohort.slug)).delete()
    row.name, row.organisation, row.notes, row.erased_at = erased_name(row.pk), "", "", at
    row.save()
    record_on_commit(STAKEHOLDER, row.pk)


@action(gettext_lazy("Needs of guests erased"))
def purge_guest_texts(*, at: datetime, dry_run: bool, by: User | None) -> int:
    """Empty needs and substitutes on days more than thirty days before `at`; return on how many rows.

    With `dry_run`, only count them.
    """
    rows = Attendance.objects.exclude(substitute="", needs="").filter(day__date__lt=(at - RETENTION).date())
    return rows.count() if dry_run else rows.update(substitute="", needs="")


@action(gettext_lazy("Addresses of stakeholders removed"))
def purge_contacts(*, at: datetime, dry_run: bool, by: User | None) -> int:
    """Remove the addresses of stakeholders who are on no list in the year before `at` or later; return how many.

    An address that was recorded in this year stays. With `dry_run`, only count them.
    """
    since = at - CONTACT_RETENTION
    listed = StakeholderContact.objects.alias(last_day=Max("stakeholder__attendances__day__date"))
    due = listed.filter(Q(last_day=None) | Q(last_day__lt=since.date()), recorded_at__lt=since)
    contacts = list(due.select_related("stakeholder").order_by("pk"))
    for contact in () if dry_run else contacts:
        remove_contact(stakeholder=contact.stakeholder, at=at, by=by)
    return len(contacts)


def _person_with(email: str, *, name: str, by: User) -> User:
    """Return the person with this address, who may have an account; raise DomainError, without the reason, if it is
    closed.
    """
    try:
        return add_invited_person(email=email, full_name=name, by=by)
    except DomainError as error:
        raise DomainError(ADDRESS_REFUSED, field="email") from error


def _erase_if_unused(user: User, *, at: datetime, by: User | None, stops_emails: bool = False) -> None:
    """Erase a person who has not joined, unless an invitation, an access request or another contact needs the address.

    With `stops_emails`, recording the address again sends no e-mails to a guest. `at` is the moment, `by` who acts.
    """
    for person in people_without_purpose().filter(pk=user.pk):
        if stops_emails:
            unsubscribe(user=person, kinds=[KIND], by=by)
        erase_person(user=person, at=at, by=by)


def _check_limit(by: User, at: datetime) -> None:
    """Raise DomainError when `by` has recorded as many addresses within 24 hours as they may invite people.

    The history counts, so that removing an address does not allow another one. `by` stays locked until the transaction
    ends, so that concurrent requests count each other's addresses.
    """
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    history = StakeholderContact.pgh_event_model.objects  # type: ignore[attr-defined] # given by `tracked`
    recorded = history.filter(pgh_label="insert", recorded_by=by, recorded_at__gt=at - WINDOW)
    if recorded.count() >= limit_of(by):
        raise DomainError(_("You recorded many addresses within 24 hours. Continue tomorrow."), field="email")
