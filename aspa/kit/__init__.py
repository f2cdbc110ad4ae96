"""What has no domain: time, ids, text, HTML, secrets, files, rates, the bus and background tasks."""
