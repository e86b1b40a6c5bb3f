"""The operations of the actions service: a struct in, a struct or a Refusal out, no HTTP."""
