"""From an intent to a plan: the order of steps (pure), then facts and exact commands."""
