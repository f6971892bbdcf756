"""A lab at work around the cast: a row of every model, with long names, and the addresses of their pages."""

from datetime import date

from tests.factories.calls import ApplicationFactory
from tests.factories.canvases import CanvasFactory, drawn
from tests.factories.cast import Cast, new_cast
from tests.factories.cohorts import (
    AttendanceFactory,
    CohortFactory,
    InnovationTeamFactory,
    MembershipFactory,
    PhaseFactory,
    SessionFactory,
    StakeholderFactory,
    assess_for,
)
from tests.factories.comments import WRITTEN, CommentFactory
from tests.factories.exchanges import (
    ExchangeFactory,
    GuestFactory,
    NeedsFactory,
    PeerProfileFactory,
    PeerVisitFactory,
    RegistrationFactory,
)
from tests.factories.fieldwork import NoteFactory
from tests.factories.files import AttachmentFactory
from tests.factories.imports import ImportBatchFactory, ImportRowFactory
from tests.factories.notifications import DeliveryFactory, ReminderFactory
from tests.factories.programmes import (
    CalendarPeriodFactory,
    ClaimFactory,
    FormatFactory,
    LessonFactory,
    MethodFactory,
)
from tests.factories.prototypes import (
    ChallengeFactory,
    ChallengeStakeholderFactory,
    FollowUpFactory,
    IdeaAuthorFactory,
    IdeaFactory,
    ImplementationFactory,
    LineageFactory,
    PrototypeFactory,
    TrialFactory,
    add_event,
    package,
)
from tests.factories.rating_rounds import ChallengeRatingFactory, RatedChallengeFactory, closed

Addresses = dict[str, object]
PHASES = [
    ("preparation", date(2026, 1, 5), date(2026, 3, 4)),
    ("test_case", date(2026, 3, 5), date(2026, 9, 4)),
    ("priority_challenges", date(2026, 9, 5), date(2027, 11, 4)),
    ("handover", date(2027, 11, 5), date(2028, 1, 4)),
]
LONG = "Accompagnement intercommunal des déménagements et des changements d'adresse simultanés"


def set_stage() -> tuple[Cast, Addresses]:
    """Return the cast and, by name, the arguments of the addresses of `PAGES`."""
    cast = new_cast()
    addresses: Addresses = {"cohort": cast.cohort.slug, "edition": cast.edition.slug, "format": cast.edition.format_id}
    addresses |= {"programme": cast.edition.programme.slug, "authority": cast.cohort.authority.slug}
    ClaimFactory(edition=cast.edition, source="Étude de cas, https://www.example.org/une/adresse/tres/longue/a/lire")
    addresses["period"] = CalendarPeriodFactory(name=LONG).pk
    addresses["ended"] = _look_back(cast)
    draft = FormatFactory(programme=cast.edition.programme, published_at=None, seats=20)
    LessonFactory(edition=cast.edition, answered_by=draft, about="seats")
    LessonFactory(edition=cast.edition, phase="handover")
    addresses["draft"] = draft.pk
    application = ApplicationFactory()
    addresses |= {"call": application.call_id, "application": application.pk}
    addresses |= _run(cast) | _choose(cast) | _work(cast) | _draw(cast) | _meet(cast) | _write(cast)
    return cast, addresses | _bring(addresses["idea"]) | _import(cast)


def _look_back(cast: Cast) -> object:
    """Add an ended cohort whose members assess their skills and are asked once more."""
    ended = CohortFactory(actual_start=date(2024, 3, 4), actual_end=date(2026, 3, 1), state="completed")
    for step in (2, 3, 3, 4, 4, 5):
        member = MembershipFactory(cohort=ended, starts_on=date(2024, 3, 4)).user
        assess_for(ended, member, "before", 3)
        assess_for(ended, member, "after", step, testing=None)
    for member in (MembershipFactory(cohort=ended, user=cast["M"], starts_on=date(2024, 3, 4)).user, cast["P"]):
        assess_for(ended, member, "later", 4)
    return ended.slug


def _run(cast: Cast) -> Addresses:
    """Add phases, sessions in every state and stakeholders."""
    cohort = cast.cohort
    for kind, first, last in PHASES:
        PhaseFactory(cohort=cohort, kind=kind, starts_on=first, ends_on=last)
    past = SessionFactory(cohort=cohort, state="reported", title=LONG)
    for member in cohort.memberships.all():
        AttendanceFactory(member=member, day=past.days.get())
    stakeholder = StakeholderFactory(cohort=cohort, name=LONG, organisation="Fédération départementale des usagers")
    AttendanceFactory(day=past.days.get(), member=None, stakeholder=stakeholder)
    today = SessionFactory(cohort=cohort, date=date(2026, 11, 24))
    AttendanceFactory(
        day=today.days.get(), member=cohort.memberships.get(role="ambassador"), status="expected", half_days=0
    )
    SessionFactory(cohort=cohort, state="draft", date=date(2026, 12, 21), title="")
    return {
        "past": past.pk,
        "today": today.pk,
        "ahead": SessionFactory(cohort=cohort, date=date(2026, 12, 8)).pk,
        "held": SessionFactory(cohort=cohort, state="held", date=date(2026, 11, 3)).pk,
        "stakeholder": stakeholder.pk,
        "member": MembershipFactory(cohort=cohort).pk,
        "method": MethodFactory(name=LONG).pk,
        "team": InnovationTeamFactory(cohort=cohort).pk,
    }


def _choose(cast: Cast) -> Addresses:
    """Add a note from the field, a closed choice of challenges with ratings, and an open one."""
    challenge = ChallengeFactory(cohort=cast.cohort, title=LONG, state="proposed")
    past = RatedChallengeFactory(rating_round__cohort=cast.cohort, challenge=challenge)
    for score in (1, 2, 4, 5, 5):
        ChallengeRatingFactory(rated_challenge=past, score=score)
    closed(past.rating_round)
    ahead = RatedChallengeFactory(rating_round__cohort=cast.cohort, challenge=challenge)
    note = NoteFactory(cohort=cast.cohort, author=cast["P"], text=LONG, place=LONG, segment=LONG)
    return {"round": past.rating_round_id, "open_round": ahead.rating_round_id, "note": note.pk}


def _work(cast: Cast) -> Addresses:
    """Add ideas in many states; one with a corrected event, a concluded test and a locked one."""
    challenge = ChallengeFactory(cohort=cast.cohort, title=LONG)
    idea = IdeaFactory(cohort=cast.cohort, challenge=challenge, title=LONG, state="testing", owner=cast["M"])
    wrong = idea.events.get(state="captured")
    add_event(idea, "captured", wrong.effective_on, corrects=wrong, reason="By somebody else")
    comment = CommentFactory(idea=idea, text=f"**{LONG}**, https://www.example.org/une/adresse", names=[cast["M"]])
    CommentFactory(thread=comment, text=f"> {LONG}\n\n- @{cast['P'].full_name}", names=[cast["P"]])
    CommentFactory(idea=idea, text="", withdrawn_at=WRITTEN)
    prototype = PrototypeFactory(idea=idea)
    concluded = TrialFactory(prototype=prototype, state="concluded")
    for state in ("captured", "accepted", "decided", "parked", "abandoned", "implemented", "implemented"):
        IdeaFactory(cohort=cast.cohort, challenge=challenge, state=state)
    implementing = IdeaFactory(cohort=cast.cohort, state="implementing")
    ImplementationFactory(idea=implementing, scope="partial")
    PrototypeFactory(idea=idea, title=LONG, fidelity=3)
    handed = IdeaFactory(cohort=cast.cohort, challenge=challenge, title=LONG, state="handed_over", owner=cast["P"])
    IdeaAuthorFactory(idea=handed, user=cast["M"])
    FollowUpFactory(idea=handed, words=LONG)
    LineageFactory(parent=IdeaFactory(cohort=cast.other_cohort, shared_with_edition=True), child=handed)
    ChallengeStakeholderFactory(challenge=challenge)
    return {
        "challenge": challenge.pk,
        "handed": handed.pk,
        "package": package(handed, open_points=LONG, watch=LONG).pk,
        "idea": idea.pk,
        "implementing": implementing.pk,
        "comment": comment.pk,
        "own_comment": CommentFactory(on=prototype, written_by=cast["S"], names=[cast["M"]]).pk,
        "prototype": prototype.pk,
        "concluded": concluded.pk,
        "planned": TrialFactory(prototype=prototype).pk,
        "locked": TrialFactory(prototype=prototype, state="locked").pk,
    }


def _draw(cast: Cast) -> Addresses:
    """Add a canvas of each kind, one with more steps than fit side by side, one empty."""
    made = {kind: drawn(2, kind=kind, cohort=cast.cohort, title=LONG) for kind in ("persona", "service_model")}
    made |= {"journey": drawn(11, kind="journey_map", cohort=cast.cohort), "blueprint": drawn(3, cohort=cast.cohort)}
    made["empty"] = CanvasFactory(cohort=cast.cohort)
    step = made["blueprint"].steps.get(position=1)
    return {kind: canvas.pk for kind, canvas in made.items()} | {"step": step.pk}


def _meet(cast: Cast) -> Addresses:
    """Add one Intertransfo that is open for registration and one that is proposed."""
    here = ExchangeFactory(edition=cast.edition, host=cast.cohort, state="registration_open")
    for role in "CPM":
        RegistrationFactory(exchange=here, user=cast[role], state="invited" if role == "M" else "registered")
    guest = GuestFactory(exchange=here, organisation=LONG)
    NeedsFactory(registration=here.registrations.get(user=cast["P"]), access=LONG)
    RegistrationFactory(exchange=here, user=cast["N"], cohort=cast.other_cohort, state="waitlisted")
    exchange = ExchangeFactory(edition=cast.edition, host=cast.other_cohort, first_day=date(2027, 12, 7), theme=LONG)
    for role in "PM":
        PeerProfileFactory(user=cast[role], skills=LONG, offers=LONG)
    visit = PeerVisitFactory(guest=cast["M"], host=cast["N"], state="agreed", purpose=LONG)
    return {"exchange": here.pk, "guest": guest.pk, "proposed": exchange.pk, "visit": visit.pk}


def _bring(idea: object) -> Addresses:
    """Add files of an idea: visible, no longer visible, withdrawn."""
    owner_fields = {"about": "idea", "object_id": idea}
    AttachmentFactory(**owner_fields, file="notes.pdf", alt_text=LONG)
    AttachmentFactory(**owner_fields, consent="cohort", consent_until="2026-11-01")
    AttachmentFactory(**owner_fields, withdrawn=True)
    return {"picture": AttachmentFactory(**owner_fields, alt_text=LONG, consent="edition").pk}


def _import(cast: Cast) -> Addresses:
    """Add a checked table with a refused row, the other sheet of its file, and a table that is imported."""
    own = {"person": cast["S"], "target_slug": cast.cohort.slug}
    checked = ImportBatchFactory(**own, refused_count=1, created_count=1)
    ImportBatchFactory(**own, sheet=LONG)
    ImportRowFactory(batch=checked)
    wrong = {"outcome": "refused", "column": "email", "reason": LONG, "suggestion": "ada@people.example"}
    ImportRowFactory(batch=checked, line=3, cells=[LONG, "ada"], **wrong)
    return {"checked": checked.pk, "imported": ImportBatchFactory(**own, state="done").pk}


def _write(cast: Cast) -> Addresses:
    """Add e-mails that were sent, are queued and failed."""
    for state in ("sent", "dead", "queued"):
        DeliveryFactory(user=cast["M"], state=state)
    return {
        "email": DeliveryFactory(user=cast["M"], state="sent").pk,
        "reminder": ReminderFactory(state="expanded").pk,
    }
