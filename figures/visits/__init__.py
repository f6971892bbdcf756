"""When each person last looked at a report, so that the page can say that its figures have changed since."""
