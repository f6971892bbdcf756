#!/usr/bin/env python
"""Django's command line; runs under the demo settings unless told otherwise."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "labplatform.settings.demo")
    execute_from_command_line(sys.argv)
