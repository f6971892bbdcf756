"""Panels show what a higher app has to say, in order, and keep silent otherwise."""

from django.test import RequestFactory

from web.pages.panels import Panel, rendered

REQUEST = RequestFactory().get("/")


def label(_request: object, *subject: object) -> dict[str, object]:
    return {"label": "seen", "value": "-".join(map(str, subject)), "detail": ""}


def test_panels_are_rendered_in_order_with_their_subject():
    panels = [Panel("components/figure.html", label), Panel("components/figure.html", label)]
    first, second = rendered(panels, REQUEST, "Rivage")
    assert "Rivage" in first
    assert first == second


def test_a_panel_without_anything_to_say_is_left_out():
    assert rendered([Panel("components/figure.html", lambda *_: None)], REQUEST) == []
