"""The page of what changed: who recorded it and why for those who may read the idea, else the net change."""

from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

import pgtrigger
import pytest
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from accounts.models import User
from cohorts.models import Cohort
from figures.sharing.actions import share_figures, stop_sharing_figures
from prototypes import actions
from prototypes.models import Idea
from tests.factories.cast import EVERYONE, NOW, TODAY, Cast
from tests.factories.cohorts import CohortFactory
from tests.factories.figures import FiguresConsentFactory, ReportVisitFactory, share_with_edition
from tests.factories.prototypes import IdeaFactory, add_event
from tests.factories.rates import early_cohort
from tests.pages import rows, texts
from tests.sql import execute

PAGE = reverse("figures:changes")
NOVEMBER = date(2026, 11, 3)
AT = datetime(2026, 11, 3, 12, tzinfo=UTC)
SINCE = "2026-11-01"


def answer(user: User, **query: str) -> Any:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client.get(PAGE, {"since": SINCE} | query)


def stamped(table: str, at: datetime) -> None:
    """Set the time of history rows that were just written, which the database stamps with its own clock."""
    with pgtrigger.ignore():
        execute(f"UPDATE {table} SET pgh_created_at = %s WHERE pgh_created_at = now()", at)


def lines(user: User, **query: str) -> list[tuple[str, str, tuple[int, ...]]]:
    """Return the reference, the cause and the effect of each changed idea."""
    log = answer(user, **query).context["log"]
    return [(row.idea.reference, row.cause.value, tuple(row.effect)) for row in log.ideas]


def records(user: User, **query: str) -> list[tuple[str, str, str, str]]:
    """Return the part, the label, the name and the reason of each record."""
    log = answer(user, **query).context["log"]
    return [(text.reference, str(text.label), text.by, text.reason) for row in log.ideas for text in row.records]


def implemented(idea: Idea, cast: Cast) -> None:
    for state in ("prototyping", "testing", "decided", "handed_over", "implementing"):
        add_event(idea, state, NOVEMBER)
    actions.mark_implemented(idea=idea, scope="full", evidence="Page", by=cast["P"], at=AT, on=NOVEMBER)
    stamped("prototypes_implementationevent", AT)


def correct(idea: Idea, state: str, to: str, cast: Cast, on: date) -> None:
    event = idea.events.filter(state=state, corrections=None).get()
    actions.correct_event(event=event, state=to, reason="Another idea was meant", by=cast["A"], at=NOW, on=on)
    stamped("prototypes_implementationevent", NOW)


# Ideas that the reader may see


def test_new_events_are_listed_with_who_and_why(cast: Cast):
    idea = IdeaFactory(cohort=cast.cohort, title="Une borne")
    untouched = IdeaFactory(cohort=cast.cohort, state="accepted")
    actions.accept_idea(idea=idea, by=cast["P"], at=AT, on=NOVEMBER)
    actions.abandon_idea(idea=idea, reason="Nobody came", by=cast["M"], at=AT, on=NOVEMBER)
    assert lines(cast["A"]) == [(idea.reference, "accepted_abandoned", (1, 0, 1))]
    assert records(cast["A"]) == [
        ("", "accepted", "Pilot Rivage", ""),
        ("", "abandoned", "Ambassador Rivage", "Nobody came"),
    ]
    assert untouched.reference not in " ".join(texts(answer(cast["A"]), "td"))


def test_page_tells_that_ends_of_use_are_not_counted(cast: Cast):
    assert "Ends of use are not among these numbers" in answer(cast["A"]).text


def test_both_figures_and_their_difference_are_shown(cast: Cast):
    IdeaFactory(cohort=cast.cohort, state="accepted")
    implemented(IdeaFactory(cohort=cast.cohort, state="accepted"), cast)
    IdeaFactory(cohort=cast.cohort, state="accepted", days=dict.fromkeys(["captured", "accepted"], NOVEMBER))
    page = answer(cast["A"])
    assert page.context["figures_rows"] == [("Accepted", 2, 3, 1), ("Implemented", 0, 1, 1), ("Abandoned", 0, 0, 0)]
    assert rows(page)[1:4] == [["2", "3", "+1"], ["0", "1", "+1"], ["0", "0", "0"]]


def test_abandonment_that_was_reopened_and_merged_is_shown_as_that(cast: Cast):
    into, idea = IdeaFactory(cohort=cast.cohort, state="accepted"), IdeaFactory(cohort=cast.cohort, state="abandoned")
    add_event(idea, "accepted", NOVEMBER, by=cast["P"], reason="Taken up again")
    actions.merge_idea(idea=idea, into=into, by=cast["P"], at=AT, on=NOVEMBER)
    assert lines(cast["A"]) == [(idea.reference, "abandoned_merged", (-1, 0, -1))]
    assert [label for _, label, _, _ in records(cast["A"])] == ["accepted", f"merged into {into.reference}"]
    assert "Abandoned, then reopened and merged into another idea" in " ".join(texts(answer(cast["A"]), "td"))


def test_reopening_is_listed(cast: Cast):
    idea = IdeaFactory(cohort=cast.cohort, state="abandoned")
    add_event(idea, "accepted", NOVEMBER, by=cast["P"], reason="Taken up again")
    assert lines(cast["A"]) == [(idea.reference, "reopened", (0, 0, -1))]


def test_withdrawn_implementation_is_listed_with_who_withdrew_it(cast: Cast):
    idea = IdeaFactory(cohort=cast.cohort, state="accepted")
    implemented(idea, cast)
    correct(idea, "implemented", "implementing", cast, NOVEMBER)
    assert lines(cast["A"], since="2026-11-10") == [(idea.reference, "implementation_withdrawn", (0, -1, 0))]
    assert records(cast["A"], since="2026-11-10") == [
        ("", "being implemented, in place of implemented", "Admin Rivage", "Another idea was meant"),
        ("", "implementation withdrawn", "Admin Rivage", "Another idea was meant"),
    ]
    assert "by a correction" in texts(answer(cast["A"], since="2026-11-10"), "small")


def test_corrected_date_is_listed_although_no_count_changes(cast: Cast):
    idea = IdeaFactory(cohort=cast.cohort, state="accepted")
    correct(idea, "accepted", "accepted", cast, date(2026, 3, 20))
    assert lines(cast["A"]) == [(idea.reference, "dates", (0, 0, 0))]


def test_split_idea_counts_once_and_its_parts_are_listed(cast: Cast):
    idea = IdeaFactory(cohort=cast.cohort, state="accepted")
    parts = actions.split_idea(idea=idea, titles=["One", "Two"], by=cast["P"], at=AT, on=NOVEMBER)
    assert lines(cast["A"]) == []
    for part in parts:
        actions.abandon_idea(idea=part, reason="Too late", by=cast["P"], at=NOW, on=TODAY)
    assert lines(cast["A"]) == [(idea.reference, "abandoned", (0, 0, 1))]
    [row] = answer(cast["A"], since="2026-11-10").context["log"].ideas
    assert row.parts == [part.reference for part in parts]
    assert [(text.reference, text.label, text.reason) for text in row.records] == [
        (part.reference, "abandoned", "Too late") for part in parts
    ]


def test_who_and_why_are_hidden_where_the_reader_may_not_open_the_idea(cast: Cast):
    """Another cohort of the reader's authority: its ideas are listed in the rates, and not open to this member."""
    idea = IdeaFactory(cohort=early_cohort(authority=cast.cohort.authority), state="accepted")
    actions.abandon_idea(idea=idea, reason="Nobody came", by=cast["P"], at=AT, on=NOVEMBER)
    assert [(lines(cast[role]), records(cast[role])) for role in "AM"] == [
        ([(idea.reference, "abandoned", (0, 0, 1))], [("", "abandoned", "Pilot Rivage", "Nobody came")]),
        ([(idea.reference, "abandoned", (0, 0, 1))], [("", "abandoned", "", "")]),
    ]
    assert "Nobody came" not in answer(cast["M"]).content.decode()


def test_figures_of_an_earlier_day_change_only_by_what_was_recorded_since(cast: Cast):
    late = IdeaFactory(cohort=cast.cohort, state="accepted")
    add_event(late, "abandoned", date(2026, 10, 20), recorded_on=NOVEMBER)
    new = IdeaFactory(cohort=cast.cohort, state="accepted")
    add_event(new, "abandoned", NOVEMBER)
    assert lines(cast["A"], as_of="2026-10-31") == [(late.reference, "abandoned", (0, 0, 1))]
    assert len(lines(cast["A"])) == 2


def test_changes_end_at_the_day_until_which_records_count(cast: Cast):
    idea = IdeaFactory(cohort=cast.cohort, state="accepted")
    add_event(idea, "abandoned", NOVEMBER)
    assert lines(cast["A"], known_at="2026-11-02") == []
    assert lines(cast["A"], known_at="2026-11-03") == [(idea.reference, "abandoned", (0, 0, 1))]
    page = answer(cast["A"], known_at="2026-11-03")
    assert page.context["form"].cleaned_data["as_of"] == date(2026, 11, 3)


# Cohorts of others


def new_ideas(cohort: Cohort, ideas: int) -> None:
    for _ in range(ideas):
        IdeaFactory(cohort=cohort, state="accepted", days=dict.fromkeys(["captured", "accepted"], NOVEMBER))


def cohort_rows(user: User, cast: Cast, **query: str) -> list[tuple[str, str, tuple[int, ...]]]:
    log = answer(user, edition=cast.edition.slug, **query).context["log"]
    return [(row.authority, str(row.cause), tuple(row.effect)) for row in log.cohorts]


def test_of_a_cohort_that_shares_only_the_net_change_is_shown(cast: Cast):
    share_with_edition(cast.other_cohort)
    new_ideas(cast.other_cohort, 2)
    add_event(IdeaFactory(cohort=cast.other_cohort, state="accepted"), "abandoned", NOVEMBER, reason="Nobody came")
    assert cohort_rows(cast["A"], cast) == [("Ville de Montagne", "Net change of its ideas", (2, 0, 1))]
    content = answer(cast["A"], edition=cast.edition.slug).content.decode()
    assert ("Nobody came" in content, "MON-001" in content) == (False, False)
    assert cohort_rows(cast["S"], cast) == []
    assert len(lines(cast["S"], edition=cast.edition.slug)) == 3


def test_sharing_that_began_is_a_cause_of_its_own(cast: Cast):
    for _ in range(2):
        IdeaFactory(cohort=cast.other_cohort, state="abandoned")
    share_figures(cohort=cast.other_cohort, audience="edition", at=AT, by=cast["N"])
    stamped("figures_figuresconsentevent", AT)
    words = "Began to share its figures: all its ideas are counted from then on"
    assert cohort_rows(cast["A"], cast) == [("Ville de Montagne", words, (2, 0, 2))]
    assert cohort_rows(cast["A"], cast, since="2026-11-04") == []
    assert cohort_rows(cast["A"], cast, since="2026-11-03T11:59:58Z") != []
    assert cohort_rows(cast["A"], cast, since="2026-11-03T12:00:00Z") == []


def test_sharing_that_ended_is_named_without_a_number(cast: Cast):
    IdeaFactory(cohort=cast.other_cohort, state="abandoned")
    share_with_edition(cast.other_cohort)
    stamped("figures_figuresconsentevent", datetime(2026, 10, 1, tzinfo=UTC))
    stop_sharing_figures(cohort=cast.other_cohort, audience="edition", at=NOW, by=cast["S"])
    log = answer(cast["A"], edition=cast.edition.slug, since="2026-11-10").context["log"]
    assert (log.cohorts, tuple(log.changes.earlier), tuple(log.changes.later)) == ([], (0, 0, 0), (0, 0, 0))
    assert log.no_longer_shared.startswith(
        "Counted in neither figure, because they no longer share their figures: Ville de Montagne."
    )
    assert answer(cast["A"], edition=cast.edition.slug, since="2026-09-30").context["log"].no_longer_shared == ""


def test_sharing_that_ended_and_began_again_is_counted_where_it_was_shared(cast: Cast):
    IdeaFactory(cohort=cast.other_cohort, state="abandoned")
    ended = {"withdrawn_on": date(2026, 11, 5), "withdrawn_by": cast["S"]}
    FiguresConsentFactory(cohort=cast.other_cohort, granted_on=date(2026, 10, 20), **ended)
    FiguresConsentFactory(cohort=cast.other_cohort, granted_on=date(2026, 11, 20))
    stopped = {"known_at": "2026-11-10", "since": "2026-11-01"}
    assert cohort_rows(cast["A"], cast, **stopped) == [
        ("Ville de Montagne", "Stopped sharing its figures", (-1, 0, -1))
    ]
    assert cohort_rows(cast["A"], cast, since="2026-11-10")[0][2] == (1, 0, 1)


def test_cohort_that_does_not_share_is_nowhere(cast: Cast):
    new_ideas(cast.other_cohort, 3)
    page = answer(cast["A"], edition=cast.edition.slug)
    assert (page.context["log"].is_empty, page.context["log"].no_longer_shared) == (True, "")


# The form


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"since": "yesterday"}, "since"),
        ({"since": "2026-13-01"}, "since"),
        ({"since": "2026-11-01T25:00:00Z"}, "since"),
        ({"since": "2026-11-25"}, "since"),
        ({"since": "2026-11-24"}, "since"),
        ({"since": "2026-11-03", "known_at": "2026-11-03"}, "since"),
        ({"since": "2026-11-03T10:00:00Z", "known_at": "2026-11-03T09:00:00Z"}, "since"),
        ({"known_at": "2026-11-25"}, "known_at"),
        ({"as_of": "2026-11-20", "known_at": "2026-11-10"}, "known_at"),
        ({"cohort": "nowhere"}, "cohort"),
        ({"counted": "1-x"}, "__all__"),
    ],
    ids=str,
)
def test_invalid_choice_is_refused_next_to_its_field_and_stays(query: dict[str, str], field: str, cast: Cast):
    page = answer(cast["A"], **query)
    form = page.context["form"]
    assert (page.status_code, list(form.errors), "log" in page.context) == (200, [field], False)
    if field in query:
        assert form[field].value() == query[field]


def test_without_a_first_day_the_last_thirty_days_are_compared(cast: Cast):
    client = Client(headers={"accept-language": "en"})
    client.force_login(cast["A"])
    for query in ({}, {"since": ""}):
        assert client.get(PAGE, query).context["form"].cleaned_data["since"] == date(2026, 10, 25)


def test_day_that_changed_nothing_says_so(cast: Cast):
    words = (
        "Nothing recorded between these two moments changed the numbers of ideas accepted, implemented or abandoned."
        " The share implemented within a year can change with time alone."
    )
    assert words in texts(answer(cast["A"]), "p")


@pytest.mark.parametrize("role", EVERYONE)
def test_everyone_reads_their_own_scope(role: str, cast: Cast):
    page = answer(cast[role])
    assert (page.status_code, "log" in page.context) == (200, role != "X")
    assert ("Nothing to show yet" in page.content.decode()) is (role == "X")


def test_links_lead_to_both_figures(cast: Cast):
    share_with_edition(cast.other_cohort)
    new_ideas(cast.cohort, 2)
    page = answer(cast["A"], edition=cast.edition.slug)
    assert [side["known_at"] for side in page.context["sides"]] == ["1 November 2026", ""]
    earlier, later = (side["address"] for side in page.context["sides"])
    client = Client()
    client.force_login(cast["A"])
    counted = [client.get(address).context["figures"].accepted for address in (earlier, later)]
    assert (
        counted == [page.context["log"].changes.earlier.accepted, page.context["log"].changes.later.accepted] == [0, 2]
    )


@pytest.mark.parametrize("role", ["S", "A"])
@pytest.mark.parametrize("ideas", [1, 3])
def test_the_page_takes_nine_statements(ideas: int, role: str, cast: Cast, django_assert_num_queries: Any):
    """Session, person, scope, sharing, comparison, records, ideas, tally, and the visit.

    Lab staff see every cohort, so that sharing does not matter: one less.
    """
    share_with_edition(cast.other_cohort)
    new_ideas(cast.cohort, ideas)
    new_ideas(cast.other_cohort, ideas)
    client = Client()
    client.force_login(cast[role])
    with django_assert_num_queries(8 if role == "S" else 9):
        page = client.get(PAGE, {"since": SINCE, "edition": cast.edition.slug})
    assert len(page.context["log"].ideas) == (2 * ideas if role == "S" else ideas)


def test_changed_ideas_come_fifty_to_a_page_and_keep_the_sum(cast: Cast):
    new_ideas(cast.cohort, 52)
    first, second = answer(cast["A"]), answer(cast["A"], page="2")
    assert [len(page.context["log"].ideas) for page in (first, second)] == [50, 2]
    assert [tuple(page.context["log"].changes.effect_of_ideas) for page in (first, second)] == [(52, 0, 0)] * 2


# Files


def table(user: User, file_format: str, **query: str) -> Any:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client.get(reverse(f"figures:changes_{file_format}"), {"since": SINCE} | query)


def test_both_files_have_the_rows_of_the_page_and_the_difference(cast: Cast):
    share_with_edition(cast.other_cohort)
    new_ideas(cast.other_cohort, 1)
    idea = IdeaFactory(cohort=cast.cohort, state="accepted", title="Une borne")
    actions.abandon_idea(idea=idea, reason="Nobody came", by=cast["P"], at=AT, on=NOVEMBER)
    answered = {kind: table(cast["A"], kind, edition=cast.edition.slug) for kind in ("csv", "xlsx")}
    sheet = CalamineWorkbook.from_filelike(BytesIO(answered["xlsx"].getvalue())).get_sheet_by_index(0).to_python()
    assert [[row[0], *row[3:6], *row[-3:]] for row in sheet[1:]] == [
        ["cohort", "", "", "Net change of its ideas", 1, 0, 0],
        ["abandoned", idea.reference, "Une borne", "Abandoned", 0, 0, 1],
        ["difference", "", "", "Difference of the two figures", 1, 0, 1],
    ]
    [recorded] = [row[8] for row in sheet if row[0] == "abandoned"]
    assert (
        recorded == "3 November 2026 at 13:00:00, lab time · abandoned (3 November 2026) · Pilot Rivage · Nobody came"
    )
    csv = answered["csv"].getvalue().decode("utf-8-sig").splitlines()
    assert [line.split(";")[0].strip('"') for line in csv[1:4]] == ["cohort", "abandoned", "difference"]
    assert answered["csv"]["Content-Disposition"] == 'attachment; filename="changes-2026-11-24.csv"'


def test_file_says_what_was_compared(cast: Cast):
    filters = {"edition": cast.edition.slug, "kind": "priority", "accepted_from": "2026-03-02"}
    written = table(cast["A"], "csv", **filters).getvalue().decode("utf-8-sig").splitlines()
    about = dict(line.strip('"').split('";"') for line in written[written.index('"Definitions"') + 1 :])
    assert {name: about[name] for name in ("Kind of challenge", "Accepted from", "What changed since", "As of")} == {
        "Kind of challenge": "priority challenge",
        "Accepted from": "2 March 2026",
        "What changed since": "1 November 2026",
        "As of": "24 November 2026",
    }
    assert about["Permanent address"] == (
        "https://lab.example/rates/changes/?since=2026-11-01T22:59:59Z&edition=transfo-2026&kind=priority"
        "&accepted_from=2026-03-02&as_of=2026-11-24&known_at=2026-11-24T09:00:00Z"
    )


def test_ideas_that_are_too_many_share_one_row(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("figures.changes.report.MAX_ROWS", 2)
    new_ideas(cast.cohort, 5)
    sheet = CalamineWorkbook.from_filelike(BytesIO(table(cast["A"], "xlsx").getvalue())).get_sheet_by_index(0)
    assert [[row[0], row[5], row[9]] for row in sheet.to_python()[3:]] == [
        ["further", "3 further ideas. Choose a later first day to list them.", 3],
        ["difference", "Difference of the two figures", 5],
    ]


def test_invalid_choice_leads_from_the_file_to_the_page(cast: Cast):
    answered = table(cast["A"], "csv", since="2026-11-25")
    assert (answered.status_code, answered["Location"]) == (302, f"{PAGE}?since=2026-11-25")


def test_file_is_empty_for_people_without_a_cohort(cast: Cast):
    CohortFactory()
    assert table(cast["X"], "csv").getvalue().decode("utf-8-sig").splitlines()[1] == ""


def test_permanent_address_lists_the_same_changes_later(cast: Cast):
    idea = IdeaFactory(cohort=cast.cohort, state="accepted")
    add_event(idea, "abandoned", NOVEMBER)
    page = answer(cast["A"])
    address = page.context["permanent_address"].removeprefix("https://lab.example")
    add_event(idea, "accepted", TODAY, recorded_at=datetime(2026, 11, 24, 9, 0, 1, tzinfo=UTC))
    client = Client()
    client.force_login(cast["A"])
    assert [row.cause.value for row in client.get(address).context["log"].ideas] == ["abandoned"]
    assert lines(cast["A"]) == []
    assert address in page.content.decode().replace("&amp;", "&")


def test_file_of_the_rates_has_what_changed_since_its_reader_looked(cast: Cast):
    """It is that of thirty days for someone who never looked, and that of the figures' own days as known on one."""
    idea = IdeaFactory(cohort=cast.cohort, state="accepted")
    actions.abandon_idea(idea=idea, reason="Nobody came", by=cast["P"], at=AT, on=NOVEMBER)
    looked_at = datetime(2026, 11, 3, 13, 0, 30, tzinfo=UTC)
    ReportVisitFactory(user=cast["M"], report="everything", visited_at=looked_at)
    abandoned, nothing = (
        [["abandoned", idea.reference, 0, 0, 1], ["difference", "", 0, 0, 1]],
        [["difference", "", 0, 0, 0]],
    )
    for role, known_at, since, expected in (
        ("A", "", "25 October 2026", abandoned),
        ("M", "", "3 November 2026 at 14:00:30, lab time", nothing),
        ("M", "2026-11-10", "11 October 2026", abandoned),
        ("A", "2026-11-02", "3 October 2026", nothing),
    ):
        client = Client(headers={"accept-language": "en"})
        client.force_login(cast[role])
        query = {"known_at": known_at, "as_of": known_at} if known_at else {}
        written = client.get(reverse("figures:rates_figures_xlsx"), query).getvalue()
        book = CalamineWorkbook.from_filelike(BytesIO(written))
        sheet = book.get_sheet_by_name("What changed").to_python()
        assert [[row[0], row[3], *row[-3:]] for row in sheet[1:]] == expected, (role, known_at)
        assert dict(book.get_sheet_by_name("Definitions").to_python())["What changed since"] == since
