"""The buttons that record whether someone is here. Lists have dozens of them, for which a template took too long."""

from collections.abc import Iterator

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from web.assets import icons
from web.pages.check_in import RecordedAttendance

register = template.Library()


@register.simple_tag
def attendance_buttons(attendance: RecordedAttendance, name: str, href: str = "", form: str = "") -> SafeString:
    """Return the buttons that check a person in, record their absence, or undo what is recorded.

    In a list, `href` is the page that records it, and `form` the id of the form that the buttons send. Without `href`
    they are inside their form, and checking in is the main button of the page.
    """
    target = format_html(' formaction="{}" form="{}"', href, form) if href else ""
    buttons = (
        (css if value != "came" or href else "btn-primary", value, target, label, text)
        for css, value, label, text in _buttons(attendance, name)
    )
    button = '<button class="btn {}" type="submit" name="attendance" value="{}"{} aria-label="{}">{}</button>'
    return format_html('<span class="cluster no-print">{}</span>', format_html_join("", button, buttons))


def _buttons(attendance: RecordedAttendance, name: str) -> Iterator[tuple[str, str, str, str]]:
    """Yield the classes, value, label and content of each button."""
    css = "btn-sm btn-quiet"
    if not attendance.has_come:
        text = format_html("{} {}", icons.draw("check", size=16), _("Check in"))
        yield css, "came", _("Check in %(name)s") % {"name": name}, text
    if attendance.is_expected:
        yield css, "absent", _("Record absence: %(name)s") % {"name": name}, _("Record absence")
    elif attendance.is_recorded:
        yield css, "undo", _("Undo: %(name)s") % {"name": name}, _("Undo")
