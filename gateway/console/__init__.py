"""What hosts see: signing in, and the pages behind it."""
