"""Read-only admin pages of the prototypes app. Changes go through actions."""

from django.contrib import admin
from django.http import HttpRequest

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


class ReadOnlyList(ReadOnly):
    """A read-only list, the latest rows first, that reads the rows which its columns name in the same statement."""

    ordering = ["-id"]

    def get_list_select_related(self, request: HttpRequest) -> list[str]:
        return [name for name in map(str, self.list_display) if self.opts.get_field(name).is_relation]


@admin.register(Challenge)
class ChallengeReadOnlyAdmin(ReadOnlyList):
    list_display = ["title", "cohort", "kind", "state"]
    list_filter = ["kind", "state"]
    search_fields = ["title__unaccent"]
    ordering = ["cohort", "title"]


@admin.register(Idea)
class IdeaReadOnlyAdmin(ReadOnlyList):
    list_display = ["reference", "title", "cohort", "state", "last_update_on"]
    list_filter = ["state", "retrospective"]
    search_fields = ["reference", "title__unaccent"]
    ordering = ["reference"]


@admin.register(IdeaEvent)
class IdeaEventReadOnlyAdmin(ReadOnlyList):
    list_display = ["idea", "state", "effective_on", "recorded_on", "by"]
    list_filter = ["state", "is_reported_state"]
    search_fields = ["idea__reference", "reason__unaccent"]
    ordering = ["-recorded_at", "-id"]


@admin.register(Prototype)
class PrototypeReadOnlyAdmin(ReadOnlyList):
    list_display = ["title", "idea", "version", "state", "made_on"]
    list_filter = ["state"]
    search_fields = ["title__unaccent", "idea__reference"]
    ordering = ["idea", "version"]


@admin.register(Trial)
class TrialReadOnlyAdmin(ReadOnlyList):
    list_display = ["prototype", "number", "state", "locked_on", "held_on", "result"]
    list_filter = ["state", "result"]
    search_fields = ["hypothesis__unaccent", "prototype__title__unaccent"]


@admin.register(Implementation)
class ImplementationReadOnlyAdmin(ReadOnlyList):
    list_display = ["idea", "authority", "scope", "kind", "state", "live_on"]
    list_filter = ["scope", "kind", "state"]
    search_fields = ["idea__reference", "authority__name__unaccent"]


@admin.register(ParticipantGroup)
class ParticipantGroupReadOnlyAdmin(ReadOnlyList):
    list_display = ["trial", "segment", "count"]
    search_fields = ["segment__unaccent"]


@admin.register(IdeaAuthor)
class IdeaAuthorReadOnlyAdmin(ReadOnlyList):
    list_display = ["idea", "user"]
    search_fields = ["idea__reference", "user__full_name__unaccent"]


@admin.register(Lineage)
class LineageReadOnlyAdmin(ReadOnlyList):
    list_display = ["child", "kind", "parent"]
    list_filter = ["kind"]
    search_fields = ["child__reference", "parent__reference"]


@admin.register(Support)
class SupportReadOnlyAdmin(ReadOnlyList):
    list_display = ["event", "trial"]
    search_fields = ["trial__hypothesis__unaccent"]


@admin.register(Package)
class PackageReadOnlyAdmin(ReadOnlyList):
    list_display = ["event", "receives"]
    search_fields = ["receives__unaccent"]


@admin.register(FollowUp)
class FollowUpReadOnlyAdmin(ReadOnlyList):
    list_display = ["idea", "months", "answer", "noted_on", "by"]
    list_filter = ["months", "answer"]
    search_fields = ["idea__reference"]


@admin.register(Indicator)
class IndicatorReadOnlyAdmin(ReadOnlyList):
    list_display = ["idea", "measure", "unit", "baseline", "target", "fixed_on"]
    search_fields = ["idea__reference", "measure__unaccent"]


@admin.register(IndicatorValue)
class IndicatorValueReadOnlyAdmin(ReadOnlyList):
    list_display = ["indicator", "follow_up", "value", "measured_on"]
    search_fields = ["indicator__measure__unaccent"]


@admin.register(Confirmation)
class ConfirmationReadOnlyAdmin(ReadOnlyList):
    list_display = ["idea", "state", "confirmed_on", "by"]
    list_filter = ["state"]
    search_fields = ["idea__reference"]


@admin.register(ChallengeStakeholder)
class ChallengeStakeholderReadOnlyAdmin(ReadOnlyList):
    list_display = ["challenge", "stakeholder"]
    search_fields = ["challenge__title__unaccent", "stakeholder__name__unaccent"]


@admin.register(ChallengeSession)
class ChallengeSessionReadOnlyAdmin(ReadOnlyList):
    list_display = ["challenge", "session"]
    search_fields = ["challenge__title__unaccent"]


@admin.register(TrialCorrection)
class TrialCorrectionReadOnlyAdmin(ReadOnlyList):
    list_display = ["trial", "by", "recorded_at"]
    search_fields = ["trial__hypothesis__unaccent"]


@admin.register(TrialNote)
class TrialNoteReadOnlyAdmin(ReadOnlyList):
    list_display = ["trial", "by", "outcome", "received_at", "settlement"]
    list_filter = ["outcome", "settlement"]
    search_fields = ["trial__hypothesis__unaccent"]
