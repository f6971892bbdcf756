"""The filter of a cohort's list of canvases, by kind."""

import django_filters
from django.utils.translation import gettext_lazy as _

from canvases.canvas_schema import CanvasKind
from web.forms.filters import ListFilter


class CanvasFilter(ListFilter):
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=CanvasKind.choices, empty_label=_("All kinds"))
