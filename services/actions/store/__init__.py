"""Every SQL statement of the actions service, one noun per file."""
