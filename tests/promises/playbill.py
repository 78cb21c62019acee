"""Who and what plays in the histories: people, hosts, requests, and the scenes they begin with."""

from tests.promises.oracle import Place

PEOPLE = {
    "ana": frozenset({"admin"}),
    "ben": frozenset({"operator"}),
    "chris": frozenset({"approver"}),
    "dana": frozenset({"approver"}),
    "vera": frozenset({"viewer"}),
}
HOSTS = {
    "web-1": Place("10.0.0.1", "ops", "production"),
    "web-2": Place("10.0.0.2", "ops", "production"),
    "web-3": Place("10.0.0.3", "ops", "staging"),
}
OTHER = Place("10.9.9.9", "ops", "production")
REQUESTS = (
    "restart nginx on web-1",
    "restart nginx on web-1 and web-2",
    "restart nginx on web-1, web-2 and web-3, one at a time",
    "restart nginx on web-1 and web-2, continue on failure",
    "restart nginx on web-3",
    "reload nginx on web-3",
    "reload nginx on web-3 and restart nginx on web-1",
    "stop nginx on web-3 and then start nginx on web-3",
    "stop nginx on web-1 and web-2, roll back on failure",
    "stop nginx on web-2",
    "start nginx on web-2",
    "run uptime on web-3",
    "run uptime on web-1",
    "run uptime on web-1 --force-production",
    "run uptime on all hosts",
)
TALK = (
    "is nginx up on web-1?", "restart nginx on web-9", "web-1", "destroy everything", "thanks",
    "restart nginx", "who restarted nginx on web-1?",
)  # fmt: skip
CONTROLS = (
    "stop",
    "kill it",
    "stop everything",
    "resume",
    "cancel plan 1",
    "stop plan 1",
    "cancel",
)
VERBS = ("restart", "start", "stop", "reload")
UPTIME = ("sh", "-c", "uptime")

RESTART = ("systemctl", "restart", "--", "nginx.service")
RUNNING = "hang; restart nginx on web-1 and web-2; approve"
SCENES = {
    "empty": "",
    "waiting": "restart nginx on web-1 and web-2",
    "running": RUNNING,
    "halted": "broken web-1; restart nginx on web-1 and web-2; approve",
    "in doubt": f"{RUNNING}; reboots web-1",
    "queued": f"{RUNNING}; reload nginx on web-1; press queue; approve",
    "frozen": "stop everything; restart nginx on web-1 and web-2; approve",
    "to be undone": "stop nginx on web-3 and then restart nginx on web-2; broken web-2; approve",
}


def commands():
    return [("systemctl", verb, "--", "nginx.service") for verb in VERBS] + [UPTIME]


def people_yaml(world):
    lines = [
        f"  {name}: {{display: {name.title()}, roles: [{', '.join(sorted(roles))}],"
        f" identities: ['web:{name}', 'room:{name}']}}"
        for name, roles in world.people.items()
    ]
    return "\n".join(["people:", *lines, ""])


def inventory_yaml(world):
    lines = [
        f"  {name}: {{groups: [web], environment: {at.environment},"
        f" connection: {{address: {at.address}, user: {at.user}}}}}"
        for name, at in sorted(world.hosts.items())
    ]
    return "\n".join(["hosts:", *lines, "services: [nginx, redis]", ""])


def settings_yaml(world):
    level = "scheduled" if world.pre_approved else "proactive"
    return (
        f"approval: {{votes: {world.votes}}}\n"
        f"autonomy: {{level: {level}, pre_approved: [{{action: service.reload}}]}}\n"
    )
