"""From draft to withdrawal: who prepares, approves and reads a publication."""

import re
from datetime import date
from typing import Any
from xml.etree import ElementTree

import pytest
from django.http import HttpResponse
from django.test import Client

from accounts.models import User
from notifications.models import Reminder
from publications import actions
from publications.actions import election_before_publishing
from publications.facts import facts_of
from publications.figures import last_day_of_quarter_before
from publications.middleware import _is_cacheable
from publications.models import ApprovalRule, Publication
from publications.rendering import LANGUAGES
from tests.factories.accounts import UserFactory, signed_in
from tests.factories.calls import CallFactory
from tests.factories.cast import NOW, TODAY, Cast
from tests.factories.figures import FiguresConsentFactory
from tests.factories.files import withdrawn_now
from tests.factories.notifications import recipients, refusal, rendered
from tests.factories.programmes import AuthorityAdminFactory, CalendarPeriodFactory
from tests.factories.prototypes import (
    IdeaFactory,
    ImplementationFactory,
    LineageFactory,
    PrototypeFactory,
    TrialFactory,
)
from tests.factories.publications import (
    FACTS,
    TEXTS,
    ApprovalRuleFactory,
    PublicationFactory,
    PublicationPictureFactory,
)
from tests.pages import links, messages, texts
from web.errors import DomainError, Refused
from web.pages import hot_pages
from web.site_addresses import absolute_url

LICENCES = {"licence": "cc-by-sa-4.0", "data_licence": "etalab-2.0"}


def posted(cast: Cast, role: str, address: str, **form: Any) -> Any:
    return signed_in(cast[role]).post(address, form, headers={"accept-language": "en"})


def on_commit(callbacks: Any, cast: Cast, role: str, address: str, **form: Any) -> Any:
    """Post the form, and run what waits for the commit."""
    with callbacks(execute=True):
        return posted(cast, role, address, **form)


def public(path: str) -> Any:
    return Client().get(f"/public/{path}")


def prepared(cast: Cast, role: str = "P", state: str = "testing") -> tuple[Any, Publication]:
    """Return an idea with a concluded test, and its draft as this role saved it."""
    idea = IdeaFactory(cohort=cast.cohort, state=state, title="Secret title", summary="Secret summary")
    TrialFactory(prototype=PrototypeFactory(idea=idea, state="in_test"), state="concluded", hypothesis="Secret belief")
    posted(cast, role, f"/publications/write/ideas/{idea.pk}/", **TEXTS, **LICENCES, shows_tests="on")
    return idea, Publication.objects.get()


def test_idea_is_prepared_approved_read_and_withdrawn(cast: Cast, django_capture_on_commit_callbacks: Any):
    idea, row = prepared(cast)
    address, commit = f"ideas/{idea.reference.lower()}/", django_capture_on_commit_callbacks
    assert (row.state, row.slug, row.written_by) == ("draft", idea.reference.lower(), cast["P"])
    assert public(f"fr/{address}").status_code == 404
    posted(cast, "P", f"/publications/{row.pk}/submit/")
    assert public(f"fr/{address}").status_code == 404
    on_commit(commit, cast, "A", f"/publications/{row.pk}/publish/")
    row.refresh_from_db()
    assert (row.state, row.submitted_by, row.published_by) == ("published", cast["P"], cast["A"])
    page = public(f"fr/{address}")
    assert texts(page, "h1") == [TEXTS["title_fr"]]
    assert texts(public(f"en/{address}"), "h1") == [TEXTS["title_en"]]
    version = signed_in(cast["P"]).get(row.get_absolute_url())
    assert (texts(version, "h1"), "0 pictures" in version.content.decode()) == ([TEXTS["title_en"]], False)
    assert [each for each in texts(public(f"en/{address}"), "strong") if "rototype" in each] == [
        *("Prototype 1", "Test of prototype 1"),
    ]
    assert "Secret" not in page.content.decode()
    assert page.cookies == {}
    assert TEXTS["title_en"] in texts(public("en/"), "a")
    type(idea).objects.filter(pk=idea.pk).update(title="Changed afterwards")
    hot_pages.drop_all()
    assert public(f"fr/{address}").content == page.content
    on_commit(commit, cast, "C", f"/publications/{row.pk}/withdraw/", reason="An error")
    gone = public(f"fr/{address}")
    assert (gone.status_code, gone.headers["X-Robots-Tag"]) == (410, "noindex")
    assert TEXTS["title_en"] not in texts(public("en/"), "a")


def test_public_page_needs_no_statement_once_it_was_read(
    cast: Cast, django_assert_num_queries: Any, django_capture_on_commit_callbacks: Any
):
    row = PublicationFactory(state="published", cohort=cast.cohort)
    with django_assert_num_queries(6):
        first = public(f"fr/ideas/{row.slug}/")
    with django_assert_num_queries(0):
        assert public(f"fr/ideas/{row.slug}/").content == first.content
        unchanged = Client().get(f"/public/fr/ideas/{row.slug}/", headers={"if-none-match": first.headers["ETag"]})
    assert unchanged.status_code == 304
    with django_capture_on_commit_callbacks(execute=True):
        posted(cast, "S", f"/publications/{row.pk}/withdraw/", reason="An error")
    assert public(f"fr/ideas/{row.slug}/").status_code == 410


def test_page_rendered_before_a_withdrawal_is_not_saved_after_it():
    _page, mark = hot_pages.find("/public/fr/")
    hot_pages.drop_all()
    hot_pages.save("/public/fr/", hot_pages.HotPage(b"old", {}), mark)
    assert hot_pages.find("/public/fr/")[0] is None


@pytest.mark.parametrize(
    ("status", "headers", "is_saved"),
    [
        (200, {"Cache-Control": "private, no-cache"}, True),
        (410, {"Cache-Control": "private, no-cache"}, False),
        (200, {"Cache-Control": "private, no-store"}, False),
        (200, {}, False),
        (200, {"Cache-Control": "private, no-cache", "X-Accel-Redirect": "/protected/ab/full"}, False),
    ],
)
def test_only_pages_that_are_for_everyone_are_saved(status: int, headers: dict[str, str], is_saved: bool):
    assert _is_cacheable(HttpResponse("Bonjour", status=status, headers=headers)) == is_saved


def test_without_the_cache_pages_come_from_the_database(cast: Cast, settings: Any):
    row = PublicationFactory(state="published", cohort=cast.cohort)
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1"}
    }
    assert public(f"fr/ideas/{row.slug}/").status_code == 200
    assert public(f"fr/ideas/{row.slug}/").status_code == 200


@pytest.mark.parametrize("rows", [1, 3])
def test_list_of_what_is_public(rows: int, cast: Cast, django_assert_num_queries: Any):
    for _number in range(rows):
        PublicationFactory(state="published", cohort=cast.cohort)
    with django_assert_num_queries(5):
        page = public("en/")
    assert texts(page, "article", "card")[0].startswith(TEXTS["title_en"])
    assert len(texts(page, "article", "card")) == rows


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("q=guichets", 1),
        ("q=counter", 1),
        ("q=nothing", 0),
        ("kind=ideas&authority=Ville%20de%20Rivage", 1),
        ("kind=cohorts", 0),
        ("kind=other&page=x&q=%00", 1),
    ],
)
def test_visitors_search_and_filter(query: str, count: int, cast: Cast):
    PublicationFactory(state="published", cohort=cast.cohort)
    PublicationFactory(cohort=cast.cohort)
    page = public(f"en/?{query}")
    assert (len(texts(page, "article", "card")), page.headers["X-Robots-Tag"]) == (count, "noindex")


def test_second_person_approves_where_the_lab_wants_it(cast: Cast):
    ApprovalRuleFactory()
    _idea, row = prepared(cast)
    posted(cast, "P", f"/publications/{row.pk}/submit/")
    waiting = f"“{row.title_en}” waits to be published."
    assert [waiting in signed_in(cast[role]).get("/").content.decode() for role in "SAP"] == [True, True, False]
    assert posted(cast, "P", f"/publications/{row.pk}/publish/").status_code == 403
    with pytest.raises(Refused):
        actions.publish(publication=row, by=cast["P"], at=NOW)
    posted(cast, "S", f"/publications/{row.pk}/publish/")
    row.refresh_from_db()
    assert (row.state, row.approval) == ("published", "second")
    assert [waiting in signed_in(cast[role]).get("/").content.decode() for role in "SA"] == [False, False]


def test_admin_approves_where_the_authority_asks_for_it(cast: Cast):
    posted(cast, "A", f"/publications/approval/{cast.cohort.authority.slug}/", is_required="on")
    _idea, row = prepared(cast)
    posted(cast, "P", f"/publications/{row.pk}/submit/")
    authority_page = signed_in(cast["X"]).get(cast.cohort.authority.get_absolute_url()).content.decode()
    assert "publications of its cohorts need the approval of its admin" in authority_page
    leads_there = [f"/publications/{row.pk}/" in links(signed_in(cast[role]).get("/")).values() for role in "SAP"]
    assert leads_there == [False, True, False]
    assert posted(cast, "S", f"/publications/{row.pk}/publish/").status_code == 403
    posted(cast, "A", f"/publications/{row.pk}/publish/")
    row.refresh_from_db()
    assert (row.state, row.approval, row.approved_as_admin) == ("published", "admin", True)
    assert not Reminder.objects.filter(email_type="publication_without_admin").exists()


def test_admin_who_submitted_needs_another_admin_where_the_lab_asks_for_a_second_person(cast: Cast):
    ApprovalRuleFactory()
    ApprovalRuleFactory(authority=cast.cohort.authority)
    _idea, row = prepared(cast, "A")
    posted(cast, "A", f"/publications/{row.pk}/submit/")
    answers = [posted(cast, role, f"/publications/{row.pk}/publish/").status_code for role in "AS"]
    assert answers == [403, 403]
    assert "waits to be published" not in signed_in(cast["A"]).get("/").content.decode()
    unapproved = Reminder.objects.get(email_type="publication_without_admin")
    assert (recipients(unapproved, NOW), refusal(unapproved, cast["S"], NOW)) == ([cast["S"]], "")
    cast.people["B"] = AuthorityAdminFactory(authority=cast.cohort.authority).user
    reminder = Reminder.objects.get(email_type="publication_submitted")
    assert recipients(reminder, NOW) == [cast["B"]]
    posted(cast, "B", f"/publications/{row.pk}/publish/")
    row.refresh_from_db()
    assert (row.state, row.approval, refusal(reminder, cast["B"], NOW)) == ("published", "both", "approved")


def test_two_people_of_the_lab_end_its_rule_and_a_version_needs_what_it_was_submitted_under(
    cast: Cast, caplog: pytest.LogCaptureFixture, django_capture_on_commit_callbacks: Any
):
    cast.people["T"] = UserFactory(is_lab_staff=True)
    ApprovalRuleFactory()
    _idea, row = prepared(cast)
    posted(cast, "P", f"/publications/{row.pk}/submit/")
    assert [person.full_name for person in recipients(Reminder.objects.get(), NOW)] == [
        cast[role].full_name for role in "CA"
    ]
    for _twice in range(2):
        page = signed_in(cast["S"]).post("/publications/approval/", follow=True, headers={"accept-language": "en"})
        assert messages(page) == ["Your request is saved. The rule ends when a colleague of the lab also ends it."]
    assert ApprovalRule.objects.current().exists()
    assert "Staff Lab asks to end the approval of publications" in signed_in(cast["T"]).get("/").content.decode()
    assert "asks to end" not in signed_in(cast["P"]).get("/").content.decode()
    with caplog.at_level("INFO", "labplatform.security"):
        on_commit(django_capture_on_commit_callbacks, cast, "T", "/publications/approval/")
    assert "set_approval_rule" in caplog.text
    assert not ApprovalRule.objects.current().exists()
    posted(cast, "P", f"/publications/{row.pk}/return/")
    posted(cast, "P", f"/publications/{row.pk}/submit/")
    assert posted(cast, "P", f"/publications/{row.pk}/publish/").status_code == 403


def test_lab_does_not_lift_what_the_admin_asked_for_by_naming_itself_admin(cast: Cast):
    address = f"/publications/approval/{cast.cohort.authority.slug}/"
    posted(cast, "A", address, is_required="on")
    AuthorityAdminFactory(authority=cast.cohort.authority, user=cast["S"])
    assert posted(cast, "S", address).status_code == 403
    assert ApprovalRule.objects.count() == 1


def test_pages_lead_those_who_may_publish_to_the_form_and_admins_to_the_rule(cast: Cast):
    address = f"/publications/write/cohorts/{cast.cohort.pk}/"
    pages = {role: signed_in(cast[role]).get("/cohorts/rivage/") for role in "SCDPMRA"}
    assert [role for role, page in pages.items() if address in links(page).values()] == ["S", "C", "P", "A"]
    own = IdeaFactory(cohort=cast.cohort, owner=cast["M"])
    panels = [texts(signed_in(cast[role]).get(f"/ideas/{own.pk}/"), "h2") for role in "MR"]
    assert ["In public" in each for each in panels] == [True, False]
    listed = {role: signed_in(cast[role]).get("/publications/").context["authorities"] for role in "PA"}
    assert listed == {"P": [], "A": [cast.cohort.authority]}


def test_preview_shows_the_pictures(cast: Cast, tmp_path: Any, settings: Any):
    settings.FILES_DIR = tmp_path
    picture = PublicationPictureFactory(publication=PublicationFactory(cohort=cast.cohort))
    pages = [
        signed_in(cast["P"]).get(f"/publications/{picture.publication_id}/preview/{code}/") for code in ("en", "de")
    ]
    assert f'src="/files/{picture.attachment_id}/large/"' in pages[0].content.decode()
    assert pages[1].status_code == 404


@pytest.mark.parametrize(("starts_on", "is_near"), [("2027-05-31", True), ("2027-06-01", False)])
def test_achievements_before_an_election_are_confirmed(starts_on: str, is_near: bool, cast: Cast):
    CalendarPeriodFactory(kind="electoral", name="Municipales", starts_on=starts_on, ends_on="2027-06-20")
    _idea, row = prepared(cast)
    posted(cast, "P", f"/publications/{row.pk}/submit/")
    page = posted(cast, "A", f"/publications/{row.pk}/publish/")
    row.refresh_from_db()
    assert (page.status_code, row.state) == ((200, "submitted") if is_near else (302, "published"))
    if is_near:
        posted(cast, "A", f"/publications/{row.pk}/publish/", election_confirmed="on")
        row.refresh_from_db()
        assert (row.state, row.election_confirmed) == ("published", True)


def test_publication_of_the_lab_is_approved_by_a_colleague(cast: Cast):
    programme, colleague = cast.edition.format.programme, UserFactory(is_lab_staff=True)
    UserFactory(is_lab_staff=True, lab_role="reader")
    row = PublicationFactory(
        kind="programmes", programme=programme, slug=programme.slug, state="submitted", written_by=cast["S"]
    )
    reminder = Reminder(kind="publication", object_id=row.pk, email_type="publication_submitted", audience="approvers")
    assert recipients(reminder, NOW) == [colleague]
    assert rendered(reminder, colleague, "en").subject.startswith("“The appointment without a file”: Staff Lab asks")


def test_lab_approves_where_the_accounts_of_all_others_are_closed(cast: Cast):
    row = PublicationFactory(cohort=cast.cohort, written_by=cast["P"], state="submitted")
    reminder = Reminder(kind="publication", object_id=row.pk, email_type="publication_submitted", audience="approvers")
    assert set(recipients(reminder, NOW)) == {cast["C"], cast["A"]}
    User.objects.filter(pk__in=[cast["C"].pk, cast["A"].pk]).update(is_active=False)
    assert recipients(reminder, NOW) == [cast["S"]]


def test_what_names_an_authority_is_confirmed_before_its_election(cast: Cast):
    CalendarPeriodFactory(kind="electoral", name="Municipales", starts_on="2027-05-31", ends_on="2027-06-20")
    programme = cast.edition.format.programme
    row = PublicationFactory(
        kind="programmes", programme=programme, slug=programme.slug, text_fr="À la ville de Rivage."
    )
    assert (election_before_publishing(row, NOW) or row).name == "Municipales"
    row.text_fr = "À la mer."
    assert election_before_publishing(row, NOW) is None


def test_another_authority_publishes_its_own_use_of_an_idea(cast: Cast):
    lineage = LineageFactory(parent=IdeaFactory(cohort=cast.cohort, state="implementing", shared_with_edition=True))
    for authority, kind in ((cast.cohort.authority, "origin"), (cast.other_cohort.authority, "replication")):
        ImplementationFactory(idea=lineage.parent, authority=authority, kind=kind)
    facts = facts_of(lineage.parent, shows_tests=False, today=TODAY)
    assert [each["where"] for each in facts["live"]] == ["Ville de Rivage"]


def test_public_idea_has_its_story_its_picture_for_shares_and_what_others_made_of_it(
    cast: Cast, tmp_path: Any, settings: Any
):
    settings.FILES_DIR = tmp_path
    lineage = LineageFactory(parent=IdeaFactory(cohort=cast.cohort, state="testing", shared_with_edition=True))
    row = PublicationFactory(idea=lineage.parent, with_picture=True, state="published")
    PublicationFactory(idea=lineage.child, state="published", title_en="The same in Metz")
    facts = {**FACTS, "state": "running"}
    PublicationFactory(
        kind="cohorts", cohort=cast.cohort, slug="rivage", state="published", title_en="The cohort", facts=facts
    )
    PublicationFactory(cohort=cast.cohort, state="published", title_en="Not related")
    PublicationFactory(idea=LineageFactory().child, state="published", title_en="Reused elsewhere")
    page = public(f"en/ideas/{row.slug}/")
    assert [text for text in texts(page, "li") if "The " in text and "Rivage" in text and "·" in text] == [
        "The cohort running Cohort · Ville de Rivage",
        "The same in Metz implemented Idea · Ville de Rivage",
    ]
    of_cohort = public("en/cohorts/rivage/")
    titles = ("Not related", "The same in Metz", "The cohort")
    listed = [title for title in titles if any(text.startswith(title) for text in texts(of_cohort, "li"))]
    assert listed == ["Not related"]
    html = page.content.decode()
    assert "Reused elsewhere" not in html
    assert f'<meta property="og:image" content="{absolute_url(f"/public/pictures/{row.pictures.get().pk}/")}">' in html
    assert "Accessibility: not compliant" in texts(page, "a")
    picture = f"pictures/{row.pictures.get().pk}/"
    assert public("pictures/0/").status_code == 404
    for path in tmp_path.rglob("large"):
        path.unlink()
    assert public(picture).status_code == 404  # its file is lost
    withdrawn_now(row.pictures.get().attachment)
    hot_pages.drop_all()
    assert "og:image" not in public(f"en/ideas/{row.slug}/").content.decode()


def test_incomplete_draft_is_saved_and_not_submitted(cast: Cast):
    idea = IdeaFactory(cohort=cast.cohort)
    posted(cast, "P", f"/publications/write/ideas/{idea.pk}/", title_fr="Un titre", **LICENCES)
    row = Publication.objects.get()
    path = f"/publications/{row.pk}/"
    page = posted(cast, "P", f"{path}submit/")
    missing = "summary in French, summary in English, text in French, text in English"
    assert f"Still missing: title in English, {missing}." in page.content.decode()
    draft_page = signed_in(cast["P"]).get(path)
    assert f"Still missing: title in English, {missing}. Fill in" in texts(draft_page, "li")
    assert "Submit for approval" not in links(draft_page)
    with pytest.raises(DomainError, match="both languages first"):
        actions.submit_publication(publication=row, by=cast["P"], at=NOW)
    row.refresh_from_db()
    assert row.state == "draft"


def test_next_version_replaces_the_one_before_under_the_same_address(cast: Cast):
    row = PublicationFactory(state="published", cohort=cast.cohort)
    form = {**TEXTS, **LICENCES, "title_fr": "Un nouveau titre"}
    posted(cast, "P", f"/publications/write/ideas/{row.idea_id}/", **form)
    draft = Publication.objects.get(number=2)
    posted(cast, "P", f"/publications/{draft.pk}/submit/")
    posted(cast, "A", f"/publications/{draft.pk}/publish/")
    assert texts(public(f"fr/ideas/{row.slug}/"), "h1") == ["Un nouveau titre"]
    row.refresh_from_db()
    assert (row.state, row.ended_at, row.end_reason) == ("replaced", NOW, "")
    posted(cast, "P", f"/publications/{row.pk}/withdraw/", reason="An error")
    row.refresh_from_db()
    assert (row.state, row.ended_at, row.end_reason) == ("withdrawn", NOW, "An error")
    assert public(f"fr/ideas/{row.slug}/").status_code == 200
    assert posted(cast, "P", f"/publications/{row.pk}/withdraw/", reason="Again").status_code == 200


@pytest.mark.parametrize(
    "path", ["de/", "de/feed.atom", "fr/ideas/", "fr/ideas/none/", "fr/other/x/", "fr/ideas/%C2%B2/"]
)
def test_other_addresses_have_nothing_public(path: str, db: None):
    page = public(path)
    assert (page.status_code, page.cookies) == (404, {})


def test_draft_and_slug_of_another_kind_are_not_found(cast: Cast):
    row, draft = PublicationFactory(cohort=cast.cohort, state="published"), PublicationFactory(cohort=cast.cohort)
    assert [public(f"fr/{path}/").status_code for path in (f"ideas/{draft.slug}", f"cohorts/{row.slug}")] == [404, 404]
    assert signed_in(cast["P"]).get("/publications/write/others/1/").status_code == 404


def test_start_leads_to_the_language_of_the_browser(db: None):
    answer = Client().get("/public/", headers={"accept-language": "en-GB,en"})
    assert (answer.headers["Location"], answer.headers["Vary"]) == ("/public/en/", "Accept-Language")


def test_feed_and_sitemap_follow_what_is_public(cast: Cast):
    row = PublicationFactory(state="published", cohort=cast.cohort, title_fr="Thé & café")
    gone = PublicationFactory(state="withdrawn", cohort=cast.cohort)
    PublicationFactory(cohort=cast.cohort)
    replaced = PublicationFactory(state="withdrawn", cohort=cast.cohort)
    PublicationFactory(idea=replaced.idea, number=2, state="published")
    feed, sitemap = (
        ElementTree.fromstring(public(path).content)  # noqa: S314 (our own)
        for path in ("fr/feed.atom", "sitemap.xml")
    )
    atom = "{http://www.w3.org/2005/Atom}"
    entries = [entry.findtext(f"{atom}title") for entry in feed.iter(f"{atom}entry")]
    tombstones = [each.get("ref") for each in feed.iter("{http://purl.org/atompub/tombstones/1.0}deleted-entry")]
    assert (entries, feed.findtext(f"{atom}updated")) == (
        [TEXTS["title_fr"], "Thé & café"],
        "2026-11-20T10:00:00+01:00",
    )
    assert tombstones == [absolute_url(gone.public_url("fr"))]
    addresses = [loc.text for loc in sitemap.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]
    assert {absolute_url(path) for path in (row.public_url("en"), "/public/fr/data/")} <= {*addresses}
    assert absolute_url(gone.public_url("en")) not in addresses


@pytest.mark.parametrize("demo", [False, True])
def test_search_engines_read_the_public_pages_and_no_demonstration(demo: bool, cast: Cast, settings: Any):
    settings.DEMO = demo
    row = PublicationFactory(state="published", cohort=cast.cohort)
    robots = Client().get("/robots.txt").content.decode().splitlines()
    assert ("Allow: /public/" in robots, "Disallow: /" in robots) == (not demo, True)
    page = public(f"fr/ideas/{row.slug}/")
    assert page.headers.get("X-Robots-Tag") == ("noindex" if demo else None)


META = re.compile(r'<meta (?:name|property)="((?:og:)?[a-z]+)" content="([^"]*)">')


@pytest.mark.parametrize(
    "path",
    ["", "figures/", "figures/embed/", "calls/", "calls/ten/", "data/", "data/transfo-2026/", "ideas/riv-001/"],
)
def test_every_public_page_names_itself_for_search_engines_and_other_sites(path: str, cast: Cast):
    PublicationFactory(state="published", cohort=cast.cohort, slug="riv-001", title_en="Files & appointments")
    CallFactory(slug="ten")
    html = public(f"en/{path}").content.decode()
    meta, address = dict(META.findall(html)), absolute_url(f"/public/en/{path}")
    is_article = path.startswith("ideas/")
    assert (meta["og:type"], meta["og:url"]) == ("article" if is_article else "website", address)
    assert f'<link rel="canonical" href="{address}">' in html
    assert f"<title>{meta['og:title']} · " in html
    assert meta["og:title"] == re.search(r"<h1[^>]*>(.*)</h1>", html)[1]  # type: ignore[index]
    assert meta["description"] == meta["og:description"]
    assert meta["description"] not in ("", meta["og:title"])


def test_call_describes_when_authorities_can_apply(cast: Cast):
    CallFactory(slug="ten", opens_on=date(2026, 11, 2), closes_on=date(2027, 1, 31))
    pages = [public(f"{code}/calls/ten/").content.decode() for code in LANGUAGES]
    descriptions = [dict(META.findall(page))["description"] for page in pages]
    assert descriptions == [
        "Les collectivités peuvent candidater du 2 novembre 2026 au 31 janvier 2027.",
        "Authorities can apply from 2 November 2026 to 31 January 2027.",
    ]


@pytest.mark.parametrize(("path", "title"), [("x/", "Page not found"), ("riv-001/", "This page was withdrawn")])
def test_missing_and_withdrawn_pages_have_a_title_and_no_canonical_address(path: str, title: str, cast: Cast):
    PublicationFactory(state="withdrawn", cohort=cast.cohort, slug="riv-001")
    html = public(f"en/ideas/{path}").content.decode()
    meta = dict(META.findall(html))
    assert (meta["og:title"], "og:url" in meta, "canonical" in html) == (title, False, False)
    assert (f"<title>{title} · " in html, meta["description"] in html.partition("<body>")[2]) == (True, True)


@pytest.mark.parametrize("publishes", [True, False])
def test_public_figures_count_the_cohorts_that_publish_theirs(publishes: bool, cast: Cast):
    IdeaFactory(cohort=cast.cohort, state="implemented")
    FiguresConsentFactory(cohort=cast.cohort, audience="public" if publishes else "edition")
    page = public("en/figures/").content.decode()
    assert ("The one idea accepted is implemented." in page) == publishes
    assert ("Counted: Ville de Rivage." in page) == publishes
    assert "Ville de Montagne" not in page


@pytest.mark.parametrize(
    ("day", "before"), [(date(2026, 11, 24), date(2026, 9, 30)), (date(2026, 1, 1), date(2025, 12, 31))]
)
def test_revisions_begin_with_the_last_quarter_that_ended(day: date, before: date):
    assert last_day_of_quarter_before(day) == before
