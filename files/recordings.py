"""Recordings of voices: a WAV file is written again from its sound alone, so that nothing else in it is kept.

The formats of phones also hold place, device, names and software. What cannot be written again without a program for
that format is refused; the page for notes turns a recording into WAV in the browser (`recorder.js`).
"""

import wave
from pathlib import Path
from typing import IO, Final

from django.utils.translation import gettext_lazy as _

from files.rejection import FileRejected

RECORDING_ENDINGS: Final = ("wav", "m4a", "mp4", "mp3", "ogg", "oga", "opus", "webm", "weba", "aac", "amr", "flac")
MAX_SECONDS: Final = 180
FRAME_RATES: Final = range(8_000, 48_001)
CHANNELS: Final = (1, 2)
BYTES_PER_SAMPLE: Final = 2
FRAMES_AT_ONCE: Final = 65_536

ONLY_WAV: Final = _(
    "Recordings are accepted as WAV only, with 16 bits per sample: other formats also hold the place and the device."
    " Record in the form, or choose the file in a browser with JavaScript, which converts it."
)
TOO_LONG: Final = _("This recording is longer than three minutes. Record it in parts, or write down what matters.")
NO_SOUND: Final = _("This recording is empty. Record again.")


def looks_like_recording(head: bytes) -> bool:
    """Return whether the first twelve bytes of a file are those of a WAV file."""
    return head[:4] == b"RIFF" and head[8:12] == b"WAVE"


def write_recording(file: IO[bytes], target: Path) -> None:
    """Write the sound of a WAV file, and nothing else in it, to a new file at `target`.

    Raises FileRejected for a file that is no such WAV file, has no sound, or lasts more than three minutes.
    """
    file.seek(0)
    try:
        with wave.open(file, "rb") as source:
            _check(source)
            _copy_sound(source, target)
    except (wave.Error, EOFError, RuntimeError, ValueError) as error:
        raise FileRejected(ONLY_WAV) from error


def _check(source: wave.Wave_read) -> None:
    """Raise FileRejected unless the sound has one or two channels, 16 bits, a usual rate, and three minutes at most."""
    if (
        source.getnchannels() not in CHANNELS
        or source.getsampwidth() != BYTES_PER_SAMPLE
        or source.getframerate() not in FRAME_RATES
    ):
        raise FileRejected(ONLY_WAV)
    if source.getnframes() > MAX_SECONDS * source.getframerate():
        raise FileRejected(TOO_LONG)


def _copy_sound(source: wave.Wave_read, target: Path) -> None:
    """Copy the samples piece by piece; raises FileRejected where there are none, whatever the file declares."""
    copied = 0
    with target.open("xb") as file, wave.open(file, "wb") as copy:
        copy.setnchannels(source.getnchannels())
        copy.setsampwidth(source.getsampwidth())
        copy.setframerate(source.getframerate())
        while frames := source.readframes(FRAMES_AT_ONCE):
            copied += len(frames)
            copy.writeframes(frames)
    if not copied:
        raise FileRejected(NO_SOUND)
