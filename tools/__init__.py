"""Programs for those who change Aspa; nothing here runs in an installation."""
