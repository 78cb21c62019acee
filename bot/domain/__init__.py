"""The nouns of Overseer: frozen values without I/O, clock or randomness.

Every other floor may import this one; this one imports only `bot.errors` and pydantic.
Ids and times are arguments, never made here.
"""
