"""Render `<select>` and `<input>` as Django's templates do, but in Python.

The template of a select with hundreds of options took half of a page's time; that of an input includes two others.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from django.utils.safestring import SafeString, mark_safe

from web.text.escaping import as_html


def render_select(widget: Mapping[str, Any]) -> SafeString:
    """Return the HTML of a `<select>`; `widget` is the context that Django gives the template of a select.

    All names, values and labels are escaped.
    """
    content = "".join(_group_html(name, options) for name, options, _index in widget["optgroups"])
    attrs = _attrs_html(widget["attrs"])
    return mark_safe(f'<select name="{as_html(widget["name"])}"{attrs}>{content}\n</select>')  # noqa: S308 - escaped


def render_input(widget: Mapping[str, Any]) -> SafeString:
    """Return the HTML of an `<input>`; `widget` is the context that Django gives its template.

    All values are escaped.
    """
    value, attrs = widget["value"], _attrs_html(widget["attrs"])
    value_html = "" if value is None else f' value="{as_html(value)}"'
    start = f'<input type="{as_html(widget["type"])}" name="{as_html(widget["name"])}"'
    return mark_safe(f"{start}{value_html}{attrs}>")  # noqa: S308 - escaped


def _group_html(name: Any, options: Iterable[Mapping[str, Any]]) -> str:
    """Return the HTML of options (contexts of Django's widget), inside an `<optgroup>` if the group has a name."""
    content = "".join(map(_option_html, options))
    return f'\n  <optgroup label="{as_html(name)}">{content}\n  </optgroup>' if name else content


def _option_html(option: Mapping[str, Any]) -> str:
    """Return the HTML of one `<option>` from the context that Django gives for it: value, label and attributes."""
    value, label = as_html(option["value"]), as_html(option["label"])
    return f'\n  <option value="{value}"{_attrs_html(option["attrs"])}>{label}</option>'


def _attrs_html(attrs: Mapping[str, Any]) -> str:
    """Return the HTML of attributes, each after a space and escaped; True gives one without a value, False none."""
    items = ((name, value) for name, value in attrs.items() if value is not False)
    return "".join(f" {name}" if value is True else f' {name}="{as_html(value)}"' for name, value in items)


INPUTS: Final = ("text", "number", "email", "url", "date", "time", "hidden", "password", "checkbox")
# Functions that render widgets, by the template of Django that they replace.
WIDGETS: Final[Mapping[str, Callable[[Mapping[str, Any]], SafeString]]] = {
    "django/forms/widgets/select.html": render_select,
    **{f"django/forms/widgets/{name}.html": render_input for name in INPUTS},
}
