"""Actions on publications: save a draft, submit it, approve it, return it, discard it, withdraw what is public."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from django.db.models import Model
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.privacy.erasure_journal import record_on_commit
from accounts.roles import Role
from cohorts.clock import local_day
from cohorts.models import Cohort
from programmes.models import Authority, Method, Programme
from programmes.workdays import Period
from prototypes.models import Idea
from publications.elections import election_near
from publications.enums import Approval, PublicationState
from publications.facts import facts_of
from publications.models import (
    SUBJECT_COLUMNS,
    TEXTS,
    ApprovalRule,
    Publication,
    PublicationQuerySet,
    PublicName,
    kind_of,
)
from publications.permissions import can_approve, publishing_roles
from publications.pictures import offered_pictures, people_named_without_consent
from web.actions import action
from web.database.after_commit import after_commit
from web.dates.clock import platform_day, today_everywhere
from web.decisions import enforce
from web.errors import DomainError
from web.forms.edit_conflicts import check_version
from web.forms.row_changes import assign, lock_row
from web.pages.hot_pages import drop_all

WITHDRAWN_PUBLICATION: Final = "publication"  # in the journal of erasures
WITHDRAWN_NAME: Final = "name"
SUBMITTED_ALREADY: Final = gettext_lazy("This version waits for approval. Return it to draft to change it.")
NAMED_WITHOUT_CONSENT: Final = gettext_lazy(
    "The texts name %(names)s. Add these people to the names on the page, with their consent, or leave their names out."
)
NOT_A_DRAFT: Final = gettext_lazy("This version is not a draft any more. Open its page again.")
NOT_SUBMITTED: Final = gettext_lazy("This version does not wait for approval. Open its page again.")
PERSON_ERASED: Final = gettext_lazy("A person who was named in it is erased.")
NOT_OFFERED: Final = gettext_lazy("One of these pictures cannot be public any more. Open the page again.")
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

    `texts` are the columns of the form. Raises DomainError while a version waits for approval, EditConflict when
    someone else saved the draft since the form was opened.
    """
    rows = Publication.objects.about(subject)
    row = rows.in_preparation().select_for_update(of=["self"]).first() or _new_version(subject, by)
    if row.state != PublicationState.DRAFT:
        raise DomainError(SUBMITTED_ALREADY)
    current = row.form_values()
    assign(row, texts)
    row.facts = facts_of(subject, shows_tests=shows_tests, today=_local_day(row.cohort, at))
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
    """Submit a draft for approval, by whom the rules of today say, and return it.

    Raises DomainError for what is not a draft, while a text is empty, and while its texts name people of the cohort who
    have not agreed.
    """
    row = lock_row(publication)
    if row.state != PublicationState.DRAFT:
        raise DomainError(NOT_A_DRAFT)
    _refuse_names_without_consent(row, at)
    row.approval = required_approval(row.cohort)
    row.state, row.submitted_at, row.submitted_by = PublicationState.SUBMITTED, at, by
    row.save(update_fields=["state", "approval", "submitted_at", "submitted_by"])
    return row


def _refuse_names_without_consent(row: Publication, at: datetime) -> None:
    """Raise DomainError when the texts name people of the cohort who have not agreed to it at that moment."""
    if names := people_named_without_consent(row, _local_day(row.cohort, at)):
        raise DomainError(NAMED_WITHOUT_CONSENT % {"names": ", ".join(names)})


def required_approval(cohort: Cohort | None) -> Approval:
    """Return who has to approve what is published of a cohort, or without one, by the rules of today (one
    statement).
    """
    authorities = set(ApprovalRule.objects.counting_for(cohort).values_list("authority", flat=True))
    if authorities - {None}:
        return Approval.ADMIN
    return Approval.SECOND_PERSON if authorities else Approval.ANYONE


@action(gettext_lazy("Returned to draft"))
def return_publication(*, publication: Publication, by: User | None) -> Publication:
    """Return what was submitted to draft, so that it can be changed, and return it.

    Raises DomainError for anything else.
    """
    row = lock_row(publication)
    if row.state != PublicationState.SUBMITTED:
        raise DomainError(NOT_SUBMITTED)
    row.state, row.approval, row.submitted_at, row.submitted_by = PublicationState.DRAFT, "", None, None
    row.save(update_fields=["state", "approval", "submitted_at", "submitted_by"])
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
    if (election := restricting_election(row, at)) and not election_confirmed:
        raise DomainError(election_warning(election), field="election_confirmed")
    earlier = Publication.objects.published().filter(kind=row.kind, slug=row.slug)
    earlier.update(state=PublicationState.REPLACED, ended_at=at, ended_by=by)
    row.state, row.published_at, row.published_by = PublicationState.PUBLISHED, at, by
    row.approved_as_admin, row.election_confirmed = Role.ADMIN in roles, bool(election)
    row.save(update_fields=["state", "published_at", "published_by", "approved_as_admin", "election_confirmed"])
    after_commit(drop_all)
    return row


def restricting_election(publication: Publication, at: datetime) -> Period | None:
    """Return the election of the authority near which its achievements are not to be promoted; None without one."""
    cohort = publication.cohort
    return election_near(cohort.authority, local_day(cohort, at)) if cohort else None


def election_warning(election: Period) -> str:
    """Return the sentence that warns of an election."""
    return _(
        "“%(election)s” is near. In the six months before an election an authority must not promote its achievements"
        " (Code électoral, article L52-1). Ask its legal department, then confirm."
    ) % {"election": election.name}


@action(gettext_lazy("Withdrawn from the public"), security_event=True)
def withdraw_publication(*, publication: Publication, reason: str, by: User | None, at: datetime) -> Publication:
    """Withdraw what is public: its address answers at once that it was withdrawn. Return it.

    Raises DomainError for a version that is not public.
    """
    row = lock_row(publication)
    if row.state != PublicationState.PUBLISHED:
        raise DomainError(NOT_PUBLIC)
    row.state, row.ended_at, row.ended_by, row.end_reason = PublicationState.WITHDRAWN, at, by, reason
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


@action(gettext_lazy("Pictures for the public chosen"))
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


@action(gettext_lazy("Name on a public page added"))
def add_name(
    *, publication: Publication, name: str, agreed_on: date, agreed_until: date | None, agreed_how: str, by: User
) -> PublicName:
    """Have a draft name a person who agreed, and return the name."""
    row = lock_row(publication)
    return row.names.create(name=name, agreed_on=agreed_on, agreed_until=agreed_until, agreed_how=agreed_how)


@action(gettext_lazy("Name on a public page withdrawn"), security_event=True)
def withdraw_name(*, name: PublicName, by: User | None, at: datetime) -> None:
    """Name a person no longer, from now on; of a draft the name is deleted."""
    if name.publication.state == PublicationState.DRAFT:
        name.delete()
        return
    row = lock_row(name)
    row.ended_at = row.ended_at or at
    row.save(update_fields=["ended_at"])
    after_commit(drop_all)
    record_on_commit(WITHDRAWN_NAME, row.pk)


@action(gettext_lazy("Rule of approval changed"))
def set_approval_rule(*, authority: Authority | None, is_required: bool, by: User, at: datetime) -> None:
    """Ask from now on for the approval of the authority's admin or, without an authority, of a second person for all.

    Without `is_required`, ask no longer; what was submitted before still needs it.
    """
    if is_required:
        ApprovalRule.objects.get_or_create(authority=authority, defaults={"since": at})
    else:
        ApprovalRule.objects.filter(authority=authority).delete()


@action(gettext_lazy("Name of an erased person removed"))
def remove_name(*, publication: Publication, name: re.Pattern[str], by: None, at: datetime) -> None:
    """Remove a name from the texts of a version; one that is public is withdrawn first, one that waits is a draft
    again.
    """
    row = lock_row(publication)
    if row.state == PublicationState.SUBMITTED:
        row = return_publication(publication=row, by=by)
    elif row.state == PublicationState.PUBLISHED:
        row = withdraw_publication(publication=row, reason=str(PERSON_ERASED), by=by, at=at)
    for column in (*TEXTS, "end_reason"):
        setattr(row, column, name.sub("…", getattr(row, column)))
    row.save(update_fields=[*TEXTS, "end_reason"])
    after_commit(drop_all)


@action(gettext_lazy("Name on a public page erased"))
def erase_public_name(*, name: PublicName, by: None, at: datetime) -> None:
    """Name an erased person no longer, and keep that someone was named."""
    row = lock_row(name)
    row.name, row.ended_at = f"#{row.pk}", row.ended_at or at
    row.save(update_fields=["name", "ended_at"])
    after_commit(drop_all)
