#!/usr/bin/env python
"""Run one of the dashboard's commands: ``manage.py COMMAND [--help]``."""

import os
import sys

from django.core.management import execute_from_command_line

from dashboard.management.refusals import REFUSALS, sentence_about

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dashboard.settings")
    # What the site and its commands write is for their own user. Only the collected static files are
    # for everybody, because the one who collects them need not be the one who serves them.
    if sys.argv[1:2] != ["collectstatic"]:
        os.umask(0o077)
    try:
        execute_from_command_line(sys.argv)
    except REFUSALS as error:
        sentence = sentence_about(error)
        if sentence is None:
            raise
        sys.exit(sentence)
