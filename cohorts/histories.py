"""The history of cohorts, their people and their sessions."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from cohorts.invitations import ending_reasons
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
from cohorts.sessions.attachments import SESSION
from cohorts.sessions.remarks import in_words
from files.histories import files_of
from web.history_pages import Kept, Part, Wording

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
            Part(InnovationTeam, "cohort"),
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
    "access-request": Kept(_("access request"), AccessRequest, pages=("cohorts:grant_access", "cohorts:refuse_access")),
}
UNSHOWN: Final = {Invitation: ("seed", "token_hash", "replaced"), AccessRequest: ("issuer", "subject")}
NAMED: Final = {
    AccessRequest: ("full_name", "email"),
    Attendance: ("member__user__full_name", "stakeholder__name"),
    Invitation: ("full_name", "email"),
    Membership: ("user__full_name",),
    Phase: ("kind",),
    SessionDay: ("date",),
}
WORDED: Final[Mapping[Any, Mapping[str, Wording]]] = {
    Invitation: {"reason": lambda reason, _row: ending_reasons.in_words(reason)},
    Session: {"remarks": lambda slugs, _row: " ".join(map(str, in_words(slugs)))},
}
LEFT_OUT: Final = {
    InvitationList: "What a pasted list says of people goes once it is sent; each invitation has its own history."
}
