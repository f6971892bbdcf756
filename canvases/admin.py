"""Canvases in the admin site, read-only: changes are actions."""

from django.contrib import admin

from canvases.models import CanvasCell, CanvasStep, JourneyMap, Persona, ServiceBlueprint, ServiceModel
from prototypes.admin import ReadOnlyList


@admin.register(Persona, JourneyMap, ServiceBlueprint, ServiceModel)
class CanvasReadOnlyAdmin(ReadOnlyList):
    list_display = ["title", "cohort", "made_by", "shared_with_edition"]
    search_fields = ["title__unaccent"]


@admin.register(CanvasStep)
class CanvasStepReadOnlyAdmin(ReadOnlyList):
    list_display = ["name", "canvas", "position"]
    search_fields = ["name__unaccent", "canvas__title__unaccent"]


@admin.register(CanvasCell)
class CanvasCellReadOnlyAdmin(ReadOnlyList):
    list_display = ["canvas", "lane", "step", "version", "edited_by", "edited_at"]
    search_fields = ["text__unaccent", "canvas__title__unaccent"]
