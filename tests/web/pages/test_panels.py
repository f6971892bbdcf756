"""Panels show what higher apps add to a page, in order, or nothing."""

from django.test import RequestFactory

from web.pages.panels import Panel, render_panels

REQUEST = RequestFactory().get("/")


def label(_request: object, *subject: object) -> dict[str, object]:
    return {"label": "seen", "value": "-".join(map(str, subject)), "detail": ""}


def test_panels_are_rendered_in_order_with_their_subject():
    panels = [Panel("components/figure.html", label), Panel("components/figure.html", label)]
    first, second = render_panels(panels, REQUEST, "Rivage")
    assert "Rivage" in first
    assert first == second


def test_only_panels_at_the_given_position_are_rendered():
    panels = [Panel("components/figure.html", label), Panel("components/figure.html", label, position="aside")]
    counts = [len(render_panels(panels, REQUEST)), len(render_panels(panels[:1], REQUEST, position="aside"))]
    assert counts == [1, 0]


def test_a_panel_without_context_is_left_out():
    assert render_panels([Panel("components/figure.html", lambda *_: None)], REQUEST) == []
