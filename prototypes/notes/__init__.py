"""Second notes on tests, and the choice between two versions."""
