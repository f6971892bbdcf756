"""Prints the name of every check, a line each; with the tests of the role matrix that go through it after a tab.

Tables are read from the modules, and these need Django.
"""

import os

import django

if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "labplatform.settings.test"
    django.setup()
    from tools.mutants.parts import every_part
    from tools.mutants.routes import tests_of
    from tools.mutants.rows import every_row
    from tools.mutants.switches import every_check

    for name in (*every_check(), *every_row(), *every_part()):
        print(name, *tests_of(name), sep="\t")
