"""Cookies, headers, password hashes and limits under the settings of production, read from a real process."""

import json
from typing import Any

import pytest

from tests.labplatform.production import start
from tools.lint_deploy import PRODUCTION

PRINT_SETTINGS = """
import json, django
django.setup()
from django.conf import settings
from django.contrib.auth.hashers import get_hasher
from django.test import Client, RequestFactory
from django.utils.module_loading import import_string

values = {name: getattr(settings, name) for name in dir(settings) if name.isupper() and isinstance(
    getattr(settings, name), (str, int, list, tuple, type(None)))}
values["hasher"] = [get_hasher().algorithm, get_hasher().iterations]
values["messages"] = [kind.cookie_name for kind in import_string(settings.MESSAGE_STORAGE).storage_classes[:1]]
plain = Client().get("/accounts/login/", headers={"host": "lab.example"})
values["plain"] = [plain.status_code, plain.headers["Location"]]
secure = Client().get("/livez", headers={"host": "lab.example"}, secure=True)
values["hsts"] = secure.headers["Strict-Transport-Security"]
print(json.dumps(values, default=str))
"""


@pytest.fixture(scope="module")
def production() -> dict[str, Any]:
    done = start("labplatform.settings.production", PRINT_SETTINGS, **PRODUCTION)
    assert done.returncode == 0, done.stderr[-800:]
    return json.loads(done.stdout.splitlines()[-1])  # type: ignore[no-any-return]


def test_every_cookie_is_host_only_and_secure(production: dict[str, Any]):
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


def test_http_redirects_to_https_with_hsts_for_a_year(production: dict[str, Any]):
    assert production["plain"] == [301, "https://lab.example/accounts/login/"]
    assert production["hsts"] == "max-age=31536000; includeSubDomains; preload"


def test_passwords_use_a_slow_hash(production: dict[str, Any]):
    algorithm, iterations = production["hasher"]
    assert (algorithm, iterations >= 600_000) == ("pbkdf2_sha256", True)


def test_rate_limits_are_on_and_development_settings_off(production: dict[str, Any]):
    assert (production["DEBUG"], production["DEMO"], production["SECOND_FACTOR_REQUIRED"]) == (False, False, True)
    assert "*" not in production["ALLOWED_HOSTS"]
    assert [name for name in production["INSTALLED_APPS"] if "debug" in name or "extensions" in name] == []


def test_session_ends_after_eight_idle_hours_and_after_seven_days(production: dict[str, Any]):
    assert (production["SESSION_IDLE_MINUTES"], production["SESSION_DAYS"], production["SESSION_COOKIE_AGE"]) == (
        480,
        7,
        604_800,
    )
