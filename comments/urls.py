"""Addresses of comments, also below the pages that they are about."""

from django.urls import path

from comments import views

app_name = "comments"
urlpatterns = [
    path("canvases/<int:pk>/comments/", views.comments, {"about": "canvas"}, name="canvas_comments"),
    path("canvases/<int:pk>/comments/new/", views.write, {"about": "canvas"}, name="comment_on_canvas"),
    path("ideas/<int:pk>/comments/", views.comments, {"about": "idea"}, name="idea_comments"),
    path("ideas/<int:pk>/comments/new/", views.write, {"about": "idea"}, name="comment_on_idea"),
    path("prototypes/<int:pk>/comments/", views.comments, {"about": "prototype"}, name="prototype_comments"),
    path("prototypes/<int:pk>/comments/new/", views.write, {"about": "prototype"}, name="comment_on_prototype"),
    path("comments/<int:pk>/", views.comment, name="comment"),
    path("comments/<int:pk>/reply/", views.reply, name="reply"),
    path("comments/<int:pk>/edit/", views.edit_comment, name="edit"),
    path("comments/<int:pk>/take-back/", views.withdraw_comment, name="withdraw"),
]
