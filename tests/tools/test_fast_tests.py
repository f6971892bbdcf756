"""`make test-fast`: the tests nearest to a change, and whether they need a database."""

from tools import fast_tests


def test_changed_module_has_its_own_test_and_those_that_import_it():
    tests = fast_tests.tests_of(["web/dates/months.py", "programmes/workdays.py"])
    assert "tests/programmes/test_workdays.py" in tests
    assert "tests/exchanges/test_calendar.py" in fast_tests.tests_of(["exchanges/calendar.py"])


def test_changed_test_is_chosen_itself():
    assert fast_tests.tests_of(["tests/programmes/authorities/test_siren.py"]) == [
        "tests/programmes/authorities/test_siren.py"
    ]


def test_template_leads_to_tests_of_the_module_that_names_it():
    tests = fast_tests.tests_of(["templates/programmes/authorities/list.html"])
    assert "tests/programmes/test_views_authorities.py" in tests


def test_journeys_and_whole_platform_checks_are_left_out():
    tests = fast_tests.tests_of(["tests/journeys/test_pages.py", "tests/test_role_matrix.py", "web/forms/fields.py"])
    assert [path for path in tests if path.startswith(fast_tests.SLOW)] == []


def test_pure_tests_need_no_database():
    assert not fast_tests.need_database(["tests/programmes/authorities/test_siren.py"])
    assert fast_tests.need_database(["tests/web/forms/test_fields.py", "tests/programmes/test_querysets.py"])


def test_file_without_a_test_near_it_chooses_nothing():
    assert fast_tests.tests_of(["README.md", "static/css/base.css"]) == []
