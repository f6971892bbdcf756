"""What every form shares: fields and widgets, pages with one form, list filters, edit conflicts."""
