"""From a sentence to an intent: the rules parser."""
