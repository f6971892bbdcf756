"""One row of every model that belongs to a cohort, so that a leak has something to show."""

from datetime import date, timedelta

from accounts.models import User
from cohorts.models import Replanning
from comments.models import Comment
from labplatform.models import AccessibilityReport, NoticeSnooze
from notifications.actions import open_calendar
from notifications.models import EmailFrequency, Preference
from planning.models import ExchangePlan, SessionPlan
from prototypes.actions import correct_implementation, correct_indicator
from prototypes.models import Idea
from tests.factories.accounts import UserFactory
from tests.factories.api import IdempotencyKeyFactory, token_of
from tests.factories.budget import stated
from tests.factories.calls import ApplicationFactory, ApplicationRatingFactory
from tests.factories.canvases import drawn
from tests.factories.cast import NOW, TODAY, Cast
from tests.factories.cohorts import (
    AttendanceFactory,
    InnovationTeamFactory,
    MembershipFactory,
    PhaseFactory,
    SessionFactory,
    SessionMethodFactory,
    StakeholderContactFactory,
    StakeholderFactory,
    TeamFollowUpFactory,
    assess_for,
    opened,
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
from tests.factories.dossiers import DossierFactory
from tests.factories.exchanges import (
    ExchangeFactory,
    GuestFactory,
    NeedsFactory,
    PeerProfileFactory,
    PeerVisitFactory,
    RegistrationFactory,
)
from tests.factories.fieldwork import InsightFactory, NoteFactory
from tests.factories.figures import FiguresConsentFactory, ReportVisitFactory
from tests.factories.files import AttachmentFactory, draft, written_export
from tests.factories.group_roles import GroupRuleFactory
from tests.factories.lists import BulkRowFactory, BulkRunFactory, SavedViewFactory
from tests.factories.notifications import DeliveryFactory, GroupEmailFactory, ReminderFactory
from tests.factories.planning import AbsenceFactory, LockedWeekFactory, PlanExceptionFactory, ResidencyPlanFactory
from tests.factories.programmes import AuthorityFactory, LessonFactory
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
    PrototypeFactory,
    TrialCorrectionFactory,
    TrialFactory,
    TrialNoteFactory,
    measured_idea,
    package,
    support,
)
from tests.factories.publications import PublicationFactory, PublicNameFactory
from tests.factories.rating_rounds import (
    ChallengeRatingFactory,
    RatedChallengeFactory,
    RatingRoundFactory,
    closed,
    decide,
)
from tests.factories.webhooks import WebhookFactory, delivery_to
from tests.matrix.invitations import add_invitation_fixtures

HOURS = {"starts_at": "09:00:00", "ends_at": "17:00:00", "venue": "La halle"}
PLANNED = {
    "planned": ["2026-01-05", "2028-01-04"],
    "sessions": {
        "0": {
            "number": "9",
            "state": "draft",
            "version": 1,
            "remarks": ["bridge"],
            "days": [{"date": "2027-03-02", **HOURS}],
        }
    },
}


def add_fixtures(cast: Cast, *, shared: bool) -> None:
    """Add every row of a cohort; with `shared` also what it shares with its edition."""
    add_cohort_fixtures(cast)
    add_work_fixtures(cast)
    add_delivery_fixtures(cast)
    add_exchange_fixtures(cast, date(2026, 3, 3) if shared else date(2026, 3, 17))
    add_personal_fixtures(cast)
    add_invitation_fixtures(cast)
    FiguresConsentFactory(cohort=cast.cohort, audience="public", granted_by=cast["P"])
    if shared:
        child = IdeaFactory(cohort=cast.other_cohort)
        LineageFactory(parent=IdeaFactory(cohort=cast.cohort, shared_with_edition=True), child=child)


def add_late_fixtures(cast: Cast) -> None:
    """Add rows that are copied from texts with markers."""
    cohort, pilot = type(cast.cohort).objects.get(pk=cast.cohort.pk), cast["P"]
    challenge = ChallengeFactory(cohort=cohort, framing="Ce qui en reste", sponsor="La direction")
    idea = IdeaFactory(cohort=cohort, state="handed_over", owner=pilot, challenge=challenge)
    prototype = PrototypeFactory(idea=idea, made_by=pilot, state="in_test", description="En bois")
    TrialFactory(prototype=prototype, planned_by=pilot, state="concluded", segments={"habitants": 8})
    IndicatorFactory(idea=idea)
    package(idea)


BEFORE, SINCE = date(2026, 10, 5), date(2026, 11, 2)


def add_fixtures_since_departure(cast: Cast) -> None:
    """Add rows to the cohort after a member has left, next to and below the earlier ones."""
    cohort, pilot, since = cast.cohort, cast["P"], {"created_on": SINCE}
    newcomer = MembershipFactory(
        cohort=cohort, user=UserFactory(full_name="Newcomer"), role="relay", starts_on=SINCE, **since
    )
    stakeholder = StakeholderFactory(cohort=cohort, organisation="Une autre maison", notes="À voir", **since)
    row = SessionFactory(cohort=cohort, state="held", date=date(2026, 11, 17), **since)
    AttendanceFactory(day=row.days.get(), member=newcomer, recorded_on=date(2026, 11, 17))
    before = cohort.sessions.get(state="reported")
    SessionMethodFactory(session=row, **since)
    SessionMethodFactory(session=before, **since)
    expected = {"day": cohort.sessions.get(state="scheduled").days.get(), "status": "expected", "half_days": 0}
    AttendanceFactory(member=newcomer, **expected)
    AttendanceFactory(member=None, stakeholder=stakeholder, **expected)
    LessonFactory(edition=cast.edition, noted_by=pilot, noted_on=SINCE, state="accepted")
    AttachmentFactory(of=before, consent="cohort", uploaded_by=pilot, uploaded_at=NOW)
    challenge = ChallengeFactory(cohort=cohort, framing="Depuis", sponsor="Une autre direction", **since)
    ChallengeStakeholderFactory(challenge=cohort.challenges.earliest("pk"), stakeholder=stakeholder)
    ChallengeSessionFactory(challenge=cohort.challenges.earliest("pk"), session=row)
    later_round = RatingRoundFactory(cohort=cohort, **since)
    RatedChallengeFactory(rating_round=later_round, challenge=cohort.challenges.earliest("pk"))
    decide(closed(later_round), "later", "Depuis")
    for shared in (False, True):
        idea = IdeaFactory(
            cohort=cohort, state="implementing", challenge=challenge, owner=pilot, shared_with_edition=shared, **since
        )
        add_rows_of_idea(idea, pilot, **since)
    IdeaFactory(cohort=cohort, state="testing", challenge=cohort.challenges.earliest("pk"), owner=pilot, **since)
    add_rows_of_idea(cohort.ideas.filter(state="decided").earliest("pk"), pilot, **since)
    drawn(1, cohort=cohort, made_by=pilot, **since)
    PublicationFactory(idea=IdeaFactory(cohort=cohort, **since), written_by=pilot, **since)
    NoteFactory(cohort=cohort, author=pilot, insight=InsightFactory(cohort=cohort, **since), **since)
    opener = cohort.ideas.filter(state="decided").earliest("pk").comments.filter(thread=None).earliest("pk")
    CommentFactory(thread=opener, written_by=pilot, **since)
    shared_idea = cohort.ideas.filter(shared_with_edition=True).earliest("pk")
    LineageFactory(parent=shared_idea, child=IdeaFactory(cohort=cast.other_cohort, **since))
    add_exchange_rows_since(cast, since)


def add_rows_of_idea(idea: Idea, pilot: User, **since: date) -> None:
    """Add a prototype with tests, notes and files, comments, and an implementation elsewhere."""
    new_prototype = PrototypeFactory(idea=idea, made_by=pilot, state="in_test", description="En bois", **since)
    for prototype in {new_prototype, idea.prototypes.earliest("pk")}:
        TrialFactory(prototype=prototype, planned_by=pilot, state="locked", **since)
        trial = TrialFactory(prototype=prototype, planned_by=pilot, state="concluded", **since)
        TrialNoteFactory(trial=trial, by=pilot, replace_reason="Vu deux fois", **since)
        TrialCorrectionFactory(trial=trial, by=pilot, **since)
        CommentFactory(prototype=prototype, written_by=pilot, **since)
    CommentFactory(idea=idea, written_by=pilot, **since)
    ImplementationFactory(idea=idea, authority=AuthorityFactory(), kind="replication", state="planned", **since)
    drawn(1, cohort=idea.cohort, idea=idea, made_by=pilot, **since)
    AttachmentFactory(about="idea", of=idea, consent="cohort", uploaded_by=pilot, uploaded_at=NOW)


def add_exchange_rows_since(cast: Cast, since: dict[str, date]) -> None:
    coming = cast.edition.exchanges.get(host=cast.cohort, state="registration_open")
    QuestionFactory(exchange=coming, **since)
    ContributionFactory(exchange=coming, kind="success", author=cast["P"], **since)
    held = cast.edition.exchanges.get(host=cast.cohort, state="held")
    CommitmentFactory(exchange=held, owner=cast["M"], **since)


def add_cohort_fixtures(cast: Cast) -> None:
    cohort = cast.cohort
    PhaseFactory(cohort=cohort)
    Replanning.objects.create(cohort=cohort, applied_at=NOW, before=PLANNED, after=PLANNED)
    plan = ResidencyPlanFactory(cohort=cohort)
    LockedWeekFactory(plan=plan)
    AbsenceFactory(plan=plan)
    AbsenceFactory(plan=plan, host="", member=cohort.memberships.first() or MembershipFactory(cohort=cohort))
    PlanExceptionFactory(plan=plan)
    stakeholder = StakeholderFactory(cohort=cohort, organisation="Une maison", notes="À appeler")
    for state, day in (("reported", date(2026, 9, 8)), ("scheduled", date(2026, 12, 8)), ("draft", date(2027, 1, 12))):
        row = SessionFactory(cohort=cohort, state=state, date=day)
        attendance = (
            {"status": "present", "half_days": 2} if state == "reported" else {"status": "expected", "half_days": 0}
        )
        AttendanceFactory(day=row.days.get(), member=cohort.memberships.get(user=cast["M"]), **attendance)
        SessionMethodFactory(session=row)
    day = cohort.sessions.get(state="reported").days.get()
    cohort.sessions.filter(state="reported").update(outcome="Une rampe est posée.")
    AttendanceFactory(day=day, member=None, stakeholder=stakeholder, substitute="Une amie", needs="Une rampe")
    StakeholderContactFactory(stakeholder=stakeholder, consent="Elle a dit oui")
    stated(cohort, note="Billets de train", reference="Convention 12", notice="Un billet oublié")
    assess_for(cohort, cast["M"], "before")
    team = opened(InnovationTeamFactory(cohort=cohort, venue="Au fond", notes="À meubler"), date(2026, 3, 2))
    TeamFollowUpFactory(team=team, words="Trois projets", by=cast["P"])
    LessonFactory(edition=cast.edition, noted_by=cast["P"], noted_on=BEFORE)
    LessonFactory(edition=cast.edition, noted_by=cast["P"], noted_on=BEFORE, state="refused")


def add_work_fixtures(cast: Cast) -> None:
    cohort, pilot = cast.cohort, cast["P"]
    challenge = ChallengeFactory(cohort=cohort, framing="Ce qui en fait partie", sponsor="La direction")
    ChallengeStakeholderFactory(challenge=challenge, stakeholder=cohort.stakeholders.first())
    ChallengeSessionFactory(challenge=challenge, session=cohort.sessions.first())
    decided = RatedChallengeFactory(rating_round__cohort=cohort)
    ChallengeRatingFactory(rated_challenge=decided, person=cast["M"])
    decide(closed(decided.rating_round), "later", "Trop tôt")
    idea = IdeaFactory(cohort=cohort, state="testing", owner=pilot, challenge=challenge)
    IdeaAuthorFactory(idea=idea, user=cast["M"])
    prototype = PrototypeFactory(idea=idea, made_by=pilot, state="in_test", description="En carton")
    TrialFactory(prototype=prototype, planned_by=pilot)
    trial = TrialFactory(prototype=prototype, planned_by=pilot, state="concluded", segments={"habitants": 8})
    TrialNoteFactory(trial=trial, by=pilot, replace_reason="Vu deux fois")
    TrialCorrectionFactory(trial=trial, by=pilot)
    support(trial)
    drawn(1, cohort=cohort, made_by=pilot)
    for state in ("draft", "withdrawn"):
        PublicationFactory(cohort=cohort, written_by=pilot, state=state)
    PublicNameFactory(publication=PublicationFactory(cohort=cohort, written_by=pilot, with_picture=True))
    insight = InsightFactory(cohort=cohort)
    fields = {"cohort": cohort, "place": "Au fond", "segment": "Des voisins", "attribution": "Une voisine"}
    NoteFactory(author=pilot, insight=insight, **fields)
    NoteFactory(author=pilot, consent="pending", **fields | {"attribution": ""})
    ConfirmationFactory(idea=IdeaFactory(cohort=cohort, state="accepted", owner=pilot), by=pilot)
    AcceptanceRequestFactory(idea=IdeaFactory(cohort=cohort, state="captured", owner=pilot), by=cast["M"])
    PublicationFactory(idea=measured_idea(cohort=cohort, owner=pilot), written_by=pilot, with_measure=True)
    correct_indicator(
        indicator=measured_idea(None, cohort=cohort).indicators.get(), reason="Mal compté", target=3, by=pilot, at=NOW
    )
    opener = CommentFactory(idea=idea, written_by=cast["C"], names=[cast["M"]])
    withdraw(CommentFactory(thread=opener, written_by=pilot), by=cast["S"])
    CommentFactory(thread=opener, written_by=pilot)


def withdraw(comment: Comment, *, by: User) -> None:
    comment.text, comment.withdrawn_at, comment.withdrawn_by = "", NOW, by
    comment.withdrawal_reason = "Un nom y était"
    comment.save()


def add_delivery_fixtures(cast: Cast) -> None:
    cohort, pilot = cast.cohort, cast["P"]
    FollowUpFactory(idea=IdeaFactory(cohort=cohort, state="handed_over", owner=pilot), words="Encore là")
    IdeaFactory(cohort=cohort, state="implemented", owner=pilot)
    IdeaFactory(cohort=cohort, state="abandoned", owner=pilot)
    ImplementationFactory(idea=IdeaFactory(cohort=cohort, state="implementing", owner=pilot))
    partial = ImplementationFactory(idea=IdeaFactory(cohort=cohort, state="implementing"), scope="partial")
    correct_implementation(implementation=partial, reason="Un autre service", unit="Annexe", by=pilot, at=NOW)


def add_exchange_fixtures(cast: Cast, first_day: date) -> None:
    """Add a held exchange and one open for registration sixty weeks later, in weeks that the matrix does not use."""
    ExchangePlan.objects.get_or_create(edition=cast.edition)
    SessionPlan.objects.get_or_create(edition=cast.edition)
    fields = {"edition": cast.edition, "host": cast.cohort, "swap_reason": "À leur tour", "venue": "La halle"}
    why = {"host": {"reason": "given_back", "before": cast.other_cohort.name}}
    coming = ExchangeFactory(state="registration_open", first_day=first_day + timedelta(weeks=60), why=why, **fields)
    QuestionFactory(exchange=coming)
    offer = ContributionFactory(exchange=coming, kind="offer", author=cast["P"])
    request = ContributionFactory(exchange=coming, kind="request", author=cast["N"], cohort=cast.other_cohort)
    MatchFactory(offer=offer, request=request, made_by=cast["S"])
    ProgrammeItemFactory(exchange=coming, venue="Au rez-de-chaussée")
    NeedsFactory(registration=RegistrationFactory(exchange=coming, user=cast["M"], state="registered"))
    GuestFactory(exchange=coming, invited_by=cast["S"])
    held = ExchangeFactory(state="held", first_day=first_day, **fields)
    MinutesFactory(exchange=held, written_by=cast["P"])
    CommitmentFactory(exchange=held, owner=cast["M"])
    attended = RegistrationFactory(exchange=held, user=cast["M"], state="attended")
    FeedbackFactory(registration=attended, keep="Le temps", change="Les micros")


def add_personal_fixtures(cast: Cast) -> None:
    """Add what belongs to one person: e-mails, calendars, files."""
    before = {"host": "Une maison", "venue": "La halle", "days": [{"date": "2026-12-01", "venue": "Au fond"}]}
    reminder = ReminderFactory(state="expanded", previous_details=before)
    DeliveryFactory(user=cast["M"], reminder=reminder, state="sent", subject="La date a changé")
    Preference.objects.create(user=cast["M"], kind="workshop")
    EmailFrequency.objects.create(user=cast["M"], every="weekly")
    GroupEmailFactory(object_id=cast.cohort.pk, written_by=cast["P"])
    GroupEmailFactory(object_id=cast.cohort.pk, written_by=cast["C"], sent_at=NOW)
    ReportVisitFactory(user=cast["M"])
    AccessibilityReport.objects.create(
        page="/rates/", description="La courbe", reply_to=cast["M"].email.lower(), reported_at=NOW
    )
    NoticeSnooze.objects.create(person=cast["M"], notice="ideas_to_accept:/ideas/", until=TODAY + timedelta(days=7))
    DossierFactory(person=cast["P"], cohort=cast.cohort, people_named="Une voisine", thanks="À la gardienne")
    open_calendar(about="cohort", object_id=cast.cohort.pk, at=NOW, by=cast["M"])
    IdempotencyKeyFactory(token=token_of(cast["M"])[0])
    webhook = WebhookFactory(owner=cast["C"], cohort=cast.cohort)
    delivery_to(webhook, event="idea.accepted", object_id=cast.cohort.ideas.earliest("pk").pk)
    application = ApplicationFactory(user=cast["M"], people=[("ambassador", "Lea")])
    ApplicationRatingFactory(application=application)
    ApplicationFactory(call=application.call, state="refused")
    GroupRuleFactory()
    PeerProfileFactory(user=cast["M"])
    PeerVisitFactory(guest=cast["M"], host=cast["N"], state="done")
    file_fields = {"of": cast.cohort.sessions.get(state="reported"), "uploaded_by": cast["P"]}
    AttachmentFactory(consent="cohort", consent_held="Dans un classeur", **file_fields)
    AttachmentFactory(withdrawn=True, **file_fields)
    written_export(person=cast["A"], query="as_of=2026-10-31")
    draft(cast["M"])
    SavedViewFactory(person=cast["M"], shared_with=f"cohort-{cast.cohort.pk}")
    run = BulkRunFactory(person=cast["P"], query="state=accepted", values="reason=Une+pause")
    BulkRowFactory(run=run, key=cast.cohort.ideas.first().pk, reason="Une autre", details={"before": "accepted"})
