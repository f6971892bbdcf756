"""Actions on applications that were sent: rate one, decide about it, and open the cohort of an accepted one."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from cohorts.calls.actions.applications import DECISION_EMAIL
from cohorts.calls.authorities import Candidate, NewAuthority, candidates
from cohorts.calls.documents import APPLICATION
from cohorts.calls.enums import ApplicationState
from cohorts.calls.links import LINK_LIFETIME
from cohorts.calls.models import Application, ApplicationPerson, ApplicationRating, CallReviewer
from cohorts.hooks import cohort_hooks
from cohorts.invitations.actions.invitations import invite_member
from cohorts.models import Cohort
from cohorts.opening.actions import add_cohort
from notifications.actions import announce_change
from notifications.events import EventRef
from programmes.actions import add_listed_authority, create_authority
from programmes.models import Authority, Edition
from web.actions import action
from web.errors import DomainError
from web.forms.row_changes import assign, lock_row

DECIDED_ALREADY: Final = gettext_lazy("This application is decided already.")
RatingValues = tuple[int, str]  # points, and the sentence why


@action(gettext_lazy("Application rated"))
def rate_application(*, application: Application, ratings: Sequence[RatingValues], by: User) -> Application:
    """Save what the reviewer `by` gives the application, one pair of points and sentence for each criterion in order.

    It replaces what they gave before. Raises DomainError once the application is decided, or the reviewer removed.
    """
    row = lock_row(application)
    if row.state != ApplicationState.SUBMITTED:
        raise DomainError(DECIDED_ALREADY)
    reviewer = CallReviewer.objects.get(call=row.call_id, user=by)  # a trigger refuses one who was removed
    for criterion, (points, sentence) in enumerate(ratings):
        ApplicationRating.objects.update_or_create(
            application=row,
            reviewer=reviewer,
            criterion=criterion,
            defaults={"points": points, "sentence": sentence},
        )
    return row


@action(gettext_lazy("Application decided"), security_event=True)
def decide_application(*, application: Application, accepted: bool, reason: str, at: datetime, by: User) -> Application:
    """Accept or refuse an application with a reason, which the applicant gets by e-mail, and return it.

    Raises DomainError for one that is decided, or that the applicant has withdrawn since.
    """
    row = lock_row(application)
    if row.state != ApplicationState.SUBMITTED:
        raise DomainError(DECIDED_ALREADY)
    state = ApplicationState.ACCEPTED if accepted else ApplicationState.REFUSED
    values = {"state": state, "reason": reason.strip(), "ended_at": at, "decided_by": by}
    assign(row, values | {"link_expires_at": max(row.link_expires_at, at + LINK_LIFETIME)})
    row.save(update_fields=[*values, "link_expires_at"])
    event = EventRef(APPLICATION, row.pk, row.link_version)
    announce_change(event=event, email_type=DECISION_EMAIL, at=at, by=by)
    return row


@action(gettext_lazy("Cohort opened from an application"), forbidden_while_acting=True)
def open_cohort(
    *,
    application: Application,
    edition: Edition,
    authority: Candidate,
    kind: str,
    people: Collection[ApplicationPerson],
    today: date,
    at: datetime,
    by: User,
    starts_on: date | None = None,
    site: str = "",
) -> Cohort:
    """Open the cohort of an accepted application in an edition, and return it.

    The `authority` is one of the `candidates`: on the platform, or added from the official list; a new one is added
    with its `kind`. The `people` are invited at once, and the challenge is proposed to the cohort.
    All of it is saved, or nothing: raises DomainError when the cohort or one of the invitations is refused.
    """
    row = lock_row(application)
    if row.state != ApplicationState.ACCEPTED or row.cohort_id:
        raise DomainError(_("Only an accepted application that has no cohort yet can open one."))
    cohort = add_cohort(
        edition=edition,
        authority=_get_or_add_authority(row, authority, kind, by),
        by=by,
        today=today,
        starts_on=starts_on,
        site=site,
    )
    for person in people:
        invite_member(
            cohort=cohort,
            email=person.email,
            full_name=person.full_name,
            role=person.role,
            language=row.user.language,
            at=at,
            by=by,
        )
    for hooks in cohort_hooks:
        hooks.application_became_cohort(cohort=cohort, challenge=row.challenge, sponsors=row.sponsors, by=by)
    row.cohort = cohort
    row.save(update_fields=["cohort"])
    return cohort


def _get_or_add_authority(row: Application, chosen: Candidate, kind: str, by: User) -> Authority:
    """Return the authority that was chosen for the application, which is added unless the platform has it."""
    if chosen not in candidates(row).values():
        raise DomainError(_("The list of possible authorities has changed. Choose again."))
    if isinstance(chosen, Authority):
        return chosen
    if isinstance(chosen, NewAuthority):
        return create_authority(kind=kind, name=chosen.name, siren=chosen.siren, by=by)
    return add_listed_authority(listed=chosen, by=by)
