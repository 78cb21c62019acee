"""What the stages need from the outside, as Protocols: every adapter and fake fits one of these.

Time, ids, the database, hosts, chat surfaces and secrets come in through here and nowhere
else. `bot.app` is the only place that says which implementation serves.
"""

from bot.ports.books import Books
from bot.ports.chance import Clock, Ids
from bot.ports.deciding import (
    OPERATIONS,
    Ask,
    Bounds,
    Caller,
    Gate,
    GateQuestion,
    Operation,
    Parser,
)
from bot.ports.hosts import (
    Cut,
    Found,
    FoundState,
    Hear,
    HostCheck,
    HostCommand,
    HostRunner,
    Requests,
    Secrets,
)
from bot.ports.models import Model, Models, Prompt, Said, Turn
from bot.ports.platforms import WITHIN, Lender, Linking, Listener, Pace, Platform, Speech
from bot.ports.posts import Begin
from bot.ports.store import Leftover, Login, PlanFilter, Ran, Store, StoredPlan, Unit
from bot.ports.surfaces import Ears, Room, Status, Surface
from bot.ports.world import World

__all__ = [
    "OPERATIONS",
    "WITHIN",
    "Ask",
    "Begin",
    "Books",
    "Bounds",
    "Caller",
    "Clock",
    "Cut",
    "Ears",
    "Found",
    "FoundState",
    "Gate",
    "GateQuestion",
    "Hear",
    "HostCheck",
    "HostCommand",
    "HostRunner",
    "Ids",
    "Leftover",
    "Lender",
    "Linking",
    "Listener",
    "Login",
    "Model",
    "Models",
    "Operation",
    "Pace",
    "Parser",
    "PlanFilter",
    "Platform",
    "Prompt",
    "Ran",
    "Requests",
    "Room",
    "Said",
    "Secrets",
    "Speech",
    "Status",
    "Store",
    "StoredPlan",
    "Surface",
    "Turn",
    "Unit",
    "World",
]
