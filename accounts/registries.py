"""What the account page shows from the apps above."""

from web.panels import Panel
from web.registries import Registry

account_panels: Registry[Panel] = Registry("account panels")
