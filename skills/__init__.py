"""The skills that Overseer ships: one folder each, loaded by name."""
