"""What protects the platform: the security log, links with a secret, limits, headers, redirects, encryption."""
