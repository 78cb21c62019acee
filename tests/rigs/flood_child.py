"""An Overseer that reads a gibibyte from one host: prints state, bytes left out, peak KiB.

python -m tests.rigs.flood_child HOME KNOWN_HOSTS HOST.json
"""

import asyncio
import re
import shutil
import sys
from pathlib import Path
from types import SimpleNamespace

import bot.adapters.web.surface  # noqa: F401 - a server has the page in memory as well
from bot.domain.inventory import Host
from bot.settings import Home
from tests.bench.product import Product


async def main() -> None:
    home, known_hosts, host = sys.argv[1:]
    rig = SimpleNamespace(home=Home(path=Path(home)), hosts={"it": Host.model_validate_json(host)})
    rig.home.path.mkdir(mode=0o700)
    shutil.copy(known_hosts, rig.home.known_hosts)
    async with Product(rig) as product:
        plan = await product.plan("bench.flood")
        await product.run(plan)
        run, attempts = await product.app.store.read(
            lambda u: (u.run(plan.id), u.attempts(plan.id))
        )
    # Not getrusage: its peak begins at the size of whoever started this process.
    status = Path("/proc/self/status").read_text()
    peak = int(re.search(r"^VmHWM:\s+(\d+) kB$", status, re.MULTILINE)[1])
    dropped = attempts[0].results[0].dropped_bytes
    sys.stdout.write(f"{run.state.value} {dropped} {peak}\n")


if __name__ == "__main__":
    asyncio.run(main())
