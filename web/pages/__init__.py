"""What every page is made of: menu, home page, panels, lists in pages, parts for htmx, error pages, timelines."""
