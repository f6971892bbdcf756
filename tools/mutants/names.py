"""Prints the name of every check, one per line, followed after tabs by the tests of the role matrix that reach it.

Permission tables are read from the modules, which need Django.
"""

import os

import django

if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "labplatform.settings.test"
    django.setup()
    from tools.mutants.parts import every_part
    from tools.mutants.routes import matrix_tests_of
    from tools.mutants.rows import every_row
    from tools.mutants.switches import every_check

    for name in (*every_check(), *every_row(), *every_part()):
        print(name, *matrix_tests_of(name), sep="\t")
