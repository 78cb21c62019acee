"""`python -m tests.rigs.page_shots DIR`: the example conversations as pictures, to look at."""

import asyncio
import sys
from pathlib import Path

from tests.rigs.browser import chromium, served, sign_in

LOOKS = {
    "light": {"viewport": {"width": 1280, "height": 860}, "color_scheme": "light"},
    "dark": {"viewport": {"width": 1280, "height": 860}, "color_scheme": "dark"},
    "phone": {
        "viewport": {"width": 390, "height": 844},
        "color_scheme": "light",
        "device_scale_factor": 2,
        "is_mobile": True,
        "has_touch": True,
    },
}
PLACES = {
    "welcome": "/",
    "answer": "/c/health",
    "plan": "/plan/90",
    "run": "/c/upgrade",
    "decision": "/c/broken",
}


async def shoot(folder):
    async with served() as surface, chromium() as browser:
        await surface.ears.fill()
        for look, options in LOOKS.items():
            page = await (await browser.new_context(**options)).new_page()
            await sign_in(page, surface)
            for name, path in PLACES.items():
                await page.goto(surface.address + path)
                await page.wait_for_selector(".o-log .o-item")
                await page.wait_for_timeout(500)  # transitions
                await page.screenshot(path=folder / f"{look}-{name}.png")
            if look == "phone":
                await page.locator("[data-menu]").click()
                await page.wait_for_timeout(400)
                await page.screenshot(path=folder / f"{look}-menu.png")


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    asyncio.run(shoot(target))
