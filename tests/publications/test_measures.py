"""What was measured of an idea before it was in use and after, in tests and at follow-ups: its page and its data."""

import csv
import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from prototypes.models import Idea
from publications import actions
from publications.facts import measured_effects
from publications.models import Publication
from publications.wording import before_and_after, story_of
from tests.factories.accounts import signed_in
from tests.factories.cast import NOW, Cast
from tests.factories.prototypes import FollowUpFactory, IndicatorFactory, IndicatorValueFactory, measured_idea
from tests.factories.publications import FACTS, MEASURE, MEASURED, TEXTS, PublicationFactory
from tests.pages import texts
from tests.publications.test_views import LICENCES, on_commit, posted, public
from web.errors import DomainError
from web.pages import hot_pages


def draft_form(cast: Cast, idea: Idea) -> Any:
    """Return the form of the draft, as the pilot opens it."""
    return signed_in(cast["P"]).get(f"/publications/write/ideas/{idea.pk}/").context["form"]


def write(cast: Cast, idea: Idea, **fields: Any) -> Publication:
    """Save the draft as the pilot, from the page as it is now, and return it."""
    token = draft_form(cast, idea).initial.get("version_token", "")
    address = f"/publications/write/ideas/{idea.pk}/"
    assert posted(cast, "P", address, **TEXTS, **LICENCES, version_token=token, **fields).status_code == 302
    return Publication.objects.get()


def measures_file() -> Any:
    return Client().get("/public/data/all/latest/measures.csv")


def test_measure_and_follow_ups_are_public_in_reviewed_words_stay_as_they_were_and_go_with_the_page(
    cast: Cast, django_capture_on_commit_callbacks: Any
):
    idea, commit = measured_idea(cohort=cast.cohort), django_capture_on_commit_callbacks
    indicator = idea.indicators.get()
    form = draft_form(cast, idea)
    offered = f"{indicator.measure} (12\xa0pièces, then 5\xa0pièces)"
    assert form.fields["indicator"].choices[1] == (indicator.pk, offered)
    assert (form.initial["measure_fr"], form.initial["unit_fr"]) == (indicator.measure, "pièces")
    row = write(cast, idea, indicator=indicator.pk, **{**MEASURE, "method_en": ""})
    page = posted(cast, "P", f"/publications/{row.pk}/submit/").content.decode()
    assert "Still missing: how it was measured, in English." in page
    row = write(cast, idea, indicator=indicator.pk, **MEASURE)
    assert (row.facts["measure"], row.form_values()["indicator"]) == (MEASURED, indicator.pk)
    posted(cast, "P", f"/publications/{row.pk}/submit/")
    review = signed_in(cast["A"]).get(row.get_absolute_url(), headers={"accept-language": "en"}).content.decode()
    assert "Before: 12\xa0papers (1 June 2026). After: 5\xa0papers (2 November 2026)." in review
    on_commit(commit, cast, "A", f"/publications/{row.pk}/publish/")
    values_on_page = {code: texts(public(f"{code}/ideas/{row.slug}/"), "dd") for code in ("en", "fr")}
    assert values_on_page == {
        "en": ["12 papers 1 June 2026", "5 papers 2 November 2026"],
        "fr": ["12 pièces 1er juin 2026", "5 pièces 2 novembre 2026"],
    }
    follow_up = "Still live, in full. 3 months after it went live · answered on 3 Nov 2026"
    assert follow_up in texts(public(f"en/ideas/{row.slug}/"), "li")
    later = FollowUpFactory(idea=idea, counted_from="live", months=6, noted_on=date(2026, 11, 10))
    IndicatorValueFactory(indicator=indicator, follow_up=later, value=Decimal(4), measured_on=date(2026, 11, 9))
    hot_pages.drop_all()
    page_now = public(f"en/ideas/{row.slug}/")
    assert texts(page_now, "dd") == values_on_page["en"]
    assert [text for text in texts(page_now, "li") if "went live" in text] == [follow_up]
    key = {"publication": f"ideas/{row.slug}", **MEASURE}
    values = {"before": "12.0", "before_on": "2026-06-01", "after": "5.0", "after_on": "2026-11-02"}
    assert list(csv.DictReader(measures_file().content.decode().splitlines())) == [key | values]
    data = {name: public(f"data/ideas/{row.slug}.{name}") for name in ("json", "csv", "xml")}
    tables = json.loads(data["json"].content)
    answer = {"counted_from": "live", "months": 3, "answer": "full", "day": "2026-11-03"}
    assert tables["follow_ups"] == [{"publication": key["publication"]} | answer]
    lines = list(csv.DictReader(data["csv"].content.decode().splitlines()))
    assert {line["value"] for line in lines if (line["table"], line["column"]) == ("measures", "after")} == {"5.0"}
    assert {line["table"] for line in lines} == tables.keys()
    assert {line["description_fr"] == line["description_en"] for line in lines} == {False}
    on_commit(commit, cast, "P", f"/publications/{row.pk}/withdraw/", reason="An error")
    gone = [public(f"data/ideas/{name}").status_code for name in (f"{row.slug}.json", "none.json", f"{row.slug}.xml")]
    assert (public(f"en/ideas/{row.slug}/").status_code, measures_file().status_code, gone) == (
        410,
        404,
        [410, 404, 404],
    )


def test_only_what_was_measured_before_and_after_is_offered(cast: Cast):
    idea = measured_idea(cohort=cast.cohort)
    unmeasured = measured_idea(None, cohort=cast.cohort)
    indicator = idea.indicators.get()
    assert [list(measured_effects(row)) for row in (idea, unmeasured)] == [[indicator.pk], []]
    assert "indicator" not in draft_form(cast, unmeasured).fields
    late = {"fixed_on": date(2026, 11, 3), "corrects": indicator, "correction_reason": "An error"}
    for day, is_before in ((date(2026, 8, 31), True), (date(2026, 9, 1), False)):  # it went live on 1 September
        IndicatorFactory(idea=idea, baseline_on=day, **late)
        assert bool(measured_effects(idea)) == is_before
    values = {**TEXTS, **MEASURE, **LICENCES, "indicator_id": indicator.pk}
    with pytest.raises(DomainError, match="was not measured both before"):
        actions.save_draft(subject=idea, texts=values, shows_tests=False, by=cast["P"], at=NOW)


def test_next_version_starts_with_the_measure_and_leaves_it_out_when_none_is_chosen(cast: Cast):
    row = PublicationFactory(idea=measured_idea(cohort=cast.cohort), with_measure=True)
    form = draft_form(cast, row.idea)
    assert (form["indicator"].value(), form["unit_en"].value()) == (row.indicator_id, "papers")
    row = write(cast, row.idea, indicator="", **MEASURE)
    assert (row.indicator_id, row.unit_en, "measure" in row.facts, row.missing_texts()) == (None, "", False, [])


@pytest.mark.parametrize(
    ("columns", "details", "widths"),
    [
        ({}, "20 people · criterion fixed before: at least 75% · observed: 55%", (55.0, 75.0)),
        (
            {"successes": 11},
            "20 people · criterion fixed before: at least 75% · observed: 11 of 20 (55%)",
            (55.0, 75.0),
        ),
        (
            {"percent": False, "threshold": 4.0, "observed": 8.0},
            "20 people · criterion fixed before: at least 4 · observed: 8",
            (80.0, 40.0),
        ),
        ({"observed": None}, "20 people · criterion fixed before: at least 75%", None),
    ],
)
def test_test_has_a_bar_and_says_how_many_people_succeeded_where_they_were_counted(
    columns: dict[str, Any], details: str, widths: tuple[float, float] | None
):
    (step,) = story_of({"tests": [FACTS["tests"][0] | columns]})
    bar = step.meter
    assert (step.details, bar and (bar.value, bar.threshold), bar and bar.met) == (details, widths, bar and False)


@pytest.mark.parametrize(
    ("unit", "before", "after", "shares"),
    [
        ("%", 41, 12, (41.0, 12.0)),
        ("%", 0, 120, (0.0, 100.0)),
        ("days", 8, 2, (100.0, 25.0)),
        ("days", 0, 0, (0.0, 0.0)),
    ],
)
def test_percentages_fill_a_bar_of_100_and_other_units_the_larger_value(
    unit: str, before: float, after: float, shares: tuple[float, float]
):
    facts = {"measure": MEASURED | {"before": before, "after": after}}
    effect = before_and_after(facts, measure="", unit=unit, method="")
    assert effect is not None
    assert (effect.before.share, effect.after.share) == shares
    assert before_and_after({}, measure="", unit=unit, method="") is None
