"""Records of when the scheduled tasks last ran."""
