"""The rows of the tables of groups: names that someone chose are escaped."""

from django.http import QueryDict

from figures.groups.comparison import GroupCounts
from figures.groups.groupings import Group
from figures.groups.table_rows import group_rows

NAME = """<b>&"'"""
ESCAPED = "&lt;b&gt;&amp;&quot;&#x27;"


def test_names_and_addresses_of_groups_are_escaped():
    group = Group("a&b", NAME, '/editions/"x/', (), ())
    html = group_rows([GroupCounts(group, ())], None, QueryDict("by=<i>"))
    assert html.count(ESCAPED) == 2
    assert (NAME in html, '"/editions/"x/"' in html, "<i>" in html) == (False, False, False)
    assert "reference=a%26b" in html
