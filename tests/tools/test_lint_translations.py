"""`make lint` finds a string that is not in the French catalogue, without GNU gettext."""

import pytest

from tools.lint_translations import BREAKABLE, faults, strings_of, strings_of_template


@pytest.mark.parametrize(
    ("source", "keys"),
    [
        ('_("Close")', {("", "Close")}),
        ("f\"{gettext('Close')} {x}\"", {("", "Close")}),
        ('pgettext_lazy("a door", "Close")', {("a door", "Close")}),
        ('ngettext("%d idea", "%d ideas", n)', {("", "%d idea")}),
        ('_("One "\n  "string")', {("", "One string")}),
        ("_(name)", set()),
        ('title("Close")', set()),
    ],
)
def test_strings_of_python(source: str, keys: set[tuple[str, str]]):
    assert set(strings_of(source)) == keys


@pytest.mark.parametrize(
    ("source", "key"),
    [
        ('{% load i18n %}<b title="{% translate "Close" %}">', ("", "Close")),
        ('{% translate "Close" context "a door" as word %}', ("a door", "Close")),
        ("{% blocktranslate %}{{ n }} of (ten){% endblocktranslate %}", ("", "%(n)s of (ten)")),
        (
            "{% blocktranslate count n=n %}{{ n }} idea{% plural %}{{ n }} ideas{% endblocktranslate %}",
            ("", "%(n)s idea"),
        ),
        ('{% if x == _("Close") %}{% endif %}', ("", "Close")),
    ],
)
def test_strings_of_a_template(source: str, key: tuple[str, str]):
    assert set(strings_of_template(source)) == {key}


def test_strings_of_the_code_and_of_the_catalogue_are_compared():
    missing, *others = faults("fr", {("", "Nowhere")})
    assert missing == "fr: not in the catalogue, run make messages: 'Nowhere'"
    assert {fault[:46] for fault in others} == {"fr: no longer in the code, run make messages: "}


def test_ordinary_spaces_before_french_punctuation_are_found():
    wrong = ("Motif : x", "Motif\u202f: x", "Quoi ?", "Quoi\u00a0!", "oui ; non", "« oui\u00a0»", "«\u00a0oui »")
    right = ("Motif\u00a0: x", "Quoi\u202f?", "oui\u202f; non", "«\u00a0oui\u00a0»", "https://a.example", "9:30")
    assert [text for text in (*wrong, *right) if BREAKABLE.search(text)] == list(wrong)
