"""The rows of the ideas that changed: names and reasons are escaped."""

from figures.changes.causes import Cause, ChangeRecord, Counts
from figures.changes.lines import ChangedIdea, RecordText
from figures.changes.table_rows import changed_idea_rows
from prototypes.models import Idea
from tests.factories.cast import NOW
from tests.pages import HOSTILE, not_escaped

RECORD = ChangeRecord(
    root=1,
    idea=1,
    kind="event",
    state="accepted",
    corrected_state="",
    effective_on=None,
    precision="",
    recorded_at=NOW,
    reason="",
    by="",
    merged_into=None,
    is_new=True,
    counts=True,
)


def test_names_and_reasons_are_escaped():
    reference, title, part, record, label, person, reason = texts = [
        f"{name}{HOSTILE}" for name in ("idea", "title", "part", "record", "label", "person", "reason")
    ]
    idea = Idea(pk=1, title=title)
    idea.reference, idea.readable = reference, True
    text = RecordText(RECORD, record, label, person, reason)
    split = ChangedIdea(idea, next(iter(Cause)), False, Counts(), [part], [text])
    assert not_escaped(changed_idea_rows([split]), texts) == []
    assert not_escaped(changed_idea_rows([split._replace(parts=[])]), [reference, title]) == []
