"""Static files: which files of front-end packages are served, icons, and names that carry a hash."""
