"""The list of the challenges of a cohort: its columns and filters."""

from collections.abc import Mapping
from typing import Any, Final

import django_filters
from django.db.models import Count, F, Q, QuerySet
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from cohorts.cohort.list_subject import cohort_subject
from prototypes.enums import ChallengeKind, ChallengeState
from prototypes.models import Challenge, Idea
from web.forms.filters import ListFilter
from web.lists.columns import NUMBER, ListColumn, Reader, by_choice, by_name, field_column, text_column
from web.lists.declarations import List
from web.templatetags.web import state_tag


class ChallengeFilter(ListFilter):
    """Filter of the challenges of a cohort by title, kind and state."""

    q = django_filters.CharFilter(
        label=gettext_lazy("Filter by keyword"), field_name="title", lookup_expr="unaccent__icontains"
    )
    kind = django_filters.ChoiceFilter(
        label=gettext_lazy("Kind"), choices=ChallengeKind.choices, empty_label=gettext_lazy("All kinds")
    )
    state = django_filters.ChoiceFilter(
        label=gettext_lazy("State"), choices=ChallengeState.choices, empty_label=gettext_lazy("All states")
    )


def _rows(reader: Reader) -> QuerySet[Challenge]:
    """Return the challenges of the cohort that the reader may read."""
    return Challenge.objects.visible_to(reader.user).filter(cohort=reader.subject.cohort)


def _with_ideas_count(challenges: Any, reader: Reader) -> QuerySet[Challenge]:
    """Annotate challenges with `ideas_count`: how many of their ideas the reader may read."""
    ideas = Idea.objects.visible_to(reader.user).filter(cohort=reader.subject.cohort)
    visible = Q(ideas__in=ideas.values("pk"))
    rows: QuerySet[Challenge] = challenges.annotate(ideas_count=Count("ideas", filter=visible))
    return rows


def _title(challenge: Challenge) -> SafeString:
    """Return the title of the challenge as a link to its page."""
    return format_html('<a href="{}">{}</a>', challenge.get_absolute_url(), challenge.title)


COLUMNS: Final[Mapping[str, ListColumn]] = {
    "title": text_column("title", gettext_lazy("Challenge"), html=_title, width=48, always=True),
    "sponsor": text_column("sponsor", gettext_lazy("Sponsor"), width=32),
    "kind": ListColumn(
        header=gettext_lazy("Kind"),
        value=lambda challenge: str(challenge.kind_label or challenge.get_kind_display()),
        order=(*by_choice("kind", ["priority", "test_case"]), *by_name("title")),
        width=18,
        reads=("kind", "kind_label"),
    ),
    "state": ListColumn(
        header=gettext_lazy("State"),
        value=lambda challenge: str(challenge.state_text),
        html=lambda challenge: state_tag(challenge.state_text, challenge.tone),
        order=by_choice("state", ChallengeState.values),
        width=16,
        reads=("state", "state_label"),
    ),
    "ideas": ListColumn(
        header=gettext_lazy("Ideas"),
        value=lambda challenge: challenge.ideas_count,
        order=(F("ideas_count").asc(),),
        width=8,
        css=NUMBER,
        annotate=_with_ideas_count,
    ),
    "framing": field_column("framing", gettext_lazy("Framing"), width=60, by_default=False),
}

CHALLENGES: Final = List(
    slug="challenges",
    title=gettext_lazy("Challenges"),
    route="prototypes:challenge_list",
    rows=_rows,
    filters=ChallengeFilter,
    columns=COLUMNS,
    heading="title",
    order="kind",
    reads=("title",),
    subject=cohort_subject,
    empty_icon="target",
    empty_title=gettext_lazy("No challenge yet"),
    empty_text=gettext_lazy("A cohort learns on a test case, then takes on the authority’s priority challenges."),
)
