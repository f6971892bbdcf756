"""URLs of the figures app."""

from django.urls import path

from figures.changes import views as changes
from figures.groups import views as groups
from figures.implementation.views import downloads, page
from figures.network import views as network
from figures.sharing import views as sharing

app_name = "figures"
urlpatterns = [
    path("rates/", page.rates, name="rates"),
    path("rates/definitions/", page.rates_definitions, name="rates_definitions"),
    path("rates/figures.csv", changes.rates_figures, {"file_format": "csv"}, name="rates_figures_csv"),
    path("rates/figures.xlsx", changes.rates_figures, {"file_format": "xlsx"}, name="rates_figures_xlsx"),
    path("rates/ideas.csv", downloads.ideas, {"file_format": "csv"}, name="rates_ideas_csv"),
    path("rates/ideas.xlsx", downloads.ideas, {"file_format": "xlsx"}, name="rates_ideas_xlsx"),
    path("rates/effects.csv", downloads.effects, {"file_format": "csv"}, name="rates_effects_csv"),
    path("rates/effects.xlsx", downloads.effects, {"file_format": "xlsx"}, name="rates_effects_xlsx"),
    path("rates/groups/", groups.groups, name="groups"),
    path("rates/groups.csv", groups.groups_file, {"file_format": "csv"}, name="groups_csv"),
    path("rates/groups.xlsx", groups.groups_file, {"file_format": "xlsx"}, name="groups_xlsx"),
    path("rates/changes/", changes.changes, name="changes"),
    path("rates/changes.csv", changes.changes_table, {"file_format": "csv"}, name="changes_csv"),
    path("rates/changes.xlsx", changes.changes_table, {"file_format": "xlsx"}, name="changes_xlsx"),
    path("network/", network.network, name="network"),
    path("network/definitions/", network.network_definitions, name="network_definitions"),
    path("network/figures.csv", network.network_figures, {"file_format": "csv"}, name="network_figures_csv"),
    path("cohorts/<slug:slug>/share-figures/<slug:audience>/", sharing.share_figures, name="share_figures"),
    path(
        "cohorts/<slug:slug>/stop-sharing-figures/<slug:audience>/",
        sharing.stop_sharing_figures,
        name="stop_sharing_figures",
    ),
    path("network/figures.xlsx", network.network_figures, {"file_format": "xlsx"}, name="network_figures_xlsx"),
]
