"""Downloads of the rates: the page's numbers in each file, and the ideas row by row for those who may see them."""

import csv
import io
import itertools
import json
import random
import re
from datetime import date, timedelta
from html import unescape
from typing import Any, NamedTuple
from urllib.parse import urlencode

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.http import parse_header_parameters
from django.utils.translation import override, pgettext
from openpyxl import load_workbook

from accounts.models import User
from cohorts.models import Cohort
from figures.implementation.definitions import MEANINGS, definitions
from figures.implementation.views import downloads
from figures.outcomes.assumptions import ASSUMPTIONS
from figures.rates import cumulative_incidence, months_between
from files.backends.folder import path_of
from files.exports.writing import write_due_exports
from files.models import Export
from programmes.models import AuthorityAdmin
from tests.factories.cast import NOW, TODAY, Cast, create_cast
from tests.factories.figures import share_with_edition
from tests.factories.prototypes import ChallengeFactory, IdeaFactory, ImplementationFactory, add_event
from tests.factories.rates import TWENTY_FOUR_IDEAS, early_cohort, idea_after
from tests.factories.snapshots import built_once
from tests.pages import links, texts
from tests.sql import force

PAGE = reverse("figures:rates")


def client_of(user: User, language: str = "en") -> Client:
    client = Client(headers={"accept-language": language})
    client.force_login(user)
    return client


def csv_rows(answer: Any) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline=""), delimiter=";"))


def xlsx_rows(answer: Any, sheet: str) -> list[list[Any]]:
    return [[cell.value for cell in line] for line in load_workbook(io.BytesIO(answer.content))[sheet].rows]


def address(name: str, **query: str) -> str:
    return f"{reverse(f'figures:{name}')}?{urlencode(query)}"


@built_once
def ideas_of_every_fate() -> tuple[Cast, list[Cohort]]:
    cast = create_cast()
    early = [
        early_cohort(authority=cast.cohort.authority, code="TOU", slug="tours", name="Tours"),
        early_cohort(edition=cast.edition, code="LYO", slug="lyon", name="Lyon"),
    ]
    for cohort, ideas in zip(early, (TWENTY_FOUR_IDEAS, TWENTY_FOUR_IDEAS[::3]), strict=True):
        for months, outcome in ideas:
            idea_after(months, outcome, cohort=cohort)
    for state in ("captured", "accepted", "implemented", "abandoned"):
        IdeaFactory(cohort=cast.cohort, state=state)
    for _ in range(2):
        add_event(
            IdeaFactory(cohort=early[1], days={"captured": date(2025, 2, 1)}),
            "accepted",
            date(2025, 3, 1),
            precision="month",
        )
    idea = early[0].ideas.order_by("number")[0]
    ImplementationFactory(
        idea=idea, kind="replication", authority=cast.other_cohort.authority, live_on=date(2025, 6, 2)
    )
    return cast, [*early, cast.cohort]


@pytest.fixture
def mixed(db: None, today: None) -> tuple[Cast, list[Cohort]]:
    """Create three cohorts of two editions with ideas of every outcome: enough for a curve, few, of others."""
    return ideas_of_every_fate()


# The same numbers everywhere


def words(page: Any) -> str:
    """Return the text of the main part of a page, with normalised white space."""
    html = page.content.decode()
    main = html[html.index("<main") : html.index("</main>")]
    return " ".join(unescape(re.sub(r"<script.*?</script>|<[^>]+>", " ", main, flags=re.DOTALL)).split())


class FileLine(NamedTuple):
    """One line of a file as displayed text."""

    slug: str
    label: str
    value: float | None
    low: float | None
    high: float | None
    numerator: float | None
    denominator: float | None
    note: str
    interval: str

    @property
    def with_interval(self) -> tuple[float | None, float | None, float | None, str | None]:
        """The value with its bounds and the name of their interval, as the command gives them."""
        return self.value, self.low, self.high, self.interval.lower() or None

    @property
    def range(self) -> str:
        return "" if self.low is None else f"95% confidence interval {self.low:.0%} to {self.high:.0%}"

    @property
    def of(self) -> str:
        part = self.value if self.numerator is None else self.numerator
        return "" if self.denominator is None else f"{part:.0f} of {self.denominator:.0f}"

    def on_the_page(self) -> str:
        """Return the same numbers as the page displays them, with the meaning between name and value, once."""
        if self.slug.startswith("within"):
            value_text = f"not known yet {self.note}" if self.value is None else f"{self.value:.0%} {self.range}"
            return f"{self.label} {MEANINGS['within'] + ' ' if self.slug == 'within_12' else ''}{value_text}"
        if self.slug.endswith("_after"):
            months = self.note if self.value is None else f"about {self.value:.0f} month{'s' * (self.value != 1)}"
            meaning = {"a_quarter_after": "time", "half_decided_after": "decided"}.get(self.slug)
            return f"{self.label} {f'{MEANINGS[meaning]} ' if meaning else ''}{months}"
        return f"{self.label} {self.plainly()}".strip()

    def plainly(self) -> str:
        count, live = f"{self.value or 0:.0f}", f"{self.of} implemented" if self.denominator else "none yet"
        share = "" if self.value is None else " · ".join(filter(None, (f"{self.value:.0%}", self.range)))
        return {
            "rate": f"{MEANINGS['count']} {self.of} accepted {share}",
            "confirmed": f"{MEANINGS['confirmed']} {self.of} accepted",
            "still_live": f"{MEANINGS['live']} {live}",
            "replications": f"{MEANINGS['elsewhere']} {count}",
            "abandoned": f"{MEANINGS['abandoned']} {count}",
            "open": f"{MEANINGS['open']} {count}",
            "tests_locked": f"{self.of} {self.range}",
        }[self.slug].strip()


PARTS = {"0.25": "a_quarter", "0.5": "half", "0.75": "three_quarters"}
FIGURES = (
    "within_12 within_24 rate a_quarter_after half_after three_quarters_after half_decided_after"
    " confirmed still_live abandoned open"
)


def lines_of(rows: list[list[Any]]) -> dict[str, FileLine]:
    """Return the lines above the definitions, for any file format."""
    ended = next((number for number, row in enumerate(rows) if not row or not row[0]), len(rows))
    return {
        str(row[0]): FileLine(
            str(row[0]),
            str(row[1]),
            *(None if cell in ("", None) else float(cell) for cell in row[2:7]),
            *(cell or "" for cell in row[7:9]),
        )
        for row in rows[1:ended]
    }


def curve_of(file_lines: dict[str, FileLine]) -> list[list[float]]:
    """Return the rows of the table of the curve, from the lines of a file, with shares in percent."""
    rows = []
    for slug in file_lines:
        if slug.startswith("month_") and slug.endswith("_implemented"):
            names = (slug.replace("implemented", outcome) for outcome in ("implemented", "open", "abandoned"))
            done, still, gone = (file_lines[name] for name in names)
            numbers = [float(re.findall(r"\d+", text)[0]) for text in (done.label, done.note)]
            shares = [done.value, done.low, done.high, still.value, gone.value]
            rows.append([*numbers, *(share * 100 for share in shares if share is not None)])
    return rows


def displayed_curve(page: Any) -> list[list[float]]:
    """Return the same rows as the page displays them."""
    table = re.search(r'id="curve-table".*?<tbody>(.*?)</tbody>', page.content.decode(), re.DOTALL)
    rows = table[1].split("</tr>")[:-1] if table else []
    return [[float(number) for number in re.findall(r"\d+(?:\.\d+)?", re.sub(r"<[^>]+>", " ", row))] for row in rows]


def left_out_of(file_lines: dict[str, FileLine]) -> list[str]:
    """Return the text about what is left out, without numbers."""
    noted, merged = file_lines["captured"].value, file_lines["merged"].value
    return [
        f"{noted:.0f} idea{'s' * (noted != 1)} only captured,",
        f"{merged:.0f} merged into",
        f"{file_lines['retrospective'].value:.0f} known from publications.",
    ]


@pytest.mark.parametrize(("role", "seed"), [("S", 24), ("A", 25), ("N", 26)])
def test_page_csv_and_xlsx_have_the_same_figures_for_ten_filters(
    role: str, seed: int, mixed: tuple[Cast, list[Cohort]]
):
    """Every line of the files is on the page, and the page has no other figure."""
    cast, cohorts = mixed
    chance, reader, met = random.Random(seed), client_of(cast[role]), set()
    for _ in range(10):
        query = random_filter(chance, cohorts)
        page = reader.get(PAGE, query)
        rows = csv_rows(reader.get(address("rates_figures_csv", **query)))
        if page.context["form"].errors:
            assert rows == []  # led back to the page, which says why
            continue
        file_lines = lines_of(rows)
        assert file_lines == lines_of(xlsx_rows(reader.get(address("rates_figures_xlsx", **query)), "Figures"))
        assert_on_the_page(file_lines, words(page), len(texts(page, "b", "figure-value")))
        assert displayed_curve(page) == [pytest.approx(row, abs=0.051) for row in curve_of(file_lines)]
        met |= set(file_lines)
    assert {"accepted", "captured"} <= met
    assert role == "N" or {"month_0_open", "a_quarter_after", "replications"} <= met


def test_the_french_page_and_file_have_the_numbers_of_the_english_ones(mixed: tuple[Cast, list[Cohort]]):
    """In ten scopes; decimals and thousands are compared by their digits."""
    cast, cohorts = mixed
    chance, compared = random.Random(11), 0
    english, french = client_of(cast["S"]), client_of(cast["C"], "fr")
    french.force_login(cast["S"])
    while compared < 10:
        query = random_filter(chance, cohorts)
        pages = [reader.get(PAGE, query) for reader in (english, french)]
        if pages[0].context["form"].errors:
            continue
        assert displayed_numbers(pages[1]) == displayed_numbers(pages[0])
        files = [csv_rows(reader.get(address("rates_figures_csv", **query))) for reader in (english, french)]
        in_english, in_french = ([row[2:7] for row in rows[1 : rows.index([])]] for rows in files)
        assert in_french == [[cell.replace(".", ",") for cell in row] for row in in_english]
        compared += 1


def displayed_numbers(page: Any) -> list[list[str]]:
    """Return the digits of each figure, and of each row of the curve."""
    _, _, table = page.content.decode().partition('id="curve-table"')
    rows = re.sub(r"<[^>]+>", " ", table.partition("</table>")[0].replace("</tr>", "\n")).split("\n")
    return [re.findall(r"\d+", text) for text in (*texts(page, "b", "figure-value"), *rows)]


def assert_on_the_page(file_lines: dict[str, FileLine], page: str, figures: int) -> None:
    displayed = [
        file_lines[slug] for slug in [*FIGURES.split(), "replications"] if slug in file_lines and "rate" in file_lines
    ]
    assert [line.on_the_page() for line in displayed if line.on_the_page() not in page] == []
    work = [slug for slug in ("first_prototype_on_time", "tests_concluded", "attendance") if slug in file_lines]
    assert figures == len(displayed) + (5 if work else 0)
    if file_lines["accepted"].value:
        assert (
            f"Of {file_lines['accepted'].value:.0f} ideas accepted" in page or "One idea" in page or "The one" in page
        )
    if "captured" in file_lines and page.count("Not counted:"):
        assert [part for part in left_out_of(file_lines) if part not in page] == []


def test_command_has_the_same_figures_as_the_file_for_ten_filters(mixed: tuple[Cast, list[Cohort]], capsys: Any):
    """For lab staff, who see every idea: the file leaves out shares not known yet, and intervals of mixed counts."""
    cast, cohorts = mixed
    chance, staff = random.Random(24), client_of(cast["S"])
    for _ in range(10):
        query = random_filter(chance, cohorts)
        call_command(
            "implementation_rates", *[f"--{name.replace('_', '-')}={it}" for name, it in query.items()], "--json"
        )
        commanded = json.loads(capsys.readouterr().out)
        file_lines = lines_of(csv_rows(staff.get(address("rates_figures_csv", **query))))
        assert against_the_command(file_lines) == expected_of(commanded, file_lines)


def random_filter(chance: random.Random, cohorts: list[Cohort]) -> dict[str, str]:
    """Return a random scope, as-of date and other filters of the page."""
    cohort = chance.choice(cohorts)
    day = date(2024, 6, 1) + timedelta(days=chance.randrange((TODAY - date(2024, 6, 1)).days + 1))
    chosen = {"authority": cohort.authority.slug, "edition": cohort.edition.slug, "cohort": cohort.slug}
    names = chance.sample(sorted(chosen), chance.randrange(3))
    narrow = {"kind": "priority", "accepted_from": "2024-12-01", "accepted_until": "2026-01-31", "known_at": TODAY}
    also = [name for name in narrow if chance.random() < 1 / 6]
    return {"as_of": day.isoformat()} | {name: str((chosen | narrow)[name]) for name in (*names, *also)}


def against_the_command(file_lines: dict[str, FileLine]) -> dict[str, Any]:
    """Compare every line of the file, except the curve, which the command computes at two of its months."""
    reasons = {
        slug.removeprefix("abandoned_"): line.value for slug, line in file_lines.items() if slug[:10] == "abandoned_"
    }
    counts = (
        "accepted implemented abandoned open still_live confirmed confirmed_implemented imprecise captured merged"
        " retrospective"
    )
    return {
        **{slug: file_lines[slug].value for slug in counts.split() if slug in file_lines},
        "replications": file_lines["replications"].value if "replications" in file_lines else 0,
        "reasons": reasons,
        **{slug: file_lines[slug].with_interval for slug in ("rate", "within_12", "within_24") if slug in file_lines},
        **{slug: file_lines[slug].value for part in PARTS.values() for slug in file_lines if slug in after(part)},
        **{slug: line.with_interval for slug, line in file_lines.items() if slug.startswith("rate_")},
        **{slug: line.value for slug, line in file_lines.items() if slug.startswith("if_")},
    }


def expected_of(answer: dict[str, Any], file_lines: dict[str, FileLine]) -> dict[str, Any]:
    """Return the output of the command without rates of fewer than five ideas, and without shares not known yet."""
    left_out, stock = answer["left_out"], answer["stock"]
    expected: dict[str, Any] = {"accepted": answer["accepted"], **left_out, "replications": answer["replications"]}
    expected["reasons"] = {slug or "unsaid": count for slug, count in answer["reasons"].items()}
    if answer["accepted"]:
        expected |= {slug: answer[slug] for slug in ("implemented", "abandoned", "open", "still_live")}
        expected |= {slug: answer[slug]["count"] for slug in ("confirmed", "imprecise")}
        expected["rate"] = (None if answer["accepted"] < 5 else stock["rate"], None, None, None)
        expected["confirmed_implemented"] = answer["confirmed"]["implemented"]
    if answer["accepted"] >= 5:
        for point in answer["incidence"]:
            slug, values = f"within_{point['months']}", (point["implemented"], point["low"], point["high"])
            hidden = point["at_risk"] < 5 and file_lines[slug].value is None
            expected[slug] = (None,) * 4 if hidden else (*values, point["interval"])
        expected |= quantiles_of(answer, file_lines)
        for side in ("earliest", "latest"):
            if bound := answer["imprecise"][side]:
                expected[f"rate_{side}"] = (bound["stock"]["rate"], None, None, None)
        expected |= if_wrong_of(answer["if_wrong"], file_lines)
    return expected


def if_wrong_of(if_wrong: dict[str, Any], file_lines: dict[str, FileLine]) -> dict[str, Any]:
    """Return the figures under other assumptions; the command also gives those of fewer than five ideas followed."""
    expected: dict[str, Any] = {}
    for slug in ASSUMPTIONS:
        found = if_wrong[slug]
        shares = {"rate": found["stock"]["rate"]}
        shares |= {f"within_{point['months']}": point["implemented"] for point in found["incidence"]}
        expected[f"if_{slug}"] = found["ideas"]
        expected |= {
            f"if_{slug}_{name}": None if file_lines[f"if_{slug}_{name}"].note == "not known yet" else share
            for name, share in shares.items()
        }
    if accepted := if_wrong["acceptance"]:
        expected["if_accepted"] = round(accepted["accepted"] / accepted["captured"], 6)
        expected["if_half_accepted_within"] = accepted["half_within_days"]
    if if_wrong["upper_bound"] is not None:
        expected["if_upper_bound"] = if_wrong["upper_bound"]
    return expected


def after(part: str) -> tuple[str, str]:
    """Return the lines on this part of the ideas: implemented, and decided either way."""
    return f"{part}_after", f"{part}_decided_after"


def quantiles_of(answer: dict[str, Any], file_lines: dict[str, FileLine]) -> dict[str, int | None]:
    """Return the quantiles; the command also gives those past the last displayed month."""
    last = max(map(int, re.findall(r"month_(\d+)_open", " ".join(file_lines))), default=0)
    found = {
        slug: months
        for part, name in PARTS.items()
        for slug, months in zip(after(name), (answer["quantiles"][part], answer["any_decision"][part]), strict=True)
    }
    return {slug: months if months is not None and months <= last else None for slug, months in found.items()}


def test_curve_can_be_recomputed_from_the_list_of_ideas(mixed: tuple[Cast, list[Cohort]]):
    cast, _cohorts = mixed
    reader, query = client_of(cast["A"]), {"cohort": "tours"}
    head, *rows = xlsx_rows(reader.get(address("rates_ideas_xlsx", **query)), "Ideas")
    ideas = [dict(zip(head, row, strict=True)) for row in rows]
    curve = cumulative_incidence(
        (
            months_between(idea["Accepted on"].date(), TODAY if idea["Counts as"] == "open" else idea["Since"].date()),
            idea["Counts as"],
        )
        for idea in ideas
    )
    file_lines = lines_of(csv_rows(reader.get(address("rates_figures_csv", **query))))
    months = [int(slug.split("_")[1]) for slug in file_lines if re.fullmatch(r"month_\d+_implemented", slug)]
    assert len(ideas) == file_lines["accepted"].value == 24
    assert {f"month_{month}_implemented": pytest.approx(curve.at(month).implemented, abs=1e-6) for month in months} == {
        slug: line.value for slug, line in file_lines.items() if re.fullmatch(r"month_\d+_implemented", slug)
    }
    assert len(months) > 5


# What the files say of themselves


@pytest.mark.parametrize(
    ("language", "share", "day"), [("en", "0.416667", "24 November 2026"), ("fr", "0,416667", "24 novembre 2026")]
)
def test_figures_are_in_the_readers_language(mixed: tuple[Cast, list[Cohort]], language: str, share: str, day: str):
    cast, _cohorts = mixed
    answer = client_of(cast["A"], language).get(address("rates_figures_csv", cohort="tours"))
    lines = csv_rows(answer)
    assert [line[2] for line in lines if line[:1] == ["rate"]] == [share]
    assert [line[1] for line in lines if len(line) == 2].count(day) == 2  # as of, and made on
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"].startswith("attachment; filename=")


def test_both_files_have_filters_days_and_definitions(mixed: tuple[Cast, list[Cohort]]):
    cast, _cohorts = mixed
    query = {"cohort": "tours", "as_of": "2026-09-30"}
    answer = client_of(cast["A"]).get(address("rates_figures_xlsx", **query))
    about = dict(xlsx_rows(answer, "Definitions"))
    assert {name: about[name] for name in ("Ideas covered", "Cohort", "As of", "Made on")} == {
        "Ideas covered": "Ville de Rivage · all editions · Tours",
        "Cohort": "Tours",
        "As of": "30 September 2026",
        "Made on": "24 November 2026",
    }
    in_csv = dict(
        line
        for line in csv_rows(client_of(cast["A"]).get(address("rates_figures_csv", **query)))
        if line[1:2] and len(line) == 2
    )
    assert in_csv == about
    assert {term.heading: term.text for term in definitions()}.items() <= about.items()
    assert about["Results of the work"].startswith("First prototype in test: calendar months")


# Who gets what


REFUSED = [
    {"as_of": "yesterday"},
    {"as_of": "2999-01-01"},
    {"cohort": "montagne"},
    {"cohort": "no-such"},
    {"edition": "a\0b"},
]


@pytest.mark.parametrize("name", ["rates_figures_csv", "rates_figures_xlsx", "rates_ideas_csv", "rates_ideas_xlsx"])
def test_invalid_query_string_redirects_to_the_page(cast: Cast, name: str):
    reader = client_of(cast["A"])
    answers = [reader.get(address(name, **query)) for query in REFUSED]
    assert [(answer.status_code, answer["Location"]) for answer in answers] == [
        (302, f"{PAGE}?{urlencode(query)}") for query in REFUSED
    ]


def test_files_name_the_authorities_that_are_counted_and_those_that_are_not(cast: Cast):
    reader, query = client_of(cast["A"]), {"edition": cast.edition.slug}
    about = dict(xlsx_rows(reader.get(address("rates_figures_xlsx", **query)), "Definitions"))
    assert (about["Counted"], about["Not included (each cohort chooses whether to share its figures)"]) == (
        "Ville de Rivage",
        "Ville de Montagne",
    )
    assert "Counted" not in dict(xlsx_rows(reader.get(address("rates_figures_xlsx")), "Definitions"))


@built_once
def a_reused_idea() -> Cast:
    cast = create_cast()
    for cohort in (cast.cohort, cast.other_cohort):
        for _ in range(6):
            IdeaFactory(cohort=cohort, state="implemented")
    idea = cast.cohort.ideas.order_by("number")[0]
    ImplementationFactory(idea=idea, kind="replication", authority=cast.other_cohort.authority, state="live")
    add_event(IdeaFactory(cohort=cast.other_cohort, state="accepted"), "abandoned", abandoned_for="not_allowed")
    return cast


@pytest.fixture
def reused(db: None, today: None) -> Cast:
    """Create one edition: six ideas of Rivage, one adopted by Montagne, and six of Montagne, one abandoned."""
    return a_reused_idea()


@pytest.mark.parametrize(
    ("role", "chosen", "expected"),
    [
        ("S", "edition", (13, {"replications", "abandoned_not_allowed"})),
        ("S", "cohort", (6, {"replications"})),
        ("A", "edition", (6, {"replications"})),
        ("A", "cohort", (6, {"replications"})),
        ("N", "edition", (13, {"replications", "abandoned_not_allowed"})),
        ("N", "", (7, {"abandoned_not_allowed"})),
    ],
)
def test_files_have_reasons_and_replications_of_all_that_is_counted(
    role: str, chosen: str, expected: tuple[int, set[str]], reused: Cast
):
    """Rivage shares its figures, Montagne does not."""
    share_with_edition(reused.cohort)
    query = {chosen: {"edition": reused.edition.slug, "cohort": reused.cohort.slug}[chosen]} if chosen else {}
    reader = client_of(reused[role])
    in_csv = lines_of(csv_rows(reader.get(address("rates_figures_csv", **query))))
    in_xlsx = lines_of(xlsx_rows(reader.get(address("rates_figures_xlsx", **query)), "Figures"))
    for found in (in_csv, in_xlsx):
        reasons_and_replications = {slug for slug in found if slug == "replications" or slug.startswith("abandoned_")}
        assert (found["accepted"].value, reasons_and_replications) == expected
    page = words(reader.get(PAGE, query))
    assert ("Live in another authority too" in page) is ("replications" in expected[1])
    assert "Reused in other authorities" not in page


@pytest.mark.parametrize("language", ["en", "fr"])
def test_file_names_keep_their_accents(language: str, cast: Cast):
    """In French “idées”, which no header may contain as it is."""
    IdeaFactory(cohort=cast.cohort, state="accepted")
    reader, names = client_of(cast["A"], language), {"rates": "rates_figures", "ideas": "rates_ideas"}
    for stem, form in itertools.product(names, ("csv", "xlsx")):
        header = reader.get(address(f"{names[stem]}_{form}"))["Content-Disposition"]
        with override(language):
            expected = f"{pgettext('name of a file', stem)}-2026-11-24.{form}"
        assert header.isascii()
        assert parse_header_parameters(header) == ("attachment", {"filename": expected})


@pytest.mark.parametrize(
    ("role", "references"),
    [("A", ["RIV-001", "RIV-002"]), ("S", ["MON-001", "RIV-001", "RIV-002"]), ("N", ["MON-001"]), ("X", [])],
)
def test_ideas_file_has_the_ideas_the_reader_may_see_one_by_one(cast: Cast, role: str, references: list[str]):
    for cohort, state in ((cast.cohort, "implemented"), (cast.cohort, "accepted"), (cast.other_cohort, "abandoned")):
        IdeaFactory(cohort=cohort, state=state)
    IdeaFactory(cohort=cast.cohort)
    query = {"edition": cast.edition.slug} if role != "X" else {}
    reader = client_of(cast[role])
    found = csv_rows(reader.get(address("rates_ideas_csv", **query)))
    assert [line[0] for line in found[1 : found.index([])]] == references
    sheet = xlsx_rows(reader.get(address("rates_ideas_xlsx", **query)), "Ideas")
    assert [line[0] for line in sheet[1:]] == references


def test_idea_row_has_typed_dates_and_no_formula(cast: Cast):
    challenge = ChallengeFactory(cohort=cast.cohort, title="+ Aide", kind="priority")
    idea = IdeaFactory(cohort=cast.cohort, challenge=challenge, title="=HYPERLINK(1)", state="abandoned")
    answer = client_of(cast["A"]).get(address("rates_ideas_xlsx"))
    header, row = xlsx_rows(answer, "Ideas")
    assert len(header) == len(row)
    sheet = load_workbook(io.BytesIO(answer.content))["Ideas"]
    assert sheet.cell(2, header.index("Months") + 1).number_format == "General"  # not a percentage
    file_lines = dict(zip(header, row, strict=True))
    assert {name: file_lines[name] for name in header[:8]} == {
        "Reference": "RIV-001",
        "Idea": "'=HYPERLINK(1)",
        "Challenge": "'+ Aide",
        "Kind of challenge": "priority challenge",
        "Cohort": "Rivage",
        "Authority": "Ville de Rivage",
        "State on that day": "abandoned",
        "Counts as": "abandoned",
    }
    assert (file_lines["Accepted on"].date(), file_lines["Since"].date()) == (idea.accepted_on, idea.state_since)
    assert (
        file_lines["Accepted on: precision of the date"],
        file_lines["Since: precision of the date"],
        file_lines["Months"],
    ) == (
        "day",
        "day",
        7.0968,  # from 2 March to 5 October: seven months, and 3 of the 31 days to the eighth
    )
    assert (file_lines["Reason for abandonment"], file_lines["Last update, as known today"].date()) == (
        "Told by the tests",
        idea.last_update_on,
    )


@pytest.mark.parametrize(("known_at", "references"), [("2026-11-24", ["RIV-001"]), ("", ["RIV-001", "RIV-002"])])
def test_ideas_file_has_the_ideas_known_at_the_chosen_moment(cast: Cast, known_at: str, references: list[str]):
    for _ in range(2):
        idea = IdeaFactory(cohort=cast.cohort, state="accepted")
    for event in idea.events.all():
        force(event, recorded_at="2026-11-25T09:00:00Z")
    found = csv_rows(client_of(cast["A"]).get(address("rates_ideas_csv", known_at=known_at)))
    assert [line[0] for line in found[1 : found.index([])]] == references


def test_rows_take_one_statement_whatever_their_number(cast: Cast):
    counts = []
    for _ in range(2):
        IdeaFactory(cohort=cast.cohort, state="accepted")
        reader = client_of(cast["A"])
        reader.get(address("rates_ideas_csv"))
        with CaptureQueriesContext(connection) as captured:
            reader.get(address("rates_ideas_csv"))
        counts.append(len(captured))
    assert counts == [5, 5]  # session, person, reach, the count, the rows


# Many ideas


@pytest.fixture
def many(cast: Cast, monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Any) -> Client:
    """Lower the limit, so that three ideas are many."""
    settings.FILES_DIR = tmp_path
    monkeypatch.setattr(downloads, "MAX_DIRECT_ROWS", 2)
    for _ in range(3):
        IdeaFactory(cohort=cast.cohort, state="accepted")
    return client_of(cast["A"])


def test_long_table_is_exported_in_the_background(cast: Cast, many: Client):
    query = many.get(address("rates_ideas_csv", cohort="rivage"))
    assert ("The file has 3 rows." in texts(query, "p"), Export.objects.count()) == (True, 0)
    sent = many.post(address("rates_ideas_csv", cohort="rivage"))
    row = Export.objects.get()
    assert (sent["Location"], row.query, row.rows_total) == (
        row.get_absolute_url(),
        f"cohort=rivage&as_of=2026-11-24&whose={cast.cohort.authority_id}",
        3,
    )
    assert write_due_exports(lambda: NOW) == 1
    page = many.get(sent["Location"])
    fetched = many.get(links(page)["Download the file"]).getvalue().decode("utf-8-sig").splitlines()
    assert [line.split(";")[0] for line in fetched[1:4]] == ['"RIV-001"', '"RIV-002"', '"RIV-003"']


def test_reader_who_lost_the_right_cannot_download(cast: Cast, many: Client):
    many.post(address("rates_ideas_csv", cohort="rivage"))
    AuthorityAdmin.objects.all().delete()
    assert (write_due_exports(lambda: NOW), Export.objects.get().failure_reason) == (0, "not_yours")


def test_french_xlsx_is_written_in_french(cast: Cast, many: Client):
    client_of(cast["A"], "fr").post(address("rates_ideas_xlsx"))
    write_due_exports(lambda: NOW)
    row = Export.objects.get()
    sheet = load_workbook(io.BytesIO(path_of(row.stored, "full").read_bytes())).worksheets[0]
    assert (row.language, [cell.value for cell in sheet["A"]]) == (
        "fr",
        ["Référence", "RIV-001", "RIV-002", "RIV-003"],
    )


def test_page_links_to_its_files_with_the_chosen_filters(mixed: tuple[Cast, list[Cohort]]):
    cast, _cohorts = mixed
    page = client_of(cast["A"]).get(PAGE, {"cohort": "tours"})
    hrefs = [href for href in page.content.decode().split('"') if href.startswith("/rates/") and "cohort=tours" in href]
    files = [f"/rates/{name}?cohort=tours" for name in ("figures.csv", "figures.xlsx", "ideas.csv", "ideas.xlsx")]
    assert [href for href in hrefs if "csv" in href or "xlsx" in href] == files
