"""URLs of the rules that give roles to groups."""

from django.urls import URLPattern, path

from cohorts.group_roles import views

urlpatterns: list[URLPattern] = [
    path("lab/groups/", views.group_rules, name="group_rules"),
    path("lab/groups/add/", views.add_group_rule, name="add_group_rule"),
    path("lab/groups/<int:pk>/remove/", views.remove_group_rule, name="remove_group_rule"),
]
