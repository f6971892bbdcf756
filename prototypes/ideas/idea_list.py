"""The list of ideas: its columns, and the actions on several ideas at once."""

from collections.abc import Collection, Mapping, Sequence
from operator import attrgetter
from typing import Any, Final

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from prototypes.enums import IdeaState, TrialState
from prototypes.ideas.bulk_actions import ACCEPT, CHANGE_OWNER, PARK
from prototypes.ideas.cells import last_update, last_update_cell, state_cell, title_cell
from prototypes.ideas.filters import IdeaFilter
from prototypes.models import Idea, Trial
from web.database.prepared import prepared
from web.dates.clock import Day
from web.lists.columns import (
    FIGURE,
    NUMBER,
    WIDE,
    ListColumn,
    Reader,
    by_choice,
    by_name,
    by_value,
    text_column,
    value_column,
)
from web.lists.declarations import List


def _rows(reader: Reader) -> QuerySet[Idea]:
    """Return the ideas that the reader may read: those of their cohorts, and those shared with their editions."""
    return Idea.objects.visible_to(reader.user)


def _load_for_page(ideas: Sequence[Any], reader: Reader, columns: Collection[str]) -> None:
    """Give each idea `is_unconfirmed` and `can_confirm`, for the reader (one statement if their column is shown)."""
    if "state" in columns and ideas:
        keys = tuple(idea.pk for idea in ideas)
        flags = {key: others for key, *others in _confirmation_flags(reader.user, keys, reader.today)}
        for idea in ideas:
            idea.is_unconfirmed, idea.can_confirm = flags.get(idea.pk, (False, False))


@prepared
def _confirmation_flags(user: User, keys: tuple[int, ...], today: Day) -> QuerySet[Idea, tuple[int, bool, bool]]:
    """Return the key, `is_unconfirmed` and `can_confirm` of the ideas with these keys."""
    ideas: Any = Idea.objects.filter(pk__in=keys).with_confirmation_flags(user, today)
    flags: QuerySet[Idea, tuple[int, bool, bool]] = ideas.values_list("pk", "is_unconfirmed", "can_confirm")
    return flags


def _with_concluded_tests(ideas: QuerySet[Idea], reader: Reader) -> QuerySet[Idea]:
    """Annotate ideas with `concluded_tests`: how many of their concluded tests the reader may read."""
    tests = Trial.objects.visible_to(reader.user).filter(prototype__idea=OuterRef("pk"), state=TrialState.CONCLUDED)
    counted = tests.order_by().values("prototype__idea").annotate(number=Count("pk")).values("number")
    return ideas.annotate(concluded_tests=Coalesce(Subquery(counted), 0))


def _text_columns() -> dict[str, ListColumn]:
    """Return the columns of an idea's texts besides its title, which are shown if chosen."""
    fields = {field.name: field for field in Idea._meta.fields}
    return {
        name: ListColumn(
            header=capfirst(fields[name].verbose_name),
            value=attrgetter(name),
            width=60,
            by_default=False,
            reads=(name,),
        )
        for name in Idea.TEXTS
    }


COLUMNS: Final[Mapping[str, ListColumn]] = {
    "reference": value_column("reference", _("Reference"), width=12, css=FIGURE, always=True),
    "title": text_column("title", _("Idea"), html=title_cell, width=48, always=True),
    "cohort": text_column("cohort__name", _("Cohort"), width=24, css=WIDE),
    "state": ListColumn(
        header=_("State"),
        value=lambda idea: str(idea.state_text),
        html=state_cell,
        order=by_choice("state", IdeaState.values),
        width=18,
        reads=("state", "state_label"),
    ),
    "owner": ListColumn(
        header=_("Owner"),
        value=lambda idea: str(idea.owner or ""),
        order=by_name("owner__full_name"),
        width=24,
        css=WIDE,
        reads=("owner__full_name", "owner__email"),
    ),
    "last-update": ListColumn(
        header=_("Last update"),
        value=last_update,
        html=last_update_cell,
        order=by_value("last_update_on", unknown_first=True),
        indexed=True,
        width=12,
        css=NUMBER,
        reads=("last_update_on", "state_since", "state_precision", "retrospective"),
    ),
    "challenge": ListColumn(
        header=_("Challenge"),
        value=lambda idea: idea.challenge.title if idea.challenge else None,
        order=by_name("challenge__title"),
        width=36,
        by_default=False,
        reads=("challenge__title",),
    ),
    "accepted": value_column("accepted_on", _("Accepted on"), width=12, css=NUMBER, by_default=False),
    "tests": ListColumn(
        header=_("Tests concluded"),
        value=lambda idea: idea.concluded_tests,
        width=12,
        css=NUMBER,
        by_default=False,
        annotate=_with_concluded_tests,
    ),
    **_text_columns(),
}

IDEAS: Final = List(
    slug="ideas",
    title=_("Ideas"),
    route="prototypes:idea_list",
    rows=_rows,
    filters=IdeaFilter,
    columns=COLUMNS,
    heading="title",
    short_name=lambda idea: idea.reference,
    order="-last-update",
    reads=("reference", "title"),
    load_for_page=_load_for_page,
    bulk_actions={"accept": ACCEPT, "park": PARK, "owner": CHANGE_OWNER},
    own_rows="mine",
    empty_icon="lightbulb",
    empty_title=_("No idea yet"),
    empty_text=_("Ideas added by the cohorts appear here, with what became of each."),
)
