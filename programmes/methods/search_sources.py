"""The search source of methods."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from programmes.enums import PhaseKind
from programmes.methods.models import METHOD_TEXT, Method
from web.search_sources import SearchSource
from web.text.excerpts import joined_texts

SEARCHED_METHODS: Final = SearchSource(
    label=_("Methods"),
    singular=_("Method"),
    model=Method,
    text=METHOD_TEXT,
    title="name",
    excerpt_text=joined_texts("need", "material", "steps"),
    url_name="programmes:method",
    kind="phase",
    kinds=PhaseKind,
)
