"""URLs of publications: pages to prepare them, and the public pages."""

from django.urls import path

from publications.views import approval, calls, consents, embedding, feeds, pages, preparation

app_name = "publications"
urlpatterns = [
    path("publications/", preparation.publications, name="publications"),
    path("publications/write/<slug:kind>/<int:pk>/", preparation.write, name="write"),
    path("publications/<int:pk>/", preparation.publication, name="publication"),
    path("publications/<int:pk>/preview/<slug:language>/", preparation.preview, name="preview"),
    path("publications/<int:pk>/pictures/", consents.pictures, name="pictures"),
    path("publications/<int:pk>/names/", consents.name, name="add_name"),
    path("publications/<int:pk>/names/<int:name_pk>/withdraw/", consents.withdraw_name, name="withdraw_name"),
    path("publications/<int:pk>/check-names/", consents.check_names, name="check_names"),
    path("publications/<int:pk>/submit/", approval.submit, name="submit"),
    path("publications/<int:pk>/return/", approval.return_to_draft, name="return_to_draft"),
    path("publications/<int:pk>/publish/", approval.publish, name="publish"),
    path("publications/<int:pk>/withdraw/", approval.withdraw, name="withdraw"),
    path("publications/<int:pk>/discard/", approval.discard, name="discard"),
    path("publications/approval/", approval.lab_rule, name="lab_rule"),
    path("publications/approval/<slug:slug>/", approval.authority_rule, name="authority_rule"),
    path("public/", pages.start, name="start"),
    path("public/sitemap.xml", feeds.sitemap, name="sitemap"),
    path("public/pictures/<int:pk>/", pages.picture, name="picture"),
    path("public/<slug:language>/", pages.home, name="home"),
    path("public/<slug:language>/feed.atom", feeds.feed, name="feed"),
    path("public/<slug:language>/calls/", calls.calls, name="calls"),
    path("public/<slug:language>/calls/<slug:slug>/", calls.call, name="call"),
    path("public/<slug:language>/figures/", pages.figures, name="figures"),
    path("public/<slug:language>/figures/embed/", embedding.embed, name="embed"),
    path("public/<slug:language>/figures/card/", embedding.card, name="card_of_all"),
    path("public/<slug:language>/figures/card/<slug:kind>/<slug:slug>/", embedding.card, name="card"),
    path("public/<slug:language>/<slug:kind>/<slug:slug>/", pages.page, name="page"),
]
