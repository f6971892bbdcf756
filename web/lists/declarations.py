"""The declaration of a list: its rows, columns, filters and bulk actions, and the registry of all lists."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse
from django_stubs_ext import StrOrPromise

from web.decisions import ALLOW, Decision
from web.forms.filters import ListFilter
from web.lists.bulk_actions import BulkAction
from web.lists.columns import ListColumn, Reader
from web.pages.pagination import PER_PAGE
from web.registries import Registry


def no_subject(_user: Any, subject_key: str) -> Any:
    """Return None: the subject of lists of everything that the person may see; raise Http404 if an address gives a key
    of one.
    """
    if subject_key:
        raise Http404


def allow_everyone(_user: Any) -> Decision:
    """Return that the person may open the list: of lists that are for everyone who is signed in."""
    return ALLOW


def no_notes(_reader: Reader, _columns: Collection[str]) -> Iterable[tuple[str, str]]:
    """Return no lines: for files about which nothing has to be said but what all files say."""
    return ()


def load_nothing(_rows: Sequence[Any], _reader: Reader, _columns: Collection[str] = ()) -> None:
    """Load nothing: the fields of the rows are all that is needed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class List:
    """A list of rows, with what its page and its files need.

    - `route`: the URL name of its page.
    - `rows`: the rows that a reader may see. Nothing else decides on that.
    - `filters`: the class of the filter set.
    - `columns`: by their name in addresses, in the order of the page. `heading` names the one that heads each row,
      `order` the one by which rows are sorted unless another is chosen, with "-" before it for the opposite order.
    - `name`: how a row is called in sentences, and by the box that selects it unless it has a `short_name`, such as a
      reference; the fields `reads` are always read.
    - `load_for_cells`: loads for the rows of one page, or of a chunk of a file, what their cells need beyond their
      fields, with a fixed number of statements.
    - `load_for_page`: loads what only the page shows, not the file; called with the names of the shown columns.
    - `file_notes`: pairs of label and sentence that a file says about itself, by the names of its columns.
    - `permission`: whether a person may open the list at all, for lists that are not for everyone.
    - `subject`: for a list that belongs to an object, such as the members of a cohort. It returns the object with a
      `subject_key` for a person, and raises Http404 or Refused if they may not see the list. The key is the argument of
      the page.
    - `own_rows`: the name of the checkbox filter for the reader's own rows; beside “All”, a link chooses it.
    - `empty_icon`, `empty_title`, `empty_text`: shown while there are no rows at all.
    """

    slug: str
    title: StrOrPromise
    route: str
    rows: Callable[[Reader], QuerySet[Any]]
    filters: type[ListFilter]
    columns: Mapping[str, ListColumn]
    heading: str
    order: str
    reads: tuple[str, ...]
    empty_icon: str
    empty_title: StrOrPromise
    load_for_cells: Callable[[Sequence[Any], Reader], None] = load_nothing
    load_for_page: Callable[[Sequence[Any], Reader, Collection[str]], None] = load_nothing
    file_notes: Callable[[Reader, Collection[str]], Iterable[tuple[str, str]]] = no_notes
    permission: Callable[[Any], Decision] = allow_everyone
    subject: Callable[[Any, str], Any] = no_subject
    bulk_actions: Mapping[str, BulkAction] = field(default_factory=dict)
    empty_text: StrOrPromise = ""
    own_rows: str = ""
    name: Callable[[Any], str] = str
    short_name: Callable[[Any], str] | None = None
    per_page: int = PER_PAGE

    def href(self, subject_key: str = "") -> str:
        """Return the URL of the page of the list; `subject_key` is that of the object it belongs to."""
        return reverse(self.route, args=[subject_key] if subject_key else [])


lists: Final[Registry[List]] = Registry("lists")
