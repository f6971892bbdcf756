"""Setting an empty installation up: the link, the lab with its first account, settings, the checklist on home."""

import json
import re
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from celery.signals import task_postrun, task_prerun
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.lab.actions import is_set_up, make_setup_link, set_up_lab
from accounts.models import Lab, SetupLink, User
from notifications.emails.rendering import language_of
from tests.concurrency import run_at_once
from tests.factories.accounts import UserFactory, signed_in
from tests.factories.programmes import AuthorityFactory, EditionFactory, FormatFactory
from tests.pages import elements, errors, links, texts
from tests.sql import execute, refused_by
from web.dates.clock import platform_today

FORM = {
    "name": "Labo de la côte",
    "full_name": "Ada Première",
    "email": "ada@lab.example",
    "password": "grandes marées 1984",
    "language": "fr",
    "time_zone": "Europe/Paris",
    "sender": "labo@lab.example",
}
TOKEN = "version_token"
ENGLISH = {"accept-language": "en"}
NOT_SET_UP = "The platform is not set up yet"
ALREADY = "The lab is set up already. Sign in, then change its settings."


def printed_link(capsys: Any, **options: Any) -> str:
    call_command("setup_lab", **options)
    return "/" + capsys.readouterr().out.split("://")[-1].partition("/")[2].strip()


def test_accounts_of_others_do_not_set_the_lab_up(db: None):
    UserFactory()
    assert not is_set_up()


@pytest.mark.django_db
def test_the_printed_link_makes_the_lab_and_signs_its_first_person_in(client: Client, capsys: Any, settings: Any):
    assert NOT_SET_UP in client.get("/accounts/login/", headers=ENGLISH).content.decode()
    earlier, link = printed_link(capsys), printed_link(capsys)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    assert [client.get(path).status_code for path in (earlier, "/setup/guess/", link)] == [404, 404, 200]
    refused = client.post(link, FORM | {"password": "short", "sender": "nobody", "time_zone": "Moon"})
    assert (refused.status_code, len(errors(refused)), Lab.objects.count()) == (200, 3, 0)
    assert "Ada Première" in {element["attrs"].get("value") for element in elements(refused, "input")}
    answer = client.post(link, FORM)
    assert answer.headers["Location"] == "/"
    person = User.objects.get()
    assert (person.lab_role, person.is_lab_staff, person.email) == ("administrator", True, "ada@lab.example")
    assert EmailAddress.objects.get().verified
    assert (Lab.objects.sender(), SetupLink.objects.count()) == ("Labo de la côte <labo@lab.example>", 0)
    assert client.get("/").status_code == 200
    assert NOT_SET_UP not in Client().get("/accounts/login/", headers=ENGLISH).content.decode()
    assert (client.post(link, FORM).status_code, Client().get(link).status_code) == (404, 404)
    with pytest.raises(CommandError, match="set up already"):
        call_command("setup_lab")
    assert printed_link(capsys, if_needed=True) == "/"


@pytest.mark.django_db
def test_the_command_makes_everything_at_once_or_names_what_is_wrong(client: Client, capsys: Any):
    with pytest.raises(CommandError, match="--name"):
        call_command("setup_lab", email="ada@lab.example", full_name="Ada", name="")
    options = {"email": "ada@lab.example", "full_name": "Ada", "name": "Labo"}
    call_command("setup_lab", **options, dry_run=True, json=True)
    assert (json.loads(capsys.readouterr().out), User.objects.count()) == ({"link": "", "dry_run": True}, 0)
    link = printed_link(capsys, **options)
    assert (Lab.objects.get().name, EmailAddress.objects.get().verified) == ("Labo", True)
    assert re.match(r"/sign-in/link/\S+/", link)
    assert client.post(link).status_code == 302
    assert client.get("/lab/").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_of_two_people_who_set_the_platform_up_at_once_one_does():
    make_setup_link(at=timezone.now(), by=None)
    values = {name: FORM[name] for name in ("name", "language", "sender", "time_zone", "password", "full_name")}
    both = [partial(set_up_lab, **values, email=f"{n}@lab.example", at=timezone.now(), by=None) for n in "ab"]
    assert run_at_once(*both) == [ALREADY, "done"]
    assert (User.objects.count(), Lab.objects.count()) == (1, 1)


@pytest.mark.django_db
def test_database_keeps_one_lab_with_a_name_and_one_link():
    insert = (
        "INSERT INTO accounts_lab (id, name, language, sender, time_zone) VALUES (%s, %s, 'fr', %s, 'Europe/Paris')"
    )
    for rule, values in (
        ("lab_only_one", (2, "Labo", "")),
        ("lab_has_name", (1, " ", "")),
        ("lab_sender_mailbox", (1, "Labo", "nobody")),
    ):
        with refused_by(rule):
            execute(insert, *values)
    with refused_by("setup_link_only_one"):
        execute("INSERT INTO accounts_setuplink (id, token_hash, expires_at) VALUES (2, 'a', now())")


@pytest.mark.django_db
def test_administrators_change_the_settings_which_new_things_start_with():
    administrator = signed_in(UserFactory(is_lab_staff=True))
    member = signed_in(UserFactory(is_lab_staff=True, lab_role="member"))
    assert [client.get("/lab/settings/").status_code for client in (administrator, member)] == [200, 403]
    values = {"name": "Labo Réunion", "language": "en", "time_zone": "Indian/Reunion", "sender": ""}
    assert administrator.post("/lab/settings/", values | {"name": " "}).status_code == 200
    Lab.objects.create(name="Labo")
    before = administrator.get("/lab/settings/")
    earlier = next(one["attrs"]["value"] for one in elements(before, "input") if one["attrs"].get("name") == TOKEN)
    saved = administrator.post("/lab/settings/?next=/", values | {TOKEN: earlier})
    assert (saved.status_code, saved.headers["Location"]) == (302, "/")
    assert (Lab.objects.get().time_zone, texts(member.get("/lab/"), "h1")) == ("Indian/Reunion", ["Labo Réunion"])
    late = administrator.post("/lab/settings/", values | {"name": "Labo Mayotte", TOKEN: earlier})
    assert ("Someone else saved changes" in late.content.decode(), Lab.objects.get().name) == (True, "Labo Réunion")
    chosen = [
        element["attrs"]["value"]
        for element in elements(member.get(reverse("programmes:create_authority")), "option")
        if "selected" in element["attrs"]
    ]
    assert {"Indian/Reunion", "en"} <= set(chosen)


@pytest.mark.django_db
@pytest.mark.time_machine(datetime(2026, 11, 24, 9, tzinfo=UTC), tick=False)
def test_the_time_zone_and_language_of_the_lab_count_where_nobody_chose_another():
    user, silent = UserFactory(is_lab_staff=True, language="en"), UserFactory(language="")
    client = signed_in(user)
    assert (texts(client.get("/"), "p", "crumb"), language_of(silent)) == (["Tue 24 November 2026"], "fr")
    Lab.objects.create(name="Labo", language="en", time_zone="Pacific/Tahiti")
    assert (texts(client.get("/"), "p", "crumb"), platform_today()) == (["Mon 23 November 2026"], date(2026, 11, 24))
    assert (language_of(silent), language_of(UserFactory(language="fr"))) == ("en", "fr")
    task_prerun.send(sender=None)
    assert platform_today() == date(2026, 11, 23)
    task_postrun.send(sender=None)
    assert platform_today() == date(2026, 11, 24)


@pytest.mark.django_db
def test_home_leads_from_the_first_step_to_the_first_edition():
    user = UserFactory(is_lab_staff=True)
    client = signed_in(user)
    page = client.get("/")
    assert (texts(page, "h2")[0], links(page)["Name the lab"]) == (
        *("0 of 5 steps are done", "/lab/settings/?next=%2F"),
    )
    Lab.objects.create(name="Labo")
    assert links(client.get("/"))["Invite a colleague"] == "/lab/invite/?next=%2F"
    reader = signed_in(UserFactory(is_lab_staff=True, lab_role="reader"))
    draft = FormatFactory(published_at=None)
    page = client.get("/")
    assert texts(page, "h2")[0] == "2 of 5 steps are done"
    assert links(page)["Publish the format"] == f"/formats/{draft.pk}/"
    version = FormatFactory(programme=draft.programme, version=9)
    assert links(client.get("/"))["Add an authority"] == "/authorities/official-list/"
    AuthorityFactory()
    assert links(client.get("/"))["Open an edition"] == "/open-edition/"
    assert "steps are done" not in reader.get("/").content.decode()
    EditionFactory(format=version, state="open")
    page = client.get("/")
    assert ("steps are done" in page.content.decode(), texts(page, "h1")) == (False, ["To do today"])
