"""PostgreSQL as a long-lived process meets it: with connections in a pool, which a restart of the server kills."""
