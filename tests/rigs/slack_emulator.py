"""The emulator of Slack's Web API, started by Node on a loopback port of its own choosing.

It has no Socket Mode, no clicks and no limits of Block Kit: `slack_side.py` stands in front of it
and has those. What the bot calls is allowed by the rights of config/slack-manifest.yaml and no other.
"""

import itertools
import json
import os
import socket
import subprocess
import urllib.parse
import urllib.request
from pathlib import Path

import yaml

from tests.node_packages import EMULATE, node, unpacked

BOT_TOKEN = "xoxb-emulated-1"
TOKENS = tuple(f"xoxb-emulated-{n}" for n in range(1, 41))
"""All of them are the bot's. The emulator lets each make 5,000 calls an hour, and then refuses."""
WATCHERS = tuple(f"xoxb-watcher-{n}" for n in range(1, 11))
"""Likewise, with every right: for a look from outside."""
APP_TOKEN = "xapp-emulated-1"
SIGNING = "emulated-signing-secret"
PEOPLE = ("overseer", "ana", "ben", "chris", "vera", "guest")
MANIFEST = yaml.safe_load(
    (Path(__file__).resolve().parents[2] / "config" / "slack-manifest.yaml").read_text()
)
RIGHTS = MANIFEST["oauth_config"]["scopes"]["bot"]
SUBSCRIBED = frozenset(MANIFEST["settings"]["event_subscriptions"]["bot_events"])
_KINDS = ("channels", "groups", "im", "mpim")
EVERY_RIGHT = [
    *RIGHTS, "chat:write", "channels:manage", "files:read", "files:write", "reactions:read",
    *(f"{kind}:{way}" for kind in _KINDS for way in ("history", "read", "write")),
]  # fmt: skip
START = """
import { createEmulator } from %s;
const seed = JSON.parse(process.argv[2]);
const emulator = await createEmulator(
  { service: "slack", port: Number(process.argv[3]), hostname: "127.0.0.1", seed });
console.log("up " + emulator.url);
process.stdin.on("end", () => process.exit(0)).resume();
"""


class SlackEmulator:
    """One workspace: people by name, channels by name."""

    def __init__(self, folder, channels=("ops", "web")):
        program = unpacked(EMULATE, folder)
        script = folder / "start.mjs"
        script.write_text(START % json.dumps(program.as_uri()))
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        seed = {
            "slack": {
                "team": {"name": "Example", "domain": "example"},
                "users": [{"name": name} for name in PEOPLE],
                "channels": [{"name": name} for name in channels],
                "tokens": [
                    *({"token": t, "user": "overseer", "scopes": RIGHTS} for t in TOKENS),
                    *({"token": t, "user": "overseer", "scopes": EVERY_RIGHT} for t in WATCHERS),
                    *({"token": f"xoxp-{n}", "user": n, "scopes": EVERY_RIGHT} for n in PEOPLE),
                ],
                "strict_scopes": True,
            }
        }
        self._process = subprocess.Popen(
            [node(), script, json.dumps(seed), str(port)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env={"PATH": os.environ["PATH"], "HOME": str(folder)},
        )  # fmt: skip
        said = self._process.stdout.readline()
        if not said.startswith("up "):
            raise RuntimeError(f"Slack's emulator did not start: {said}")
        self.url = f"http://127.0.0.1:{port}"
        self._tokens, self._watchers = itertools.cycle(TOKENS), itertools.cycle(WATCHERS)
        self.groups = set()
        self.me = self.call("auth.test")
        self.users = {u["name"]: u["id"] for u in self.call("users.list")["members"]}
        self.channels = {c["name"]: c["id"] for c in self.call("conversations.list")["channels"]}

    @property
    def bearer(self):
        """The bot's, by a token that has calls left."""
        return f"Bearer {next(self._tokens)}"

    def call(self, method, *, token="", **form):
        """What it answers; for a look from outside, or (`token`) as one of the people."""
        request = urllib.request.Request(
            f"{self.url}/api/{method}",
            data=urllib.parse.urlencode(form).encode(),
            headers={"Authorization": f"Bearer {token or next(self._watchers)}"},
        )
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request) as answer:
            return json.load(answer)

    def group(self, *names):
        """A group direct message of these people and the bot; its id."""
        opened = self.call("conversations.open", users=",".join(self.users[n] for n in names))
        self.groups.add(opened["channel"]["id"])
        return opened["channel"]["id"]

    def said_in(self, channel, thread=""):
        """The messages of a channel or a thread, the oldest first."""
        if thread:
            return self.call("conversations.replies", channel=channel, ts=thread, limit=900)[
                "messages"
            ]
        return self.call("conversations.history", channel=channel, limit=900)["messages"][::-1]

    def stop(self):
        self._process.stdin.close()
        self._process.wait(timeout=20)
        self._process.stdout.close()
