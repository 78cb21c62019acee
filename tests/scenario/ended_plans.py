"""Ways in which Ben's plan comes to nothing before it has begun."""


async def denied(stage):
    await stage.say("ben", "restart nginx on web-1")
    await stage.press("chris", "deny", text="not today")


async def withdrawn(stage):
    await stage.say("ben", "restart nginx on web-1")
    await stage.press("ben", "cancel")


async def expired(stage):
    await stage.say("ben", "restart nginx on web-1")
    await stage.later(minutes=31)
