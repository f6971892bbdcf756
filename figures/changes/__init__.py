"""What changed between two days as known on: the ideas and cohorts behind the difference of two figures."""
