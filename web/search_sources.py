"""What the search over everything looks through: each app says in `AppConfig.ready` what it has, as data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Model, Q, TextChoices
from django.db.models.expressions import Combinable

from web.database.text_search import Words
from web.registries import Registry

if TYPE_CHECKING:
    from django.contrib.postgres.search import SearchQueryCombinable
    from django.db.models import QuerySet
    from django_stubs_ext import StrOrPromise

Column = str | Combinable


@dataclass(frozen=True, slots=True)
class Beside:
    """Texts kept in rows of their own, by which others are found: `leads_to` is the path to these.

    `within` says which of them a person may read, where these are not all of those of what they may see.
    """

    model: type[Model]
    text: Column
    leads_to: str
    within: Callable[[Any], Q] | None = None

    def saying(self, user: Any, query: SearchQueryCombinable) -> QuerySet[Any]:
        """Their rows that match; an index of `web.database.text_search.words_index` over the text is read."""
        rows: QuerySet[Any] = self.model._default_manager.order_by()
        rows = rows.filter(self.within(user)) if self.within else rows
        found: QuerySet[Any] = rows.alias(vector=Words(self.text)).filter(vector=query)
        return found


@dataclass(frozen=True, slots=True)
class Source:
    """A kind of thing that is found by words, among those `visible_to` a person.

    `text` is what is searched, as its index has it, `title` what counts most of it and `said` what an excerpt is cut
    from. The other columns are paths, empty where there is nothing to say. `address` is a route, which takes `key`.
    `name` makes the title of a row, read with the columns of `named_by`, where no column holds it.
    """

    label: StrOrPromise
    one: StrOrPromise
    model: type[Model]
    text: Column | None
    title: Column
    said: Column
    address: str
    key: str = "pk"
    reference: str = ""
    where: str = ""
    state: str = ""
    states: type[TextChoices] | None = None
    state_label: str = ""
    kind: str = ""
    kinds: type[TextChoices] | None = None
    beside: tuple[Beside, ...] = ()
    named_by: tuple[str, ...] = ()
    name: Callable[[Mapping[str, Any]], str] | None = None

    def visible_to(self, user: Any) -> QuerySet[Any]:
        rows: Any = self.model._default_manager
        found: QuerySet[Any] = rows.visible_to(user).order_by()
        return found

    def matching(self, user: Any, query: SearchQueryCombinable) -> QuerySet[Any]:
        """What the person may see and the query finds, by its own text or one beside it."""
        own = [Beside(self.model, self.text, "pk")] if self.text is not None else []
        first, *others = (texts.saying(user, query).values(texts.leads_to) for texts in [*own, *self.beside])
        return self.visible_to(user).filter(pk__in=first.union(*others) if others else first)

    @property
    def own_text(self) -> Column:
        """What of the row itself is ranked."""
        return self.title if self.text is None else self.text


search_sources: Registry[Source] = Registry("search sources")
