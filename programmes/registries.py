"""What the pages of this app show from the apps above."""

from web.panels import Panel
from web.registries import Registry

programme_actions: Registry[Panel] = Registry("buttons of a programme")
edition_panels: Registry[Panel] = Registry("edition panels")
authority_panels: Registry[Panel] = Registry("authority panels")
