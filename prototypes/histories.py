"""What the history pages of challenges, ideas, prototypes, tests and implementations contain."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from files.histories import files_of
from prototypes.ideas.recorded_reasons import reason_text
from prototypes.models import (
    AcceptanceRequest,
    Challenge,
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
from web.history_pages import HistoryKind, HistoryPart, ValueText

HISTORIES: Final = {
    "challenge": HistoryKind(
        _("challenge"),
        Challenge,
        title="title",
        pages=("prototypes:challenge",),
        parts=(
            HistoryPart(ChallengeStakeholder, "challenge"),
            HistoryPart(ChallengeSession, "challenge"),
            HistoryPart(RatedChallenge, "challenge"),
        ),
    ),
    "rating_round": HistoryKind(
        _("choice of challenges"),
        RatingRound,
        pages=("prototypes:rating_round",),
        parts=(HistoryPart(RatedChallenge, "rating_round"),),
    ),
    "idea": HistoryKind(
        _("idea"),
        Idea,
        title="title",
        pages=("prototypes:idea", "prototypes:idea_events"),
        parts=(
            HistoryPart(IdeaEvent, "idea"),
            HistoryPart(AcceptanceRequest, "idea"),
            HistoryPart(IdeaAuthor, "idea"),
            HistoryPart(Lineage, "child"),
            HistoryPart(Prototype, "idea"),
            HistoryPart(Trial, "prototype__idea"),
            HistoryPart(TrialCorrection, "trial__prototype__idea"),
            HistoryPart(Implementation, "idea"),
            HistoryPart(Support, "event__idea"),
            HistoryPart(Package, "event__idea"),
            HistoryPart(FollowUp, "idea"),
            HistoryPart(Confirmation, "idea"),
            HistoryPart(Indicator, "idea"),
            HistoryPart(IndicatorValue, "indicator__idea"),
            files_of("idea"),
        ),
    ),
    "prototype": HistoryKind(
        _("prototype"),
        Prototype,
        title="title",
        pages=("prototypes:prototype",),
        parts=(HistoryPart(Trial, "prototype"), files_of("prototype")),
    ),
    "test": HistoryKind(
        _("test"),
        Trial,
        title="hypothesis",
        pages=("prototypes:trial", "prototypes:log_trial"),
        parts=(
            HistoryPart(ParticipantGroup, "trial"),
            HistoryPart(TrialNote, "trial"),
            HistoryPart(TrialCorrection, "trial"),
            files_of("trial"),
        ),
    ),
    "implementation": HistoryKind(
        _("implementation"), Implementation, title="unit", pages=("prototypes:implementation_action",)
    ),
    "package": HistoryKind(_("hand-over package"), Package, pages=("prototypes:package",)),
}
HIDDEN_COLUMNS: Final = {
    TrialNote: ("answers", "key", "follows", "version_after"),
    IdeaEvent: ("position",),  # only orders the events
    Package: ("content",),  # the page of the package shows it
    TrialCorrection: ("before", "after"),  # the page of its test shows both
}
NAME_PATHS: Final = {
    AcceptanceRequest: ("by__full_name",),
    ChallengeSession: ("session__title",),
    ChallengeStakeholder: ("stakeholder__name",),
    Confirmation: ("state",),
    TrialNote: ("by__full_name",),
    FollowUp: ("answer",),
    IdeaAuthor: ("user__full_name",),
    IdeaEvent: ("state",),
    Indicator: ("measure",),
    IndicatorValue: ("indicator__measure",),
    Lineage: ("parent__title",),
    Package: ("event__idea__title",),
    ParticipantGroup: ("segment",),
    RatedChallenge: ("challenge__title",),
    RatingRound: ("created_on",),
    Support: ("trial__hypothesis",),
    TrialCorrection: ("trial__hypothesis",),
}
VALUE_TEXTS: Final[Mapping[Any, Mapping[str, ValueText]]] = {
    IdeaEvent: {"reason": lambda reason, _row: reason_text(reason)},
    RatingRound: dict.fromkeys(("criteria_fr", "criteria_en"), lambda names, _row: ", ".join(names)),
}
