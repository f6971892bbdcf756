"""What protects the platform: the security log, secret links, limits, headers, redirects, encryption."""
