"""Read-only admin pages of the prototypes app. Changes go through actions."""

from django.contrib import admin

from programmes.admin import ReadOnly
from prototypes.models import (
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
    Support,
    Trial,
    TrialCorrection,
    TrialNote,
)


@admin.register(Challenge)
class ChallengeReadOnlyAdmin(ReadOnly):
    list_display = ["title", "cohort", "kind", "state"]
    list_filter = ["kind", "state"]
    list_select_related = ["cohort"]
    search_fields = ["title__unaccent"]
    ordering = ["cohort", "title"]


@admin.register(Idea)
class IdeaReadOnlyAdmin(ReadOnly):
    list_display = ["reference", "title", "cohort", "state", "last_update_on"]
    list_filter = ["state", "retrospective"]
    list_select_related = ["cohort"]
    search_fields = ["reference", "title__unaccent"]
    ordering = ["reference"]


@admin.register(IdeaEvent)
class IdeaEventReadOnlyAdmin(ReadOnly):
    list_display = ["idea", "state", "effective_on", "recorded_on", "by"]
    list_filter = ["state", "is_reported_state"]
    list_select_related = ["idea", "by"]
    search_fields = ["idea__reference", "reason__unaccent"]
    ordering = ["-recorded_at", "-id"]


@admin.register(Prototype)
class PrototypeReadOnlyAdmin(ReadOnly):
    list_display = ["title", "idea", "version", "state", "made_on"]
    list_filter = ["state"]
    list_select_related = ["idea"]
    search_fields = ["title__unaccent", "idea__reference"]
    ordering = ["idea", "version"]


@admin.register(Trial)
class TrialReadOnlyAdmin(ReadOnly):
    list_display = ["prototype", "number", "state", "locked_on", "held_on", "result"]
    list_filter = ["state", "result"]
    list_select_related = ["prototype"]
    search_fields = ["hypothesis__unaccent", "prototype__title__unaccent"]
    ordering = ["-id"]


@admin.register(Implementation)
class ImplementationReadOnlyAdmin(ReadOnly):
    list_display = ["idea", "authority", "scope", "kind", "state", "live_on"]
    list_filter = ["scope", "kind", "state"]
    list_select_related = ["idea", "authority"]
    search_fields = ["idea__reference", "authority__name__unaccent"]
    ordering = ["-id"]


@admin.register(ParticipantGroup)
class ParticipantGroupReadOnlyAdmin(ReadOnly):
    list_display = ["trial", "segment", "count"]
    list_select_related = ["trial"]
    search_fields = ["segment__unaccent"]
    ordering = ["-id"]


@admin.register(IdeaAuthor)
class IdeaAuthorReadOnlyAdmin(ReadOnly):
    list_display = ["idea", "user"]
    list_select_related = ["idea", "user"]
    search_fields = ["idea__reference", "user__full_name__unaccent"]
    ordering = ["-id"]


@admin.register(Lineage)
class LineageReadOnlyAdmin(ReadOnly):
    list_display = ["child", "kind", "parent"]
    list_filter = ["kind"]
    list_select_related = ["child", "parent"]
    search_fields = ["child__reference", "parent__reference"]
    ordering = ["-id"]


@admin.register(Support)
class SupportReadOnlyAdmin(ReadOnly):
    list_display = ["event", "trial"]
    list_select_related = ["event", "trial"]
    search_fields = ["trial__hypothesis__unaccent"]
    ordering = ["-id"]


@admin.register(Package)
class PackageReadOnlyAdmin(ReadOnly):
    list_display = ["event", "receives"]
    list_select_related = ["event"]
    search_fields = ["receives__unaccent"]
    ordering = ["-id"]


@admin.register(FollowUp)
class FollowUpReadOnlyAdmin(ReadOnly):
    list_display = ["idea", "months", "answer", "noted_on", "by"]
    list_filter = ["months", "answer"]
    list_select_related = ["idea", "by"]
    search_fields = ["idea__reference"]
    ordering = ["-id"]


@admin.register(Indicator)
class IndicatorReadOnlyAdmin(ReadOnly):
    list_display = ["idea", "measure", "unit", "baseline", "target", "fixed_on"]
    list_select_related = ["idea"]
    search_fields = ["idea__reference", "measure__unaccent"]
    ordering = ["-id"]


@admin.register(IndicatorValue)
class IndicatorValueReadOnlyAdmin(ReadOnly):
    list_display = ["indicator", "follow_up", "value", "measured_on"]
    list_select_related = ["indicator", "follow_up"]
    search_fields = ["indicator__measure__unaccent"]
    ordering = ["-id"]


@admin.register(Confirmation)
class ConfirmationReadOnlyAdmin(ReadOnly):
    list_display = ["idea", "state", "confirmed_on", "by"]
    list_filter = ["state"]
    list_select_related = ["idea", "by"]
    search_fields = ["idea__reference"]
    ordering = ["-id"]


@admin.register(ChallengeStakeholder)
class ChallengeStakeholderReadOnlyAdmin(ReadOnly):
    list_display = ["challenge", "stakeholder"]
    list_select_related = ["challenge", "stakeholder"]
    search_fields = ["challenge__title__unaccent", "stakeholder__name__unaccent"]
    ordering = ["-id"]


@admin.register(ChallengeSession)
class ChallengeSessionReadOnlyAdmin(ReadOnly):
    list_display = ["challenge", "session"]
    list_select_related = ["challenge", "session"]
    search_fields = ["challenge__title__unaccent"]
    ordering = ["-id"]


@admin.register(TrialCorrection)
class TrialCorrectionReadOnlyAdmin(ReadOnly):
    list_display = ["trial", "by", "recorded_at"]
    list_select_related = ["trial", "by"]
    search_fields = ["trial__hypothesis__unaccent"]
    ordering = ["-id"]


@admin.register(TrialNote)
class TrialNoteReadOnlyAdmin(ReadOnly):
    list_display = ["trial", "by", "outcome", "received_at", "settlement"]
    list_filter = ["outcome", "settlement"]
    list_select_related = ["trial", "by"]
    search_fields = ["trial__hypothesis__unaccent"]
    ordering = ["-id"]
