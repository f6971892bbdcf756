"""Actions of applicants, who have a link and no account: begin, confirm, write, send, withdraw and erase."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final, TypedDict, Unpack
from uuid import uuid4

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.actions import add_invited_person
from accounts.models import User
from accounts.privacy.actions import erase_person
from accounts.privacy.erasure_journal import record_on_commit
from cohorts.calls.documents import APPLICATION, documents_of, documents_with_names, owner_of
from cohorts.calls.enums import ApplicationState
from cohorts.calls.links import CONFIRMATION_LIFETIME, LINK_LIFETIME, link_columns, token_of_application
from cohorts.calls.models import CURRENT_STATES, Application, ApplicationPerson, Call
from cohorts.invitations.actions.retention import people_without_purpose
from files.attachments.actions import NewFile, attach_files, discard_draft, receive_upload, withdraw_and_erase_name
from files.enums import Consent
from files.locks import Deadline
from files.models import Attachment
from files.uploads.handler import Upload
from files.uploads.intake import MAX_WAIT, AcceptedFile
from notifications.actions import announce_change
from notifications.events import EventRef
from notifications.models import Reminder
from web.actions import action
from web.errors import DomainError
from web.forms.row_changes import assign, lock_row

LINK_EMAIL, RESENT_LINK_EMAIL = "application_link", "application_link_again"
LINK_EMAILS: Final = (LINK_EMAIL, RESENT_LINK_EMAIL)
CALL_WITHDRAWN_EMAIL: Final = "application_call_withdrawn"
RECEIPT_EMAIL, DECISION_EMAIL = "application_receipt", "application_decision"
MAX_DOCUMENTS: Final = 5
MAX_BYTES: Final = 20 * 1024 * 1024  # of all documents per application, because anyone can begin one
A_MINUTE, A_DAY = timedelta(minutes=1), timedelta(days=1)
CALL_OVER = gettext_lazy("This call takes no applications today.")
NOT_EDITABLE = gettext_lazy("The application was sent: it can no longer be changed.")
TOO_MANY_DOCUMENTS = gettext_lazy("You can add five documents. Remove one first.")


class ApplicationValues(TypedDict, total=False):
    """What the applicant writes in the steps of the form."""

    authority_name: str
    siren: str | None
    need: str
    challenge: str
    sponsors: str
    site: str
    contact_name: str
    contact_role: str


@action(gettext_lazy("Application begun, or its link sent again"))
def request_link(*, call: Call, email: str, language: str, today: date, at: datetime, by: User | None) -> Application:
    """Send the link of their application to someone who gives an address; begin an application if they have none, or
    if the last one ended, whose link they get too. Return the application that they can write, else the last one.

    Nothing else is stored until the link has confirmed the address. A link that works for another day is the same
    again, so that nobody else can end it. Raises DomainError for someone without an application when the call is not
    open, or whose account is closed.
    """
    user = add_invited_person(email=email, full_name="", language=language, by=by)
    User.objects.select_for_update(no_key=True).get(pk=user.pk)  # so that two requests make one application
    row = Application.objects.filter(call=call, user=user).order_by("-pk").first()
    if row is not None:
        _send_link_again(row, at, by)
    if call.is_open(today) and (row is None or row.state not in CURRENT_STATES):
        link = link_columns(uuid4(), 1, user.email, at + CONFIRMATION_LIFETIME)
        row = Application.objects.create(call=call, user=user, created_at=at, **link)
        _announce(row, LINK_EMAIL, at=at, by=by)
    if row is None:
        raise DomainError(CALL_OVER)
    return row


def _send_link_again(row: Application, at: datetime, by: User | None) -> None:
    """Send the link of an application again, or a new one if the link expires within a day.

    Nothing is sent if a link was sent less than a minute ago: then the form was sent twice.
    """
    sent = Reminder.objects.filter(kind=APPLICATION, object_id=row.pk, email_type__in=LINK_EMAILS)
    if sent.filter(due_at__gt=at - A_MINUTE).exists():
        return
    is_unconfirmed = row.state == ApplicationState.UNCONFIRMED
    expires_at = at + (CONFIRMATION_LIFETIME if is_unconfirmed else LINK_LIFETIME)
    if row.link_expires_at > at + A_DAY and token_of_application(row):
        _save(row, link_expires_at=max(row.link_expires_at, expires_at))
    else:
        _save(row, **link_columns(row.seed, row.link_version + 1, row.user.email, expires_at))
    email_type = LINK_EMAIL if is_unconfirmed else RESENT_LINK_EMAIL
    _announce(row, email_type, step=f"{email_type}-{sent.count()}", at=at, by=by)


@action(gettext_lazy("Address of an applicant confirmed"))
def confirm_application(*, application: Application, at: datetime, by: User) -> Application:
    """Record that the link reached the applicant, who can write from now on; return the application."""
    row = lock_row(application)
    if row.state == ApplicationState.UNCONFIRMED:
        _save(row, state=ApplicationState.DRAFT, link_expires_at=at + LINK_LIFETIME)
    return row


@action(gettext_lazy("Application written"))
def save_application(
    *, application: Application, at: datetime, by: User, **values: Unpack[ApplicationValues]
) -> Application:
    """Save what the applicant wrote in a step of the form, complete or not, and return the application.

    The name of the officer also becomes that of the person, as long as they have not joined.
    """
    row = _lock_editable(application)
    _save(row, **values, link_expires_at=at + LINK_LIFETIME)
    if "contact_name" in values and row.contact_name:
        User.objects.filter(pk=row.user_id, joined=False).update(full_name=row.contact_name)
    return row


@action(gettext_lazy("People in an application changed"))
def save_people(
    *, application: Application, people: Sequence[Mapping[str, str]], at: datetime, by: User
) -> Application:
    """Replace the people whom an application names by these (full_name, email and role), and return the application."""
    row = _lock_editable(application)
    row.people.all().delete()
    for person in people:
        ApplicationPerson.objects.create(application=row, **person)
    _save(row, link_expires_at=at + LINK_LIFETIME)
    return row


def announce_withdrawn_call(call: Call, *, at: datetime, by: User) -> None:
    """E-mail the people who were writing an application to a call that was withdrawn; not to unconfirmed addresses.

    Their links work for another month, also those that had expired.
    """
    for row in Application.objects.filter(call=call, state=ApplicationState.DRAFT).order_by("pk"):
        _save(row, link_expires_at=max(row.link_expires_at, at + LINK_LIFETIME))
        _announce(row, CALL_WITHDRAWN_EMAIL, at=at, by=by)


def add_document(*, application: Application, upload: Upload, at: datetime, by: User) -> list[Attachment]:
    """Check and store a document of the application, and return it as a list of one.

    Raises DomainError for a refused file, a picture, one too many, more than 20 MB of them, or once the application was
    sent; nothing of a refused file stays.
    """
    _check_room(application, upload.size or 0)  # before the upload is received
    draft = receive_upload(upload=upload, by=application.user, at=at, deadline=Deadline(MAX_WAIT))
    try:
        if draft.is_image:
            raise DomainError(_("Choose a document, for example a PDF, not a picture."))
        return attach_document(application=application, file=AcceptedFile.of(draft), at=at, by=by)
    except DomainError:
        discard_draft(draft=draft, by=None)
        raise


@action(gettext_lazy("Document of an application added"))
def attach_document(*, application: Application, file: AcceptedFile, at: datetime, by: User) -> list[Attachment]:
    """Attach a document that was received to the application, and return it as a list of one.

    Raises DomainError once the application was sent, when it has five documents, or 20 MB of them.
    """
    row = _lock_editable(application)
    _check_room(row, file.size)
    new = NewFile(file, uuid4())
    return attach_files(owner=owner_of(row, row.user), files=[new], consent=Consent.NOBODY, by=row.user, at=at)


@action(gettext_lazy("Document of an application removed"))
def remove_document(*, application: Application, document: Attachment, at: datetime, by: User) -> None:
    """Remove a document, and its name, from an application that was not sent yet."""
    _lock_editable(application)
    withdraw_and_erase_name(attachment=document, reason=_("Removed by the applicant."), at=at)


@action(gettext_lazy("Application sent"))
def submit_application(*, application: Application, today: date, at: datetime, by: User) -> Application:
    """Send a complete application to the lab on the day `today`, with a receipt by e-mail, and return it.

    Raises DomainError for one that is incomplete, and when the call is not open.
    """
    row = _lock_editable(application)
    _save(row, state=ApplicationState.SUBMITTED, submitted_on=today, link_expires_at=at + LINK_LIFETIME)
    _announce(row, RECEIPT_EMAIL, at=at, by=by)
    return row


@action(gettext_lazy("Application withdrawn"))
def withdraw_application(*, application: Application, at: datetime, by: User) -> Application:
    """Withdraw an application before it is decided, so that nobody at the lab reads it any longer, and return it."""
    row = lock_row(application)
    if row.state not in {ApplicationState.DRAFT, ApplicationState.SUBMITTED}:
        raise DomainError(_("Only an application without a decision can be withdrawn."))
    _save(row, state=ApplicationState.WITHDRAWN, ended_at=at)
    return row


@action(gettext_lazy("Application erased"), security_event=True)
def erase_application(*, application: Application, at: datetime, by: User | None) -> None:
    """Delete an application, and erase the person with its address if nothing else needs it."""
    user = application.user
    delete_application(application=application, at=at, by=by)
    for person in people_without_purpose().filter(pk=user.pk):
        erase_person(user=person, at=at, by=by)


@action(gettext_lazy("Application deleted"))
def delete_application(*, application: Application, at: datetime, by: User | None) -> None:
    """Delete an application with its people, ratings, documents and their names. The cohort that came from it stays."""
    for document in documents_with_names(application):
        withdraw_and_erase_name(attachment=document, reason=_("The application was erased."), at=at)
    record_on_commit(APPLICATION, application.pk)
    Application.objects.filter(pk=application.pk).delete()


@action(gettext_lazy("Old applications deleted"))
def purge_applications(*, at: datetime, dry_run: bool, by: User | None) -> int:
    """Delete the applications whose retention is over at the moment `at`; return how many. With `dry_run`, only count
    them.
    """
    rows = list(Application.objects.expired(at).select_related("user").order_by("pk"))
    for row in () if dry_run else rows:
        erase_application(application=row, at=at, by=by)
    return len(rows)


def _check_room(row: Application, size: int) -> None:
    """Raise DomainError if the application has no room for another document of this size in bytes."""
    sizes = documents_of(row).values_list("size", flat=True)
    if len(sizes) >= MAX_DOCUMENTS:
        raise DomainError(TOO_MANY_DOCUMENTS)
    if size + sum(sizes) > MAX_BYTES:
        raise DomainError(_("The documents of an application may total 20 MB. Remove one, or add a smaller file."))


def _lock_editable(application: Application) -> Application:
    """Return the application, locked; raise DomainError unless its applicant can still write."""
    row = lock_row(application)
    if not row.is_editable:
        raise DomainError(NOT_EDITABLE)
    return row


def _save(row: Application, **values: Any) -> None:
    """Save these columns of the application."""
    assign(row, values)
    row.save(update_fields=list(values))


def _announce(row: Application, email_type: str, *, at: datetime, by: User | None, step: str = "") -> Reminder:
    """Have an e-mail of this type sent to the applicant; one that is sent again needs a `step` of its own."""
    event = EventRef(APPLICATION, row.pk, row.link_version)
    return announce_change(event=event, email_type=email_type, at=at, by=by, step=step)
