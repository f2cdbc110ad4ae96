"""What the inner rings and libraries hold of a person: they can't say it themselves."""
