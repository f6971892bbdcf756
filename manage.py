#!/usr/bin/env python
"""Django's command line; runs under the demo settings unless told otherwise."""

import gc
import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    gc.set_threshold(100_000, 10, 10)  # what is loaded stays: to look through it for garbage took a fifth of a start
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "labplatform.settings.demo")
    execute_from_command_line(sys.argv)
