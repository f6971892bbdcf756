"""What production settings promise browsers and keep of passwords, read from a process that has them."""

import json
from typing import Any

import pytest

from tests.labplatform.test_settings import start
from tools.lint_deploy import PRODUCTION

ASKED = """
import json, django
django.setup()
from django.conf import settings
from django.contrib.auth.hashers import get_hasher
from django.test import Client, RequestFactory
from django.utils.module_loading import import_string

found = {name: getattr(settings, name) for name in dir(settings) if name.isupper() and isinstance(
    getattr(settings, name), (str, int, list, tuple, type(None)))}
found["hasher"] = [get_hasher().algorithm, get_hasher().iterations]
found["messages"] = [kind.cookie_name for kind in import_string(settings.MESSAGE_STORAGE).storage_classes[:1]]
plain = Client().get("/accounts/login/", headers={"host": "lab.example"})
found["plain"] = [plain.status_code, plain.headers["Location"]]
secure = Client().get("/livez", headers={"host": "lab.example"}, secure=True)
found["hsts"] = secure.headers["Strict-Transport-Security"]
print(json.dumps(found, default=str))
"""


@pytest.fixture(scope="module")
def production() -> dict[str, Any]:
    done = start("labplatform.settings.production", ASKED, **PRODUCTION)
    assert done.returncode == 0, done.stderr[-800:]
    return json.loads(done.stdout.splitlines()[-1])  # type: ignore[no-any-return]


def test_every_cookie_is_of_this_host_over_tls_only(production: dict[str, Any]):
    names = [value for name, value in production.items() if name.endswith("_COOKIE_NAME")] + production["messages"]
    assert sorted(names) == [
        "__Host-csrftoken",
        "__Host-language",
        "__Host-messages",
        "__Host-sessionid",
        "__Host-who",
    ]
    for kind in ("SESSION", "CSRF", "LANGUAGE"):
        assert [production[f"{kind}_COOKIE_{what}"] for what in ("SECURE", "SAMESITE", "DOMAIN", "PATH")] == [
            True,
            "Lax",
            None,
            "/",
        ]
    assert [production[f"{kind}_COOKIE_HTTPONLY"] for kind in ("SESSION", "LANGUAGE", "CSRF")] == [True, True, False]


def test_plain_http_is_led_to_tls_and_browsers_remember_it_for_a_year(production: dict[str, Any]):
    assert production["plain"] == [301, "https://lab.example/accounts/login/"]
    assert production["hsts"] == "max-age=31536000; includeSubDomains; preload"


def test_passwords_are_kept_by_a_slow_function(production: dict[str, Any]):
    algorithm, iterations = production["hasher"]
    assert (algorithm, iterations >= 600_000) == ("pbkdf2_sha256", True)


def test_limits_are_on_and_nothing_of_the_development_is(production: dict[str, Any]):
    assert (production["DEBUG"], production["DEMO"], production["SECOND_FACTOR_REQUIRED"]) == (False, False, True)
    assert "*" not in production["ALLOWED_HOSTS"]
    assert [name for name in production["INSTALLED_APPS"] if "debug" in name or "extensions" in name] == []


def test_a_sign_in_ends_after_eight_hours_without_a_sign_and_after_seven_days(production: dict[str, Any]):
    assert (production["SESSION_IDLE_MINUTES"], production["SESSION_DAYS"], production["SESSION_COOKIE_AGE"]) == (
        480,
        7,
        604_800,
    )
