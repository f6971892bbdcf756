"""An installation's beginning: the page that sets it up, the lab's settings, and the checklist on the home page."""
