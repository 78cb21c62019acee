"""What a thread remembers: its lock, its open question and its last targets."""
