"""Actions on publications: save a draft, submit it, approve it, return it, discard it, withdraw what is public."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from django.db.models import Model
from django.utils.text import slugify
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.privacy.erasure_journal import record_on_commit
from accounts.roles import Role
from cohorts.clock import local_day
from cohorts.models import Cohort
from notifications.actions import announce_change
from notifications.events import EventRef
from programmes.elections import election_warning, restricting_election
from programmes.models import Authority, AuthorityAdmin, Method, Programme
from programmes.workdays import Period
from prototypes.models import Idea
from publications.consents.names import (
    authorities_named,
    has_name,
    people_named_without_consent,
    same_name,
    without_name,
    words_of,
)
from publications.consents.pictures import offered_pictures
from publications.enums import WITHDRAWABLE, Approval, PublicationState, needed_approval
from publications.facts import facts_of
from publications.models import (
    ALL_TEXTS,
    SUBJECT_COLUMNS,
    ApprovalRule,
    Publication,
    PublicationQuerySet,
    PublicName,
    kind_of,
)
from publications.permissions import can_approve, publishing_roles
from web.actions import action
from web.database.after_commit import after_commit
from web.dates.clock import day_of_rows, platform_day, today_everywhere
from web.decisions import enforce
from web.errors import DomainError
from web.forms.edit_conflicts import check_version
from web.forms.row_changes import assign, lock_row
from web.pages.hot_pages import drop_all

WITHDRAWN_PUBLICATION: Final = "publication"  # in the journal of erasures
WITHDRAWN_NAME: Final = "name"
EVENT_KIND: Final = "publication"  # of e-mails; its events are versions
SUBMITTED_EMAIL: Final = "publication_submitted"
WITHOUT_ADMIN_EMAIL: Final = "publication_without_admin"
WITHDRAWN_EMAIL: Final = "publication_withdrawn"
APPROVERS_AUDIENCE: Final = "approvers"
AUTHORS_AUDIENCE: Final = "authors"
LAB_AUDIENCE: Final = "lab"
SUBMITTED_ALREADY: Final = gettext_lazy("This version waits for approval. Return it to draft to change it.")
NAMED_WITHOUT_CONSENT: Final = gettext_lazy(
    "The texts name %(names)s. Add these people to the names on the page, with their consent, or leave their names out."
)
NOT_A_DRAFT: Final = gettext_lazy("This version is not a draft any more. Open its page again.")
NOT_SUBMITTED: Final = gettext_lazy("This version does not wait for approval. Open its page again.")
PERSON_ERASED: Final = gettext_lazy("A person who was named in it is erased.")
NOT_OFFERED: Final = gettext_lazy("One of these pictures cannot be public any more. Open the page again.")
CONSENT_ENDED: Final = gettext_lazy("The consent of a person who is named in it has ended.")
NOT_MEASURED: Final = gettext_lazy("This was not measured both before the idea went live and after.")
NOT_PUBLIC: Final = gettext_lazy("This version is not public. Nothing has changed.")


@action(gettext_lazy("Draft for the public saved"))
def save_draft(
    *,
    subject: Model,
    texts: Mapping[str, Any],
    shows_tests: bool,
    by: User,
    at: datetime,
    version_token: str | None = None,
) -> Publication:
    """Save the draft about a thing, with the facts of today, and return it; a new version where there is none.

    `texts` are the columns of the form. Raises DomainError while a version waits for approval, and for an indicator
    without a value before and one after; EditConflict when someone else saved the draft since the form was opened.
    """
    rows = Publication.objects.about(subject)
    row = rows.in_preparation().select_for_update(of=["self"]).first() or _new_version(subject, by)
    if row.state != PublicationState.DRAFT:
        raise DomainError(SUBMITTED_ALREADY)
    current = row.form_values()
    assign(row, texts)
    today = _local_day(row.cohort, at)
    row.facts = facts_of(subject, shows_tests=shows_tests, indicator=row.indicator_id, today=today)
    if row.indicator_id and "measure" not in row.facts:
        raise DomainError(NOT_MEASURED, field="indicator")
    if row.pk:
        check_version(version_token, current=current, submitted=row.form_values())
        row.save()
        return row
    row.save()
    _copy_pictures_and_names(rows, row, at)
    return row


def _copy_pictures_and_names(earlier: PublicationQuerySet, row: Publication, at: datetime) -> None:
    """Give a new version the pictures and names of the one before that are still agreed to."""
    before = earlier.exclude(pk=row.pk).first()
    if before is None:
        return
    today = _local_day(row.cohort, at)
    for part in (*before.pictures.with_consent(today), *before.names.with_consent(today)):
        part.pk, part.publication = None, row
        part._state.adding = True
        part.save()


def _new_version(subject: Model, by: User) -> Publication:
    """Return the next version about a thing, not saved yet; all its versions have one address."""
    kind, rows = kind_of(subject), Publication.objects.about(subject)
    earlier = rows.last()
    row = Publication(
        kind=kind, number=rows.next_number(), slug=earlier.slug if earlier else _slug(subject), written_by=by
    )
    setattr(row, SUBJECT_COLUMNS[kind], subject)
    if isinstance(subject, Idea):
        row.cohort = subject.cohort
    return row


def _slug(subject: Model) -> str:
    """Return the part of the address that names a thing: the reference of an idea, the slug or name of another."""
    match subject:
        case Idea():
            return slugify(subject.reference)
        case Cohort() | Programme():
            return subject.slug
        case Method():
            return f"{slugify(subject.name)[:60]}-{subject.pk}"
        case _:
            return str(subject.pk)


def _local_day(cohort: Cohort | None, at: datetime) -> date:
    """Return the date of the moment at the authority of the cohort; on the platform for what has no cohort."""
    return local_day(cohort, at) if cohort else platform_day(at)


@action(gettext_lazy("Submitted for publication"), forbidden_while_acting=True)
def submit_publication(*, publication: Publication, by: User, at: datetime) -> Publication:
    """Submit a draft for approval, e-mail those who may approve it where someone else has to, and return it.

    Where an admin has to approve it and none can, lab staff get an e-mail.

    Raises DomainError for what is not a draft, while a text is empty, and while its texts name people of the cohort who
    have not agreed.
    """
    row = lock_row(publication)
    if row.state != PublicationState.DRAFT:
        raise DomainError(NOT_A_DRAFT)
    _refuse_names_without_consent(row, at)
    row.approval = approval = required_approval(row)
    row.state, row.submitted_at, row.submitted_by = PublicationState.SUBMITTED, at, by
    row.save(update_fields=["state", "approval", "submitted_at", "submitted_by"])
    if approval != Approval.ANYONE:
        _announce(row, SUBMITTED_EMAIL, APPROVERS_AUDIENCE, by=by, at=at)
    if approval.needs_admin and not _can_some_admin_approve(row, at):
        _announce(row, WITHOUT_ADMIN_EMAIL, LAB_AUDIENCE, by=by, at=at)
    return row


def _can_some_admin_approve(row: Publication, at: datetime) -> bool:
    """Return whether the authority has an admin who can approve a version that was submitted (one statement)."""
    admins = AuthorityAdmin.objects.active(_local_day(row.cohort, at)).filter(authority__cohorts=row.cohort_id)
    others = admins.exclude(user=row.submitted_by_id) if row.approval == Approval.ADMIN_AND_SECOND else admins
    return others.exists()


def _announce(row: Publication, email_type: str, audience: str, *, by: User | None, at: datetime) -> None:
    """E-mail people about a version: each submission and each withdrawal has an e-mail of its own."""
    event, step = EventRef(EVENT_KIND, row.pk), f"{email_type}-{at:%Y%m%d%H%M%S}"
    announce_change(event=event, email_type=email_type, audience=audience, step=step, at=at, by=by)


def _refuse_names_without_consent(row: Publication, at: datetime) -> None:
    """Raise DomainError when the texts name people of the cohort who have not agreed to it at that moment."""
    if names := people_named_without_consent(row, _local_day(row.cohort, at)):
        raise DomainError(NAMED_WITHOUT_CONSENT % {"names": ", ".join(names)})


def required_approval(publication: Publication) -> Approval:
    """Return who has to approve a version by the rules of today, and by those under which it was submitted before (one
    statement).
    """
    rules = set(ApprovalRule.objects.counting_for(publication.cohort).values_list("authority", flat=True))
    before = Approval(publication.approval or Approval.ANYONE)
    return needed_approval(
        admin=bool(rules - {None}) or before.needs_admin, second_person=None in rules or before.needs_second_person
    )


@action(gettext_lazy("Returned to draft"))
def return_publication(*, publication: Publication, by: User | None) -> Publication:
    """Return what was submitted to draft, so that it can be changed, and return it; who has to approve it stays.

    Raises DomainError for anything else.
    """
    row = lock_row(publication)
    if row.state != PublicationState.SUBMITTED:
        raise DomainError(NOT_SUBMITTED)
    row.state, row.submitted_at, row.submitted_by = PublicationState.DRAFT, None, None
    row.save(update_fields=["state", "submitted_at", "submitted_by"])
    return row


@action(gettext_lazy("Published"), security_event=True, forbidden_while_acting=True)
def publish(*, publication: Publication, by: User, at: datetime, election_confirmed: bool = False) -> Publication:
    """Approve what was submitted: from now on anyone reads it, in place of the version before. Return it.

    Raises Refused where `by` may not approve it, DomainError near an election of the authority that is not confirmed,
    and while its texts name people of the cohort who have not agreed.
    """
    row = lock_row(publication)
    if row.state != PublicationState.SUBMITTED:
        raise DomainError(NOT_SUBMITTED)
    roles = publishing_roles(by, row.subject, today_everywhere(at))
    enforce(can_approve(by, roles, row))
    _refuse_names_without_consent(row, at)
    if (election := election_before_publishing(row, at)) and not election_confirmed:
        raise DomainError(election_warning(election), field="election_confirmed")
    earlier = Publication.objects.published().filter(kind=row.kind, slug=row.slug)
    earlier.update(state=PublicationState.REPLACED, ended_at=at, ended_by=by)
    row.state, row.published_at, row.published_by = PublicationState.PUBLISHED, at, by
    row.approved_as_admin, row.election_confirmed = Role.ADMIN in roles, bool(election)
    row.save(update_fields=["state", "published_at", "published_by", "approved_as_admin", "election_confirmed"])
    after_commit(drop_all)
    return row


def election_before_publishing(publication: Publication, at: datetime) -> Period | None:
    """Return the election near which the achievements of an authority are not to be promoted; None without one.

    The authorities are that of the cohort, and those that the texts name (three statements).
    """
    cohort = publication.cohort
    authorities = [*([cohort.authority] if cohort else []), *authorities_named(publication)]
    return restricting_election(authorities, _local_day(cohort, at))


@action(gettext_lazy("Withdrawn from the public"), security_event=True)
def withdraw_publication(*, publication: Publication, reason: str, by: User | None, at: datetime) -> Publication:
    """Withdraw what is public: its address answers at once that it was withdrawn. Return it.

    Of an earlier version, which a later one replaced, releases of open data end; it was public until it was replaced.
    Raises DomainError for a version that never was public, or is withdrawn already.
    """
    row = lock_row(publication)
    if row.state not in WITHDRAWABLE:
        raise DomainError(NOT_PUBLIC)
    row.state, row.ended_at, row.ended_by, row.end_reason = PublicationState.WITHDRAWN, row.ended_at or at, by, reason
    row.save(update_fields=["state", "ended_at", "ended_by", "end_reason"])
    after_commit(drop_all)
    record_on_commit(WITHDRAWN_PUBLICATION, row.pk)
    return row


@action(gettext_lazy("Draft for the public discarded"))
def discard_draft_publication(*, publication: Publication, by: User | None) -> None:
    """Delete a draft; what is public stays. Raises DomainError for what is not a draft."""
    row = lock_row(publication)
    if row.state != PublicationState.DRAFT:
        raise DomainError(NOT_A_DRAFT)
    row.delete()


@action(gettext_lazy("Pictures for the public chosen"), forbidden_while_acting=True)
def choose_pictures(
    *, publication: Publication, pictures: Mapping[int, tuple[str, str]], by: User, at: datetime
) -> Publication:
    """Have a draft show these pictures: the keys of files, each with what it shows in French and in English.

    Raises DomainError for a picture that the public may not see.
    """
    row = lock_row(publication)
    offered = {picture.pk: picture for picture in offered_pictures(row, _local_day(row.cohort, at))}
    row.pictures.all().delete()
    for key, (alt_fr, alt_en) in pictures.items():
        if key not in offered:
            raise DomainError(NOT_OFFERED)
        row.pictures.create(attachment=offered[key], alt_fr=alt_fr, alt_en=alt_en)
    return row


@action(gettext_lazy("Name on a public page added"), forbidden_while_acting=True)
def add_name(
    *, publication: Publication, name: str, agreed_on: date, agreed_until: date | None, agreed_how: str, by: User
) -> PublicName:
    """Have a draft name a person who agreed, and return the name."""
    row = lock_row(publication)
    return row.names.create(name=name, agreed_on=agreed_on, agreed_until=agreed_until, agreed_how=agreed_how)


@action(gettext_lazy("Name on a public page withdrawn"), security_event=True)
def withdraw_name(*, name: PublicName, by: User | None, at: datetime) -> None:
    """Name a person no longer on any version of the page, from now on; a name on a draft is deleted, on it alone.

    A public version whose texts name the person too is withdrawn, and its authors get an e-mail: nobody may refuse a
    person who withdraws a consent, and what is public never changes.
    """
    publication = lock_row(name.publication)
    if publication.state == PublicationState.DRAFT:
        name.delete()
        return
    versions = Publication.objects.filter(kind=publication.kind, slug=publication.slug)
    for row in PublicName.objects.filter(publication__in=versions, ended_at=None).select_related("publication"):
        if not same_name(row.name, name.name):
            continue
        if row.publication.state == PublicationState.DRAFT:
            row.delete()
        else:
            _end_name(row, by=by, at=at)
            record_on_commit(WITHDRAWN_NAME, row.pk)


def _end_name(name: PublicName, *, by: User | None, at: datetime) -> bool:
    """Withdraw the version if its texts have the name, then end the name; return whether it was withdrawn."""
    was_withdrawn = _withdraw_if_named(lock_row(name.publication), name.name, by=by, at=at)
    row = lock_row(name)
    row.ended_at = row.ended_at or at
    row.save(update_fields=["ended_at"])
    after_commit(drop_all)
    return was_withdrawn


@action(gettext_lazy("Pages withdrawn at the end of a consent"))
def withdraw_where_consent_ended(*, by: None, at: datetime) -> int:
    """End the names on public versions whose people agreed until a day that is past, at their authority.

    A version whose texts have the name is withdrawn; return how many were.
    """
    names = PublicName.objects.filter(publication__state=PublicationState.PUBLISHED, ended_at=None)
    over = names.filter(agreed_until__lt=day_of_rows(today_everywhere(at), "publication__cohort__authority"))
    withdrawn = 0
    for name in over.select_related("publication").order_by("pk"):
        withdrawn += _end_name(name, by=by, at=at)
    return withdrawn


def _withdraw_if_named(publication: Publication, name: str, *, by: User | None, at: datetime) -> bool:
    """Withdraw a version that is public and whose texts have this name, and e-mail its authors; return whether it was
    withdrawn.
    """
    if publication.state != PublicationState.PUBLISHED or not has_name(words_of(publication), name):
        return False
    row = withdraw_publication(publication=publication, reason=str(CONSENT_ENDED), by=by, at=at)
    _announce(row, WITHDRAWN_EMAIL, AUTHORS_AUDIENCE, by=by, at=at)
    return True


@action(gettext_lazy("Rule of approval changed"), security_event=True, forbidden_while_acting=True)
def set_approval_rule(*, authority: Authority | None, is_required: bool, by: User, at: datetime) -> ApprovalRule | None:
    """Ask from now on for the approval of the authority's admin or, without an authority, of a second person for all.

    Without `is_required`, ask no longer; what was submitted before still needs it. Two people of the lab end the lab's
    rule: the first only asks for it. Returns the rule; None where none was there, and none is asked for.
    """
    row = ApprovalRule.objects.current().select_for_update(of=["self"]).filter(authority=authority).first()
    if row is None:
        return ApprovalRule.objects.create(authority=authority, since=at) if is_required else None
    if is_required:
        row.end_requested_by = None
    elif authority is None and row.end_requested_by_id in {None, by.pk}:
        row.end_requested_by = by
    else:
        row.ended_at, row.ended_by = at, by
    row.save(update_fields=["end_requested_by", "ended_at", "ended_by"])
    return row


@action(gettext_lazy("Name of an erased person removed"))
def remove_name(*, publication: Publication, name: str, by: User | None, at: datetime) -> None:
    """Remove a name from the texts of a version, the descriptions of its pictures and its list of names.

    A version whose texts have it is withdrawn first if it is public, and a draft again if it waits.
    """
    row = lock_row(publication)
    if has_name(words_of(row), name):
        row = _no_longer_public(row, by=by, at=at)
    for named in row.names.all():
        if same_name(named.name, name):
            erase_public_name(name=named, by=by, at=at)
    for column in (*ALL_TEXTS, "end_reason"):
        setattr(row, column, without_name(getattr(row, column), name))
    row.save(update_fields=[*ALL_TEXTS, "end_reason"])
    for picture in row.pictures.all():
        picture.alt_fr, picture.alt_en = without_name(picture.alt_fr, name), without_name(picture.alt_en, name)
        picture.save(update_fields=["alt_fr", "alt_en"])
    after_commit(drop_all)


def _no_longer_public(row: Publication, *, by: User | None, at: datetime) -> Publication:
    """Return a version that names an erased person after it is withdrawn, with an e-mail to its authors, or returned to
    draft.
    """
    if row.state == PublicationState.SUBMITTED:
        return return_publication(publication=row, by=by)
    if row.state == PublicationState.PUBLISHED:
        row = withdraw_publication(publication=row, reason=str(PERSON_ERASED), by=by, at=at)
        _announce(row, WITHDRAWN_EMAIL, AUTHORS_AUDIENCE, by=by, at=at)
    return row


@action(gettext_lazy("Check of names asked for"))
def ask_to_check_names(*, publication: Publication, by: None, at: datetime) -> None:
    """Have lab staff read whether a version names a person who was erased, or someone else of that name."""
    row = lock_row(publication)
    row.names_to_check_since = row.names_to_check_since or at
    row.save(update_fields=["names_to_check_since"])


@action(gettext_lazy("Names checked after an erasure"), security_event=True)
def check_names(*, publication: Publication, name: str, by: User, at: datetime) -> Publication:
    """Record that lab staff have read a version for the name of an erased person, and return it.

    The `name` that they found is removed; "" where there is none.
    """
    if name:
        remove_name(publication=publication, name=name, by=by, at=at)
    row = lock_row(publication)
    row.names_to_check_since = None
    row.save(update_fields=["names_to_check_since"])
    return row


@action(gettext_lazy("Name on a public page erased"))
def erase_public_name(*, name: PublicName, by: User | None, at: datetime) -> None:
    """Name an erased person no longer, and keep that someone was named."""
    row = lock_row(name)
    row.name, row.ended_at = f"#{row.pk}", row.ended_at or at
    row.save(update_fields=["name", "ended_at"])
    after_commit(drop_all)
