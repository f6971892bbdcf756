"""Redirect targets from outside, and that no other code follows them."""

import ast
import inspect
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from django.http import HttpResponseNotAllowed
from django.test import Client, RequestFactory
from django.urls import resolve
from hypothesis import given
from hypothesis import strategies as st

from tests.factories.accounts import UserFactory
from tests.routes import our_views
from tests.test_house_rules import MODULES, ROOT
from web.security.own_paths import MAX_PATH_CHARACTERS, next_path, opens_by_get, own_path, referring_path

PAGES = [
    "/",
    "/account/",
    "/ideas/?state=open&page=2",
    "/search/?q=caf%C3%A9",
    "/ideas/3/#comment-4",
    "/accounts/login/",
]
ELSEWHERE = [
    "",
    "abc",
    "account",
    "account/",
    "home",
    "?x",
    "#x",
    "%ff",
    "/%ff",
    "/account/%00",
    "/account",
    "//evil.example",
    "///evil.example/",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/account/\n",
    " /account/",
    "/acc ount/",
    "/account/\x00",
    "/account/\u2028",
    "https://evil.example/",
    "https://testserver/account/",
    "https:evil.example",
    "javascript:alert(1)",
    "//[",
    "/nothing/",
    "/language/",
    "/account/\ud800",
    "/account/?" + "x" * MAX_PATH_CHARACTERS,
]


@pytest.mark.parametrize("page", PAGES)
def test_a_path_of_this_site_is_returned(page: str):
    assert own_path(page, "/otherwise/") == page


@pytest.mark.parametrize("address", ELSEWHERE)
def test_other_targets_are_not_returned(address: str):
    assert own_path(address, "/otherwise/") == "/otherwise/"


def test_a_post_only_path_is_returned_without_by_get():
    assert [own_path(path, by_get=False) for path in ("/language/", "/nothing/", "//evil.example")] == [
        "/language/",
        "",
        "",
    ]


@pytest.mark.parametrize(("length", "accepted"), [(MAX_PATH_CHARACTERS, True), (MAX_PATH_CHARACTERS + 1, False)])
def test_paths_have_a_maximum_length(length: int, accepted: bool):
    assert bool(own_path("/account/?".ljust(length, "x"))) is accepted


@given(st.text() | st.from_regex(r"[/\\.:?#@%a-z0-9\[\]-]{0,12}(evil\.example|account/)?", fullmatch=True))
def test_random_input_gives_a_page_of_this_site(text: str):
    path = own_path(text, "/")
    assert resolve(path.partition("#")[0].partition("?")[0])
    assert (path[:1], path[1:2] in {"/", "\\"}, path.isascii() and path.isprintable()) == ("/", False, True)


def test_opens_by_get_agrees_with_the_405_responses():
    """Every route of ours is checked, so that a decorator that hides its methods is noticed."""
    views = {name: view for name, view in our_views().items() if not name.startswith("api_v1:")}  # no pages
    refusing = {name for name, view in views.items() if _refuses_get(view)}
    assert {name for name, view in views.items() if not opens_by_get(view)} == refusing
    assert {"language", "end_sign_in"} < refusing


def _refuses_get(view: Any) -> bool:
    """Return whether a view answers 405 before it reads anything, for an anonymous request."""
    try:
        answer = view(RequestFactory().get("/"))
    except Exception:  # the view took GET, and lacks what its page needs
        return False
    if inspect.iscoroutine(answer):  # of the health checks
        answer.close()
    return isinstance(answer, HttpResponseNotAllowed)


@pytest.mark.parametrize(
    ("referer", "page"),
    [
        ("http://testserver/ideas/?page=2", "/ideas/?page=2"),
        ("https://testserver/ideas/", "/ideas/"),
        ("http://testserver//evil.example/", "/"),
        ("http://testserver.evil.example/ideas/", "/"),
        ("https://evil.example/ideas/", "/"),
        ("http://testserver/language/", "/"),
        ("http://[", "/"),
        ("", "/"),
    ],
)
def test_the_referring_page_is_a_page_of_this_site(referer: str, page: str):
    assert referring_path(RequestFactory().post("/language/", headers={"referer": referer})) == page


def test_next_in_the_form_wins_over_next_in_the_url():
    build = RequestFactory().post
    assert next_path(build("/x/?next=/ideas/", {"next": "/account/"})) == "/account/"
    assert next_path(build("/x/?next=/ideas/")) == "/ideas/"
    assert next_path(build("/x/?next=/ideas/", {"next": "//evil.example"})) == ""


@pytest.mark.django_db
@pytest.mark.parametrize("address", ELSEWHERE[:-2])
@pytest.mark.parametrize("path", ["/language/", "/accounts/logout/", "/accounts/login/"])
def test_no_form_redirects_to_another_site(client: Client, path: str, address: str):
    user = UserFactory()
    if path != "/accounts/login/":
        client.force_login(user)
    answer = client.post(path, {"language": "en", "next": address, "login": user.email, "password": "no"})
    landed = "/accounts/login/" if path == "/accounts/logout/" else "/"
    assert (answer.status_code, answer.headers.get("Location")) == (
        (200, None) if path == "/accounts/login/" else (302, landed)
    )


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["abc", "//evil.example", "https://testserver.evil.example/", "/language/", "%ff"])
def test_signing_in_does_not_redirect_to_another_site(client: Client, address: str):
    client.force_login(UserFactory())
    answer = client.get("/accounts/login/", {"next": address})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")


REDIRECTS = {"redirect", "HttpResponseRedirect", "HttpResponsePermanentRedirect", "HttpResponseClientRedirect"}
GIVEN = {"GET", "POST", "META", "headers", "COOKIES", "session", "cleaned_data", "get_full_path", "get_raw_uri"}
SAFE = {"own_path", "next_path", "referring_path", "reverse", "return_url"}  # they return a path of ours
NAMED = {"Referer", "HTTP_REFERER", "HX-Redirect", "HX-Location", "HX-Current-URL", "next"}


def _given(node: ast.AST, names: set[str]) -> bool:
    """Return whether an expression contains text from outside that no safe function has checked."""
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") in SAFE:
        return False
    if isinstance(node, ast.JoinedStr) and _begins_with_route(node):
        return False
    if isinstance(node, ast.Attribute) and node.attr in GIVEN:
        return True
    if isinstance(node, ast.Name) and node.id in names:
        return True
    return any(_given(child, names) for child in ast.iter_child_nodes(node))


def _begins_with_route(text: ast.JoinedStr) -> bool:
    first = text.values[0]
    return (
        isinstance(first, ast.FormattedValue) and not _given(first.value, set()) and isinstance(first.value, ast.Call)
    )


def _unchecked(tree: ast.AST) -> Iterator[int]:
    """Yield the lines that redirect to unchecked text from outside, directly or by a name."""
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef):
            names = set(_names_of_text(function))
            for call in ast.walk(function):
                if isinstance(call, ast.Call) and getattr(call.func, "id", "") in REDIRECTS and call.args:
                    yield from [call.lineno] if _given(call.args[0], names) else []


def _names_of_text(function: ast.FunctionDef) -> Iterator[str]:
    """Yield the names that hold unchecked text from outside."""
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and _given(node.value, set()) and _is_plain(node.value):
            yield from (target.id for target in node.targets if isinstance(target, ast.Name))


def _is_plain(value: ast.expr) -> bool:
    return not isinstance(value, ast.Call | ast.Dict) or getattr(getattr(value, "func", None), "attr", "") == "get"


def _modules_with(texts: Iterable[str]) -> Iterator[tuple[str, ast.Module]]:
    """Yield the name and the tree of each module that contains one of the texts."""
    for path in MODULES:
        source = path.read_text()
        if any(text in source for text in texts):
            yield str(path.relative_to(ROOT)), ast.parse(source)


def test_nothing_redirects_to_text_from_outside():
    found = [f"{module}:{line}" for module, tree in _modules_with(REDIRECTS) for line in _unchecked(tree)]
    assert found == []


@pytest.mark.parametrize(
    "body",
    [
        'back = request.POST.get("next", "")\n    return redirect(back if here else "home")',
        'return redirect(request.headers["Referer"])',
        "return HttpResponseRedirect(request.get_full_path())",
        'return redirect(form.cleaned_data["back"])',
    ],
)
def test_the_check_finds_a_violation(body: str):
    assert list(_unchecked(ast.parse(f"def view(request):\n    {body}"))) != []


def test_only_own_paths_reads_redirect_targets():
    """The names of form fields and headers with targets, and Django's own check, which accepts `abc`."""
    texts = {"url_has_allowed", *(f'"{word}"' for word in NAMED)}
    nodes = [(module, node) for module, tree in _modules_with(texts) for node in ast.walk(tree)]
    found = {(module, word) for module, node in nodes for word in _words(node)}
    assert found == {("web/security/own_paths.py", "Referer"), ("web/security/own_paths.py", "next")}


def _words(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Name | ast.alias) and "url_has_allowed" in (
        getattr(node, "id", "") or getattr(node, "name", "")
    ):
        yield "url_has_allowed_host_and_scheme"
    if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in {"get", "pop"} and node.args:
        first = node.args[0]
        if isinstance(first, ast.Constant) and first.value in NAMED:
            yield first.value
    read = node.slice if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load) else None
    if isinstance(read, ast.Constant) and read.value in NAMED:
        yield read.value
