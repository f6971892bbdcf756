"""Actions by which a cohort begins and stops to share its figures."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cohorts.clock import local_day
from cohorts.models import Cohort
from figures.sharing.enums import Audience
from figures.sharing.models import FiguresConsent
from programmes.elections import election_warning, restricting_election
from programmes.workdays import Period
from web.actions import action
from web.database.after_commit import after_commit
from web.errors import DomainError
from web.pages.hot_pages import drop_all

NOT_SHARED = _("These figures are not shared. Nothing has changed.")


@action(_("Figures shared"), security_event=True, forbidden_while_acting=True)
def share_figures(
    *, cohort: Cohort, audience: Audience, at: datetime, by: User, election_confirmed: bool = False
) -> FiguresConsent:
    """Record that totals read by the `audience` may include the cohort's figures, from the local day of `at` on.

    Returns the consent. Raises DomainError where the figures are shared already, for published facts, and for the
    public near an election of the authority that is not confirmed. Lab staff cannot do it while they act for someone:
    the consent is the cohort's. `by` is who acts.
    """
    if (election := election_before_sharing(cohort, audience, at)) and not election_confirmed:
        raise DomainError(election_warning(election), field="election_confirmed")
    return FiguresConsent.objects.create(
        cohort=cohort, audience=audience, granted_on=local_day(cohort, at), granted_by=by
    )


def election_before_sharing(cohort: Cohort, audience: Audience, at: datetime) -> Period | None:
    """Return the election near which the authority's figures are not to be promoted to the public; None without one."""
    return restricting_election([cohort.authority], local_day(cohort, at)) if audience == Audience.PUBLIC else None


@action(_("Sharing of figures ended"), security_event=True, forbidden_while_acting=True)
def stop_sharing_figures(*, cohort: Cohort, audience: Audience, at: datetime, by: User) -> FiguresConsent:
    """Withdraw the consent for this audience: from now on no total that others read includes the cohort's figures.

    Returns the consent, which ends on the local day of `at`. Raises DomainError where there is none. `by` is who acts.
    """
    consent = FiguresConsent.objects.open(audience).filter(cohort=cohort).select_for_update().first()
    if consent is None:
        raise DomainError(NOT_SHARED)
    consent.withdrawn_on, consent.withdrawn_by = max(local_day(cohort, at), consent.granted_on), by
    consent.save(update_fields=["withdrawn_on", "withdrawn_by"])
    after_commit(drop_all)
    return consent
