"""Is the process alive, can it work, is the post in time? Open to anyone, and says nothing but that."""

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

from labplatform.monitoring import email_status


@login_not_required
@require_safe
def livez(_request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok", content_type="text/plain; charset=utf-8")


@dataclass
class Letters(HealthCheck):
    """Planning and sending run, and no letter is late: a warning, since this process can do nothing about it."""

    async def run(self) -> None:
        at = timezone.now()
        found = email_status.troubles(await sync_to_async(email_status.facts)(at), at)
        if found:
            raise ServiceWarning("; ".join(found))


@method_decorator(login_not_required, name="dispatch")
class ReadyView(HealthCheckView):
    """Database and cache answer; letters are told of. The checks are named: the library's defaults send mail.

    503 takes a process out of rotation, so it is for what this process lacks. See docs/decisions/0008.
    """

    http_method_names = ("get", "head")
    checks = ("health_check.checks.Database", "health_check.checks.Cache", Letters)

    async def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        response: HttpResponse = await super().get(request, *args, **kwargs)
        if response.status_code == 500:
            errors = (result.error for result in self.results)
            broken = any(error and not isinstance(error, ServiceWarning) for error in errors)
            response.status_code = 503 if broken else 200
        return response
