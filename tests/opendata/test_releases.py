"""Releases: made each quarter or by the lab, frozen, and ended when something in them is withdrawn."""

import io
import json
from datetime import timedelta
from typing import Any
from zipfile import ZipFile

import pytest
from django.test import Client

from figures.sharing.actions import stop_sharing_figures
from figures.sharing.enums import Audience
from files import storage
from files.cleanup import sweep
from files.storage import stored_names
from opendata.actions import first_made_at
from opendata.models import Release, releasable
from opendata.tasks import update_releases
from publications.actions import withdraw_name, withdraw_publication
from publications.personal_data import erase_name
from tests.factories.accounts import signed_in
from tests.factories.cast import NOW, TODAY, Cast
from tests.factories.figures import FiguresConsentFactory
from tests.factories.opendata import ReleaseFactory
from tests.factories.prototypes import IdeaFactory, add_event
from tests.factories.publications import PublicationFactory, PublicNameFactory
from tests.opendata.test_packages import public_file
from tests.pages import texts
from web.pages import hot_pages
from web.site_addresses import absolute_url


@pytest.fixture(autouse=True)
def files_dir(tmp_path: Any, settings: Any) -> None:
    settings.FILES_DIR = tmp_path


def publish_two(cast: Cast) -> tuple[Any, Any]:
    """Publish an idea of each cohort, and the figures of the first; return both versions."""
    FiguresConsentFactory(cohort=cast.cohort, audience="public")
    IdeaFactory(cohort=cast.cohort, state="implemented")
    return tuple(PublicationFactory(cohort=each, state="published") for each in (cast.cohort, cast.other_cohort))


def states(version: str, dataset: str = "all") -> int:
    return public_file(dataset, "datapackage.json", version).status_code


def text_of(name: str, version: str, dataset: str = "all") -> str:
    answer = public_file(dataset, name, version)
    assert answer.status_code == 200
    return str(answer.content.decode())


def catalogue() -> dict[str, Any]:
    nodes = json.loads(Client().get("/public/data/catalogue.jsonld").content)
    return {node["dct:identifier"]: node for node in nodes["dcat:dataset"]}


def test_each_quarter_is_released_once_and_never_changes(cast: Cast, django_assert_num_queries: Any):
    publish_two(cast)
    assert (update_releases(), update_releases()) == (2, 0)
    rows = Release.objects.all()
    assert {(row.dataset, row.name, row.issue) for row in rows} == {
        ("all", "2026-09-30", 1),
        ("transfo-2026", "2026-09-30", 1),
    }
    with django_assert_num_queries(1):
        package = public_file("all", "package.zip", "2026-09-30")
    assert (len(package.content), package.cookies) == (rows.get(edition=None).size, {})
    before = package.content
    IdeaFactory(cohort=cast.cohort, state="abandoned")
    PublicationFactory(cohort=cast.cohort, state="published")
    assert update_releases() == 0
    assert public_file("all", "package.zip", "2026-09-30").content == before
    descriptor = json.loads(ZipFile(io.BytesIO(before)).read("datapackage.json"))
    assert (descriptor["version"], descriptor["as_of"], descriptor["public_on"]) == (
        *("2026-09-30", "2026-09-30"),
        "2026-11-24",
    )
    assert descriptor["description"] == (
        "Totals as of 2026-09-30 over the cohorts that publish their figures, and what was public on 2026-11-24."
    )
    sweep(older_than=0)
    assert set(stored_names()) == set(rows.values_list("stored", flat=True))
    storage.remove(rows.get(edition=None).stored)
    hot_pages.drop_all()
    assert public_file("all", "package.zip", "2026-09-30").status_code == 503


def test_withdrawn_version_is_gone_at_once_and_its_releases_are_issued_anew(
    cast: Cast, django_capture_on_commit_callbacks: Any
):
    withdrawn, other = publish_two(cast)
    update_releases()
    assert (states("2026-09-30"), states("2026-09-30", "transfo-2026")) == (200, 200)
    assert withdrawn.slug in text_of("publications.csv", "latest")
    with django_capture_on_commit_callbacks(execute=True):
        withdraw_publication(publication=withdrawn, reason="An error", by=cast["P"], at=NOW)
    assert (states("2026-09-30"), states("2026-09-30", "transfo-2026"), states("latest")) == (410, 410, 200)
    assert withdrawn.slug not in text_of("publications.csv", "latest")
    files = set(stored_names())
    with django_capture_on_commit_callbacks(execute=True):
        assert update_releases() == 2
    assert not files & set(stored_names())
    assert (states("2026-09-30"), states("2026-09-30-2")) == (410, 200)
    issued = text_of("publications.csv", "2026-09-30-2")
    assert (withdrawn.slug in issued, other.slug in issued) == (False, True)
    assert "replaces an earlier one" in json.loads(text_of("datapackage.json", "2026-09-30-2"))["notice"]
    assert "Cette version figée en remplace une autre" in text_of("README.md", "2026-09-30-2")
    nodes = catalogue()
    assert {key: "adms:status" in node for key, node in nodes.items()} == {
        "all": False,
        "transfo-2026": False,
        "all/2026-09-30": True,
        "all/2026-09-30-2": False,
        "transfo-2026/2026-09-30": True,
        "transfo-2026/2026-09-30-2": False,
    }
    files = {node["dcat:downloadURL"]["@id"].rpartition("/")[2]: node for node in nodes["all"]["dcat:distribution"]}
    assert files["package.zip"]["@id"] == absolute_url("/public/data/all/latest/package.zip")
    under_one_licence = {name for name, node in files.items() if "dct:license" in node}
    assert under_one_licence == {"editions.csv", "figures.csv", "durations.csv"}
    assert all(("dct:rights" in node) != (name in under_one_licence) for name, node in files.items())
    assert "dct:license" not in nodes["all"]


def test_figures_of_a_cohort_that_stops_publishing_are_gone_everywhere(
    cast: Cast, django_capture_on_commit_callbacks: Any
):
    for cohort in (cast.cohort, cast.other_cohort):
        FiguresConsentFactory(cohort=cohort, audience="public")
        IdeaFactory(cohort=cohort, state="implemented")
    update_releases()
    figures = text_of("figures.csv", "2026-09-30")
    assert "accepted,,,,,2," in figures
    assert "Montagne" in Client().get("/public/en/figures/").content.decode()
    assert "Montagne" in text_of("editions.csv", "latest")
    with django_capture_on_commit_callbacks(execute=True):
        stop_sharing_figures(cohort=cast.other_cohort, audience=Audience.PUBLIC, at=NOW, by=cast["P"])
    assert "Montagne" not in Client().get("/public/en/figures/").content.decode()
    assert "Montagne" not in text_of("editions.csv", "latest")
    assert states("2026-09-30") == 410
    recorded_late = {"recorded_on": TODAY, "recorded_at": NOW + timedelta(minutes=1)}
    add_event(IdeaFactory(cohort=cast.cohort), "accepted", **recorded_late)
    with django_capture_on_commit_callbacks(execute=True):
        update_releases()
    assert "accepted,,,,,1," in text_of("figures.csv", "2026-09-30-2")
    with django_capture_on_commit_callbacks(execute=True):
        stop_sharing_figures(cohort=cast.cohort, audience=Audience.PUBLIC, at=NOW, by=cast["P"])
        update_releases()
    assert (states("2026-09-30-2"), states("latest"), states("latest", "transfo-2026")) == (410, 410, 410)
    assert Client().get("/public/en/data/transfo-2026/").status_code == 410
    assert all("adms:status" in node for node in catalogue().values())
    assert list(stored_names()) == []


def test_reissue_has_the_figures_known_when_the_first_release_that_it_replaces_was_made(cast: Cast):
    edition, ended = cast.edition, {"stored": "", "as_of": "2026-09-30"}
    times = [NOW + timedelta(hours=hours) for hours in range(4)]
    for issue, (made_at, ended_at) in enumerate([(0, 1), (2, 3), (3, 3)], 1):
        ReleaseFactory(edition=edition, issue=issue, made_at=times[made_at], ended_at=times[ended_at], **ended)
    current = ReleaseFactory(edition=edition, issue=4, made_at=times[3], as_of="2026-09-30")
    assert first_made_at(current) == times[2]


def test_release_with_an_earlier_version_ends_when_an_erased_person_was_named_in_it(cast: Cast):
    row = PublicationFactory(cohort=cast.cohort, state="published", summary_fr="Avec Ana Roy.")
    update_releases()
    type(row).objects.filter(pk=row.pk).update(state="replaced", ended_at=NOW, ended_by=cast["P"])
    PublicationFactory(cohort=cast.cohort, idea=row.idea, number=2, state="published")
    assert (update_releases(), "Ana Roy" in text_of("publications.csv", "2026-09-30")) == (0, True)
    erase_name(name="Ana Roy", cohorts={cast.cohort.pk}, at=NOW)
    assert states("2026-09-30", "transfo-2026") == 410


@pytest.mark.parametrize(("end", "status"), [("page", 200), ("earlier version", 200), ("name", 404)])
def test_release_with_an_earlier_version_does_not_come_back(end: str, status: int, cast: Cast):
    PublicNameFactory(publication=(row := PublicationFactory(cohort=cast.cohort, summary_fr="Avec Ana Roy.")))
    PublicationFactory.publish(row)
    update_releases()
    if end == "page":
        withdraw_publication(publication=row, reason="An error", by=cast["P"], at=NOW)
    else:
        type(row).objects.filter(pk=row.pk).update(state="replaced", ended_at=NOW, ended_by=cast["P"])
    later = PublicationFactory(cohort=cast.cohort, idea=row.idea, number=2)
    copied = PublicNameFactory(publication=later, name="Roy Ana")
    PublicationFactory.publish(later)
    if end == "name":
        withdraw_name(name=copied, by=cast["P"], at=NOW)
    elif end == "earlier version":
        withdraw_publication(publication=row, reason="An error", by=cast["P"], at=NOW)
    update_releases()
    answers = [public_file("transfo-2026", "publications.csv", name) for name in ("2026-09-30", "2026-09-30-2")]
    assert [answer.status_code for answer in answers] == [410, status]
    assert b"Ana Roy" not in b"".join(answer.content for answer in answers)


def test_withdrawn_page_takes_no_other_page_out_of_releases(cast: Cast):
    row = PublicationFactory(cohort=cast.cohort, state="published")
    PublicationFactory(cohort=cast.cohort, state="withdrawn")
    PublicationFactory(kind="cohorts", cohort=cast.cohort, slug=row.slug, state="withdrawn")
    assert list(releasable(TODAY)) == [row]


def test_lab_releases_what_is_public_today_once_a_day(cast: Cast):
    publish_two(cast)
    staff = signed_in(cast["S"])
    form = {"dataset": "transfo-2026"}
    assert staff.post("/open-data/release/", form).headers["Location"] == "/open-data/"
    row = Release.objects.get()
    assert (row.dataset, row.name, row.made_by) == ("transfo-2026", "2026-11-24", cast["S"])
    again = staff.post("/open-data/release/", form, headers={"accept-language": "en"})
    assert "A release never changes." in again.content.decode()
    assert signed_in(cast["P"]).get("/open-data/release/").status_code == 403


@pytest.mark.parametrize("issues", [1, 3])
def test_pages_list_releases(issues: int, cast: Cast, django_assert_num_queries: Any):
    publish_two(cast)
    for number in range(1, issues + 1):
        ReleaseFactory(issue=number, ended_at=NOW, stored="")
    update_releases()
    with django_assert_num_queries(4):
        page = Client().get("/public/en/data/")
    assert texts(page, "h1") == ["Open data"]
    cited = f"version 2026-09-30-{issues + 1}, {absolute_url(f'/public/data/all/2026-09-30-{issues + 1}/package.zip')}"
    assert (cited in page.content.decode(), cited in text_of("README.md", "latest")) == (True, True)
    listed = [text for text in texts(page, "li") if text.startswith("2026-09-30")]
    assert (len(listed), sum("withdrawn: something" in text for text in listed)) == (issues + 1, issues)
    assert texts(Client().get("/public/fr/data/transfo-2026/"), "h1") == ["Données ouvertes de La Transfo 2026–2028"]
    lab = signed_in(cast["M"])
    lab.get("/open-data/")
    with django_assert_num_queries(4):
        page = lab.get("/open-data/", headers={"accept-language": "en"})
    assert texts(page, "h1") == ["Open data"]
    assert len(texts(page, "tr")) == issues + 3  # those that ended, one for all, one of the edition, and the header
