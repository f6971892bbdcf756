"""What the pages of this app show from the apps above, and what they do when a mandate ends."""

from collections.abc import Callable

from web.panels import Panel
from web.registries import Registry

edition_panels: Registry[Panel] = Registry("edition panels")
authority_panels: Registry[Panel] = Registry("authority panels")
# What has to happen when admins of an authority are so no more; told authority, people (a query), at and by, within
# the verb. Their last day counts as one of theirs: only what begins after it is not for them any more.
ended_mandates: Registry[Callable[..., object]] = Registry("what follows when a mandate ends")
