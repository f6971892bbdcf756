"""Published facts about Intertransfos, similar meetings and study visits."""

from cohorts.models import Cohort
from exchanges.exchange.enums import ExchangeKind, ExchangeState
from exchanges.models import Exchange, ProgrammeItem
from labplatform.demo.facts.record_table import RecordTable
from labplatform.demo.facts.records import french_word, published_date, section, source_text
from programmes.models import Edition

KINDS = {
    "intertransfo": ExchangeKind.INTERTRANSFO,
    "study_trip": ExchangeKind.STUDY_VISIT,
    "study_visit": ExchangeKind.STUDY_VISIT,
}


def put_exchanges(
    exchanges: RecordTable[Exchange],
    programme: RecordTable[ProgrammeItem],
    editions: dict[str, Edition],
    cohorts: dict[str, Cohort],
) -> None:
    """Store the published exchanges, all in the state held; date, place and theme may be unknown.

    The parts of an exchange become items of its programme, in order and without hours. `editions` and `cohorts` are the
    stored rows by key.
    """
    cohorts_by_authority = {
        (record["edition"], record["authority"]): cohorts[record["key"]] for record in section("cohorts")
    }
    for record in section("exchanges"):
        first_day = published_date(record["starts_on"])
        row = exchanges.put(
            edition=editions[record["edition"]],
            kind=KINDS.get(record["kind"], ExchangeKind.OTHER),
            kind_label=french_word("exchanges", record["kind"]),
            number=record["number"],
            theme=record["theme_fr"] or "",
            state=ExchangeState.HELD,
            host=cohorts_by_authority.get((record["edition"], record["host"])),
            first_day=first_day.day,
            first_day_precision=first_day.precision,
            days=record["days"],
            venue=record["place"] or "",
            outcome=record["done_fr"] or "",
            source=source_text(record),
        )
        for part in record.get("parts", []):
            programme.put(exchange=row, day=1, when=part["when_fr"] or "", title=part["title_fr"])
