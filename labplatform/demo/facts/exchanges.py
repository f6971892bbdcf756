"""Published facts about the Intertransfos, and the meetings and study visits of their kind."""

from cohorts.models import Cohort
from exchanges.exchange.enums import ExchangeKind, ExchangeState
from exchanges.models import Exchange, ProgrammeItem
from labplatform.demo.facts.records import known, section, sourced, word
from labplatform.demo.facts.shelf import Shelf
from programmes.models import Edition

KINDS = {
    "intertransfo": ExchangeKind.INTERTRANSFO,
    "study_trip": ExchangeKind.STUDY_VISIT,
    "study_visit": ExchangeKind.STUDY_VISIT,
}


def put_exchanges(
    exchanges: Shelf[Exchange],
    programme: Shelf[ProgrammeItem],
    editions: dict[str, Edition],
    cohorts: dict[str, Cohort],
) -> None:
    """All were held; of some nobody published the day, the place or more than the number.

    What was done one after another is their programme, in its order and without hours.
    """
    runs = {(record["edition"], record["authority"]): cohorts[record["key"]] for record in section("cohorts")}
    for record in section("exchanges"):
        first_day = known(record["starts_on"])
        row = exchanges.put(
            edition=editions[record["edition"]],
            kind=KINDS.get(record["kind"], ExchangeKind.OTHER),
            kind_label=word("exchanges", record["kind"]),
            number=record["number"],
            theme=record["theme_fr"] or "",
            state=ExchangeState.HELD,
            host=runs.get((record["edition"], record["host"])),
            first_day=first_day.day,
            first_day_precision=first_day.precision,
            days=record["days"],
            venue=record["place"] or "",
            outcome=record["done_fr"] or "",
            source=sourced(record),
        )
        for part in record.get("parts", []):
            programme.put(exchange=row, day=1, when=part["when_fr"] or "", title=part["title_fr"])
