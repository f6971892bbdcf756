"""URLs of the exchanges app."""

from exchanges.archive import urls as archive
from exchanges.content import urls as content
from exchanges.lifecycle import urls as lifecycle
from exchanges.pages import urls as pages
from exchanges.peers import urls as peers
from exchanges.planning import urls as planning
from exchanges.registration import urls as registration

app_name = "exchanges"
urlpatterns = [
    *pages.urlpatterns,
    *archive.urlpatterns,
    *planning.urlpatterns,
    *lifecycle.urlpatterns,
    *registration.urlpatterns,
    *content.urlpatterns,
    *peers.urlpatterns,
]
