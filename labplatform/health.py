"""Is the process alive, and can it work? Open to anyone, and says nothing but that."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_safe
from health_check.views import HealthCheckView


@login_not_required
@require_safe
def livez(_request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok", content_type="text/plain")


@method_decorator(login_not_required, name="dispatch")
class ReadyView(HealthCheckView):
    """Database and cache answer too; the checks are named because the library's defaults send mail."""

    checks = ("health_check.checks.Database", "health_check.checks.Cache")
