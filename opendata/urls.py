"""URLs of open data: what anyone reads below /public/, and the page of releases."""

from django.urls import path

from opendata.views import pages, releases

app_name = "opendata"
urlpatterns = [
    path("open-data/", releases.releases, name="releases"),
    path("open-data/release/", releases.make, name="make"),
    path("public/<slug:language>/data/", pages.home, name="home"),
    path("public/<slug:language>/data/<slug:slug>/", pages.dataset, name="dataset"),
    path("public/data/catalogue.jsonld", pages.catalogue, name="catalogue"),
    path("public/data/<slug:kind>/<slug:slug>.<slug:file_format>", pages.page_data, name="page_data"),
    path("public/data/<slug:slug>/<slug:version>/<str:name>", pages.file, name="file"),
]
