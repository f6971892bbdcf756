"""What every page is made of: navigation, home, panels, lists in pages, parts for htmx, errors, lines of time."""
