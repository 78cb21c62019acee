"""Runs approved plans: a pure machine that says what is next, and a shell that does it."""
