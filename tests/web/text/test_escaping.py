"""Texts as HTML."""

from typing import Any

import pytest
from django.utils.html import conditional_escape, format_html
from django.utils.translation import gettext_lazy

from web.text.escaping import as_html


@pytest.mark.parametrize(
    ("value", "html"),
    [
        ("<b>'\"&", "&lt;b&gt;&#x27;&quot;&amp;"),
        (format_html("<b>{}</b>", "&"), "<b>&amp;</b>"),
        (gettext_lazy("“<b>”"), "“&lt;b&gt;”"),
        (12, "12"),
        ("", ""),
    ],
)
def test_text_is_escaped_and_html_is_left_as_django_does(value: Any, html: str):
    assert as_html(value) == html == conditional_escape(value)
