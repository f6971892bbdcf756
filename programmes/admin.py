"""The programmes app for lab sysadmins: everything can be looked at, nothing changed. Changes are actions."""

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

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


class ReadOnly(admin.ModelAdmin[Any]):
    """Rows to look at: the administration would go past the actions, their reasons and their letters."""

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Authority)
class AuthorityReading(ReadOnly):
    list_display = ["name", "kind", "siren", "seat", "dissolved_on"]
    list_filter = ["kind", "school_zone"]
    search_fields = ["name__unaccent", "siren", "seat__unaccent"]
    ordering = ["name"]


@admin.register(AuthorityAdmin)
class AuthorityAdminReading(ReadOnly):
    list_display = ["authority", "user", "since", "until"]
    list_select_related = ["authority", "user"]
    ordering = ["authority__name", "since"]


@admin.register(CalendarPeriod)
class CalendarPeriodReading(ReadOnly):
    list_display = ["name", "kind", "starts_on", "ends_on", "school_zone", "holiday_subdivision"]
    list_filter = ["kind"]


@admin.register(Programme)
class ProgrammeReading(ReadOnly):
    list_display = ["name_fr", "name_en", "family"]


@admin.register(Format)
class FormatReading(ReadOnly):
    list_display = ["label", "programme", "version", "months", "seats", "published_at"]
    list_select_related = ["programme"]


@admin.register(FormatPhase)
class FormatPhaseReading(ReadOnly):
    list_display = ["format", "kind", "start_month", "end_month"]
    list_select_related = ["format"]


@admin.register(LadderStep)
class LadderStepReading(ReadOnly):
    list_display = ["format", "kind", "position", "offset", "audience", "letter", "alone"]
    list_filter = ["kind"]
    list_select_related = ["format"]


@admin.register(Edition)
class EditionReading(ReadOnly):
    list_display = ["name", "programme", "state", "starts_on", "ends_on", "retrospective"]
    list_filter = ["state", "retrospective"]
    list_select_related = ["programme"]
    ordering = ["-starts_on"]


@admin.register(Claim)
class ClaimReading(ReadOnly):
    list_display = ["metric", "value", "as_of", "edition", "programme", "verified"]
    list_select_related = ["edition", "programme"]


@admin.register(Lesson)
class LessonReading(ReadOnly):
    list_display = ["text", "edition", "phase", "state", "noted_by", "answered_by"]
    list_filter = ["state", "phase"]
    list_select_related = ["edition", "noted_by", "answered_by"]
