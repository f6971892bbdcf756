"""Reports of sessions: each kind asks for something else, and what is written is shown with the marks of comments."""

import pytest
from django.utils import translation

from cohorts.sessions.enums import SessionKind
from cohorts.sessions.report_templates import HEADINGS, report_template, without_empty_headings
from tests.factories.cast import Cast
from tests.factories.cohorts import SessionFactory
from tests.pages import errors
from tests.prototypes.pages import signed_in


def test_each_kind_of_session_has_headings_of_its_own_in_both_languages():
    assert set(HEADINGS) == set(SessionKind)
    assert len({report_template(kind) for kind in SessionKind}) == len(SessionKind)
    with translation.override("fr"):
        assert report_template("immersion").startswith("**Où nous étions, et quand**\n\n")
        assert without_empty_headings(f"\r\n{report_template('immersion')}  ", "immersion") == ""
        where, seen, words = (f"**{heading}**" for heading in HEADINGS["immersion"][:3])
        typed = f"Avant\r\n{where}\r\nAu marché\n\n- un étal\n{seen}\n\n {words} \nRien\n"
        assert (
            without_empty_headings(typed, "immersion")
            == f"Avant\n\n{where}\n\nAu marché\n\n- un étal\n\n{words}\n\nRien"
        )


@pytest.mark.django_db
def test_report_starts_from_the_headings_and_is_shown_with_its_marks(cast: Cast):
    session = SessionFactory(cohort=cast.cohort, state="held", kind="immersion")
    client, address = signed_in(cast["D"]), f"/sessions/{session.pk}/report/"
    assert report_template("immersion").strip() in client.get(address).content.decode()
    refused = client.post(address, {"report": report_template("immersion")})
    assert errors(refused) == ["Write something below the headings."]
    text = "**Where we were**\nAu marché <b>\n\n- un étal\n- une file"
    assert client.post(address, {"report": text}).status_code == 302
    page = client.get(f"/sessions/{session.pk}/").content.decode()
    assert "<strong>Where we were</strong><br>\nAu marché &lt;b&gt;" in page
    assert "<li>un étal</li>" in page
    # a report that is there is not replaced by headings
    assert "un étal" in client.get(address).content.decode()
