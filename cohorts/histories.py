"""The history of cohorts, their people and their sessions."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from cohorts.attachables import SESSION
from cohorts.models import (
    AccessRequest,
    Attendance,
    Cohort,
    InnovationTeam,
    Invitation,
    InvitationList,
    Membership,
    Phase,
    Session,
    SessionDay,
    Stakeholder,
)
from files.histories import files_of
from web.histories import Kept, Part

HISTORIES: Final = {
    "cohort": Kept(
        _("cohort"),
        Cohort,
        title="name",
        pages=("cohorts:cohort", "cohorts:members", "cohorts:stakeholders"),
        argument="slug",
        key="slug",
        parts=(
            Part(Phase, "cohort"),
            Part(Membership, "cohort"),
            Part(Stakeholder, "cohort"),
            Part(Session, "cohort"),
            Part(SessionDay, "session__cohort"),
        ),
    ),
    "session": Kept(
        _("session"),
        Session,
        title="title",
        pages=("cohorts:session", "cohorts:record_attendance"),
        parts=(Part(SessionDay, "session"), Part(Attendance, "day__session"), files_of(SESSION)),
    ),
    "member": Kept(
        _("member"),
        Membership,
        pages=("cohorts:edit_membership", "cohorts:end_membership"),
        parts=(Part(Attendance, "member"),),
    ),
    "stakeholder": Kept(
        _("stakeholder"),
        Stakeholder,
        title="name",
        pages=("cohorts:edit_stakeholder",),
        parts=(Part(Attendance, "stakeholder"),),
    ),
    "innovation-team": Kept(_("innovation team"), InnovationTeam, title="name", pages=("cohorts:edit_team",)),
    "invitation": Kept(
        _("invitation"),
        Invitation,
        pages=("cohorts:invitation", "cohorts:resend_invitation", "cohorts:revoke_invitation"),
    ),
    "access-request": Kept(
        _("request for access"), AccessRequest, pages=("cohorts:grant_access", "cohorts:refuse_access")
    ),
}
UNSHOWN: Final = {Invitation: ("seed", "token_hash", "replaced"), AccessRequest: ("issuer", "subject")}
LEFT_OUT: Final = {
    InvitationList: "What a pasted list says of people goes once it is sent; each invitation has its own history."
}
