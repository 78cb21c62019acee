"""The rules parser's parts: pure functions from words to an outcome, no I/O anywhere."""
