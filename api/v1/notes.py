"""Field notes and insights: those that the person may read, and new notes in words; files are added on pages."""

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from django.db.models import Prefetch
from django.http import HttpRequest
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from ninja import Field, Query, Router, Schema

from accounts.requests import person
from api.enums import Area
from api.http.authentication import TokenAuth
from api.http.forms import FormBody, body_of, save_form
from api.http.lists import Page, PageQuery, filter_parameters, filtered_rows, read_page, read_unfiltered_page
from api.http.requests import ApiRequest
from api.v1.addresses import answer_creation, cohort_slug
from api.v1.references import PersonReference, SlugReference
from api.v1.schemas import EXAMPLE_COHORT, WithPage, with_example
from cohorts.clock import local_today
from fieldwork.models import Insight, Note
from fieldwork.notes.actions import add_note
from fieldwork.notes.forms import NewNoteForm
from fieldwork.notes.lookups import get_cohort_of_work_or_404, get_note_or_404
from fieldwork.notes.note_list import NOTES
from fieldwork.permissions import can_write_notes
from files.attachments.forms import ReceivedFiles
from prototypes.views.lookups import roles_in
from web.decisions import enforce

router = Router(auth=TokenAuth(Area.NOTES), tags=[Area.NOTES.value])

if TYPE_CHECKING:
    NewNote = FormBody
else:
    NewNote = body_of(NewNoteForm, "NewNote", kind=(Literal["observation", "verbatim", "interview"], _("Kind")))


class NoteOut(WithPage):
    """A field note. Without the consent of the people in it (`pending`) only its author reads it, for 30 days.

    With `withdrawal_code`, which its author gives to the person who agreed, that person withdraws the note.
    """

    model_config = with_example(
        {
            "id": 61,
            "kind": "observation",
            "text": "Seven people out of eleven hesitate in front of the sign.",
            "place": "Town hall",
            "segment": "parents of young children",
            "happened_at": "2026-11-24T09:30:00Z",
            "consent": "nobody",
            "author": {"id": 12, "name": "Anne Martin"},
            "cohort": EXAMPLE_COHORT,
            "withdrawal_code": "",
            "page": "https://lab.example/notes/61/",
        }
    )

    id: int
    kind: str
    text: str
    place: str
    segment: str
    happened_at: datetime
    consent: str
    author: PersonReference
    cohort: SlugReference
    withdrawal_code: str = Field(alias="code_for_author")


class InsightOut(Schema):
    """What several field notes say together. `title` is empty until its group of notes has a name.

    `notes` are the ids of the notes that the person may read and the cohort may use, `contradicting` those of them
    that contradict it.
    """

    model_config = with_example(
        {
            "id": 8,
            "title": "Acronyms make residents believe that they are at the wrong counter",
            "challenge": 7,
            "notes": [61, 64, 70],
            "contradicting": [70],
        }
    )

    id: int
    title: str
    challenge: int | None = Field(alias="challenge_id")
    notes: list[int]
    contradicting: list[int]

    @staticmethod
    def resolve_notes(insight: Any) -> list[int]:
        """Return the ids of its notes."""
        return [note.pk for note in insight.notes.all()]

    @staticmethod
    def resolve_contradicting(insight: Any) -> list[int]:
        """Return the ids of its notes that contradict it."""
        return [note.pk for note in insight.notes.all() if note.contradicts]


@router.get(
    "/cohorts/{slug:slug}/notes/",
    response=Page[NoteOut],
    url_name="notes",
    summary=_("List the field notes of a cohort"),
    openapi_extra=filter_parameters(NOTES),
)
def list_notes(request: HttpRequest, slug: str, query: Query[PageQuery]) -> Any:
    """Return a part of the field notes of a cohort that the person may read."""
    rows = filtered_rows(request, NOTES, cohort_slug(request, slug)).select_related("author", "cohort")
    part = read_page(request, rows, query)
    for note in part["items"]:
        _show_code(request, note)
    return part


def _show_code(request: HttpRequest, note: Any) -> Note:
    """Give a note its withdrawal code if the person of the token is its author, and return it."""
    note.code_for_author = note.printed_code if note.author_id == person(request).pk else ""
    row: Note = note
    return row


@router.post("/cohorts/{slug:slug}/notes/", response={201: NoteOut}, url_name="notes", summary=_("Add a field note"))
def create_note(request: ApiRequest, slug: str, body: NewNote) -> Any:
    """Add a note in words, with the person of the token as its author. The consent is `pending` unless it says more."""
    cohort, user, at = get_cohort_of_work_or_404(request, cohort_slug(request, slug)), person(request), now()
    enforce(can_write_notes(roles_in(request, cohort)))
    kind, received = body.require("kind"), ReceivedFiles()
    make_form = partial(NewNoteForm, kind=kind, cohort=cohort, today=local_today(cohort), received=received)
    add = partial(add_note, cohort=cohort, kind=kind, happened_at=at, by=user, at=at)
    return answer_creation(request, _show_code(request, save_form(request, make_form, body.values(), add)), "note")


@router.get("/notes/{int:pk}/", response=NoteOut, url_name="note", summary=_("Read a field note"))
def read_note(request: HttpRequest, pk: int) -> Any:
    """Return a field note."""
    return _show_code(request, get_note_or_404(request, pk))


@router.get(
    "/cohorts/{slug:slug}/insights/",
    response=Page[InsightOut],
    url_name="insights",
    summary=_("List the insights of a cohort"),
)
def list_insights(request: HttpRequest, slug: str, query: Query[PageQuery]) -> Any:
    """Return a part of the insights of a cohort, groups of notes without a name included."""
    user, cohort = person(request), get_cohort_of_work_or_404(request, cohort_slug(request, slug))
    notes = Note.objects.visible_to(user).usable().only("insight", "contradicts").order_by("pk")
    rows = Insight.objects.visible_to(user).filter(cohort=cohort)
    return read_unfiltered_page(request, rows.prefetch_related(Prefetch("notes", notes)), query)
