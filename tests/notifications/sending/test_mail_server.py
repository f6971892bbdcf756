"""One connection to the mail server, and what its answers mean."""

import ssl

import pytest
from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend

from notifications.sending.mail_server import Outcome, Post, Unreachable, Verdict
from tests.factories.sink import ACCEPT, DROP, DROP_ACCEPTED, SILENCE, Sink


def message(to: str = "ana@people.example") -> EmailMessage:
    return EmailMessage("Workshop", "Come.", "lab@demo.example", [to])


def test_an_accepted_letter_has_arrived(sink: Sink):
    with Post() as post:
        assert post.hand_over(message()) == Outcome(Verdict.ACCEPTED)
    assert sink.to == ["ana@people.example"]


def test_the_connection_is_kept_and_closed_at_the_end(sink: Sink):
    with Post() as post:
        post.open()
        post.hand_over(message())
        post.open()
        post.hand_over(message())
        kept = post._backend
    assert len(sink.sessions) == 1
    assert kept.connection is None


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        ("451 busy", Verdict.LATER),
        ("452 full", Verdict.LATER),
        ("550 no", Verdict.REFUSED),
        ("554 never", Verdict.REFUSED),
    ],
)
def test_the_servers_answer_decides(sink: Sink, answer: str, verdict: Verdict):
    sink.answers = lambda _number, _envelope: answer
    with Post() as post:
        assert post.hand_over(message()) == Outcome(verdict, answer)


@pytest.mark.parametrize(("reply", "verdict"), [("450 grey", Verdict.LATER), ("550 who?", Verdict.REFUSED)])
def test_a_refused_address_is_judged_by_its_code(sink: Sink, reply: str, verdict: Verdict):
    sink.refused["ana@people.example"] = reply
    with Post() as post:
        assert post.hand_over(message()) == Outcome(verdict, reply)
        assert post.hand_over(message("bo@people.example")) == Outcome(Verdict.ACCEPTED)
    assert len(sink.sessions) == 1


@pytest.mark.parametrize("answer", [SILENCE, DROP, DROP_ACCEPTED])
def test_without_a_final_answer_nobody_knows(sink: Sink, answer: str):
    sink.answers = lambda number, _envelope: answer if number == 1 else ACCEPT
    with Post() as post:
        post.open()
        outcome = post.hand_over(message())
        assert (outcome.verdict, outcome.said.split(":")[0]) == (Verdict.LATER, "No final answer")
        post.open()
        assert post.hand_over(message("bo@people.example")) == Outcome(Verdict.ACCEPTED)
    assert len(sink.sessions) == 2


def test_a_server_that_closes_is_met_on_a_new_connection(sink: Sink):
    sink.answers = lambda number, _envelope: "421 closing" if number == 1 else ACCEPT
    with Post() as post:
        post.open()
        assert post.hand_over(message()) == Outcome(Verdict.LATER, "421 closing")
        post.open()
        assert post.hand_over(message()) == Outcome(Verdict.ACCEPTED)
    assert len(sink.sessions) == 2


def test_no_server_is_said_before_any_letter_is_begun(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    with Post() as post, pytest.raises(Unreachable, match="ConnectionRefusedError"):
        post.open()


def test_leaving_after_trouble_does_not_wait_for_a_farewell(sink: Sink):
    sink.answers = lambda _number, _envelope: SILENCE
    with Post() as post:
        post.open()
        post.hand_over(message())
        assert post._backend.connection is None


def test_other_backends_serve_too(mailoutbox):
    with Post() as post:
        post.open()
        assert post.hand_over(message()) == Outcome(Verdict.ACCEPTED)
    assert [sent.to for sent in mailoutbox] == [["ana@people.example"]]


def test_a_mail_server_has_to_show_a_certificate_that_holds():
    asked = EmailBackend(host="mail.example", use_tls=True).ssl_context
    assert (asked.verify_mode, asked.check_hostname) == (ssl.CERT_REQUIRED, True)
