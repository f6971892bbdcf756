"""The command `implementation_rates` on the worked example, with stored rows, and on invalid options."""

import json
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from figures.outcomes import queries
from figures.rates import wilson
from tests.factories.cast import Cast
from tests.factories.cohorts import CohortFactory
from tests.factories.programmes import AuthorityFactory, EditionFactory
from tests.factories.prototypes import ChallengeFactory, IdeaFactory, ImplementationFactory, add_event
from tests.factories.rates import early_cohort, worked_example

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


def printed(*arguments: str) -> str:
    out = StringIO()
    call_command("implementation_rates", *arguments, stdout=out, stderr=out)
    return out.getvalue()


def answered(*arguments: str) -> dict[str, object]:
    return json.loads(printed(*arguments, "--json"))


def shares(plain: float, *within: float) -> dict[str, object]:
    """Return shares as the command prints them without intervals: the plain one, then within 12 and 24 months."""
    points = zip((12, 24), within, strict=True)
    return {
        "stock": {"rate": round(plain, 6)},
        "incidence": [{"months": months, "implemented": round(share, 6)} for months, share in points],
    }


def test_the_worked_example_to_six_decimals():
    worked_example(early_cohort(slug="tours"))
    answer = answered("--cohort", "tours", "--as-of", "2026-11-24")
    assert list(answer.pop("work")) == ["first_prototype", "tests", "attendance"]
    assert answer.pop("if_wrong") == {
        "unconfirmed_abandoned": {"ideas": 8, **shares(10 / 24, 7 / 24, 10 / 24)},
        "merged_not_implemented": {"ideas": 0, **shares(10 / 24, 0.307209, 0.492335)},
        "in_part_abandoned": {"ideas": 0, **shares(10 / 24, 0.307209, 0.492335)},
        "at_once_left_out": {"ideas": 0, **shares(10 / 24, 0.307209, 0.492335)},
        "acceptance": {"captured": 24, "accepted": 24, "half_within_days": 0},
        "upper_bound": None,
    }
    assert answer == {
        "as_of": "2026-11-24",
        "accepted": 24,
        "implemented": 10,
        "abandoned": 6,
        "open": 8,
        "stock": {"rate": 0.416667, "low": 0.244676, "high": 0.611653, "interval": "wilson", "other_intervals": {}},
        "incidence": [
            {
                "months": 12,
                "implemented": 0.307209,
                "low": 0.135890,
                "high": 0.497631,
                "interval": "log-log",
                "abandoned": 0.174438,
                "open": 0.518353,
                "at_risk": 13,
                "other_intervals": {},
            },
            {
                "months": 24,
                "implemented": 0.492335,
                "low": 0.256978,
                "high": 0.691057,
                "interval": "log-log",
                "abandoned": 0.285514,
                "open": 0.222151,
                "at_risk": 2,
                "other_intervals": {},
            },
        ],
        "left_out": {"captured": 0, "merged": 0, "retrospective": 0},
        "still_live": 10,
        "confirmed": {"count": 1, "of": 24, "implemented": 1},
        "reasons": {"": 6},
        "imprecise": {"count": 0, "earliest": None, "latest": None},
        "quantiles": {"0.25": 11, "0.5": None, "0.75": None},
        "any_decision": {"0.25": 8, "0.5": 14, "0.75": 21},
        "by_cohort": [
            {
                "cohort": "tours",
                "accepted": 24,
                "implemented": 10,
                "within_12_months": {"followed": 22, "implemented": 7},
            }
        ],
        "replications": 0,
        "measured_effects": {"count": 0, "of": 10},
        "known_at": None,
        "scope": {
            "edition": None,
            "cohort": "tours",
            "authority": None,
            "kind": None,
            "accepted_from": None,
            "accepted_until": None,
        },
        "authorities": {"counted": [], "not_counted": []},
    }


def test_total_of_an_edition_names_its_authorities(cast: Cast):
    """The command reads all cohorts, whether or not they share their figures."""
    assert answered("--edition", "transfo-2026")["authorities"] == {
        "counted": ["Ville de Montagne", "Ville de Rivage"],
        "not_counted": [],
    }
    assert "Counted: Ville de Montagne, Ville de Rivage (the command counts all" in printed("--edition", "transfo-2026")
    assert "Counted:" not in printed("--cohort", "rivage")


def test_without_a_scope_everything_counts_as_of_today():
    worked_example(early_cohort(), ideas=3)
    worked_example(early_cohort(), ideas=2)
    answer = answered()
    assert (answer["as_of"], answer["accepted"]) == ("2026-11-24", 5)


@pytest.mark.parametrize("scope", ["edition", "cohort", "authority"])
def test_each_scope_counts_its_own_ideas(scope: str):
    mine, other = early_cohort(slug="tours"), early_cohort(slug="brest")
    worked_example(mine, ideas=3)
    worked_example(other, ideas=2)
    slugs = {"edition": mine.edition.slug, "cohort": "tours", "authority": mine.authority.slug}
    assert answered(f"--{scope}", slugs[scope])["accepted"] == 3


def test_scopes_narrow_each_other():
    mine = early_cohort()
    other = early_cohort(edition=mine.edition)
    worked_example(mine, ideas=3)
    worked_example(other, ideas=2)
    assert answered("--edition", mine.edition.slug, "--authority", other.authority.slug)["accepted"] == 2


def test_an_earlier_day_counts_what_had_happened_by_then():
    worked_example(early_cohort())
    assert [answered("--as-of", day)["implemented"] for day in ("2024-11-24", "2025-02-24", "2025-11-24")] == [0, 1, 7]


def test_what_is_left_out_is_counted():
    accepted_idea = IdeaFactory(state="accepted")
    IdeaFactory(cohort=accepted_idea.cohort)
    IdeaFactory(cohort=accepted_idea.cohort, state="merged", merged_into=accepted_idea)
    IdeaFactory(cohort=CohortFactory(retrospective=True, state="alumni"), retrospective=True, state="implemented")
    assert answered()["left_out"] == {"captured": 1, "merged": 1, "retrospective": 1}


def test_without_ideas_the_json_says_null_and_not_zero():
    assert answered()["stock"] == {"rate": None, "low": None, "high": None, "interval": None, "other_intervals": {}}
    assert answered()["if_wrong"] == {"acceptance": None, "upper_bound": None}


def test_text_output_has_the_figures_of_the_files():
    worked_example(early_cohort())
    first, *lines = printed().splitlines()
    assert first == "As of 2026-11-24"
    for line in (
        "Accepted: 24",
        "Implemented: 10 (of 24)",
        "Implemented so far: 41.7% (10 of 24)",
        "Implemented within 12 months: 30.7% (13.6% to 49.8%, log-log; 13 ideas were followed up to that age)",
        "Implemented within 24 months: not known (too few ideas have been followed that long)",
        "Estimated age by which a quarter are implemented: 11 (months)",
        "Abandoned (no reason was chosen): 6 (of 6)",
    ):
        assert lines.count(line) == 1, line


def test_text_output_says_nothing_yet_without_ideas():
    IdeaFactory()
    assert printed().splitlines()[1] == "Accepted: 0 (Nothing yet: no idea had been accepted by that day.)"


def test_where_cohorts_are_pooled_both_intervals_are_given_by_name():
    for ideas in (24, 9):
        worked_example(early_cohort(), ideas=ideas)
    stock = answered()["stock"]
    wilsons = stock["other_intervals"]["wilson"]
    assert (stock["interval"], wilsons["low"], wilsons["high"]) == (
        "by cohort",
        *(round(bound, 6) for bound in wilson(15, 33)),
    )
    assert stock["low"] < wilsons["low"] < wilsons["high"] < stock["high"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--cohort", "tour"], "There is no cohort “tour”. Did you mean tours?"),
        (["--cohort", "xyz"], "There is no cohort “xyz”."),
        (["--edition", "transfo-2062"], "There is no edition “transfo-2062”. Did you mean transfo-2026?"),
        (["--authority", "ville-de-tour"], "There is no authority “ville-de-tour”. Did you mean ville-de-tours?"),
        (["--accepted-from", "2026"], "“2026” is no day: write it as 2026-11-24."),
        (["--accepted-until", "x"], "“x” is no day: write it as 2026-11-24."),
        (
            ["--accepted-from", "2026-06-02", "--accepted-until", "2026-06-01"],
            "2026-06-02 comes after 2026-06-01: turn the period round.",
        ),
        (["--kind", "test"], "There is no kind of challenge “test”: it is one of test_case, priority, other."),
        (["--known-at", "noon"], "“noon” is no moment: write it as 2026-11-24 or 2026-11-24T17:30."),
        (["--as-of", "24/11/2026"], "“24/11/2026” is no day: write it as 2026-11-24."),
        (["--as-of", "2026-02-30"], "“2026-02-30” is no day: write it as 2026-11-24."),
    ],
)
def test_mistyped_slug_is_reported_with_similar_ones(arguments: list[str], message: str):
    early_cohort(
        slug="tours", edition=EditionFactory(slug="transfo-2026"), authority=AuthorityFactory(slug="ville-de-tours")
    )
    with pytest.raises(CommandError) as refused:
        printed(*arguments)
    assert str(refused.value) == message


def test_future_day_is_computed_with_a_warning_on_stderr():
    IdeaFactory(state="accepted")
    out, warnings = StringIO(), StringIO()
    call_command("implementation_rates", "--as-of", "2027-03-02", "--json", stdout=out, stderr=warnings)
    assert json.loads(out.getvalue())["open"] == 1
    assert warnings.getvalue() == "2027-03-02 is still to come: open ideas are taken to stay open until then.\n"


def test_kind_and_period_narrow_the_figures_and_are_printed():
    challenge = ChallengeFactory(kind="priority")
    IdeaFactory(cohort=challenge.cohort, challenge=challenge, state="accepted")
    IdeaFactory(cohort=challenge.cohort, challenge=challenge, state="accepted", days={"accepted": date(2026, 4, 1)})
    IdeaFactory(cohort=challenge.cohort, state="accepted")
    period = ["--kind", "priority", "--accepted-from", "2026-03-01", "--accepted-until", "2026-03-31"]
    answer = answered(*period)
    scope = {"kind": "priority", "accepted_from": "2026-03-01", "accepted_until": "2026-03-31"}
    assert (answer["accepted"], {name: answer["scope"][name] for name in scope}) == (1, scope)
    assert printed(*period).splitlines()[1] == (
        "Only kind priority, accepted from 2026-03-01, accepted until 2026-03-31"
    )


@pytest.mark.parametrize(("moment", "expected"), [("2026-03-02", 1), ("2026-03-02T11:00", 0), ("2026-03-02T12:00Z", 1)])
def test_records_after_known_at_are_ignored(moment: str, expected: int):
    IdeaFactory(state="accepted")
    assert answered("--as-of", "2026-03-02", "--known-at", moment)["accepted"] == expected


@pytest.mark.parametrize(
    ("days", "message"),
    [
        (["--as-of", "2026-03-02", "--known-at", "2026-03-01"], "2026-03-01 is before 2026-03-02"),
        (["--as-of", "2026-03-02", "--known-at", "2026-03-01T22:59Z"], "2026-03-01T22:59Z is before 2026-03-02"),
        (["--known-at", "2026-11-23"], "2026-11-23 is before 2026-11-24"),
    ],
)
def test_known_at_before_as_of_is_refused(days: list[str], message: str):
    with pytest.raises(CommandError) as refused:
        printed(*days)
    assert str(refused.value) == (
        f"{message}, the day of the figures: nobody knew yet what had become of the ideas by then."
        " Name an earlier day with --as-of."
    )


def test_day_begins_at_midnight_in_france():
    assert answered("--as-of", "2026-03-02", "--known-at", "2026-03-01T23:00Z")["accepted"] == 0


def test_range_from_imprecise_days_is_given_from_lowest_to_highest():
    idea = IdeaFactory(cohort=early_cohort(), state="")
    for state, on, precision in (("captured", "2024-01-01", "day"), ("accepted", "2024-06-01", "day")):
        add_event(idea, state, date.fromisoformat(on), precision=precision)
    ImplementationFactory(idea=idea, live_on=date(2025, 1, 1), live_precision="year")
    imprecise = answered("--as-of", "2025-06-30")["imprecise"]
    assert [imprecise[side]["stock"]["rate"] for side in ("earliest", "latest")] == [1.0, 0.0]
    assert [imprecise[side]["quantiles"]["0.5"] for side in ("earliest", "latest")] == [7, None]


def test_more_than_a_hundred_cohorts_are_not_counted_one_by_one(monkeypatch: pytest.MonkeyPatch):
    for slug in ("tours", "brest"):
        worked_example(early_cohort(slug=slug), ideas=1)
    assert [count["cohort"] for count in answered()["by_cohort"]] == ["brest", "tours"]
    monkeypatch.setattr(queries, "MAX_COHORTS", 1)
    assert (answered()["by_cohort"], answered()["accepted"]) == (None, 2)


def test_future_moment_is_computed_with_a_warning_on_stderr():
    out, warnings = StringIO(), StringIO()
    call_command("implementation_rates", "--known-at", "2027-03-02", "--json", stdout=out, stderr=warnings)
    assert json.loads(out.getvalue())["known_at"] == "2027-03-02T23:59:59.999999+01:00"
    assert warnings.getvalue() == "2027-03-02 is still to come: what is recorded until then is not known yet.\n"


def test_before_the_first_idea_the_output_says_nothing_yet():
    worked_example(early_cohort(), ideas=3)
    answer = answered("--as-of", "2020-01-01")
    assert (answer["accepted"], answer["stock"]["rate"], answer["incidence"][0]["implemented"]) == (0, None, None)
    assert (answer["quantiles"], answer["by_cohort"]) == ({"0.25": None, "0.5": None, "0.75": None}, [])
