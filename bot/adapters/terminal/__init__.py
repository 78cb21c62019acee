"""The terminal: a socket for the commands of one machine's user, and cards as text."""
