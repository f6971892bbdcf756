"""Decode pictures and write them again in a child process with a memory limit, one at a time on a machine.

It is a child process because only the operating system can limit what a decoder takes: limits on pixels keep ordinary
pictures within it, and a hostile picture ends the child, not the web server. It is started for each picture, which
takes a tenth of a second and frees all memory.
"""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from django.conf import settings
from django.utils.translation import gettext as _

from files.locks import Deadline, ServerBusy, exclusive_lock
from files.pictures import decoder
from files.rejection import FileRejected
from files.storage import NoRoom, no_room

# By the format a picture is written in: the ending of its name, and its content type.
FORMATS: Final = {"JPEG": ("jpg", "image/jpeg"), "PNG": ("png", "image/png"), "WEBP": ("webp", "image/webp")}
THUMBNAILS: Final = "image/webp"
FIRST_BYTES: Final = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")
PHONE_BRANDS: Final = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif", b"avis")


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that is written in three sizes: what the full one is."""

    ending: str
    content_type: str
    width: int
    height: int


def looks_like_image(head: bytes) -> bool:
    """Return whether the first bytes of a file are those of a JPEG, PNG or WebP picture.

    `head` needs twelve of them.
    """
    return head.startswith(FIRST_BYTES) or (head[:4] == b"RIFF" and head[8:12] == b"WEBP")


def is_phone_format(head: bytes) -> bool:
    """Return whether the first bytes of a file are those of HEIC or AVIF, which phones write and not every browser
    shows.
    """
    return head[4:8] == b"ftyp" and head[8:12] in PHONE_BRANDS


def write_picture(source: IO[bytes], folder: Path, *, deadline: Deadline) -> Picture:
    """Decode a picture and write it again in three sizes into a folder; return format and dimensions of the full one.

    `source` needs a file descriptor. Raises FileRejected for what is no complete picture or has too many pixels, NoRoom
    when the disk is full, ServerBusy when the deadline passes before the picture is written.
    """
    with exclusive_lock("decoder", deadline=deadline) as handle:
        answer = _decoder_answer(source, folder, deadline, handle)
    if reason := answer.get("refused"):
        raise _error_for(reason, answer)
    ending, content_type = FORMATS[answer["format"]]
    return Picture(ending, content_type, answer["width"], answer["height"])


def _decoder_answer(source: IO[bytes], folder: Path, deadline: Deadline, lock_handle: int) -> dict[str, Any]:
    """Run the decoder on a picture in a child process and return its answer as a dict.

    Raises ServerBusy after the deadline. The answer of a child that a limit ended is `refused` for memory. It inherits
    the lock (`lock_handle`), so that no second child can run at the same time when this process is killed.
    """
    source.seek(0)
    command = [sys.executable, "-I", decoder.__file__, str(folder), json.dumps(settings.FILES_MAX_PIXELS)]
    try:
        result = subprocess.run(  # noqa: S603 - our own program, and arguments of our own
            command,
            stdin=source.fileno(),
            capture_output=True,
            timeout=deadline.left(),
            check=False,
            pass_fds=(lock_handle,),
        )
    except subprocess.TimeoutExpired as error:
        raise ServerBusy from error
    answer: dict[str, Any] = json.loads(result.stdout or '{"refused": "memory"}')
    return answer


def _error_for(reason: str, answer: dict[str, Any]) -> FileRejected | NoRoom:
    """Return (not raise) the error for a picture that the decoder refused, with a sentence on what to do.

    `reason` is pixels, memory, damaged or disk; `answer` also holds the number of pixels and the limit.
    """
    if reason == "disk":
        return no_room()
    if reason == "damaged":
        return FileRejected(
            _("This picture is damaged or incomplete: open it on your device, save it again, then try again.")
        )
    if reason == "memory":
        return FileRejected(
            _(
                "This picture takes too much memory or time to process: make it smaller, or save"
                " it as JPEG, then try again."
            )
        )
    return FileRejected(
        _(
            "This picture has %(given)s million pixels; at most %(most)s million are accepted in this"
            " format. Make it smaller, or save it as JPEG, then try again."
        )
        % {"given": _millions(answer["given"]), "most": _millions(answer["most"])}
    )


def _millions(pixels: int) -> str:
    """Return a number of pixels in millions, with one decimal, such as “12.6”."""
    return str(round(pixels / 1_000_000, 1))
