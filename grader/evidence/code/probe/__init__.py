"""Inside the sandbox: read the code that students hand in."""
