"""The only door for skills: what a skill imports, and what Overseer does with one."""
