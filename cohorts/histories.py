"""History pages of cohorts, their people and their sessions: what each shows and how values are worded."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from cohorts.budget.file_owners import AGREEMENT
from cohorts.calls.documents import APPLICATION
from cohorts.invitations import ending_reasons
from cohorts.models import (
    AccessRequest,
    Agreement,
    Application,
    ApplicationPerson,
    ApplicationRating,
    Attendance,
    BudgetLine,
    Call,
    CallReviewer,
    Cohort,
    DayRate,
    Funder,
    GroupGrant,
    GroupRule,
    InnovationTeam,
    Invitation,
    Membership,
    Phase,
    Session,
    SessionDay,
    SessionMethod,
    Stakeholder,
    StakeholderContact,
    Statement,
    TeamFollowUp,
)
from cohorts.sessions.file_owners import SESSION
from cohorts.sessions.remarks import sentences_of
from files.histories import files_of
from web.history_pages import HistoryKind, HistoryPart, ValueText

HISTORIES: Final = {
    "cohort": HistoryKind(
        _("cohort"),
        Cohort,
        title="name",
        pages=("cohorts:cohort", "cohorts:members", "cohorts:stakeholders"),
        argument="slug",
        key="slug",
        parts=(
            HistoryPart(Phase, "cohort"),
            HistoryPart(Membership, "cohort"),
            HistoryPart(Stakeholder, "cohort"),
            HistoryPart(Session, "cohort"),
            HistoryPart(SessionDay, "session__cohort"),
            HistoryPart(SessionMethod, "session__cohort"),
            HistoryPart(InnovationTeam, "cohort"),
            HistoryPart(DayRate, "cohort"),
        ),
    ),
    "session": HistoryKind(
        _("session"),
        Session,
        title="title",
        pages=("cohorts:session", "cohorts:record_attendance"),
        parts=(
            HistoryPart(SessionDay, "session"),
            HistoryPart(SessionMethod, "session"),
            HistoryPart(Attendance, "day__session"),
            files_of(SESSION),
        ),
    ),
    "member": HistoryKind(
        _("member"),
        Membership,
        pages=("cohorts:edit_membership", "cohorts:end_membership"),
        parts=(HistoryPart(Attendance, "member"),),
    ),
    "stakeholder": HistoryKind(
        _("stakeholder"),
        Stakeholder,
        title="name",
        pages=("cohorts:edit_stakeholder", "cohorts:stakeholder_contact"),
        parts=(HistoryPart(Attendance, "stakeholder"), HistoryPart(StakeholderContact, "stakeholder")),
    ),
    "innovation-team": HistoryKind(
        _("innovation team"),
        InnovationTeam,
        title="name",
        pages=("cohorts:edit_team",),
        parts=(HistoryPart(TeamFollowUp, "team"),),
    ),
    "budget-line": HistoryKind(
        _("budget line"), BudgetLine, title="note", pages=("cohorts:edit_budget_line", "cohorts:remove_budget_line")
    ),
    "agreement": HistoryKind(
        _("agreement"),
        Agreement,
        pages=("cohorts:agreement", "cohorts:edit_agreement", "cohorts:issue_statement"),
        parts=(HistoryPart(Statement, "agreement"), files_of(AGREEMENT)),
    ),
    "invitation": HistoryKind(
        _("invitation"),
        Invitation,
        pages=("cohorts:invitation", "cohorts:resend_invitation", "cohorts:revoke_invitation"),
    ),
    "access-request": HistoryKind(
        _("access request"), AccessRequest, pages=("cohorts:grant_access", "cohorts:refuse_access")
    ),
    "call": HistoryKind(
        _("call for authorities"),
        Call,
        title="title_fr",
        pages=(
            "cohorts:call",
            "cohorts:edit_call",
            "cohorts:publish_call",
            "cohorts:close_call",
            "cohorts:withdraw_call",
            "cohorts:extend_call",
            "cohorts:add_reviewer",
        ),
        parts=(HistoryPart(CallReviewer, "call"),),
    ),
    "application": HistoryKind(
        _("application"),
        Application,
        pages=(
            "cohorts:application",
            "cohorts:review_application",
            "cohorts:decide_application",
            "cohorts:open_cohort",
        ),
        parts=(
            HistoryPart(ApplicationPerson, "application"),
            files_of(APPLICATION),
        ),
        visible_to=Application.objects.visible_to,
    ),
}
MODELS_WITHOUT_PAGE: Final = {
    ApplicationRating: "Reviewers rate alone: the page of the application shows ratings to those who may read them.",
    Funder: "A name, which the agreements with the funder show.",
    GroupRule: "The rules about groups have one page, which shows what they are now.",
    GroupGrant: "A role by a group changes the role of the person or begins a mandate, whose history has it.",
}
HIDDEN_COLUMNS: Final = {Invitation: ("seed", "token_hash", "earlier_hashes"), AccessRequest: ("issuer", "subject")}
NAME_PATHS: Final = {
    AccessRequest: ("full_name", "email"),
    Agreement: ("funder__name",),
    Attendance: ("member__user__full_name", "stakeholder__name"),
    BudgetLine: ("note",),
    DayRate: ("group",),
    Funder: ("name",),
    Application: ("authority_name",),
    ApplicationPerson: ("full_name",),
    CallReviewer: ("user__full_name",),
    Invitation: ("full_name", "email"),
    Membership: ("user__full_name",),
    Phase: ("kind",),
    SessionDay: ("date",),
    SessionMethod: ("title",),
    Stakeholder: ("name",),
    StakeholderContact: ("stakeholder__name",),
    Statement: ("number",),
}
VALUE_TEXTS: Final[Mapping[Any, Mapping[str, ValueText]]] = {
    Call: dict.fromkeys(("criteria_fr", "criteria_en"), lambda names, _row: ", ".join(names)),
    Invitation: {"reason": lambda reason, _row: ending_reasons.reason_text(reason)},
    Session: {"remarks": lambda slugs, _row: " ".join(map(str, sentences_of(slugs)))},
}
