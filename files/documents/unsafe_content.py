"""Reasons for refusing an office document: what it would run or load when it is opened, and what to do instead."""

from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from files.rejection import FileRejected


def is_remote(target: str) -> bool:
    """Return whether the target of a link leaves the document: a full URL of any scheme, or a path on another machine.

    True also for one that cannot be read.
    """
    try:
        return target.startswith(("\\\\", "//")) or bool(urlsplit(target).scheme)
    except ValueError:
        return True


def macros_refused() -> FileRejected:
    """Return (not raise) the error for a document that contains macros: it says to save it without them."""
    return FileRejected(_("This document contains macros: save it without them, or as PDF, then try again."))


def remote_content_refused() -> FileRejected:
    """Return (not raise) the error for a document that loads a template, picture or file from elsewhere when opened."""
    return FileRejected(
        _(
            "This document loads a template, a picture or a linked file from another place when it is"
            " opened: insert it into the document, break the link, or save the document as PDF, then"
            " try again."
        )
    )


def data_link_refused() -> FileRejected:
    """Return (not raise) the error for a document that asks another program for data when opened."""
    return FileRejected(
        _(
            "This document asks another program for data when it is opened: replace the link with its"
            " result, or save the document as PDF, then try again."
        )
    )


def field_refused() -> FileRejected:
    """Return (not raise) the error for a document with a field that loads something when opened."""
    return FileRejected(
        _(
            "This document has a field that loads something when it is opened: replace the field with its"
            " result (in Word, select it and press Ctrl+Shift+F9), or save the document as PDF, then try again."
        )
    )


def inserted_file_refused() -> FileRejected:
    """Return (not raise) the error for a document that inserts another file into itself when opened."""
    return FileRejected(
        _(
            "This document inserts another file into itself when it is opened: open it, save it again as DOCX"
            " or as PDF, then try again."
        )
    )


def inner_file_refused(reason: str) -> FileRejected:
    """Return (not raise) the error for a document with a file inside it that is refused.

    `reason` is the sentence that says why.
    """
    return FileRejected(_("A file inside this document is not accepted. %(reason)s") % {"reason": reason})


def unknown_inner_file() -> FileRejected:
    """Return (not raise) the error for a document with a file inside it that cannot be checked."""
    return FileRejected(
        _(
            "This document holds another file that cannot be checked: remove that file, or save the document"
            " as PDF, then try again."
        )
    )
