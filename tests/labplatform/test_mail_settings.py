"""E-mails leave by EMAIL_URL in production: over a real connection, encrypted as its scheme says."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from labplatform.settings.mail import is_on_this_machine
from tests.factories.sink import Sink, free_port
from tests.labplatform.production import Answers

# Without django.setup(): an e-mail needs the settings, not the apps, whose loading takes seconds.
SEND = """
from django.core.mail import EmailMessage
try:
    print(EmailMessage("Subject", "Text", to=["ada@lab.example"]).send())
except OSError as error:
    print(type(error).__name__)
"""


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Create a self-signed certificate for this machine with its key, in one file."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    names = [x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    form, plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    path = tmp_path_factory.mktemp("tls") / "certificate.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, form, plain) + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


@contextmanager
def mail_server(certificate: Path, encryption: str) -> Iterator[Sink]:
    """Run a mail server that accepts e-mails after STARTTLS, over TLS, or unencrypted."""
    sink, context = Sink(port=free_port()), ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    more = {"STARTTLS": {"tls_context": context, "require_starttls": True}, "TLS": {"ssl_context": context}}
    server = Controller(sink, hostname="127.0.0.1", port=sink.port, **more.get(encryption, {}))
    server.start()
    try:
        yield sink
    finally:
        server.stop()


def sent(printed: Answers, address: str, sink: Sink, trusted: Path) -> tuple[list[str], int]:
    """Return what sending an e-mail in production printed, and how many the server took."""
    given = {"EMAIL_URL": address.replace("PORT", str(sink.port)), "SSL_CERT_FILE": str(trusted)}
    return printed(given, SEND), len(sink.accepted)


@pytest.mark.parametrize(
    ("address", "encryption"),
    [
        ("smtp+tls://localhost:PORT", "STARTTLS"),
        ("submission://localhost:PORT", "STARTTLS"),
        ("smtp://localhost:PORT/?tls=true", "STARTTLS"),
        ("smtp+ssl://localhost:PORT", "TLS"),
        ("smtps://localhost:PORT", "TLS"),
        ("smtp://localhost:PORT?ssl=true", "TLS"),
        ("smtp://127.0.0.1:PORT", "none"),
        ("SMTPS://localhost:PORT", "TLS"),
        ("SMTP+TLS://localhost:PORT", "STARTTLS"),
        (" smtp+tls://localhost:PORT", "STARTTLS"),
    ],
)
def test_email_is_sent_with_the_encryption_of_the_address(
    printed: Answers, certificate: Path, address: str, encryption: str
):
    with mail_server(certificate, encryption) as sink:
        assert sent(printed, address, sink, certificate) == (["1"], 1)


@pytest.mark.parametrize(("scheme", "encryption"), [("smtp+tls", "STARTTLS"), ("smtp+ssl", "TLS")])
def test_unsigned_certificate_prevents_sending(
    printed: Answers, certificate: Path, scheme: str, encryption: str, tmp_path: Path
):
    nobody = tmp_path / "none.pem"
    nobody.write_text("")
    with mail_server(certificate, encryption) as sink:
        assert sent(printed, f"{scheme}://localhost:PORT", sink, nobody) == (["SSLCertVerificationError"], 0)


def test_missing_encryption_prevents_sending(printed: Answers, certificate: Path):
    with mail_server(certificate, "none") as sink:
        assert sent(printed, "smtp+tls://localhost:PORT", sink, certificate) == (["SMTPNotSupportedError"], 0)


@pytest.mark.parametrize(
    ("host", "here"),
    [
        ("localhost", True),
        ("127.0.0.1", True),
        ("::1", True),
        ("::ffff:127.0.0.1", True),
        ("::ffff:192.0.2.1", False),
        ("192.0.2.1", False),
        ("mail.example", False),
    ],
)
def test_loopback_addresses_are_on_this_machine(host: str, here: bool):
    assert is_on_this_machine(host) is here
