"""The history of a cohort's work, from the challenge to what became of an idea."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from files.histories import files_of
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
from web.history_pages import Kept, Part

HISTORIES: Final = {
    "challenge": Kept(
        _("challenge"),
        Challenge,
        title="title",
        pages=("prototypes:challenge",),
        parts=(Part(ChallengeStakeholder, "challenge"), Part(ChallengeSession, "challenge")),
    ),
    "idea": Kept(
        _("idea"),
        Idea,
        title="title",
        pages=("prototypes:idea", "prototypes:idea_events"),
        parts=(
            Part(IdeaEvent, "idea"),
            Part(IdeaAuthor, "idea"),
            Part(Lineage, "child"),
            Part(Prototype, "idea"),
            Part(Trial, "prototype__idea"),
            Part(TrialCorrection, "trial__prototype__idea"),
            Part(Implementation, "idea"),
            Part(Support, "event__idea"),
            Part(Package, "event__idea"),
            Part(FollowUp, "idea"),
            Part(Confirmation, "idea"),
            files_of("idea"),
        ),
    ),
    "prototype": Kept(
        _("prototype"),
        Prototype,
        title="title",
        pages=("prototypes:prototype",),
        parts=(Part(Trial, "prototype"), files_of("prototype")),
    ),
    "test": Kept(
        _("test"),
        Trial,
        title="hypothesis",
        pages=("prototypes:trial", "prototypes:log_trial"),
        parts=(
            Part(ParticipantGroup, "trial"),
            Part(FieldNote, "trial"),
            Part(TrialCorrection, "trial"),
            files_of("trial"),
        ),
    ),
    "implementation": Kept(_("implementation"), Implementation, title="unit", pages=("prototypes:implementation_act",)),
    "package": Kept(_("hand-over package"), Package, pages=("prototypes:package",)),
}
UNSHOWN: Final = {
    FieldNote: ("said", "key", "follows", "version_after"),
    IdeaEvent: ("place",),  # a number that keeps the order
    Package: ("content",),  # the work as it was: its page shows it
    TrialCorrection: ("before", "after"),  # the page of its test shows both
}
NAMED: Final = {
    ChallengeSession: ("session__title",),
    ChallengeStakeholder: ("stakeholder__name",),
    Confirmation: ("state",),
    FieldNote: ("by__full_name",),
    FollowUp: ("answer",),
    IdeaAuthor: ("user__full_name",),
    IdeaEvent: ("state",),
    Lineage: ("parent__title",),
    Package: ("event__idea__title",),
    ParticipantGroup: ("segment",),
    Support: ("trial__hypothesis",),
    TrialCorrection: ("trial__hypothesis",),
}
