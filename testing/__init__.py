"""What the tests and the benches need around them: services, a browser and the list of checks."""
