"""The connection to the mail server, and the meaning of its replies."""

import ssl

import pytest
from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend

from notifications.sending.mail_server import HandOverResult, MailConnection, MailServerUnreachable, Verdict
from tests.factories.sink import ACCEPT, DROP, DROP_ACCEPTED, NO_ANSWER, Sink


def message(to: str = "ana@people.example") -> EmailMessage:
    return EmailMessage("Workshop", "Come.", "lab@demo.example", [to])


def test_an_accepted_email_has_arrived(sink: Sink):
    with MailConnection() as post:
        assert post.hand_over(message()) == HandOverResult(Verdict.ACCEPTED)
    assert sink.to == ["ana@people.example"]


def test_the_connection_is_reused_and_closed_at_the_end(sink: Sink):
    with MailConnection() as post:
        post.open()
        post.hand_over(message())
        post.open()
        post.hand_over(message())
        backend = post._backend
    assert len(sink.sessions) == 1
    assert backend.connection is None


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        ("451 busy", Verdict.LATER),
        ("452 full", Verdict.LATER),
        ("550 no", Verdict.REFUSED),
        ("554 never", Verdict.REFUSED),
    ],
)
def test_the_reply_code_decides_the_verdict(sink: Sink, answer: str, verdict: Verdict):
    sink.answers = lambda _number, _envelope: answer
    with MailConnection() as post:
        assert post.hand_over(message()) == HandOverResult(verdict, answer)


@pytest.mark.parametrize(("reply", "verdict"), [("450 grey", Verdict.LATER), ("550 who?", Verdict.REFUSED)])
def test_a_refused_address_is_classified_by_its_code(sink: Sink, reply: str, verdict: Verdict):
    sink.refused["ana@people.example"] = reply
    with MailConnection() as post:
        assert post.hand_over(message()) == HandOverResult(verdict, reply)
        assert post.hand_over(message("bo@people.example")) == HandOverResult(Verdict.ACCEPTED)
    assert len(sink.sessions) == 1


@pytest.mark.parametrize("answer", [NO_ANSWER, DROP, DROP_ACCEPTED])
def test_no_final_answer_means_retry_later(sink: Sink, answer: str):
    sink.answers = lambda number, _envelope: answer if number == 1 else ACCEPT
    with MailConnection() as post:
        post.open()
        outcome = post.hand_over(message())
        assert (outcome.verdict, outcome.server_reply.split(":")[0]) == (Verdict.LATER, "No final answer")
        post.open()
        assert post.hand_over(message("bo@people.example")) == HandOverResult(Verdict.ACCEPTED)
    assert len(sink.sessions) == 2


def test_a_closed_connection_is_replaced(sink: Sink):
    sink.answers = lambda number, _envelope: "421 closing" if number == 1 else ACCEPT
    with MailConnection() as post:
        post.open()
        assert post.hand_over(message()) == HandOverResult(Verdict.LATER, "421 closing")
        post.open()
        assert post.hand_over(message()) == HandOverResult(Verdict.ACCEPTED)
    assert len(sink.sessions) == 2


def test_an_unreachable_server_is_reported_before_any_email_is_started(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    with MailConnection() as post, pytest.raises(MailServerUnreachable, match="ConnectionRefusedError"):
        post.open()


def test_closing_after_an_error_does_not_wait_for_the_server(sink: Sink):
    sink.answers = lambda _number, _envelope: NO_ANSWER
    with MailConnection() as post:
        post.open()
        post.hand_over(message())
        assert post._backend.connection is None


def test_other_email_backends_work(mailoutbox):
    with MailConnection() as post:
        post.open()
        assert post.hand_over(message()) == HandOverResult(Verdict.ACCEPTED)
    assert [sent.to for sent in mailoutbox] == [["ana@people.example"]]


def test_a_mail_server_must_present_a_valid_certificate():
    context = EmailBackend(host="mail.example", use_tls=True).ssl_context
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
