"""Read-only Django admin of the programmes app for lab sysadmins; changes go through actions."""

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
    Lesson,
    ListedAuthority,
    Method,
    Programme,
    ReminderStep,
)


class ReadOnly(admin.ModelAdmin[Any]):
    """A model admin without adding, changing and deleting: they would bypass the actions, their reasons and e-mails."""

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Authority)
class AuthorityReadOnlyAdmin(ReadOnly):
    list_display = ["name", "kind", "siren", "seat", "dissolved_on"]
    list_filter = ["kind", "school_zone"]
    search_fields = ["name__unaccent", "siren", "seat__unaccent"]
    ordering = ["name"]


@admin.register(AuthorityAdmin)
class AuthorityAdminReadOnlyAdmin(ReadOnly):
    list_display = ["authority", "user", "since", "until"]
    list_select_related = ["authority", "user"]
    ordering = ["authority__name", "since"]


@admin.register(CalendarPeriod)
class CalendarPeriodReadOnlyAdmin(ReadOnly):
    list_display = ["name", "kind", "starts_on", "ends_on", "school_zone", "holiday_subdivision"]
    list_filter = ["kind"]


@admin.register(Programme)
class ProgrammeReadOnlyAdmin(ReadOnly):
    list_display = ["name_fr", "name_en", "family"]


@admin.register(Format)
class FormatReadOnlyAdmin(ReadOnly):
    list_display = ["label", "programme", "version", "months", "seats", "published_at"]
    list_select_related = ["programme"]


@admin.register(FormatPhase)
class FormatPhaseReadOnlyAdmin(ReadOnly):
    list_display = ["format", "kind", "start_month", "end_month"]
    list_select_related = ["format"]


@admin.register(ReminderStep)
class ReminderStepReadOnlyAdmin(ReadOnly):
    list_display = ["format", "kind", "position", "offset", "audience", "email_type", "alone"]
    list_filter = ["kind"]
    list_select_related = ["format"]


@admin.register(Edition)
class EditionReadOnlyAdmin(ReadOnly):
    list_display = ["name", "programme", "state", "starts_on", "ends_on", "retrospective"]
    list_filter = ["state", "retrospective"]
    list_select_related = ["programme"]
    ordering = ["-starts_on"]


@admin.register(Claim)
class ClaimReadOnlyAdmin(ReadOnly):
    list_display = ["metric", "value", "as_of", "edition", "programme", "verified"]
    list_select_related = ["edition", "programme"]


@admin.register(Lesson)
class LessonReadOnlyAdmin(ReadOnly):
    list_display = ["text", "edition", "phase", "state", "noted_by", "answered_by"]
    list_filter = ["state", "phase"]
    list_select_related = ["edition", "noted_by", "answered_by"]


@admin.register(Method)
class MethodReadOnlyAdmin(ReadOnly):
    list_display = ["name", "phase", "minutes", "licence", "author"]
    list_filter = ["phase"]


@admin.register(ListedAuthority)
class ListedAuthorityReadOnlyAdmin(ReadOnly):
    list_display = ["name", "kind", "siren", "insee_code", "seat", "list_version"]
    list_filter = ["kind"]
    search_fields = ["words", "siren"]
