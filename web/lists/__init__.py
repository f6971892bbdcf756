"""Lists of rows: declared once, shown as a page with filters and sorting, selected from, and downloaded."""
