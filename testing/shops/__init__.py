"""Stand-ins for web shops: they sign, page, limit and fail as the real ones' documentation says theirs do."""
