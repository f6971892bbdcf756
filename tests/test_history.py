"""No domain row is created, changed or deleted without a history line that says who and why, even by raw SQL."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pghistory
import pytest
from django.apps import apps
from django.db import connection, models
from pghistory.models import Event

from accounts.models import (
    AddressClaim,
    AddressRelease,
    FactorReset,
    Lab,
    SetupLink,
    SignInLink,
    SupportVisit,
    User,
)
from api.models import ApiToken, IdempotencyKey
from canvases.models import Canvas, CanvasCell, CanvasStep
from cohorts.models import (
    AccessRequest,
    Agreement,
    Application,
    ApplicationPerson,
    ApplicationRating,
    Assessment,
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
    ProviderGroups,
    Replanning,
    Session,
    SessionDay,
    SessionMethod,
    Stakeholder,
    StakeholderContact,
    Statement,
    TeamFollowUp,
)
from comments.models import Comment, Mention
from dossiers.models import Dossier
from exchanges.models import (
    Commitment,
    Contribution,
    Exchange,
    Feedback,
    Guest,
    HostTurn,
    Match,
    Minutes,
    Needs,
    PeerProfile,
    PeerVisit,
    ProgrammeItem,
    Question,
    Registration,
)
from fieldwork.models import EarlyWithdrawal, Insight, Note
from figures.models import FiguresConsent, ReportVisit
from files.models import Attachment, Export, FileDraft, FileQuota
from imports.models import ColumnChoice, FilePart, ImportBatch, ImportRow
from labplatform.models import AccessibilityReport, AccessibilityStatement, NoticeSnooze
from labplatform.settings.base import OUR_APPS
from lists.models import BulkRow, BulkRun, SavedView
from notifications.models import (
    CalendarFeed,
    Delivery,
    DeliveryItem,
    EmailFrequency,
    GroupEmail,
    MailSwitch,
    Preference,
    Reminder,
    StoppedAddress,
    TaskRun,
)
from opendata.models import Release, ReleasePart
from planning.models import Absence, ExchangePlan, LockedWeek, PlanException, ResidencyPlan, SessionPlan
from programmes.models import (
    Authority,
    AuthorityAdmin,
    CalendarPeriod,
    Claim,
    Edition,
    Format,
    FormatPhase,
    Lesson,
    ListedAuthority,
    Method,
    Programme,
    ReminderStep,
)
from prototypes.models import (
    AcceptanceRequest,
    Challenge,
    ChallengeRating,
    ChallengeSession,
    ChallengeStakeholder,
    Confirmation,
    FollowUp,
    Idea,
    IdeaAuthor,
    IdeaEvent,
    Implementation,
    Indicator,
    IndicatorValue,
    Lineage,
    Package,
    ParticipantGroup,
    Prototype,
    RatedChallenge,
    RatingRound,
    Support,
    Trial,
    TrialCorrection,
    TrialNote,
)
from publications.models import ApprovalRule, Publication, PublicationPicture, PublicName
from tests.factories.accounts import UserFactory
from tests.factories.api import ApiTokenFactory
from tests.factories.budget import AgreementFactory, BudgetLineFactory, DayRateFactory, FunderFactory, StatementFactory
from tests.factories.calls import ApplicationFactory, ApplicationRatingFactory, CallFactory, CallReviewerFactory
from tests.factories.canvases import CanvasCellFactory, CanvasFactory, CanvasStepFactory
from tests.factories.cohorts import (
    AccessRequestFactory,
    AttendanceFactory,
    CohortFactory,
    InnovationTeamFactory,
    MembershipFactory,
    PhaseFactory,
    SessionFactory,
    SessionMethodFactory,
    StakeholderContactFactory,
    StakeholderFactory,
    TeamFollowUpFactory,
)
from tests.factories.comments import CommentFactory
from tests.factories.contents import (
    CommitmentFactory,
    ContributionFactory,
    FeedbackFactory,
    MatchFactory,
    MinutesFactory,
    ProgrammeItemFactory,
    QuestionFactory,
)
from tests.factories.exchanges import (
    ExchangeFactory,
    GuestFactory,
    NeedsFactory,
    PeerProfileFactory,
    PeerVisitFactory,
    RegistrationFactory,
)
from tests.factories.fieldwork import InsightFactory, NoteFactory
from tests.factories.figures import FiguresConsentFactory
from tests.factories.files import AttachmentFactory, ExportFactory
from tests.factories.group_roles import GroupRuleFactory, granted
from tests.factories.imports import ImportBatchFactory
from tests.factories.invitations import InvitationFactory
from tests.factories.notifications import NOW, DeliveryFactory, GroupEmailFactory, ReminderFactory
from tests.factories.opendata import ReleaseFactory, ReleasePartFactory
from tests.factories.planning import (
    AbsenceFactory,
    ExchangePlanFactory,
    LockedWeekFactory,
    PlanExceptionFactory,
    ResidencyPlanFactory,
    SessionPlanFactory,
)
from tests.factories.programmes import (
    AuthorityAdminFactory,
    AuthorityFactory,
    CalendarPeriodFactory,
    ClaimFactory,
    EditionFactory,
    FormatFactory,
    LessonFactory,
    MethodFactory,
    ProgrammeFactory,
    ReminderStepFactory,
)
from tests.factories.prototypes import (
    AcceptanceRequestFactory,
    ChallengeFactory,
    ChallengeSessionFactory,
    ChallengeStakeholderFactory,
    ConfirmationFactory,
    FollowUpFactory,
    IdeaAuthorFactory,
    IdeaFactory,
    ImplementationFactory,
    IndicatorFactory,
    LineageFactory,
    ParticipantGroupFactory,
    PrototypeFactory,
    TrialCorrectionFactory,
    TrialFactory,
    TrialNoteFactory,
    measured_idea,
    package,
    support,
)
from tests.factories.publications import (
    ApprovalRuleFactory,
    PublicationFactory,
    PublicationPictureFactory,
    PublicNameFactory,
)
from tests.factories.rating_rounds import RatedChallengeFactory, RatingRoundFactory, closed
from tests.factories.webhooks import WebhookFactory
from tests.sql import delete, execute, refused_by, update
from webhooks.models import Webhook, WebhookDelivery

pytestmark = pytest.mark.django_db

# What the history leaves out, and why. Everything else is recorded: insert, every update, delete.
EXEMPT = {
    TaskRun: "It says when a task last ran, every half minute; nobody acts.",
    Delivery: "Its columns say what became of an e-mail; history rows of the sender would double its cost.",
    DeliveryItem: "It belongs to its email, and its state and reason say what happened to it.",
}
# What has no history at all, and why.
UNWATCHED = {
    WebhookDelivery: "Its columns say what became of it; what it tells about has a history of its own.",
    IdempotencyKey: "A key of a program, for a day; what was changed with it has a history of its own.",
    ListedAuthority: "Public facts, loaded from a package; an authority that is added has a history.",
    SetupLink: "There is nobody yet; the log of security events says when.",
    AddressClaim: "It gives nothing and ends within three days; a confirmed or released one is in the security log.",
    SignInLink: "Asked for and used by people who are not signed in; the log of security events says when.",
    ProviderGroups: "Read anew at each sign-in; what a group gives or takes has a history.",
    Dossier: "A request of its person, removed a week later; the export that it belongs to has a history.",
    ReportVisit: "When a person last looked at figures: personal, and of no use to others.",
    StoppedAddress: "A hash of an erased address; nobody acts.",
    EarlyWithdrawal: "A code without a name, typed by someone who is not signed in.",
    NoticeSnooze: "What a person hides from their own home page until a day.",
    SavedView: "A bookmark of its person; it changes nothing of the rows it shows.",
    BulkRun: "It says itself who acted and when; each row has its own history.",
    BulkRow: "Its state and reason say what became of it; the row has its own history.",
    Replanning: "It says itself what was before and after; each session's own history says it too.",
    FileDraft: "Nobody but its person sees it, and it goes within a day; what is attached has its own history.",
    FileQuota: "A lock and the limits of the setting; nobody acts.",
    ImportRow: "What a file said; what it changed has a history of its own, and the row goes after thirty days.",
    FilePart: "A part of a file that waits to be read, then is deleted.",
    ColumnChoice: "A convenience of one person; nobody else sees it.",
    ChallengeRating: "A line that says who acted would show ratings with names while their round is open.",
    Assessment: "A line that says who acted and when would say whose the answers are: see test_assessments.py.",
}


@dataclass(frozen=True)
class HistoryCase:
    """How a row is created and changed (never, if `change` is empty).

    `protected_by` is the rule that refuses to delete it, if there is one.
    """

    make: Callable[[], models.Model]
    change: dict[str, Any] = field(default_factory=lambda: {"name": "Other"})
    protected_by: str = ""


def someone() -> models.Model:
    return UserFactory(verified=False)


def a_draft() -> models.Model:
    return FormatFactory(published_at=None, phases=())


def a_day() -> models.Model:
    return SessionFactory(state="draft").days.get()


def a_phase() -> models.Model:
    draft = FormatFactory(published_at=None, phases=())
    return FormatPhase.objects.create(format=draft, kind="preparation", start_month=0, end_month=2)


def a_published_exchange() -> models.Model:
    return ExchangeFactory(retrospective=True, state="held", number=None)


def an_email_without_items() -> models.Model:
    email = DeliveryFactory()
    email.items.all().delete()
    return email


def an_item() -> models.Model:
    return DeliveryFactory().items.get()


def a_measured_value() -> models.Model:
    return measured_idea().indicators.get().values.get()


def a_feed() -> models.Model:
    return CalendarFeed.objects.create(
        user=UserFactory(), about="cohort", object_id=1, token_hash="a" * 64, made_at=NOW
    )


def a_named_person() -> models.Model:
    return ApplicationFactory(state="draft").people.get()


def a_mention() -> models.Model:
    return CommentFactory(names=[UserFactory(is_lab_staff=True)]).mentions.get()


def a_support_visit() -> models.Model:
    staff = UserFactory(is_lab_staff=True)
    return SupportVisit.objects.create(person=UserFactory(), staff=staff, because="Asked", began_at=NOW)


def a_reset() -> models.Model:
    staff = UserFactory(is_lab_staff=True)
    return FactorReset.objects.create(person=UserFactory(), staff=staff, because="Seen", made_at=NOW)


def a_release() -> models.Model:
    staff = UserFactory(is_lab_staff=True)
    return AddressRelease.objects.create(person=UserFactory(), staff=staff, because="Not theirs", made_at=NOW)


def a_rated_challenge() -> models.Model:
    row = RatedChallengeFactory()
    closed(row.rating_round)
    return row


def an_event() -> models.Model:
    return IdeaFactory().events.get()


def an_alumna() -> PeerProfile:
    """Return the entry of a member of a cohort that has ended, in the alumni circle."""
    ended = MembershipFactory(cohort=CohortFactory(state="completed"))
    return PeerProfileFactory(user=ended.user, is_alumnus=True)


def a_statement() -> models.Model:
    values = {"entity": "Ville", "contact_email": "accessibilite@ville.example", "established_on": NOW.date()}
    return AccessibilityStatement.objects.create(**values)


def a_report() -> models.Model:
    return AccessibilityReport.objects.create(page="/ideas/", description="No focus", reported_at=NOW)


CASES: dict[type[models.Model], HistoryCase] = {
    User: HistoryCase(someone, {"language": "en"}),
    Lab: HistoryCase(lambda: Lab.objects.create(name="Labo"), {"name": "Other"}),
    AccessibilityStatement: HistoryCase(a_statement, {"entity": "Other"}),
    AccessibilityReport: HistoryCase(a_report, {"answered_at": NOW}),
    Webhook: HistoryCase(WebhookFactory, {"event_types": ["idea.accepted"]}),
    FactorReset: HistoryCase(a_reset, {}, protected_by="factor_reset_kept"),
    AddressRelease: HistoryCase(a_release, {}, protected_by="address_release_fixed"),
    SupportVisit: HistoryCase(a_support_visit, {"ended_at": NOW}, protected_by="support_kept"),
    Reminder: HistoryCase(ReminderFactory, {"state": "expanded"}),
    Delivery: HistoryCase(an_email_without_items, {"attempts": 1}),
    DeliveryItem: HistoryCase(an_item, {"state": "sent"}),
    Preference: HistoryCase(
        lambda: Preference.objects.create(user=UserFactory(), kind="workshop"), {"kind": "exchange"}
    ),
    EmailFrequency: HistoryCase(
        lambda: EmailFrequency.objects.create(user=UserFactory(), every="daily"), {"every": "weekly"}
    ),
    GroupEmail: HistoryCase(GroupEmailFactory, {"audience": "pilot"}),
    MailSwitch: HistoryCase(lambda: MailSwitch.objects.create(pk=1), {"held_since": NOW, "reason": "A mistake"}),
    ApiToken: HistoryCase(ApiTokenFactory, {"name": "Another"}),
    CalendarFeed: HistoryCase(a_feed, {"made_at": "2027-01-01T09:00:00Z"}),
    TaskRun: HistoryCase(lambda: TaskRun.objects.create(task="a", first_at=NOW, started_at=NOW), {"error": "Other"}),
    Authority: HistoryCase(AuthorityFactory),
    Invitation: HistoryCase(InvitationFactory, {"unit": "Other"}, protected_by="invitation_kept"),
    ImportBatch: HistoryCase(lambda: ImportBatchFactory(state="checking"), {"state": "checked"}),
    AuthorityAdmin: HistoryCase(AuthorityAdminFactory, {"until": "2027-01-01"}),
    CalendarPeriod: HistoryCase(CalendarPeriodFactory),
    Programme: HistoryCase(ProgrammeFactory, {"name_fr": "Autre"}),
    Format: HistoryCase(a_draft, {"label": "Other"}),
    FormatPhase: HistoryCase(a_phase, {"end_month": 3}),
    ReminderStep: HistoryCase(ReminderStepFactory, {"offset": "-25w"}),
    Edition: HistoryCase(EditionFactory),
    Lesson: HistoryCase(LessonFactory, {"text": "Other"}),
    Method: HistoryCase(MethodFactory, {"need": "Other"}),
    Agreement: HistoryCase(AgreementFactory, {"reference": "Other"}),
    BudgetLine: HistoryCase(BudgetLineFactory, {"note": "Other"}),
    DayRate: HistoryCase(DayRateFactory, {"euros": 2}),
    Funder: HistoryCase(FunderFactory, {"name": "Other"}),
    Statement: HistoryCase(StatementFactory, {}, protected_by="statement_frozen"),
    SessionMethod: HistoryCase(SessionMethodFactory, {"steps": "Other"}),
    PeerProfile: HistoryCase(an_alumna, {"is_alumnus": False}),
    PeerVisit: HistoryCase(PeerVisitFactory, {"host_shares_address": True}),
    Claim: HistoryCase(ClaimFactory, {"source": "Another page"}),
    AccessRequest: HistoryCase(AccessRequestFactory, {"language": "en"}),
    Call: HistoryCase(CallFactory, {"title_en": "Other"}),
    CallReviewer: HistoryCase(CallReviewerFactory, {}),
    Application: HistoryCase(lambda: ApplicationFactory(state="unconfirmed"), {"link_version": 2}),
    ApplicationPerson: HistoryCase(a_named_person, {"role": "pilot"}),
    ApplicationRating: HistoryCase(ApplicationRatingFactory, {"points": 5}),
    GroupRule: HistoryCase(GroupRuleFactory, {"group": "other"}),
    GroupGrant: HistoryCase(granted, {"ended_at": NOW}, protected_by="group_grant_fixed"),
    Cohort: HistoryCase(CohortFactory),
    Phase: HistoryCase(PhaseFactory, {"ends_on": "2026-03-11"}),
    Membership: HistoryCase(MembershipFactory, {"unit": "Other"}, protected_by="membership_never_deleted"),
    Stakeholder: HistoryCase(StakeholderFactory, {"category": "expert"}),
    StakeholderContact: HistoryCase(StakeholderContactFactory, {}),
    InnovationTeam: HistoryCase(InnovationTeamFactory),
    TeamFollowUp: HistoryCase(TeamFollowUpFactory, {"by_id": 0}, protected_by="team_follow_up_append_only"),
    Session: HistoryCase(lambda: SessionFactory(state="draft", date=None), {"title": "Other"}),
    SessionDay: HistoryCase(a_day, {"venue": "Elsewhere"}),
    Attendance: HistoryCase(AttendanceFactory, {"half_days": 1}),
    ResidencyPlan: HistoryCase(ResidencyPlanFactory, {"weeks_apart": 5}),
    ExchangePlan: HistoryCase(ExchangePlanFactory, {"locked": [1]}),
    SessionPlan: HistoryCase(SessionPlanFactory, {"locked": [1]}),
    LockedWeek: HistoryCase(LockedWeekFactory, {"monday": "2027-02-08"}),
    Absence: HistoryCase(AbsenceFactory, {"certainty": "to_confirm"}),
    PlanException: HistoryCase(PlanExceptionFactory, {"monday": "2027-05-31"}),
    Challenge: HistoryCase(ChallengeFactory, {"title": "Other"}),
    Idea: HistoryCase(lambda: IdeaFactory(state=""), {"title": "Other"}),
    AcceptanceRequest: HistoryCase(
        AcceptanceRequestFactory, {"by_id": 0}, protected_by="acceptance_request_append_only"
    ),
    IdeaEvent: HistoryCase(an_event, {"by_id": 0}, protected_by="idea_event_append_only"),
    Prototype: HistoryCase(lambda: PrototypeFactory(state="draft"), {"title": "Other"}),
    Trial: HistoryCase(TrialFactory, {"hypothesis": "Other"}),
    ParticipantGroup: HistoryCase(ParticipantGroupFactory, {"segment": "Other"}),
    TrialNote: HistoryCase(
        TrialNoteFactory,
        {"settled_at": NOW, "settled_by_id": 0, "settlement": "recorded"},
        protected_by="trial_note_fixed",
    ),
    TrialCorrection: HistoryCase(TrialCorrectionFactory, {"by_id": 0}, protected_by="trial_correction_append_only"),
    Implementation: HistoryCase(
        ImplementationFactory, {"state": "sustained"}, protected_by="implementation_never_deleted"
    ),
    Note: HistoryCase(NoteFactory, {"consent_until": "2029-01-05"}),
    Insight: HistoryCase(InsightFactory, {"title": "Other"}),
    Canvas: HistoryCase(CanvasFactory, {"title": "Other"}),
    CanvasStep: HistoryCase(CanvasStepFactory),
    CanvasCell: HistoryCase(CanvasCellFactory, {"text": "Other", "version": 2}),
    IdeaAuthor: HistoryCase(IdeaAuthorFactory, {"user_id": 0}),
    Lineage: HistoryCase(LineageFactory, {}, protected_by="lineage_append_only"),
    Support: HistoryCase(support, {}, protected_by="support_append_only"),
    Package: HistoryCase(package, {}, protected_by="package_frozen"),
    FollowUp: HistoryCase(FollowUpFactory, {"by_id": 0}, protected_by="follow_up_append_only"),
    Confirmation: HistoryCase(ConfirmationFactory, {"by_id": 0}, protected_by="confirmation_append_only"),
    Indicator: HistoryCase(IndicatorFactory, {"by_id": 0}, protected_by="indicator_append_only"),
    IndicatorValue: HistoryCase(a_measured_value, {}, protected_by="indicator_value_append_only"),
    Publication: HistoryCase(PublicationFactory, {"licence": "cc-by-sa-4.0"}),
    PublicationPicture: HistoryCase(PublicationPictureFactory, {}),
    PublicName: HistoryCase(PublicNameFactory, {"agreed_how": "form"}),
    ApprovalRule: HistoryCase(ApprovalRuleFactory, {"end_requested_by_id": 0}, protected_by="approval_rule_stays"),
    FiguresConsent: HistoryCase(
        FiguresConsentFactory, {"granted_by_id": 0}, protected_by="figures_consent_append_only"
    ),
    Release: HistoryCase(ReleaseFactory, {"made_by_id": None}, protected_by="release_frozen"),
    ReleasePart: HistoryCase(ReleasePartFactory, {}, protected_by="release_part_frozen"),
    RatingRound: HistoryCase(RatingRoundFactory, {"closed_on": "2026-11-24"}),
    RatedChallenge: HistoryCase(
        a_rated_challenge, {"decision": "later", "reason": "Too early", "decided_on": "2026-11-24"}
    ),
    ChallengeStakeholder: HistoryCase(ChallengeStakeholderFactory, {}),
    ChallengeSession: HistoryCase(ChallengeSessionFactory, {}),
    Comment: HistoryCase(CommentFactory, {"edited_at": NOW}, protected_by="comment_stays"),
    Mention: HistoryCase(a_mention, {"person_id": 0}),
    Exchange: HistoryCase(a_published_exchange, {"theme": "Other"}),
    Registration: HistoryCase(RegistrationFactory, {"state": "declined"}),
    Guest: HistoryCase(GuestFactory, {"organisation": "Other"}),
    Needs: HistoryCase(
        NeedsFactory, {"purged_on": "2027-08-01", "travels": "", "comes_from": "", "access": "", "diet": ""}
    ),
    Question: HistoryCase(QuestionFactory, {"text": "Other"}),
    Contribution: HistoryCase(ContributionFactory, {"text": "Other"}),
    Match: HistoryCase(MatchFactory, {"made_by_id": 0}),
    ProgrammeItem: HistoryCase(ProgrammeItemFactory, {"title": "Other"}),
    Minutes: HistoryCase(MinutesFactory, {"text": "Other"}),
    Commitment: HistoryCase(CommitmentFactory, {"what": "Other"}),
    Feedback: HistoryCase(FeedbackFactory, {"useful": 1}),
    Attachment: HistoryCase(AttachmentFactory, {"alt_text": "Other"}, protected_by="attachment_never_deleted"),
    Export: HistoryCase(ExportFactory, {"state": "cancelled"}),
    HostTurn: HistoryCase(
        lambda: ExchangeFactory().turn, {"swap_reason": "Their hall is closed"}, protected_by="host_turn_never_deleted"
    ),
}
BY = {"by_id", "end_requested_by_id", "granted_by_id", "made_by_id", "person_id", "settled_by_id", "user_id"}
TRACKED = [model for model in CASES if model not in EXEMPT]
Trace = list[tuple[str, str, int, str]]


def trace(row: models.Model, pk: int) -> Trace:
    """Return the history of a row: the operation, the action, the user and the reason."""
    lines = type(row).pgh_event_model.objects.filter(pgh_obj_id=pk).order_by("pgh_id").select_related("pgh_context")
    entries = [(line.pgh_label, line.pgh_context.metadata) for line in lines]
    return [(label, metadata["action"], metadata["by"], metadata["reason"]) for label, metadata in entries]


def acting(action: str, by: User) -> Any:
    return pghistory.context(action=action, by=by.pk, reason=f"To test: {action}")


def model_name(model: type[models.Model]) -> str:
    return model.__name__


def labels(model: type[models.Model]) -> list[str]:
    """Return the operations that its triggers record."""
    moments = {"insert_insert": "insert", "update_update": "update", "delete_delete": "delete"}
    names = [str(trigger.name) for trigger in getattr(model._meta, "triggers", ())]
    return sorted(moments[name] for name in names if name in moments)


def test_every_domain_model_has_a_case():
    found = {
        model for app in OUR_APPS for model in apps.get_app_config(app).get_models() if not issubclass(model, Event)
    }
    stored = {model for model in found if model._meta.managed and not model._meta.proxy}
    assert stored == set(CASES) | set(UNWATCHED)


def test_exempt_models_have_a_reason_and_still_record_deletions():
    assert {model: labels(model) for model in EXEMPT} == {
        Delivery: ["delete", "update"],
        DeliveryItem: ["delete"],
        TaskRun: ["delete"],
    }
    assert {model: labels(model) for model in UNWATCHED} == {model: [] for model in UNWATCHED}
    assert all(reason.endswith(".") for reason in (EXEMPT | UNWATCHED).values())


@pytest.mark.parametrize("model", TRACKED, ids=model_name)
def test_creation_change_and_deletion_are_tracked(model: type[models.Model]):
    assert labels(model) == ["delete", "insert", "update"]


@pytest.mark.parametrize("model", TRACKED, ids=model_name)
def test_creation_and_raw_change_record_who_and_why(model: type[models.Model]):
    case, ann, bob = CASES[model], UserFactory(), UserFactory()
    with acting("bring", ann):
        row = case.make()
    creation = trace(row, row.pk)
    altered = {column: bob.pk if column in BY else value for column, value in case.change.items()}
    if altered:
        with acting("alter", bob):
            update(row, **altered)
    assert creation[0] == ("insert", "bring", ann.pk, "To test: bring")
    assert trace(row, row.pk) == creation + [("update", "alter", bob.pk, "To test: alter")] * bool(altered)


@pytest.mark.parametrize("model", [model for model, case in CASES.items() if not case.protected_by], ids=model_name)
def test_raw_deletion_records_who_and_why(model: type[models.Model]):
    row, ann = CASES[model].make(), UserFactory()
    with acting("remove", ann):
        delete(row)
    assert execute(f"SELECT id FROM {model._meta.db_table} WHERE id = %s", row.pk) == []
    last = model.pgh_event_model.objects.filter(pgh_obj_id=row.pk).latest("pgh_id")
    context = last.pgh_context.metadata
    assert (last.pgh_label, *(context[key] for key in ("action", "by", "reason"))) == (
        "delete",
        "remove",
        ann.pk,
        "To test: remove",
    )
    connection.check_constraints()


@pytest.mark.parametrize("model", [model for model, case in CASES.items() if case.protected_by], ids=model_name)
def test_row_that_is_never_deleted_cannot_be_deleted(model: type[models.Model]):
    row = CASES[model].make()
    with refused_by(CASES[model].protected_by):
        delete(row)


def test_history_keeps_what_staff_do_to_an_email_and_not_the_sender_s_own_changes():
    email, ann = DeliveryFactory(), UserFactory()
    update(email, attempts=1)
    with acting("pause_email", ann):
        update(email, state="held", reason="staff")
    assert trace(email, email.pk) == [("update", "pause_email", ann.pk, "To test: pause_email")]
