"""The kinds of objects that the search over everything looks through; each app registers its own as data."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.search import SearchQueryCombinable
from django.db.models import F, Model, Q, QuerySet, TextChoices
from django.db.models.expressions import Combinable
from django_stubs_ext import StrOrPromise

from web.database.arrays import among_keys
from web.database.text_search import SearchWords, TitleWords
from web.registries import Registry

Column = str | Combinable


@dataclass(frozen=True, slots=True)
class RelatedText:
    """A text in a row of another table by which an object is found too; `path` leads from that row to the object.

    `readable_by` returns the filter for the rows that a person may read, where a person who sees the object may not
    read all of them.
    """

    model: type[Model]
    text: Column
    path: str
    readable_by: Callable[[Any], Q] | None = None

    def matching(self, user: Any, query: SearchQueryCombinable) -> QuerySet[Any]:
        """Return the rows of this table whose text matches the query, among those that the person may read."""
        rows: QuerySet[Any] = self.model._default_manager.order_by()
        rows = rows.filter(self.readable_by(user)) if self.readable_by else rows
        matches: QuerySet[Any] = rows.alias(vector=SearchWords(self.text)).filter(vector=query)
        return matches


@dataclass(frozen=True, slots=True)
class SearchSource:
    """A kind of object that is found by words, among the objects `visible_to` a person.

    `text` is the indexed expression that is searched, `title` the part of it that ranks highest, and `excerpt_text` the
    text an excerpt is cut from. Kinds with many rows have a `vector` in place of `text`: the column that stores the
    words of title and text. There is one of the two, or related texts only. `belongs_to`, `reference`, `state` and
    `kind` are lookup paths, empty where the object has none. `url_name` takes `url_argument`. Where no column holds the
    title, `title_of` makes it from a row with the `title_columns`.
    """

    label: StrOrPromise
    singular: StrOrPromise
    model: type[Model]
    title: Column
    excerpt_text: Column
    url_name: str
    text: Column | None = None
    vector: str = ""
    url_argument: str = "pk"
    reference: str = ""
    belongs_to: str = ""
    state: str = ""
    states: type[TextChoices] | None = None
    state_label: str = ""
    kind: str = ""
    kinds: type[TextChoices] | None = None
    related_texts: tuple[RelatedText, ...] = ()
    title_columns: tuple[str, ...] = ()
    title_of: Callable[[Mapping[str, Any]], str] | None = None

    def __post_init__(self) -> None:
        """Raise ValueError unless there is a text, a vector or a related text to search."""
        if self.text is None and not self.vector and not self.related_texts:
            raise ValueError(f"{self.label}: nothing to search")

    def visible_to(self, user: Any) -> QuerySet[Any]:
        """Return the objects of this kind that the person may see, as the model's own manager decides; in no order."""
        objects: Any = self.model._default_manager
        rows: QuerySet[Any] = objects.visible_to(user).order_by()
        return rows

    def matching(self, user: Any, query: SearchQueryCombinable) -> QuerySet[Any]:
        """Return the objects of this kind, among those the person may see, that a search finds; in no order.

        The query must match an object's own text, or a text in a related row (such as a comment) that the person may
        read.
        """
        rows = self.visible_to(user)
        if self.vector:
            return rows.filter(**{self.vector: query})
        first, *others = (text.matching(user, query).values(text.path) for text in self.texts)
        return rows.filter(pk__in=first.union(*others)) if others else rows.filter(among_keys("pk", first))

    @property
    def texts(self) -> Sequence[RelatedText]:
        """The texts whose words are not stored, each with an index: the object's own, if it has one, and related
        ones.
        """
        own = [] if self.text is None else [RelatedText(self.model, self.text, "pk")]
        return (*own, *self.related_texts)

    @property
    def words(self) -> Combinable:
        """The stems of the words that are searched: those stored, else computed as the index has them."""
        return F(self.vector) if self.vector else SearchWords(self.text or self.title)

    @property
    def ranked_words(self) -> Combinable:
        """The stems by which results are ranked: the stored ones, else those of the title, which are computed."""
        return F(self.vector) if self.vector else TitleWords(self.title)


search_sources: Registry[SearchSource] = Registry("search sources")
