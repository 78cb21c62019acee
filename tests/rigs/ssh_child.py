"""An Overseer that is killed: starts one change, says `up` when it runs, and never ends well.

python -m tests.rigs.ssh_child CONFIG.json ATTEMPT SCRIPT
"""

import asyncio
import json
import os
import sys
from pathlib import Path

from bot.adapters.hosts.router import Hosts
from bot.adapters.machine import SystemClock
from bot.domain.commands import Script
from bot.domain.inventory import Inventory
from bot.settings import Home, HostSettings
from tests.rigs.ssh_runners import TestSecrets


async def main() -> None:
    config = json.loads(Path(sys.argv[1]).read_text())
    inventory = Inventory.model_validate(config["inventory"])
    settings = HostSettings(ssh_config="", known_hosts="/dev/null")
    home = Home(path=Path(config["home"]))
    hosts = Hosts(lambda: inventory, settings, home, TestSecrets(), SystemClock())
    host = inventory.hosts[0]
    target = await hosts.identify(host)
    command = Script(text=sys.argv[3], sudo=config["sudo"])
    await hosts.change(
        target, command, attempt=sys.argv[2], timeout_s=60,
        hear=lambda text: os.write(1, text.encode()) and None,
    )  # fmt: skip


if __name__ == "__main__":
    asyncio.run(main())
