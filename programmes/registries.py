"""What the pages of this app show from the apps above."""

from web.panels import Panel
from web.registries import Registry

edition_panels: Registry[Panel] = Registry("edition panels")
authority_panels: Registry[Panel] = Registry("authority panels")
