"""The emulator of both models' APIs, started by Node on a loopback port of its own choosing.

    aimock.play({"match": {}, "response": {"content": {"kind": "talk"}}})
    aimock.chaos(malformedRate=1)
    aimock.asked()         # the bodies that it got, as it understood them

It takes one key, `KEY`, and answers any other with 401. What no fixture matches is a 503 (strict).
"""

import collections
import json
import os
import re
import subprocess
import threading
import urllib.request

from tests.node_packages import AIMOCK, node, unpacked

KEY = "sk-emulated-0123456789abcdef"
_NOTHING = {"fixtures": [{"match": {"userMessage": "\0"}, "response": {"content": "never"}}]}
_SAYS = re.compile(r"listening on (http://127\.0\.0\.1:\d+)")


class Aimock:
    """One emulator."""

    def __init__(self, folder):
        """Unpack and start it; returns once it listens."""
        program = unpacked(AIMOCK, folder)
        (folder / "fixtures.json").write_text(json.dumps(_NOTHING))
        self._process = subprocess.Popen(
            [node(), program, "-p", "0", "-f", folder / "fixtures.json",
             "--strict", "--validate-on-load"],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            env={"PATH": os.environ["PATH"], "HOME": str(folder), "AIMOCK_API_KEYS": KEY},
        )  # fmt: skip
        said = []
        for line in self._process.stdout:
            said.append(line)
            if found := _SAYS.search(line):
                self.url = found[1]
                break
        else:
            raise RuntimeError(f"the models' emulator did not start:\n{''.join(said)}")
        # What it says later is of no use, and would fill the pipe.
        self._drain = threading.Thread(
            target=collections.deque, args=(self._process.stdout, 0), daemon=True
        )
        self._drain.start()

    def play(self, *fixtures):
        """From now on answer with the first of these that matches; the first ones stay first."""
        self._control("POST", "fixtures", {"fixtures": list(fixtures)})

    def chaos(self, **rates):
        """From now on misbehave."""
        self._control("POST", "chaos", rates)

    def asked(self):
        """What it was asked since the last reset: bodies as it understood them, in order."""
        return [entry["body"] for entry in self._control("GET", "journal")]

    def reset(self):
        """As after the start."""
        self._control("POST", "reset", {})
        self._control("DELETE", "chaos")

    def stop(self):
        self._process.terminate()
        self._process.wait(timeout=20)
        self._drain.join()
        self._process.stdout.close()

    def _control(self, method, path, body=None):
        request = urllib.request.Request(
            f"{self.url}/__aimock/{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {KEY}"},
        )
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request) as answer:
            return json.load(answer)
