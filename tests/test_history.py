"""Nothing of the domain comes, changes or goes without a trace of who and why, raw SQL included."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pghistory
import pytest
from django.apps import apps
from django.db import connection, models
from pghistory.models import Event

from accounts.models import AddressClaim, AddressRelease, FactorReset, SignInLink, SupportVisit, User
from canvases.models import Canvas, CanvasCell, CanvasStep
from cohorts.models import (
    AccessRequest,
    Assessment,
    Attendance,
    Cohort,
    InnovationTeam,
    Invitation,
    InvitationList,
    Membership,
    Phase,
    Replanning,
    Session,
    SessionDay,
    Stakeholder,
)
from comments.models import Comment, Mention
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
    ProgrammeItem,
    Question,
    Registration,
)
from figures.models import RatesChange, RatesRollup
from files.models import Attachment, Export, FileDraft, FileQuota
from labplatform.settings.base import OUR_APPS
from notifications.models import CalendarFeed, Delivery, DeliveryItem, MailSwitch, Preference, Reminder, Run
from programmes.models import (
    Authority,
    AuthorityAdmin,
    CalendarPeriod,
    Claim,
    Edition,
    Format,
    FormatPhase,
    LadderStep,
    Lesson,
    Programme,
)
from prototypes.models import (
    Challenge,
    ChallengeSession,
    ChallengeStakeholder,
    Confirmation,
    FieldNote,
    FollowUp,
    Idea,
    IdeaAuthor,
    IdeaEvent,
    Implementation,
    Lineage,
    Package,
    ParticipantGroup,
    Prototype,
    Support,
    Trial,
    TrialCorrection,
)
from tests.factories.accounts import UserFactory
from tests.factories.canvases import CanvasCellFactory, CanvasFactory, CanvasStepFactory
from tests.factories.cohorts import (
    AccessRequestFactory,
    AttendanceFactory,
    CohortFactory,
    InnovationTeamFactory,
    MembershipFactory,
    PhaseFactory,
    SessionFactory,
    StakeholderFactory,
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
from tests.factories.exchanges import ExchangeFactory, GuestFactory, NeedsFactory, RegistrationFactory
from tests.factories.files import AttachmentFactory, ExportFactory
from tests.factories.invitations import InvitationFactory
from tests.factories.notifications import NOW, DeliveryFactory, ReminderFactory
from tests.factories.programmes import (
    AuthorityAdminFactory,
    AuthorityFactory,
    CalendarPeriodFactory,
    ClaimFactory,
    EditionFactory,
    FormatFactory,
    LadderStepFactory,
    LessonFactory,
    ProgrammeFactory,
)
from tests.factories.prototypes import (
    ChallengeFactory,
    ChallengeSessionFactory,
    ChallengeStakeholderFactory,
    ConfirmationFactory,
    FieldNoteFactory,
    FollowUpFactory,
    IdeaAuthorFactory,
    IdeaFactory,
    ImplementationFactory,
    LineageFactory,
    ParticipantGroupFactory,
    PrototypeFactory,
    TrialCorrectionFactory,
    TrialFactory,
    package,
    support,
)
from tests.sql import delete, execute, refused_by, update

pytestmark = pytest.mark.django_db

# What the history leaves out, and why. Everything else is kept: birth, every change, removal.
EXEMPT = {
    Run: "It says when a task last ran, every half minute; nobody acts.",
    Delivery: "Its columns say what became of a letter; the sender's own lines would double what one costs.",
    DeliveryItem: "It goes with its letter, and its own state and reason say what became of it.",
}
# What has no history at all, and why.
UNWATCHED = {
    AddressClaim: "It gives nothing and ends within three days; a confirmed or released one is in the security log.",
    SignInLink: "Asked for and used by people who are not signed in; the log of security events says when.",
    RatesChange: "A transaction that touched what the rates are counted from: the history says more of it.",
    RatesRollup: "Counted ahead, thrown away and counted anew at any time; nobody acts.",
    Replanning: "It says itself what was before and after; each session's own history says it too.",
    FileDraft: "Nobody but its person sees it, and it goes within a day; what is attached has its own history.",
    FileQuota: "A lock and the limits of the setting; nobody acts.",
    Assessment: "A line that says who acted and when would say whose the answers are: see test_assessments.py.",
}


@dataclass(frozen=True)
class Case:
    """How a row comes and changes (not at all where `change` is empty); `kept_by` is the rule that refuses to let it
    go, where there is one."""

    make: Callable[[], models.Model]
    change: dict[str, Any] = field(default_factory=lambda: {"name": "Other"})
    kept_by: str = ""


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


def a_letter_alone() -> models.Model:
    letter = DeliveryFactory()
    letter.items.all().delete()
    return letter


def an_item() -> models.Model:
    return DeliveryFactory().items.get()


def a_list() -> models.Model:
    return InvitationList.objects.create(
        cohort=CohortFactory(), made_by=UserFactory(), made_at=NOW, language="en", total=2
    )


def a_feed() -> models.Model:
    return CalendarFeed.objects.create(
        user=UserFactory(), about="cohort", object_id=1, token_hash="a" * 64, made_at=NOW
    )


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


def an_event() -> models.Model:
    return IdeaFactory().events.get()


CASES: dict[type[models.Model], Case] = {
    User: Case(someone, {"language": "en"}),
    FactorReset: Case(a_reset, {}, kept_by="factor_reset_kept"),
    AddressRelease: Case(a_release, {}, kept_by="address_release_fixed"),
    SupportVisit: Case(a_support_visit, {"ended_at": NOW}, kept_by="support_kept"),
    Reminder: Case(ReminderFactory, {"state": "expanded"}),
    Delivery: Case(a_letter_alone, {"attempts": 1}),
    DeliveryItem: Case(an_item, {"state": "sent"}),
    Preference: Case(lambda: Preference.objects.create(user=UserFactory(), kind="workshop"), {"kind": "exchange"}),
    MailSwitch: Case(lambda: MailSwitch.objects.create(pk=1), {"held_since": NOW, "reason": "A mistake"}),
    CalendarFeed: Case(a_feed, {"made_at": "2027-01-01T09:00:00Z"}),
    Run: Case(lambda: Run.objects.create(task="a", first_at=NOW, started_at=NOW), {"error": "Other"}),
    Authority: Case(AuthorityFactory),
    Invitation: Case(InvitationFactory, {"unit": "Other"}, kept_by="invitation_kept"),
    InvitationList: Case(a_list, {"done": 1}),
    AuthorityAdmin: Case(AuthorityAdminFactory, {"until": "2027-01-01"}),
    CalendarPeriod: Case(CalendarPeriodFactory),
    Programme: Case(ProgrammeFactory, {"name_fr": "Autre"}),
    Format: Case(a_draft, {"label": "Other"}),
    FormatPhase: Case(a_phase, {"end_month": 3}),
    LadderStep: Case(LadderStepFactory, {"offset": "-25w"}),
    Edition: Case(EditionFactory),
    Lesson: Case(LessonFactory, {"text": "Other"}),
    Claim: Case(ClaimFactory, {"source": "Another page"}),
    AccessRequest: Case(AccessRequestFactory, {"language": "en"}),
    Cohort: Case(CohortFactory),
    Phase: Case(PhaseFactory, {"ends_on": "2026-03-11"}),
    Membership: Case(MembershipFactory, {"unit": "Other"}, kept_by="membership_never_deleted"),
    Stakeholder: Case(StakeholderFactory),
    InnovationTeam: Case(InnovationTeamFactory),
    Session: Case(lambda: SessionFactory(state="draft", date=None), {"title": "Other"}),
    SessionDay: Case(a_day, {"place": "Elsewhere"}),
    Attendance: Case(AttendanceFactory, {"half_days": 1}),
    Challenge: Case(ChallengeFactory, {"title": "Other"}),
    Idea: Case(lambda: IdeaFactory(state=""), {"title": "Other"}),
    IdeaEvent: Case(an_event, {"by_id": 0}, kept_by="idea_event_append_only"),
    Prototype: Case(lambda: PrototypeFactory(state="draft"), {"title": "Other"}),
    Trial: Case(TrialFactory, {"hypothesis": "Other"}),
    ParticipantGroup: Case(ParticipantGroupFactory, {"segment": "Other"}),
    FieldNote: Case(
        FieldNoteFactory,
        {"settled_at": NOW, "settled_by_id": 0, "settlement": "stands"},
        kept_by="field_note_fixed",
    ),
    TrialCorrection: Case(TrialCorrectionFactory, {"by_id": 0}, kept_by="trial_correction_append_only"),
    Implementation: Case(ImplementationFactory, {"state": "sustained"}, kept_by="implementation_never_deleted"),
    Canvas: Case(CanvasFactory, {"title": "Other"}),
    CanvasStep: Case(CanvasStepFactory),
    CanvasCell: Case(CanvasCellFactory, {"text": "Other", "version": 2}),
    IdeaAuthor: Case(IdeaAuthorFactory, {"user_id": 0}),
    Lineage: Case(LineageFactory, {}, kept_by="lineage_append_only"),
    Support: Case(support, {}, kept_by="support_append_only"),
    Package: Case(package, {}, kept_by="package_frozen"),
    FollowUp: Case(FollowUpFactory, {"by_id": 0}, kept_by="follow_up_append_only"),
    Confirmation: Case(ConfirmationFactory, {"by_id": 0}, kept_by="confirmation_append_only"),
    ChallengeStakeholder: Case(ChallengeStakeholderFactory, {}),
    ChallengeSession: Case(ChallengeSessionFactory, {}),
    Comment: Case(CommentFactory, {"edited_at": NOW}, kept_by="comment_stays"),
    Mention: Case(a_mention, {"person_id": 0}),
    Exchange: Case(a_published_exchange, {"theme": "Other"}),
    Registration: Case(RegistrationFactory, {"state": "declined"}),
    Guest: Case(GuestFactory, {"organisation": "Other"}),
    Needs: Case(NeedsFactory, {"purged_on": "2027-08-01", "travels": "", "comes_from": "", "access": "", "diet": ""}),
    Question: Case(QuestionFactory, {"text": "Other"}),
    Contribution: Case(ContributionFactory, {"text": "Other"}),
    Match: Case(MatchFactory, {"made_by_id": 0}),
    ProgrammeItem: Case(ProgrammeItemFactory, {"title": "Other"}),
    Minutes: Case(MinutesFactory, {"text": "Other"}),
    Commitment: Case(CommitmentFactory, {"what": "Other"}),
    Feedback: Case(FeedbackFactory, {"useful": 1}),
    Attachment: Case(AttachmentFactory, {"alt_text": "Other"}, kept_by="attachment_never_deleted"),
    Export: Case(ExportFactory, {"state": "cancelled"}),
    HostTurn: Case(
        lambda: ExchangeFactory().turn, {"swap_reason": "Their hall is closed"}, kept_by="host_turn_never_deleted"
    ),
}
BY = {"by_id", "made_by_id", "person_id", "settled_by_id", "user_id"}
TRACKED = [model for model in CASES if model not in EXEMPT]
Trace = list[tuple[str, str, int, str]]


def trace(row: models.Model, pk: int) -> Trace:
    """What the history says of a row: what happened, by which action, by whom, why."""
    lines = type(row).pgh_event_model.objects.filter(pgh_obj_id=pk).order_by("pgh_id").select_related("pgh_context")
    told = [(line.pgh_label, line.pgh_context.metadata) for line in lines]
    return [(label, said["action"], said["by"], said["reason"]) for label, said in told]


def acting(action: str, by: User) -> Any:
    return pghistory.context(action=action, by=by.pk, reason=f"To test: {action}")


def named(model: type[models.Model]) -> str:
    return model.__name__


def labels(model: type[models.Model]) -> list[str]:
    """The moments its triggers write down."""
    moments = {"insert_insert": "insert", "update_update": "update", "delete_delete": "delete"}
    names = [str(trigger.name) for trigger in getattr(model._meta, "triggers", ())]
    return sorted(moments[name] for name in names if name in moments)


def test_every_domain_model_is_here():
    found = {
        model for app in OUR_APPS for model in apps.get_app_config(app).get_models() if not issubclass(model, Event)
    }
    assert {model for model in found if not model._meta.proxy} == set(CASES) | set(UNWATCHED)


def test_what_is_exempt_says_why_and_still_keeps_what_is_deleted():
    assert {model: labels(model) for model in EXEMPT} == {
        Delivery: ["delete", "update"],
        DeliveryItem: ["delete"],
        Run: ["delete"],
    }
    assert {model: labels(model) for model in UNWATCHED} == {model: [] for model in UNWATCHED}
    assert all(reason.endswith(".") for reason in (EXEMPT | UNWATCHED).values())


@pytest.mark.parametrize("model", TRACKED, ids=named)
def test_birth_change_and_removal_are_kept(model: type[models.Model]):
    assert labels(model) == ["delete", "insert", "update"]


@pytest.mark.parametrize("model", TRACKED, ids=named)
def test_a_birth_and_a_raw_change_say_who_and_why(model: type[models.Model]):
    case, ann, bob = CASES[model], UserFactory(), UserFactory()
    with acting("bring", ann):
        row = case.make()
    born = trace(row, row.pk)
    altered = {column: bob.pk if column in BY else value for column, value in case.change.items()}
    if altered:
        with acting("alter", bob):
            update(row, **altered)
    assert born[0] == ("insert", "bring", ann.pk, "To test: bring")
    assert trace(row, row.pk) == born + [("update", "alter", bob.pk, "To test: alter")] * bool(altered)


@pytest.mark.parametrize("model", [model for model, case in CASES.items() if not case.kept_by], ids=named)
def test_a_raw_removal_says_who_and_why(model: type[models.Model]):
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


@pytest.mark.parametrize("model", [model for model, case in CASES.items() if case.kept_by], ids=named)
def test_what_is_never_removed_stays(model: type[models.Model]):
    row = CASES[model].make()
    with refused_by(CASES[model].kept_by):
        delete(row)


def test_what_staff_do_to_a_letter_is_kept_and_the_senders_own_lines_are_not():
    letter, ann = DeliveryFactory(), UserFactory()
    update(letter, attempts=1)
    with acting("hold_letter", ann):
        update(letter, state="held", reason="staff")
    assert trace(letter, letter.pk) == [("update", "hold_letter", ann.pk, "To test: hold_letter")]
