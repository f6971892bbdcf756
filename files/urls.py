"""Addresses of the files app."""

from django.urls import path

from files.attachments.views import changing, serving
from files.enums import StoredSize
from files.exports.views import downloads, lists, own_copy

app_name = "files"
urlpatterns = [
    path("files/<slug:about>/<int:object_id>/add/", changing.add_files, name="add"),
    path("files/<int:pk>/", serving.file, name="file"),
    path("files/<int:pk>/small/", serving.thumbnail, {"size": StoredSize.SMALL}, name="small"),
    path("files/<int:pk>/large/", serving.thumbnail, {"size": StoredSize.LARGE}, name="large"),
    path("files/<int:pk>/edit/", changing.edit_file, name="edit"),
    path("files/<int:pk>/withdraw/", changing.withdraw_file, name="withdraw"),
    path("account/data/", own_copy.own_copy, name="own_copy"),
    path("lists/<slug:slug>/file/<slug:form>/", lists.list_file, name="list_file"),
    path("exports/", downloads.export_list, name="exports"),
    path("exports/<int:pk>/", downloads.export, name="export"),
    path("exports/<int:pk>/file/", downloads.export_file, name="export_file"),
    path("exports/<int:pk>/cancel/", downloads.cancel_export, name="cancel_export"),
]
