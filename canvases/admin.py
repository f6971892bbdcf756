"""Canvases in the admin site, read-only: changes are actions."""

from django.contrib import admin

from canvases.models import CanvasCell, CanvasStep, JourneyMap, Persona, ServiceBlueprint, ServiceModel
from programmes.admin import ReadOnly


@admin.register(Persona, JourneyMap, ServiceBlueprint, ServiceModel)
class CanvasReadOnlyAdmin(ReadOnly):
    list_display = ["title", "cohort", "made_by", "shared_with_edition"]
    list_select_related = ["cohort", "made_by"]
    search_fields = ["title__unaccent"]
    ordering = ["-id"]


@admin.register(CanvasStep)
class CanvasStepReadOnlyAdmin(ReadOnly):
    list_display = ["name", "canvas", "position"]
    list_select_related = ["canvas"]
    search_fields = ["name__unaccent", "canvas__title__unaccent"]
    ordering = ["-id"]


@admin.register(CanvasCell)
class CanvasCellReadOnlyAdmin(ReadOnly):
    list_display = ["canvas", "lane", "step", "version", "edited_by", "edited_at"]
    list_select_related = ["canvas", "step", "edited_by"]
    search_fields = ["text__unaccent", "canvas__title__unaccent"]
    ordering = ["-id"]
