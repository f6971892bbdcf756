"""What the account page shows from the apps above, and what they do when an account is closed."""

from collections.abc import Callable

from web.panels import Panel
from web.registries import Registry

account_panels: Registry[Panel] = Registry("account panels")
# What has to happen when accounts are closed; told people (a query), at and by, within the verb.
closures: Registry[Callable[..., object]] = Registry("what follows when an account is closed")
