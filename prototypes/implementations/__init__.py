"""What became of ideas in public bodies: live, sustained, ended."""
