"""The pages of tokens: create, see once, revoke."""

from typing import Any

import pytest
from django.test import Client

from api.models import ApiToken
from tests.factories.accounts import UserFactory, signed_in
from tests.factories.api import ApiTokenFactory, Program, token_of
from tests.factories.cast import Cast
from tests.pages import texts
from tests.prototypes.pages import errors, statements

pytestmark = pytest.mark.django_db
PAGE, NEW = "/account/tokens/", "/account/tokens/new/"
PASSWORD = "a long demonstration word"


def create(client: Client, **fields: Any) -> Any:
    return client.post(NEW, {"name": "Dashboard", "days": "30", "ideas": "read", **fields})


def test_token_is_shown_once_and_works(cast: Cast):
    answer = create(signed_in(cast["M"]))
    secret = answer.context["secret"]
    assert secret in answer.content.decode()
    assert "no-store" in answer.headers["Cache-Control"]
    assert Program(secret).get("ideas/").status_code == 200
    page = signed_in(cast["M"]).get(PAGE).content.decode()
    assert secret not in page
    assert f"<code>{secret[:12]}…</code>" in page
    token = ApiToken.objects.get()
    assert (token.user, token.scopes, token.is_service, token.with_second_factor) == (
        *(cast["M"], ["ideas:read"], False, False),
    )


def test_password_is_asked_for_again(cast: Cast):
    assert create(signed_in(cast["M"], again=False)).status_code == 302
    assert not ApiToken.objects.exists()


def test_form_says_what_is_missing(cast: Cast):
    assert "(optional)" not in signed_in(cast["M"]).get(NEW).content.decode()
    answer = create(signed_in(cast["M"]), name=" ", days="400", ideas="")
    assert set(errors(answer)) == {"name", "days"}
    answer = create(signed_in(cast["M"]), ideas="")
    assert errors(answer) == {"__all__": ["Choose what the token may do in one area at least."]}
    for figures in ("", "read"):
        answer = create(signed_in(cast["M"]), ideas="", figures=figures, files="read")
        assert errors(answer) == {"files": ["The token opens no file yet. Also choose what the files belong to."]}
    assert not ApiToken.objects.exists()


def test_only_administrators_are_offered_service_accounts(cast: Cast):
    create(signed_in(cast["M"]), is_service="on")
    create(signed_in(cast["S"]), is_service="on")
    assert list(ApiToken.objects.order_by("pk").values_list("is_service", flat=True)) == [False, True]


def test_a_revoked_token_stops_at_once_and_only_its_person_or_administrators_revoke_it(cast: Cast):
    token, secret = token_of(cast["M"])
    service, _ = token_of(UserFactory(is_lab_staff=True), is_service=True)
    assert signed_in(cast["P"]).post(f"{PAGE}{token.pk}/revoke/").status_code == 404
    assert signed_in(cast["S"]).post(f"{PAGE}{token.pk}/revoke/").status_code == 404
    for user, row in ((cast["M"], token), (cast["S"], service)):
        assert signed_in(user).post(f"{PAGE}{row.pk}/revoke/").status_code == 302
        row.refresh_from_db()
        assert row.revoked_at is not None
    assert Program(secret).get("ideas/").status_code == 401


def test_creation_and_revocation_are_security_events(
    cast: Cast, caplog: pytest.LogCaptureFixture, django_capture_on_commit_callbacks: Any
):
    with caplog.at_level("INFO", "labplatform.security"), django_capture_on_commit_callbacks(execute=True):
        secret = create(signed_in(cast["M"])).context["secret"]
        signed_in(cast["M"]).post(f"{PAGE}{ApiToken.objects.get().pk}/revoke/")
    logged = [record.getMessage() for record in caplog.records if record.name == "labplatform.security"]
    assert [line.split()[0] for line in logged] == ["create_token", "revoke_token"]
    assert secret not in caplog.text


def test_personal_tokens_end_with_the_old_password(
    cast: Cast, caplog: pytest.LogCaptureFixture, django_capture_on_commit_callbacks: Any
):
    secret, service = token_of(cast["M"])[1], ApiTokenFactory(user=cast["M"], is_service=True)
    new = "another demonstration word"
    form = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    with caplog.at_level("INFO", "labplatform.security"), django_capture_on_commit_callbacks(execute=True):
        signed_in(cast["M"]).post("/accounts/password/change/", form)
    assert Program(secret).get("ideas/").status_code == 401
    assert ApiToken.objects.get(revoked_at=None) == service
    assert f'revoke_personal_tokens {{"user": {cast["M"].pk}}}' in caplog.text


@pytest.mark.parametrize("number", [1, 3])
def test_page_of_tokens_takes_a_fixed_number_of_statements(cast: Cast, number: int):
    for _ in range(number):
        token_of(cast["M"])
    assert statements(cast["M"], PAGE) == 3
    assert "Dashboard" in str(texts(signed_in(cast["M"]).get(PAGE), "th"))
