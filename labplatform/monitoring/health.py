"""Health checks of a web process: does it run, can it work, are e-mails in time? Open to anyone, without details."""

from dataclasses import dataclass

from asgiref.sync import sync_to_async
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_safe
from health_check.base import HealthCheck
from health_check.exceptions import ServiceWarning
from health_check.views import HealthCheckView

from labplatform.monitoring import status


@login_not_required
@require_safe
def livez(_request: HttpRequest) -> HttpResponse:
    """Answer “ok” to anyone: the process runs. Neither database nor cache is asked."""
    return HttpResponse("ok", content_type="text/plain; charset=utf-8")


@dataclass
class EmailHealth(HealthCheck):
    """Checks that tasks run and that no e-mail is late; only a warning, because this process cannot fix it."""

    async def run(self) -> None:
        """Raise ServiceWarning, with each fault of the e-mail service (no worker, late e-mails), if there are any."""
        at = timezone.now()
        warnings = status.troubles(await sync_to_async(status.read_status_facts)(at), at)
        if warnings:
            raise ServiceWarning("; ".join(warnings))


@method_decorator(login_not_required, name="dispatch")
class ReadyView(HealthCheckView):
    """Answers whether this process can work: it checks database and cache, and warns about e-mails.

    503 takes a process out of rotation, so it is only for what this process lacks (docs/decisions/0008). The checks are
    listed because the library's defaults send e-mails.
    """

    http_method_names = ("get", "head")
    checks = ("health_check.checks.Database", "health_check.checks.Cache", EmailHealth)

    async def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Return 200 when database and cache work, even with warnings about e-mails; 503 otherwise.

        The body lists the checks.
        """
        response: HttpResponse = await super().get(request, *args, **kwargs)
        if response.status_code == 500:
            errors = (result.error for result in self.results)
            broken = any(error and not isinstance(error, ServiceWarning) for error in errors)
            response.status_code = 503 if broken else 200
        return response
