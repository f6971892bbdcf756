"""Pictures and names on public pages: only with consent, and no longer than that."""

from contextlib import closing
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client

from figures.sharing.actions import stop_sharing_figures
from figures.sharing.enums import Audience
from files.attachments.actions import describe_file, withdraw_file
from notifications.models import Reminder
from publications.actions import withdraw_name, withdraw_where_consent_ended
from publications.models import Publication, PublicName
from publications.personal_data import PRIVACY
from tests.factories.accounts import signed_in
from tests.factories.cast import NOW, TODAY, Cast
from tests.factories.figures import FiguresConsentFactory
from tests.factories.files import AttachmentFactory, withdrawn_now
from tests.factories.notifications import recipients, rendered
from tests.factories.prototypes import PrototypeFactory
from tests.factories.publications import PublicationFactory, PublicationPictureFactory, PublicNameFactory
from tests.sql import force, refused_by, update
from web.actions import ACTIONS
from web.pages import hot_pages

pytestmark = pytest.mark.django_db
ALT = "A message on a phone"


@pytest.fixture
def public_page(cast: Cast, tmp_path: Any, settings: Any) -> Publication:
    """A public page with a picture whose people agreed until 30 November 2027, and a name."""
    settings.FILES_DIR = tmp_path
    draft = PublicationFactory(cohort=cast.cohort)
    PublicationPictureFactory(publication=draft)
    PublicNameFactory(publication=draft, agreed_until=date(2027, 11, 30))
    return PublicationFactory.publish(draft)


def read(row: Publication) -> str:
    return Client().get(f"/public/en/ideas/{row.slug}/?fresh").content.decode()


def picture(row: Publication) -> int:
    """Return the status of the answer to a request for the picture."""
    with closing(Client().get(f"/public/pictures/{row.pictures.get().pk}/")) as answer:
        return answer.status_code


@pytest.mark.parametrize(("day", "is_shown"), [("2027-11-30", True), ("2027-12-01", False)])
def test_picture_and_name_are_shown_until_the_last_day_of_the_consent(
    day: str, is_shown: bool, public_page: Publication
):
    with time_machine.travel(f"{day}T11:00:00+00:00", tick=False):
        assert (f'alt="{ALT}"' in read(public_page), "Ana Roy" in read(public_page)) == (is_shown, is_shown)
        assert picture(public_page) == (200 if is_shown else 404)


def test_withdrawn_picture_and_name_are_gone(public_page: Publication):
    withdrawn_now(public_page.pictures.get().attachment)
    withdraw_name(name=public_page.names.get(), by=None, at=NOW)
    assert (ALT in read(public_page), "Ana Roy" in read(public_page), picture(public_page)) == (False, False, 404)


def test_proxy_sends_a_picture_whose_consent_is_checked_at_each_request(public_page: Publication, settings: Any):
    settings.FILES_ACCEL = "/protected/"
    attachment, path = public_page.pictures.get().attachment, f"/public/pictures/{public_page.pictures.get().pk}/"
    stored = attachment.stored
    for _request in range(2):
        answer = Client().get(path)
        assert (answer.status_code, answer.content) == (200, b"")
        assert answer.headers["X-Accel-Redirect"] == f"/protected/{stored[:2]}/{stored}/large"
        assert answer.headers["Cache-Control"] == "private, no-cache"
    assert hot_pages.find(path)[0] is None
    withdrawn_now(attachment)
    assert Client().get(path).status_code == 404


def named_in_text(cast: Cast, **consent: Any) -> Publication:
    """Return a public page whose text names the ambassador, with consent."""
    draft = PublicationFactory(cohort=cast.cohort, text_fr="Avec Rivage Ambassador.", text_en="**Ambassador** Rivage")
    PublicNameFactory(publication=draft, name="Ambassador Rivage", **consent)
    return PublicationFactory.publish(draft)


def test_page_whose_text_names_a_person_is_withdrawn_with_their_consent(cast: Cast):
    row = named_in_text(cast)
    with refused_by("public_name_ends_with_page"):
        update(row.names.get(), ended_at=NOW)
    signed_in(cast["P"]).post(f"/publications/{row.pk}/names/{row.names.get().pk}/withdraw/")
    row.refresh_from_db()
    assert (row.state, row.ended_by) == ("withdrawn", cast["P"])
    reminder = Reminder.objects.get(kind="publication")
    assert set(recipients(reminder, NOW)) == {row.written_by, row.published_by}
    assert rendered(reminder, cast["P"], "en").subject == "“The appointment without a file” is no longer public"


@pytest.mark.parametrize(
    ("name", "text"),
    [("Bjørn Œuvray", "Avec Bjorn Oeuvray."), ("Ana Roy", "Ana Roy&eacute;"), ("Ana Roy", "Ana\u200bRoy")],
)
def test_consent_is_withdrawn_where_only_the_database_would_see_the_name(name: str, text: str, cast: Cast):
    draft = PublicationFactory(cohort=cast.cohort, text_fr=text)
    named = PublicNameFactory(publication=draft, name=name)
    PublicationFactory.publish(draft)
    withdraw_name(name=named, by=None, at=NOW)
    assert (Publication.objects.get().state, PublicName.objects.get().ended_at) == ("withdrawn", NOW)


def test_page_whose_text_names_a_person_is_withdrawn_after_the_last_day_of_the_consent(
    cast: Cast, public_page: Publication
):
    row = named_in_text(cast, agreed_until=TODAY)
    counts = [withdraw_where_consent_ended(by=None, at=NOW + timedelta(days=days)) for days in (0, 1, 2, 400)]
    assert counts == [0, 1, 0, 0]
    row.refresh_from_db()
    public_page.refresh_from_db()
    assert (row.state, public_page.state, Reminder.objects.get().object_id) == ("withdrawn", "published", row.pk)
    assert not PublicName.objects.filter(ended_at=None).exists()  # a name that only the list had ended with its consent


def test_consent_ends_with_the_day_of_the_authority(cast: Cast):
    force(cast.cohort.authority, time_zone="America/Guadeloupe")
    row = named_in_text(cast, agreed_until=TODAY)
    midnight = datetime(2026, 11, 25, tzinfo=ZoneInfo("America/Guadeloupe"))
    counts = [withdraw_where_consent_ended(by=None, at=midnight + timedelta(hours=hours)) for hours in (-1, 0)]
    assert (counts, row.names.get().ended_at) == ([0, 1], midnight)


@pytest.mark.parametrize("ending", ["withdrawn", "described"])
def test_end_of_a_consent_drops_rendered_pages(
    ending: str, public_page: Publication, cast: Cast, django_capture_on_commit_callbacks: Any
):
    FiguresConsentFactory(cohort=cast.cohort, audience="public")
    path, attachment = "/public/en/figures/", public_page.pictures.get().attachment
    for end in (
        lambda: stop_sharing_figures(cohort=cast.cohort, audience=Audience.PUBLIC, at=NOW, by=cast["P"]),
        lambda: (
            withdraw_file(attachment=attachment, reason="Erreur", by=cast["P"], at=NOW)
            if ending == "withdrawn"
            else describe_file(attachment=attachment, consent="nobody", by=cast["P"], alt_text="Un mur")
        ),
    ):
        hot_pages.save(path, hot_pages.HotPage(b"old", {}), hot_pages.find(path)[1])
        with django_capture_on_commit_callbacks(execute=True):
            end()
        assert hot_pages.find(path)[0] is None


@pytest.mark.parametrize("name", ["add_name", "choose_pictures", "set_approval_rule", "submit_publication", "publish"])
def test_consents_and_approvals_are_refused_while_acting_for_someone(name: str):
    assert ACTIONS[name].forbidden_while_acting


def test_picture_whose_file_is_missing_is_gone(public_page: Publication, tmp_path: Any, settings: Any):
    settings.FILES_DIR = tmp_path / "empty"
    assert picture(public_page) == 404


def test_picture_of_a_withdrawn_page_is_gone(public_page: Publication):
    update(public_page, state="withdrawn", ended_at=NOW, end_reason="An error")
    assert picture(public_page) == 404


@pytest.mark.parametrize("consent", ["cohort", "edition", "signed_in"])
def test_picture_with_a_narrower_consent_is_refused(consent: str):
    with refused_by("public_picture_consent"):
        PublicationPictureFactory(publication=PublicationFactory(), consent=consent)


def test_pictures_are_described_and_fixed_with_their_version(public_page: Publication):
    row = public_page.pictures.get()
    with refused_by("public_picture_described"):
        force(row, alt_en=" ")
    with refused_by("public_picture_of_draft"):
        update(row, alt_en="Another")
    with refused_by("public_picture_of_draft"):
        row.delete()
    with refused_by("public_picture_once"):
        PublicationPictureFactory(
            publication=PublicationFactory(idea=public_page.idea, number=2), attachment=row.attachment
        )
        PublicationPictureFactory(publication=Publication.objects.get(number=2), attachment=row.attachment)


@pytest.mark.parametrize(
    ("rule", "columns"),
    [
        ("public_name_named", {"name": " "}),
        ("public_name_days", {"agreed_until": "2026-11-01"}),
        ("public_name_how_known", {"agreed_how": "other"}),
        ("public_name_dates", {"agreed_on": "1989-12-31"}),
    ],
)
def test_name_that_contradicts_itself_is_refused(rule: str, columns: dict[str, Any]):
    with refused_by(rule):
        force(PublicNameFactory(), **columns)


def test_names_are_added_to_drafts_once_and_end_at_any_time(public_page: Publication):
    row = public_page.names.get()
    with refused_by("public_name_of_draft"):
        PublicNameFactory(publication=public_page, name="Luc Petit")
    with refused_by("public_name_of_draft"):
        update(row, agreed_on="2026-11-03")
    draft = PublicNameFactory().publication
    with refused_by("public_name_once"):
        PublicNameFactory(publication=draft)
    update(row, ended_at=NOW)


def test_pictures_that_anyone_may_see_are_chosen_and_described(cast: Cast, tmp_path: Any, settings: Any):
    settings.FILES_DIR = tmp_path
    draft = PublicationFactory(cohort=cast.cohort)
    prototype = PrototypeFactory(idea=draft.idea)
    allowed = AttachmentFactory(about="prototype", of=prototype, consent="public")
    refused = AttachmentFactory(about="prototype", of=prototype, consent="signed_in")
    client, address = signed_in(cast["P"]), f"/publications/{draft.pk}/pictures/"
    form = {f"show_{allowed.pk}": "on", f"alt_fr_{allowed.pk}": "Un mur", f"show_{refused.pk}": "on"}
    assert "Describe the picture for people who do not see it." in client.post(address, form).content.decode()
    client.post(address, form | {f"alt_en_{allowed.pk}": "A wall"})
    assert list(draft.pictures.values_list("attachment", "alt_en")) == [(allowed.pk, "A wall")]


@pytest.mark.parametrize("text", ["Avec Ambassador  **Rivage**.", "avec ambàssador\nrivage", "Ambassador\xa0Rivage"])
def test_spelling_a_name_otherwise_hides_it_from_no_one(cast: Cast, text: str):
    draft = PublicationFactory(cohort=cast.cohort, text_fr=text)
    answer = signed_in(cast["P"]).post(f"/publications/{draft.pk}/submit/")
    assert "The texts name Ambassador Rivage." in answer.content.decode()


def test_description_of_a_picture_names_nobody_without_consent(cast: Cast):
    draft = PublicationFactory(cohort=cast.cohort)
    PublicationPictureFactory(publication=draft, alt_en="Ambassador Rivage at the desk")
    answer = signed_in(cast["P"]).post(f"/publications/{draft.pk}/submit/")
    assert "The texts name Ambassador Rivage." in answer.content.decode()


def test_consent_that_has_ended_is_none_when_the_page_is_submitted_and_when_it_is_published(cast: Cast):
    draft = PublicationFactory(cohort=cast.cohort, text_fr="Avec Ambassador Rivage.")
    name = PublicNameFactory(publication=draft, name="Ambassador Rivage", agreed_until=date(2027, 1, 31))
    signed_in(cast["P"]).post(f"/publications/{draft.pk}/submit/")
    draft.refresh_from_db()
    assert draft.state == "submitted"
    withdraw_name(name=name, by=None, at=NOW)
    answer = signed_in(cast["P"]).post(f"/publications/{draft.pk}/publish/")
    assert "The texts name Ambassador Rivage." in answer.content.decode()
    draft.refresh_from_db()
    assert draft.state == "submitted"


def test_text_that_names_someone_without_consent_is_not_submitted(cast: Cast):
    draft = PublicationFactory(cohort=cast.cohort, text_fr="Avec Ambassador Rivage au guichet.")
    client, address = signed_in(cast["P"]), f"/publications/{draft.pk}/submit/"
    assert "The texts name Ambassador Rivage." in client.post(address).content.decode()
    form = {"name": "Ambassador Rivage", "agreed_on": "2026-11-02", "agreed_how": "paper"}
    client.post(f"/publications/{draft.pk}/names/", form)
    client.post(address)
    draft.refresh_from_db()
    assert draft.state == "submitted"


def test_next_version_begins_with_pictures_and_names_that_are_still_agreed_to(public_page: Publication, cast: Cast):
    withdrawn_now(public_page.pictures.get().attachment)
    form = {"title_fr": "Encore", "licence": "cc-by-4.0", "data_licence": "etalab-2.0"}
    signed_in(cast["P"]).post(f"/publications/write/ideas/{public_page.idea_id}/", form)
    draft = Publication.objects.get(number=2)
    assert (draft.pictures.count(), [name.name for name in draft.names.all()]) == (0, ["Ana Roy"])


def test_restored_backup_makes_nothing_public_again(public_page: Publication, cast: Cast):
    of_pages, of_names = PRIVACY.journal
    signed_in(cast["S"]).post(f"/publications/{public_page.pk}/names/{public_page.names.get().pk}/withdraw/")
    signed_in(cast["S"]).post(f"/publications/{public_page.pk}/withdraw/", {"reason": "An error"})
    recorded = [{*kind.erasures()} for kind in (of_pages, of_names)]
    force(public_page, state="published", ended_at=None, ended_by_id=None, end_reason="")
    force(public_page.names.get(), ended_at=None)
    for kind, names in zip((of_pages, of_names), recorded, strict=True):
        for again in kind.to_repeat(names).values():
            again(NOW)
    public_page.refresh_from_db()
    assert (public_page.state, public_page.names.get().ended_at) == ("withdrawn", NOW)
