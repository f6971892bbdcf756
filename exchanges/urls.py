"""URLs of the exchanges app."""

from exchanges.content import urls as content
from exchanges.lifecycle import urls as lifecycle
from exchanges.memory import urls as memory
from exchanges.pages import urls as pages
from exchanges.planning import urls as planning
from exchanges.registration import urls as registration

app_name = "exchanges"
urlpatterns = [
    *pages.urlpatterns,
    *memory.urlpatterns,
    *planning.urlpatterns,
    *lifecycle.urlpatterns,
    *registration.urlpatterns,
    *content.urlpatterns,
]
