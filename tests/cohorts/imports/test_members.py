"""The import of people: who is invited, who is recognised, who is refused, and what an undo does."""

from datetime import date
from typing import Any

import pytest
from django.core import mail

from cohorts.models import Invitation, Membership
from imports import actions
from imports.kinds import import_kinds
from imports.models import ImportBatch
from imports.reading.tables import open_file, pasted_file
from imports.worker import run_due_imports
from notifications.sending.cycle import send_round
from tests.cohorts.pages import browser, page_text
from tests.factories.accounts import UserFactory
from tests.factories.cast import NOW, Cast
from tests.factories.cohorts import MembershipFactory
from tests.factories.files import file_of
from tests.factories.imports import workbook
from tests.factories.invitations import InvitationFactory

pytestmark = pytest.mark.django_db


def added(cast: Cast, content: str | bytes, by: str = "P") -> ImportBatch:
    """Return the import of a pasted text or a file into the cast's cohort, checked."""
    kind = import_kinds["members"]
    target = kind.find_target(cast.cohort.slug, cast[by])
    given: Any = {"kind": "members", "target": target, "file_name": "", "language": "en", "at": NOW, "by": cast[by]}
    if isinstance(content, str):
        return actions.add_import(source=pasted_file(content, kind.columns), **given)
    with file_of(content) as file, open_file(file, kind.columns) as source:
        return actions.add_import(source=source, **given)


def run(cast: Cast, batch: ImportBatch, by: str = "P") -> ImportBatch:
    actions.confirm_import(batch=batch, by=cast[by], at=NOW)
    run_due_imports(lambda: NOW)
    batch.refresh_from_db()
    return batch


def reasons(batch: ImportBatch) -> list[tuple[int, str, str]]:
    return list(batch.rows.refused().order_by("line").values_list("line", "column", "reason"))


@pytest.mark.parametrize(
    "content",
    [
        "Nom;Prénom;Courriel;Service\nEssai;Ada;ada@people.example;Accueil\nÉtude;Bob;bob@people.example;",
        "Name\tE-mail\tService\nAda Essai\tada@people.example\tAccueil\nBob Étude\tbob@people.example\t",
        "Service,E-mail,Surname,First name\nAccueil,ada@people.example,Essai,Ada\n,bob@people.example,Étude,Bob",
        workbook(["Service", "Courriel", "Nom complet"], ["Accueil", "ada@people.example", "Ada Essai"],
                 [None, "bob@people.example", "Bob Étude"]),
        "Ada Essai <ada@people.example>;Accueil\nBob Étude <bob@people.example>",
    ],
    ids=["semicolons", "paste", "commas", "workbook", "no heading"],
)  # fmt: skip
def test_people_are_invited_from_a_table_as_people_keep_it(cast, settings, tmp_path, content):
    settings.FILES_DIR = tmp_path
    batch = run(cast, added(cast, content))
    fields = ("email", "full_name", "role", "language", "invited_by")
    assert list(Invitation.objects.order_by("pk").values_list(*fields)) == [
        ("ada@people.example", "Ada Essai", "ambassador", "fr", cast["P"].pk),
        ("bob@people.example", "Bob Étude", "ambassador", "fr", cast["P"].pk),
    ]
    units = {"Accueil", ""} if any(batch.header) else {""}
    assert set(Invitation.objects.values_list("unit", flat=True)) == units


def test_language_role_and_discipline_come_from_the_row_in_words(cast):
    text = "Courriel;Nom;Rôle;Discipline;Langue\nada@people.example;Ada E;Résident;design;anglais\n"
    run(cast, added(cast, text))
    row = Invitation.objects.get()
    assert (row.role, row.discipline, row.language) == ("resident", "design", "en")


def test_the_preview_says_which_role_people_get_whose_table_has_none(cast):
    text, client = "Your table has no column “Role”: each row gets “ambassador”.", browser(cast["P"])
    without = added(cast, "Courriel;Nom\nada@people.example;Ada E\n")
    with_role = added(cast, "Courriel;Nom;Rôle\nada@people.example;Ada E;relais\n")
    is_on_page = [text in page_text(client.get(batch.get_absolute_url())) for batch in (without, with_role)]
    assert is_on_page == [True, False]


def test_every_reason_not_to_invite_is_given_before_anything_is_sent(cast):
    cast.cohort.seats = 2
    cast.cohort.save()
    UserFactory(email="gone@people.example", is_active=False)
    InvitationFactory(cohort=cast.cohort, role="relay", person__email="open@people.example")
    text = f"""E-mail;Name;Role
a@people.example;A;resident
gone@people.example;Gone;relay
{cast["R"].email};R;relay
open@people.example;Open;relay
b@people.example;B;ambassador
c@people.example;C;ambassador
d@people.example;D;coordinator
;Nobody;relay
e@people.example;;relay"""
    batch = added(cast, text)
    assert reasons(batch) == [
        (2, "discipline", "Say which discipline the resident brings, such as design."),
        (7, "role", "Every seat of the cohort is taken or promised: end a membership or withdraw an invitation."),
        (8, "role", "Only the lab can name coordinators. Only the lab and the coordinator can name pilots."),
        (9, "email", "This row has no e-mail address."),
        (10, "full_name", "This row has no name."),
    ]
    assert (batch.unchanged_count, batch.created_count) == (2, 2)
    closed = "This person’s account is closed: nobody can sign in with this address. Give another one."
    assert (3, "email", closed) in reasons(run(cast, batch))


def test_the_preview_does_not_tell_who_has_an_account_or_whose_an_address_is(cast):
    UserFactory(email="gone@people.example", is_active=False)
    cast["M"].emailaddress_set.create(email="private@people.example", verified=True)
    text = "E-mail;Name;Role;Service\n" + "".join(
        f"{name}@people.example;Ada Essai;ambassador;Accueil\n" for name in ("gone", "private", "new")
    )
    batch = added(cast, text)
    assert set(batch.rows.values_list("outcome", "object_id", "reason")) == {("create", None, "")}
    assert [(line, reason.split(":")[0]) for line, _column, reason in reasons(run(cast, batch))] == [
        (2, "This person’s account is closed"),
        (3, "This person has that role in the cohort already at these dates."),
    ]


def test_a_name_next_to_an_address_is_checked_like_one_in_its_own_column(cast):
    batch = added(cast, f"Gagnez sur www.evil.example <ada@people.example>\n{'Bob ' * 40}<bob@people.example>")
    assert [(line, column) for line, column, _reason in reasons(batch)] == [(1, "full_name"), (2, "full_name")]


def test_a_table_invites_one_pilot_at_most(cast):
    text = "E-mail;Name;Role\na@people.example;A;pilot\nb@people.example;B;pilot"
    pilot_exists = "The cohort has a pilot at these dates: end that membership first."
    assert [reason for *_row, reason in reasons(added(cast, text, "S"))] == [pilot_exists, pilot_exists]
    cast.cohort.memberships.filter(role="pilot").update(ends_on=date(2026, 11, 23))
    assert [reason for *_row, reason in reasons(added(cast, text, "S"))] == [
        "Someone is invited as pilot and has not answered: withdraw that invitation first."
    ]


def test_a_member_is_recognised_by_invited_address_or_by_name_and_details_change(cast):
    member = cast.cohort.memberships.get(user=cast["M"])
    cast["M"].emailaddress_set.create(email="further@people.example", verified=True)
    invitation = {"cohort": cast.cohort, "role": "ambassador", "person": cast["M"], "email": "further@people.example"}
    accepted = InvitationFactory(**invitation, accepted_at=NOW, accepted_by=cast["M"])
    for identity in ("further@people.example;;", f";{member.name};", f"{cast['M'].email.upper()};;"):
        Membership.objects.filter(pk=member.pk).update(unit="Voirie")
        batch = added(cast, f"E-mail;Name;Role;Service\n{identity}ambassador;Accueil")
        row = batch.rows.get()
        assert (row.outcome, row.object_id, row.changes) == ("update", member.pk, [["unit", "Voirie", "Accueil"]])
    run(cast, batch)
    member.refresh_from_db()
    assert (member.unit, Invitation.objects.get().pk) == ("Accueil", accepted.pk)
    actions.request_import_undo(batch=batch, by=cast["P"], at=NOW)
    run_due_imports(lambda: NOW)
    member.refresh_from_db()
    assert member.unit == "Voirie"


def test_a_member_who_was_changed_since_stops_the_undo(cast):
    member = cast.cohort.memberships.get(user=cast["M"])
    batch = run(cast, added(cast, f"E-mail;Service\n{cast['M'].email};Accueil"))
    Membership.objects.filter(pk=member.pk).update(unit="Parcs")
    assert actions.undo_refusals(batch, cast["P"], NOW) == [
        f"These were changed after the import: {member}. Change them by hand."
    ]


def test_people_of_other_cohorts_are_invited_without_a_word_on_their_account(cast):
    stranger = MembershipFactory(cohort=cast.other_cohort, user=UserFactory(email="known@people.example")).user
    batch = added(cast, f"E-mail;Name\n{stranger.email};Ada Essai\nnew@people.example;Bob Essai")
    assert set(batch.rows.values_list("outcome", "object_id", "reason")) == {("create", None, "")}


def test_an_undo_names_who_received_the_email_and_corrects_it_in_their_language(cast):
    text = "E-mail;Name;Langue\nada@people.example;Ada Essai;fr\nbob@people.example;Bob Essai;en"
    batch = run(cast, added(cast, text))
    page, address = browser(cast["P"]), f"{batch.get_absolute_url()}undo/"
    send_round(lambda: NOW, seconds=60)
    assert (len(mail.outbox), "correct_emails" in page.get(address).context["form"].fields) == (0, False)
    send_round(lambda: NOW.replace(minute=10), seconds=60)
    assert "These people already received an e-mail: Ada Essai, Bob Essai." in page_text(page.get(address))

    page.post(address, {"correct_emails": "on"})
    run_due_imports(lambda: NOW.replace(minute=12))
    assert "get another one: it says that the first no longer counts." in page_text(page.get(batch.get_absolute_url()))
    send_round(lambda: NOW.replace(minute=13), seconds=60)
    french, english = sorted(mail.outbox[2:], key=lambda email: email.to)
    assert (french.to, french.subject) == (
        ["ada@people.example"],
        "Ville de Rivage, La Transfo 2026–2028 : votre invitation était une erreur",
    )
    assert "Elle n’est plus valable, et les liens des messages à son sujet ne fonctionnent plus." in " ".join(
        str(french.body).split()
    )
    assert (english.to, english.subject) == (
        ["bob@people.example"],
        "Ville de Rivage, La Transfo 2026–2028: your invitation was a mistake",
    )
    assert "(ambassador) was sent to you by mistake." in " ".join(str(english.body).split())


def test_people_who_received_no_email_get_no_correction(cast):
    batch = run(cast, added(cast, "E-mail;Name\nada@people.example;Ada Essai"))
    actions.request_import_undo(batch=batch, by=cast["P"], at=NOW, correct_emails=True)
    run_due_imports(lambda: NOW)
    send_round(lambda: NOW.replace(minute=30), seconds=60)
    assert mail.outbox == []
